"""Sentences with exact offsets."""

from __future__ import annotations

import pytest
from hypothesis import given

from corpus.models import Span
from corpus.sentences import sentences, trimmed
from tests.corpus.texts import TEXTS, spoken


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a b \n", Span(2, 5)),
        ("ab", Span(0, 2)),
        (" \u2028\x85\t", Span(0, 0)),
        ("", Span(0, 0)),
        ("\ufeffa", Span(0, 2)),
    ],
)
def test_trims_white_space_of_every_kind(text: str, expected: Span) -> None:
    """A byte order mark is none: it has no width, but it is there."""
    assert trimmed(text, Span(0, len(text))) == expected


def test_trims_inside_a_span() -> None:
    """Where only white space is in it, what is left is empty and stands at its start."""
    assert trimmed("ab  cd", Span(1, 5)) == Span(1, 5)
    assert trimmed("ab  cd", Span(2, 4)) == Span(2, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Brown went home. He slept.", ["Mr. Brown went home.", "He slept."]),
        ("It rose 3.5 percent. Then it fell!", ["It rose 3.5 percent.", "Then it fell!"]),
        ("“He said so. Twice.” She wept.", ["“He said so. Twice.”", "She wept."]),
        ("Why? 😀 Because.", ["Why?", "😀 Because."]),
        ("One.\r\n\r\nTwo.", ["One.", "Two."]),
        (" \n ", []),
        ("", []),
    ],
)
def test_cuts_at_the_ends_of_sentences(text: str, expected: list[str]) -> None:
    """Abbreviations, decimals and quotations are none."""
    assert spoken(text, *sentences(text, Span(0, len(text)))) == expected


def test_offsets_are_those_of_the_whole_text() -> None:
    """Also behind characters of several bytes."""
    text = "😀é\u0301 One. Two. Three."
    found = list(sentences(text, Span(4, 14)))
    assert spoken(text, *found) == ["One.", "Two."]
    assert [text.index("One."), text.index("Two.")] == [span.start for span in found]


@given(TEXTS)
def test_sentences_hold_everything_that_is_no_white_space(text: str) -> None:
    """In order, disjoint, without white space at their ends."""
    end, between = 0, ""
    for span in sentences(text, Span(0, len(text))):
        assert span.start >= end
        assert span.of(text) == span.of(text).strip()
        between += text[end : span.start]
        end = span.end
    assert (between + text[end:]).strip() == ""


def test_a_long_line_is_cut_in_one_pass() -> None:
    """Forty thousand sentences on one line, and a megabyte without any."""
    text = "It is so. " * 40_000
    assert sum(1 for _ in sentences(text, Span(0, len(text)))) == 40_000
    endless = "so " * 350_000
    assert list(sentences(endless, Span(0, len(endless)))) == [Span(0, len(endless) - 1)]
