"""Lines and paragraphs."""

from __future__ import annotations

import pytest
from hypothesis import given

from corpus.models import Span
from corpus.paragraphs import lines, paragraphs
from tests.corpus.texts import TEXTS, spoken


def of(text: str) -> list[str]:
    """The paragraphs of a text."""
    return spoken(text, *paragraphs(text, Span(0, len(text))))


def test_lines_are_trimmed_and_never_empty() -> None:
    """Whatever ends them, and only inside the span."""
    text = "out\n one \r\n\r\n\ttwo\rthree \n\u3000\nfour\nout"
    within = Span(4, text.rindex("\n") + 1)
    assert spoken(text, *lines(text, within)) == ["one", "two", "three", "four"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\nTwo.\nThree.", ["One.", "Two.", "Three."]),
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\r\n\r\nTwo.\r\nThree.", ["One.", "Two.", "Three."]),
        ("One.\rTwo.\rThree.", ["One.", "Two.", "Three."]),
        (
            "He went\nhome and\nslept.\n\nShe did not\nsleep.",
            ["He went\nhome and\nslept.", "She did not\nsleep."],
        ),
        ("He went\r\nhome and\r\nslept.", ["He went\r\nhome and\r\nslept."]),
        ("  \n\n ", []),
        ("", []),
    ],
)
def test_a_line_break_ends_a_paragraph_unless_lines_are_wrapped(text: str, expected: list[str]) -> None:
    """An empty line always does."""
    assert of(text) == expected


def test_a_label_begins_a_paragraph_in_wrapped_text_too() -> None:
    """Court reporters wrap lines and leave none empty between turns."""
    text = (
        "Q. Did you see the ledger that\nnight in the kitchen of\nthe house?\n"
        "A. I did, and it was lying\non the table with—\nQ. Please answer the\nquestion.\n"
    )
    assert of(text) == [
        "Q. Did you see the ledger that\nnight in the kitchen of\nthe house?",
        "A. I did, and it was lying\non the table with—",
        "Q. Please answer the\nquestion.",
    ]


def test_a_colon_in_the_middle_of_a_wrapped_sentence_begins_nothing() -> None:
    """The line before it has not ended a sentence."""
    text = "There was one thing that the\nHarbour: its ships, its piers and\nits people could not do without\nat all."
    assert of(text) == [text]


@given(TEXTS)
def test_paragraphs_hold_everything_that_is_no_white_space(text: str) -> None:
    """In order, disjoint, without white space at their ends."""
    end, between = 0, ""
    for span in paragraphs(text, Span(0, len(text))):
        assert span.start >= end
        assert span.of(text) == span.of(text).strip() != ""
        between += text[end : span.start]
        end = span.end
    assert (between + text[end:]).strip() == ""
