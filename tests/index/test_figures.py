"""Figures equal to a count by hand."""

from __future__ import annotations

import pytest

from corpus.models import Document, Span
from index.evaluation import Verdict, judge
from index.figures import figures_by_kind, figures_of
from index.models import Answer, Outcome, Quote
from index.questions import Labelled

GOLD = "The ledger was red."


def quote(text: str) -> Quote:
    """A quote that is one highlight."""
    span = Span(0, len(text))
    return Quote(Document("a.txt", text, "0" * 64), span, (span,), None, "line 1", 0.5)


HIT, MISS = quote(GOLD), quote("It rained.")


def answer(
    *quotes: Quote, outcome: Outcome = Outcome.QUOTE, confidence: float = 0.5, ms: float = 1.0
) -> Answer:
    """An answer of quotes."""
    return Answer("?", outcome, confidence, quotes, ms)


def verdict(answerable: bool, given: Answer, kind: str = "", not_verbatim: int = 0) -> Verdict:
    """Of a question that the ledger answers, or of one that nothing does."""
    gold = (GOLD,) if answerable else ()
    return judge(Labelled("1", "?", answerable, gold, kind), given, not_verbatim)


def test_figures_are_those_counted_by_hand() -> None:
    """Four questions with an answer and two without."""
    verdicts = [
        verdict(True, answer(HIT, MISS, confidence=0.9, ms=10)),
        verdict(True, answer(MISS, HIT, confidence=0.8, ms=20)),
        verdict(True, answer(HIT, outcome=Outcome.NEAREST, confidence=0.4, ms=30)),
        verdict(True, answer(outcome=Outcome.NOTHING, confidence=0.1, ms=60)),
        verdict(False, answer(MISS, confidence=0.8, ms=50), not_verbatim=1),
        verdict(False, answer(MISS, outcome=Outcome.NEAREST, confidence=0.1, ms=40)),
    ]
    assert figures_of(verdicts, 7).to_json() == {
        "questions": 7,
        "missing": 1,
        "quotes": 7,
        "not_verbatim": 1,
        "highlight_hit@1": 2 / 4,
        "passage_hit@1": 2 / 4,
        "passage_hit@5": 3 / 4,
        "answered": 2 / 4,
        "right_answerable": 1 / 4,
        "right_unanswerable": 1 / 2,
        "balanced": (1 / 4 + 1 / 2) / 2,
        # Pairs won: 0.9 both, 0.8 one and a half, 0.4 one, 0.1 a half.
        "auroc": (2 + 1.5 + 1 + 0.5) / 8,
        # Of the first, the second and the fifth, the first answers.
        "quote_precision": 1 / 3,
        # 0.1 twice, none; 0.4, one; 0.8 twice, none; 0.9, one.
        "ece": pytest.approx((2 * 0.1 + 0.6 + 2 * 0.8 + 0.1) / 6),
        # One of one is right, then one of three, two of four, two of six.
        "aurc": pytest.approx((1 * 0 + 2 * 2 / 3 + 1 * 2 / 4 + 2 * 4 / 6) / 6),
        "p50_ms": 40,
        "p95_ms": 60,
    }


def test_of_nothing_there_is_no_share() -> None:
    """Rather than a zero, which would look like a figure."""
    assert set(figures_of([], 0).to_json().values()) == {0, None}
    only = figures_of([verdict(True, answer(HIT))], 1)
    assert (only.right_answerable, only.right_unanswerable, only.balanced, only.auroc) == (
        1.0,
        None,
        1.0,
        None,
    )


def test_figures_are_those_of_what_is_given_out() -> None:
    """An answer's JSON has four digits of its confidence, and a tenth of a millisecond."""
    verdicts = [
        verdict(True, answer(HIT, confidence=0.70001, ms=1.04)),
        verdict(False, answer(MISS, confidence=0.7, ms=1.04)),
    ]
    figures = figures_of(verdicts, 2)
    assert (figures.auroc, figures.p50_ms) == (0.5, 1.0)


def test_kinds_apart() -> None:
    """Each with the figures that its questions would have alone; what has no kind is in none of them."""
    who = [verdict(True, answer(HIT), "who"), verdict(False, answer(MISS), "who", not_verbatim=1)]
    why = [verdict(True, answer(MISS), "why")]
    none = [verdict(True, answer(HIT))]
    assert figures_by_kind([*why, *who, *none]) == {"who": figures_of(who, 2), "why": figures_of(why, 1)}
    assert figures_by_kind(none) == {}
