"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from bot.cli.options import case_folder, utf8
from bot.settings import Settings
from corpus.library import DEFAULT_CASE


def test_the_named_case_wins() -> None:
    """Then the settings', then the one that ships."""
    settings = Settings(case=Path("/settings"))
    assert case_folder(settings, Path("/named")) == Path("/named")
    assert case_folder(settings, None) == Path("/settings")
    assert case_folder(Settings(), None) == DEFAULT_CASE


@pytest.mark.parametrize("text", ["", "plain", "Zwölf 😀", "e\u0301\u202e"])
def test_text_is_left_as_it_is(text: str) -> None:
    """Whatever characters it has."""
    assert utf8(text) == text


@pytest.mark.parametrize("text", ["caf\udce9", "\ud83d", "\udfff"])  # noqa: PT014 - two halves of pairs
def test_bytes_that_are_no_text_are_refused(text: str) -> None:
    """As the system passes them on."""
    with pytest.raises(typer.BadParameter):
        utf8(text)
