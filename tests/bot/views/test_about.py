"""What the bot says of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.views.about import AboutLayout
from index.searcher import Searcher


def test_it_says_what_it_is_and_what_it_keeps(
    searcher: Searcher, texts_of: Callable[[Any], list[str]]
) -> None:
    """Case, record, model and index as they are, and privacy."""
    generation = searcher.generation
    what, facts, privacy = texts_of(AboutLayout(generation))

    assert "word for word" in what
    assert facts.splitlines() == [
        "**Case** The Harbour Fire (County Court)",
        f"**Record** 2 documents, {len(generation.passages)} passages; see `/sources`",
        "**Model** counting, on the machine that runs me",
        f"**Index** {generation.id}, built {generation.manifest.created:%Y-%m-%d %H:%M} UTC",
    ]
    assert privacy.startswith("**Privacy** ")
    assert "for 30 days" in privacy
