"""The message menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import simcord

QUESTION = "Did you see the red ledger?"
MENU = "Ask the record"


async def test_it_asks_about_what_somebody_wrote(
    env: simcord.Env,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    texts_of: Callable[[Any], list[str]],
) -> None:
    """The message's text is the question; only who asked sees the answer."""
    other = env.guild.add_member(env.create_user("ada"))
    message = await other.send(channel, QUESTION)

    result = await you.context_menu(channel, MENU, message)

    assert result.response is not None
    assert result.response.ephemeral
    assert texts_of(result.response.components)[0] == f"-# Question: {QUESTION}"
    request = env.http_requests[-1]
    assert request.json is not None
    assert request.json["allowed_mentions"] == {"parse": []}


async def test_a_message_without_words_gets_a_sentence(
    channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """Such as a picture."""
    message = await you.send(channel, "", attachments=[("seal.png", b"\x89PNG")])

    result = await you.context_menu(channel, MENU, message)

    [told] = result.followups
    assert told.ephemeral
    assert told.content.endswith(".")


async def test_a_message_that_is_too_long_gets_a_sentence(
    env: simcord.Env, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """Longer than any question: some people may write 4,000 characters."""
    message = await you.send(channel, "ledger")
    env.backend.get_message(channel.id, message.id).content = "ledger " * 570

    result = await you.context_menu(channel, MENU, message)

    [told] = result.followups
    assert "at most 2,000 can be read" in told.content
