"""The demo's first message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.views.welcome import WelcomeLayout
from index.searcher import Searcher


def test_it_says_what_to_try(searcher: Searcher, texts_of: Callable[[Any], list[str]]) -> None:
    """With a question from the record, where one is known."""
    case = searcher.generation.case

    assert texts_of(WelcomeLayout(case, "Who *knew*?"))[1].startswith(
        "Type `/ask` below and put a question, such as: Who \\*knew\\*?\n"
    )
    assert texts_of(WelcomeLayout(case, ""))[1].startswith("Type `/ask` below and put a question.\n")
