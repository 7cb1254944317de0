"""Spans, and what is made of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.models import Case, Exchange, Passage, Provenance, Span, Turn
from tests.corpus.texts import document


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (-2, -1), (3, 2)])
def test_a_span_is_never_negative_or_turned_round(start: int, end: int) -> None:
    """Python would slice such a range without a word."""
    with pytest.raises(ValueError, match=rf"not {start}\.\.{end}"):
        Span(start, end)


def test_a_span_counts_code_points() -> None:
    """Neither bytes nor UTF-16 units."""
    text = "a😀e\u0301b"
    assert Span(1, 4).of(text) == "😀e\u0301"
    assert len(Span(1, 4)) == 3


@pytest.mark.parametrize(
    ("other", "holds", "overlaps"),
    [
        (Span(2, 5), True, True),
        (Span(3, 3), True, True),
        (Span(5, 5), True, False),
        (Span(0, 2), False, False),
        (Span(0, 3), False, True),
        (Span(4, 6), False, True),
        (Span(5, 6), False, False),
        (Span(0, 9), False, True),
    ],
)
def test_holds_and_overlaps(other: Span, holds: bool, overlaps: bool) -> None:
    """Half-open: spans that only touch do not overlap."""
    assert (Span(2, 5).holds(other), Span(2, 5).overlaps(other)) == (holds, overlaps)


def test_a_document_without_a_title_is_called_by_its_path() -> None:
    """So that a citation always has a name in it."""
    untitled = document("Words.", path="press/a.txt")
    assert untitled.title == "press/a.txt"
    assert replace(untitled, provenance=Provenance(title="Order")).title == "Order"


@pytest.mark.parametrize(
    ("span", "expected"),
    [(Span(0, 2), True), (Span(0, 3), False), (Span(3, 4), False), (Span(4, 6), True), (Span(0, 6), False)],
)
def test_nothing_that_touches_a_mark_is_quotable(span: Span, expected: bool) -> None:
    """Not even by one code point."""
    assert document("abcdef", Span(2, 4)).quotable(span) is expected


def test_an_exchange_reaches_from_the_question_to_the_last_answer() -> None:
    """Without an answer it is the question."""
    question = Turn(Span(0, 10), Span(3, 10), "Q", "Q")
    answer = Turn(Span(11, 20), Span(14, 20), "A", "A")
    assert Exchange(question, (answer,)).span == Span(0, 20)
    assert Exchange(question, ()).span == Span(0, 10)


def test_a_passage_is_indexed_after_the_question_that_it_answers() -> None:
    """The key is the digest of just that text, so that equal keys have equal vectors."""
    text = "Q: Why? A: Because."
    alone = Passage("a.txt", Span(8, 19))
    asked = Passage("b.txt", Span(8, 19), Span(0, 7))
    assert alone.indexed_text(text) == "A: Because."
    assert asked.indexed_text(text) == "Q: Why?\nA: Because."
    assert asked.key(text) == hashlib.sha256(b"Q: Why?\nA: Because.").hexdigest()


def test_a_case_is_its_documents() -> None:
    """In their order."""
    documents = (document("One.", path="1.txt"), document("Two.", path="2.txt"))
    case = Case(Path("/cases/x"), "x", "X", documents)
    assert (tuple(case), len(case)) == (documents, 2)
