"""How one answer did on a question whose answer is known.

A first quote is a hit when its highlights say what a gold quote says: word F1 of at least 0.5, or
nine tenths of the gold's words inside highlights of at most 60 words. It is a passage hit when its
text has nine tenths of a gold quote's words in at most 250. An answer is right when it is a hit
given as a quote, or, where the record has no answer, when it is not given as one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from index.curves import Pair
from index.models import Answer, Outcome, Quote
from index.questions import Labelled

_F1 = 0.5
_RECALL = 0.9
_HIGHLIGHT_WORDS = 60
_PASSAGE_WORDS = 250
_BEST = 5


class Miss(StrEnum):
    """What went wrong with an answer that is not right."""

    NOT_REFUSED = "not refused"
    """The record has no answer, and something was given as one."""
    HELD_BACK = "held back"
    """The first quote answers, and was not given as an answer."""
    WRONG_SENTENCE = "wrong sentence"
    """The first passage has the answer, its highlights are something else."""
    RANKED_LATER = "ranked later"
    """One of the next passages has the answer."""
    NOT_SHOWN = "not shown"
    """No passage that was shown has the answer."""


class ResultJSON(TypedDict):
    id: str | int
    question: str
    kind: str | None
    answerable: bool
    outcome: str
    confidence: float
    hit: bool
    passage_hit: bool
    passage_hit_5: bool
    right: bool
    miss: str | None
    said: str
    document: str | None
    locator: str | None
    wanted: list[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one answer did."""

    labelled: Labelled
    answer: Answer
    hit: bool
    passage_hit: bool
    passage_hit_5: bool
    not_verbatim: int = 0
    """How many of its quotes do not stand in the stored documents."""

    @property
    def quoted(self) -> bool:
        return self.answer.outcome is Outcome.QUOTE

    @property
    def right(self) -> bool:
        return self.hit and self.quoted if self.labelled.answerable else not self.quoted

    @property
    def miss(self) -> Miss | None:
        """What went wrong; None where the answer is right."""
        if self.right:
            return None
        if not self.labelled.answerable:
            return Miss.NOT_REFUSED
        if self.hit:
            return Miss.HELD_BACK
        if self.passage_hit:
            return Miss.WRONG_SENTENCE
        return Miss.RANKED_LATER if self.passage_hit_5 else Miss.NOT_SHOWN

    @property
    def confidence(self) -> float:
        """As the answer's JSON has it, so that figures are those of the answers that are given out."""
        return self.answer.to_json()["confidence"]

    @property
    def pair(self) -> Pair:
        """Confidence, and whether the first quote answered."""
        return self.confidence, self.hit and self.labelled.answerable

    @property
    def said(self) -> str:
        """The highlights of the first quote."""
        return _said(self.answer.quotes[0]) if self.answer.quotes else ""

    def to_json(self) -> ResultJSON:
        """The public form."""
        first = self.answer.quotes[0] if self.answer.quotes else None
        return {
            "id": self.labelled.id,
            "question": self.labelled.question,
            "kind": self.labelled.kind or None,
            "answerable": self.labelled.answerable,
            "outcome": self.answer.outcome.value,
            "confidence": self.confidence,
            "hit": self.hit,
            "passage_hit": self.passage_hit,
            "passage_hit_5": self.passage_hit_5,
            "right": self.right,
            "miss": self.miss.value if self.miss else None,
            "said": self.said,
            "document": first.document.path if first else None,
            "locator": first.locator if first else None,
            "wanted": list(self.labelled.gold),
        }


def judge(labelled: Labelled, answer: Answer, not_verbatim: int = 0) -> Verdict:
    """Holds one answer against what is known.

    Args:
        not_verbatim: how many of its quotes do not stand in the stored documents.
    """
    quotes = answer.quotes[:_BEST]
    first = quotes[0] if quotes else None
    passage_hits = [any(_holds(quote, gold) for gold in labelled.gold) for quote in quotes]
    return Verdict(
        labelled,
        answer,
        first is not None and any(says(_said(first), gold) for gold in labelled.gold),
        passage_hits[:1] == [True],
        any(passage_hits),
        not_verbatim,
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _overlap(said: Sequence[str], gold: Sequence[str]) -> tuple[float, float]:
    """Precision and recall of the words of a gold quote."""
    both = sum((Counter(said) & Counter(gold)).values())
    return both / max(1, len(said)), both / max(1, len(gold))


def _said(quote: Quote) -> str:
    return " ".join(span.of(quote.document.text) for span in quote.highlights)


def says(text: str, gold: str) -> bool:
    """Whether highlights with this text say what a gold quote says."""
    said, wanted = _words(text), _words(gold)
    precision, recall = _overlap(said, wanted)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return bool(wanted) and (f1 >= _F1 or (recall >= _RECALL and len(said) <= _HIGHLIGHT_WORDS))


def _holds(quote: Quote, gold: str) -> bool:
    said, wanted = _words(quote.text), _words(gold)
    return bool(wanted) and len(said) <= _PASSAGE_WORDS and _overlap(said, wanted)[1] >= _RECALL
