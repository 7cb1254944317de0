"""`/about`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import simcord


async def test_it_says_what_the_bot_is(
    channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: Callable[[Any], list[str]]
) -> None:
    """For who asked: what it is, the record and the model, and its privacy."""
    result = await you.slash(channel, "about")

    assert result.response is not None
    assert result.response.ephemeral
    assert [text.split()[0:2] for text in texts_of(result.response.components)] == [
        ["###", "Exhibit"],
        ["**Case**", "The"],
        ["**Privacy**", "I"],
    ]
