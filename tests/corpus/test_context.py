"""What stands around a quote, and where it stands."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.context import locator, surroundings
from corpus.errors import DocumentError
from corpus.models import Span
from corpus.paragraphs import lines
from corpus.passages import passages_of, quotable_spans
from corpus.sentences import sentences
from tests.corpus.texts import TEXTS, as_read, document


@pytest.mark.parametrize(
    ("span", "expected"),
    [(Span(0, 3), "line 1"), (Span(4, 7), "line 2"), (Span(0, 7), "lines 1–2"), (Span(10, 11), "line 4")],
)
def test_counts_lines_as_an_editor_does(span: Span, expected: str) -> None:
    """From 1, empty ones too."""
    assert locator(document("one\ntwo\n\r\nx"), span) == expected


def test_a_quote_that_ends_a_line_does_not_reach_the_next() -> None:
    """The header's lines count: they are in the file."""
    made = document("title: A\n\nOne.\nTwo.\n", Span(0, 9))
    assert locator(made, Span(10, 14)) == "line 3"


def test_takes_whole_lines_on_both_sides() -> None:
    """As many as fit."""
    text = "One.\nTwo.\nThree.\nFour.\nFive.\n"
    made = document(text)
    before, after = surroundings(made, Span(10, 16), size=10)
    assert before
    assert after
    assert (before.of(text), after.of(text)) == ("One.\nTwo.", "Four.")


def test_takes_whole_sentences_of_a_long_line() -> None:
    """At least one, however long it is."""
    text = "Aa is so. Bb is so. Cc is so. Dd is so. Ee is so."
    before, after = surroundings(document(text), Span(20, 29), size=12)
    assert before
    assert after
    assert (before.of(text), after.of(text)) == ("Bb is so.", "Dd is so.")
    endless = "so " * 2000
    before, _ = surroundings(document(endless + ".\nEnd."), Span(6002, 6006), size=100)
    assert before == Span(0, 6001)


def test_there_may_be_nothing_around() -> None:
    """White space is nothing."""
    assert surroundings(document(" \nOne.\n\n"), Span(2, 6)) == (None, None)


def test_never_reaches_into_what_may_not_be_quoted() -> None:
    """Nor over it."""
    text = "title: A\n\nOne.\nAdvertisement\nTwo.\nThree.\nPage 2 of 3\nFour.\n"
    made = as_read(text)
    at = text.index("Two.")
    before, after = surroundings(made, Span(at, at + 4))
    assert before is None
    assert after
    assert after.of(text) == "Three."


@pytest.mark.parametrize("span", [Span(0, 8), Span(2, 3), Span(4, 14), Span(0, 14), Span(9, 9)])
def test_around_what_may_not_be_quoted_there_is_nothing(span: Span) -> None:
    """Wholly or in part."""
    assert surroundings(document("title: A\n\nOne.\n", Span(0, 9)), span) == (None, None) or span == Span(
        9, 9
    )


@given(TEXTS, st.integers(1, 300), st.data())
def test_surroundings_are_whole_pieces_right_beside_the_quote(
    text: str, size: int, data: st.DataObject
) -> None:
    """Of the same stretch, with nothing but white space between, and no longer than asked where it can be."""
    try:
        made = as_read(text)
    except DocumentError:
        assume(False)
        raise
    passages = passages_of(made)
    assume(passages)
    span = data.draw(st.sampled_from(passages)).span
    stretch = next(held for held in quotable_spans(made) if held.holds(span))
    rest = (Span(stretch.start, span.start), Span(span.end, stretch.end))
    pieces = [
        [piece for line in lines(text, side) for piece in (line, *sentences(text, line))] for side in rest
    ]
    before, after = surroundings(made, span, size)
    assert (before is None, after is None) == (not rest[0].of(text).strip(), not rest[1].of(text).strip())
    if before:
        assert stretch.start <= before.start
        assert text[before.end : span.start].strip() == ""
        assert before.start in {piece.start for piece in pieces[0]}
    if after:
        assert after.end <= stretch.end
        assert text[span.end : after.start].strip() == ""
        assert after.end in {piece.end for piece in pieces[1]}
    for around, inside in ((before, pieces[0]), (after, pieces[1])):
        assert around is None or len(around) <= size or around in inside
