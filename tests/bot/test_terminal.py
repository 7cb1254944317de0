"""Text in a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.terminal import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a⟨U+001B⟩[31mb"),
        ("\x07\x08\x7f\x9b", "⟨U+0007⟩⟨U+0008⟩⟨U+007F⟩⟨U+009B⟩"),
        ("\r\n", "⟨U+000D⟩\n"),
        ("\u202egnp.exe", "⟨U+202E⟩gnp.exe"),
        ("“Zwölf”\t😀\n", "“Zwölf”\t😀\n"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_by_its_number(text: str, shown: str) -> None:
    """Everything else is itself."""
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_no_control_character_is_left(text: str) -> None:
    """But line feed and tab."""
    assert {char for char in visible(text) if unicodedata.category(char) == "Cc"} <= {"\n", "\t"}
