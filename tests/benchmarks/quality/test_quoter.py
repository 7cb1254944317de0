"""Passages become answers: the nearest sentence highlighted, in place where the words stand there."""

from __future__ import annotations

import pytest

from benchmarks.quality.quoter import Found, Quoter
from corpus.models import Case, Span
from index.models import Answer, Outcome
from tests.conftest import TESTIMONY, CountingEncoder

PATH = "hearing.txt"
BROUGHT = "Jane Hopper: I do not know who brought it."
ASLEEP = "I was asleep until the alarm."


def highlighted(answer: Answer) -> list[list[str]]:
    """The words that are highlighted in each quote."""
    return [[span.of(quote.document.text) for span in quote.highlights] for quote in answer.quotes]


@pytest.fixture
def quoter(case: Case, encoder: CountingEncoder) -> Quoter:
    """Over the small case, with nothing encoded yet."""
    return Quoter(case, encoder)


@pytest.mark.parametrize(("question", "sentence"), [("asleep alarm", ASLEEP), ("who brought", BROUGHT)])
def test_the_nearest_sentence_is_highlighted(quoter: Quoter, question: str, sentence: str) -> None:
    """Whichever it is of the passage."""
    answer = quoter.answer(question, [Found(PATH, f"{BROUGHT} {ASLEEP}", 0.5)])
    assert highlighted(answer) == [[sentence]]


def test_the_sentence_that_was_found_is_highlighted(quoter: Quoter) -> None:
    """Where the peer says which, though another is nearer."""
    answer = quoter.answer("asleep alarm", [Found(PATH, f"{BROUGHT} {ASLEEP}", 0.5, BROUGHT)])
    assert highlighted(answer) == [[BROUGHT]]


def test_a_quote_is_where_its_words_stand(quoter: Quoter) -> None:
    """Even in the header, which a peer reads like everything else."""
    answer = quoter.answer("ledger", [Found(PATH, ASLEEP, 0.5), Found(PATH, "kind: testimony", 0.4)])
    start = TESTIMONY.index(ASLEEP)
    assert answer.quotes[0].span == Span(start, start + len(ASLEEP))
    assert answer.quotes[0].highlights == (answer.quotes[0].span,)
    assert [quote.locator for quote in answer.quotes] == ["line 14", "line 4"]
    assert [quote.document.text for quote in answer.quotes] == [TESTIMONY, TESTIMONY]


def test_words_that_were_changed_are_quoted_all_the_same(quoter: Quoter) -> None:
    """So that the scorer sees what a person would, and can count that they are not the document's."""
    (quote,) = quoter.answer("asleep", [Found(PATH, f"{BROUGHT}  {ASLEEP}", 0.5)]).quotes
    assert (quote.document.path, quote.text) == (PATH, f"{BROUGHT}  {ASLEEP}")
    assert [span.of(quote.text) for span in quote.highlights] == [ASLEEP]


@pytest.mark.parametrize(("score", "confidence"), [(0.5, 0.5), (1.7, 1.0), (-0.2, 0.0)])
def test_what_is_found_is_given_as_a_quote(quoter: Quoter, score: float, confidence: float) -> None:
    """As surely as the first is scored, and in the peer's order."""
    answer = quoter.answer("asleep", [Found(PATH, BROUGHT, score), Found(PATH, ASLEEP, 0.9)])
    assert (answer.outcome, answer.confidence) == (Outcome.QUOTE, confidence)
    assert [quote.text for quote in answer.quotes] == [BROUGHT, ASLEEP]


def test_nothing_found_is_nothing(quoter: Quoter) -> None:
    """With no confidence."""
    assert quoter.answer("asleep", []) == Answer("asleep", Outcome.NOTHING, 0.0, (), 0.0)


def test_no_sentence_is_encoded_twice(quoter: Quoter, encoder: CountingEncoder) -> None:
    """However many peers have it in however many passages; a question encodes nothing but itself."""
    quoter.prepare([f"{BROUGHT} {ASLEEP}", ASLEEP])
    quoter.prepare([BROUGHT])
    quoter.answer("asleep", [Found(PATH, f"{BROUGHT} {ASLEEP}", 0.5)])
    assert encoder.encoded == [BROUGHT, ASLEEP, "asleep"]
