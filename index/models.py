"""What a search yields: quotes and answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from corpus.models import Document, Span


class Outcome(StrEnum):
    """What an answer is worth."""

    QUOTE = "quote"
    """The record answers the question."""
    NEAREST = "nearest"
    """Related passages, shown as not an answer."""
    NOTHING = "nothing"
    """The record holds nothing near the question."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Enough to find a quote's words again: which bytes, and where in their text."""

    sha256: str
    """Of the document's bytes; a unique prefix of at least 12 digits will do for a look-up."""
    span: Span


class HighlightJSON(TypedDict):
    start: int
    end: int
    text: str


class PlaceJSON(TypedDict):
    document: str
    title: str
    start: int
    end: int
    locator: str


class QuoteJSON(TypedDict):
    document: str
    title: str
    start: int
    end: int
    text: str
    highlights: list[HighlightJSON]
    speaker: str | None
    date: str | None
    kind: str
    source: str | None
    locator: str
    sha256: str
    score: float
    also: list[PlaceJSON]


class AnswerJSON(TypedDict):
    id: str | int
    question: str
    outcome: str
    confidence: float
    quotes: list[QuoteJSON]
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A piece of a document that may be quoted. It holds no words of its own: `text` slices the document.

    Raises:
        ValueError: if the span leaves the document, or touches what may not be quoted.
    """

    document: Document
    span: Span

    def __post_init__(self) -> None:
        if not self.span or self.span.end > len(self.document.text):
            raise ValueError(f"{self.span} is not a piece of {self.document.path}.")
        if not self.document.quotable(self.span):
            raise ValueError(f"{self.span} of {self.document.path} is marked as not to be quoted.")

    @property
    def text(self) -> str:
        return self.span.of(self.document.text)

    @property
    def receipt(self) -> Receipt:
        return Receipt(self.document.sha256, self.span)


@dataclass(frozen=True, slots=True)
class Place(Citation):
    """Where the record says once more what a quote says."""

    locator: str
    """Where it stands, for a person: "lines 10-15"."""

    def to_json(self) -> PlaceJSON:
        """The public form; `start` and `end` count code points in the document's text."""
        return {
            "document": self.document.path,
            "title": self.document.title,
            "start": self.span.start,
            "end": self.span.end,
            "locator": self.locator,
        }


@dataclass(frozen=True, slots=True)
class Quote(Citation):
    """A piece that is shown to a person, with the sentences in it that answer.

    Raises:
        ValueError: as a `Citation`, or if a highlight lies outside it.
    """

    highlights: tuple[Span, ...]
    """One to three, sorted and disjoint, inside `span`."""
    speaker: str | None
    """Whose words the last highlight is, where the document says so: the others may be what was asked."""
    locator: str
    """Where it stands, for a person: "lines 10-15"."""
    score: float
    """0-1, for ranking only."""
    question: Span | None = None
    """The question turn that this quote answers, where it stands outside `span`."""
    also: tuple[Place, ...] = ()
    """Where else the record has these words, but for how they are written: see `index.duplicates`."""

    def __post_init__(self) -> None:
        Citation.__post_init__(self)  # `super()` does not know a class with slots
        if not all(self.span.holds(highlight) for highlight in self.highlights):
            raise ValueError("A highlight must lie inside its quote.")

    def to_json(self) -> QuoteJSON:
        """The public form; `start` and `end` count code points in the document's text."""
        known = self.document.provenance
        return {
            "document": self.document.path,
            "title": self.document.title,
            "start": self.span.start,
            "end": self.span.end,
            "text": self.text,
            "highlights": [
                {"start": span.start, "end": span.end, "text": span.of(self.document.text)}
                for span in self.highlights
            ],
            "speaker": self.speaker,
            "date": known.date or None,
            "kind": known.kind.value,
            "source": known.source or None,
            "locator": self.locator,
            "sha256": self.document.sha256,
            "score": round(self.score, 4),
            "also": [place.to_json() for place in self.also],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, what came of it, and up to five quotes: best first, what only repeats another last."""

    question: str
    outcome: Outcome
    confidence: float
    """0-1: how surely the first quote answers."""
    quotes: tuple[Quote, ...]
    elapsed_ms: float

    def to_json(self, identifier: str | int = "") -> AnswerJSON:
        """The public form."""
        return {
            "id": identifier,
            "question": self.question,
            "outcome": self.outcome.value,
            "confidence": round(self.confidence, 4),
            "quotes": [quote.to_json() for quote in self.quotes],
            "elapsed_ms": round(self.elapsed_ms, 1),
        }
