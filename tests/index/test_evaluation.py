"""What counts as a hit, as right, and as which miss."""

from __future__ import annotations

import pytest

from corpus.models import Document, Span
from index.evaluation import Miss, Verdict, judge
from index.models import Answer, Outcome, Quote
from index.questions import Labelled


def quote(text: str, *highlights: str) -> Quote:
    """A quote of a whole text."""
    spans = tuple(Span(at := text.index(words), at + len(words)) for words in highlights)
    return Quote(Document("a.txt", text, "0" * 64), Span(0, len(text)), spans, None, "line 1", 0.5)


def answer(
    *quotes: Quote, outcome: Outcome = Outcome.QUOTE, confidence: float = 0.5, ms: float = 1.0
) -> Answer:
    """An answer of quotes."""
    return Answer("?", outcome, confidence, quotes, ms)


def judged(gold: str, *quotes: Quote) -> tuple[bool, bool, bool]:
    """Whether quotes hit: by highlight, by passage, by any of five passages."""
    verdict = judge(Labelled("1", "?", True, (gold,)), answer(*quotes))
    return verdict.hit, verdict.passage_hit, verdict.passage_hit_5


def numbered(count: int) -> str:
    """So many different words."""
    return " ".join(f"w{at}" for at in range(count))


@pytest.mark.parametrize(
    ("highlight", "gold", "expected"),
    [
        ("The ledger was red.", "the LEDGER was red", True),
        ("a b c d", "a b x y", True),
        ("a b c d e", "a b x y", False),
        ("a a a a", "a b c d", False),
        ("a", "a b c", True),
        ("a", "a b c d", False),
        (numbered(60), numbered(9), True),
        (numbered(61), numbered(9), False),
        (numbered(61), numbered(22), True),
        (numbered(40), numbered(9) + " x", True),
        (numbered(40), numbered(8) + " x y", False),
        ("…", "…", False),
    ],
)
def test_a_highlight_hits_by_f1_or_by_nine_tenths(highlight: str, gold: str, expected: bool) -> None:
    """F1 of a half; or nine tenths of the gold in sixty words. Each word counts once."""
    assert judged(gold, quote(highlight, highlight))[0] is expected


def test_highlights_count_together() -> None:
    """And nothing else of the quote does."""
    text = "He left. The ledger was red. It rained. The safe was open."
    assert judged(
        "The ledger was red. The safe was open.", quote(text, "The ledger was red.", "The safe was open.")
    )[0]
    assert not judged("The ledger was red. The safe was open.", quote(text, "He left."))[0]


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        (numbered(250), numbered(10), True),
        (numbered(251), numbered(10), False),
        (numbered(250), numbered(9) + " x", True),
        (numbered(250), numbered(8) + " x y", False),
    ],
)
def test_a_passage_hits_by_nine_tenths_in_250_words(text: str, gold: str, expected: bool) -> None:
    """However much else is in it."""
    assert judged(gold, quote(text)) == (False, expected, expected)


def test_only_the_first_five_quotes_count() -> None:
    """And for the first figures, only the first."""
    miss, hit = quote("It rained."), quote("The ledger was red.", "The ledger was red.")
    assert judged("The ledger was red.", miss, miss, miss, miss, hit) == (False, False, True)
    assert judged("The ledger was red.", miss, miss, miss, miss, miss, hit) == (False, False, False)
    assert judged("The ledger was red.") == (False, False, False)


def test_any_of_several_gold_quotes_will_do() -> None:
    """None of them is better."""
    labelled = Labelled("1", "?", True, ("It rained.", "The ledger was red."))
    assert judge(labelled, answer(quote("The ledger was red.", "The ledger was red."))).hit
    assert not judge(Labelled("1", "?", True), answer(quote("It rained.", "It rained."))).hit


HIT = quote("The ledger was red.", "The ledger was red.")
MISS = quote("It rained.", "It rained.")
WRONG_SENTENCE = quote("The ledger was red. It rained.", "It rained.")


def verdict(answerable: bool, given: Answer) -> Verdict:
    """Of a question that the ledger answers, or of one that nothing does."""
    return judge(Labelled("1", "?", answerable, ("The ledger was red.",) if answerable else ()), given)


@pytest.mark.parametrize(
    ("answerable", "given", "miss"),
    [
        (True, answer(HIT), None),
        (True, answer(HIT, outcome=Outcome.NEAREST), Miss.HELD_BACK),
        (True, answer(WRONG_SENTENCE, HIT), Miss.WRONG_SENTENCE),
        (True, answer(MISS, HIT), Miss.RANKED_LATER),
        (True, answer(MISS), Miss.NOT_SHOWN),
        (True, answer(outcome=Outcome.NOTHING), Miss.NOT_SHOWN),
        (False, answer(MISS), Miss.NOT_REFUSED),
        (False, answer(MISS, outcome=Outcome.NEAREST), None),
        (False, answer(outcome=Outcome.NOTHING), None),
    ],
)
def test_what_is_right_and_what_went_wrong(answerable: bool, given: Answer, miss: Miss | None) -> None:
    """A hit given as a quote; where the record has no answer, anything but a quote."""
    judged = verdict(answerable, given)
    assert (judged.right, judged.miss) == (miss is None, miss)


def test_nothing_answers_where_there_is_no_answer() -> None:
    """A quote may say what somebody once took for one: confidence is not right about it."""
    labelled = Labelled("1", "?", False, ("The ledger was red.",))
    assert judge(labelled, answer(HIT, confidence=0.75)).pair == (0.75, False)
    assert verdict(True, answer(HIT, confidence=0.123456)).pair == (0.1235, True)
    assert verdict(True, answer(MISS, HIT, confidence=0.75)).pair == (0.75, False)


def test_a_verdict_as_json() -> None:
    """What was said, where it stands, and what was wanted."""
    labelled = Labelled(7, "Which ledger?", True, ("The ledger was red.", "The safe."), "which")
    expected = {
        "id": 7,
        "question": "Which ledger?",
        "kind": "which",
        "answerable": True,
        "outcome": "quote",
        "confidence": 0.25,
        "hit": False,
        "passage_hit": True,
        "passage_hit_5": True,
        "right": False,
        "miss": "wrong sentence",
        "said": "It rained.",
        "document": "a.txt",
        "locator": "line 1",
        "wanted": ["The ledger was red.", "The safe."],
    }
    assert judge(labelled, answer(WRONG_SENTENCE, confidence=0.25)).to_json() == expected
    refused = judge(Labelled("8", "Why?"), answer(outcome=Outcome.NOTHING, confidence=0.0)).to_json()
    assert [refused[name] for name in ("kind", "right", "miss", "said", "document", "locator")] == [
        *(None, True, None, ""),
        *(None, None),
    ]
