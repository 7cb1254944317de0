"""What the record is made of. Start reading here.

Data flows one way: Document -> Passage -> Quote -> Answer -> message. Everything here is
frozen, and nothing here holds a copy of a document's words: a piece of a document is a `Span`, and
its words are whatever the document says at that span.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points in a document's text.

    Raises:
        ValueError: if the range is negative or ends before it starts.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"A span must satisfy 0 <= start <= end, not {self.start}..{self.end}.")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The words of `text` at this span."""
        return text[self.start : self.end]

    def holds(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end


class Kind(StrEnum):
    """What sort of evidence a document is; `UNKNOWN` where nobody has said."""

    TESTIMONY = "testimony"
    FILING = "filing"
    ORDER = "order"
    EXHIBIT = "exhibit"
    PRESS = "press"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of where a document came from. An empty string means: not known."""

    title: str = ""
    publisher: str = ""
    date: str = ""
    source: str = ""
    kind: Kind = Kind.UNKNOWN
    label: str = ""
    """The evidence label, such as "Exhibit 12" or "Press report"."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text of the record with its provenance.

    `text` is exactly what was read, never cleaned or normalised, so that offsets stay true.
    `unquotable` marks what is in the text but is no evidence (a metadata header, boilerplate):
    sorted, disjoint spans that are never indexed and never quoted.
    """

    path: str
    """POSIX path below `documents/`; unique in a case."""
    text: str
    sha256: str
    """Of the file's bytes, lower-case hexadecimal."""
    provenance: Provenance = field(default_factory=Provenance)
    unquotable: tuple[Span, ...] = ()

    @property
    def title(self) -> str:
        """The title, or the path where no title is known."""
        return self.provenance.title or self.path

    def quotable(self, span: Span) -> bool:
        """Whether no part of `span` is marked as unquotable."""
        return not any(span.overlaps(marked) for marked in self.unquotable)


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's words in a transcript or a quoted exchange."""

    span: Span
    """Label and words."""
    words: Span
    speaker: str
    """The canonical name: the same for every spelling of one person."""
    label: str
    """The name as this turn spells it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question turn and the answer turns that follow it: the unit of testimony."""

    question: Turn
    answers: tuple[Turn, ...]

    @property
    def span(self) -> Span:
        last = self.answers[-1] if self.answers else self.question
        return Span(self.question.span.start, last.span.end)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed: a span of one document, never cut inside a sentence.

    `question` is the question turn that this passage answers, where that turn stands outside the
    span because the exchange was too long for one passage.
    """

    document: str
    span: Span
    question: Span | None = None
    speakers: tuple[str, ...] = ()

    def indexed_text(self, text: str) -> str:
        """What is searched: the passage, after the question that it answers.

        Args:
            text: the text of the passage's document.
        """
        words = self.span.of(text)
        return f"{self.question.of(text)}\n{words}" if self.question else words

    def key(self, text: str) -> str:
        """SHA-256 of the indexed text: equal keys have equal vectors."""
        return hashlib.sha256(self.indexed_text(text).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in the case and what they are in it."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class CaseCalibration:
    """What a case changes of the confidence and the thresholds that ship; see `index.confidence`."""

    quote: float | None = None
    """0-1: from which confidence on an answer is given as a quote; None for what ships."""
    nearest: float | None = None
    """0-1: from which confidence on related passages are shown at all; None for what ships."""
    scale: float = 1.0
    """What the log odds of the confidence that ships are multiplied by; positive."""
    shift: float = 0.0
    """What is added to them then."""
    base: str = ""
    """What all this was fitted to, and holds for alone; empty where it holds for every reader."""


@dataclass(frozen=True, slots=True)
class Case:
    """A folder of documents and what its `case.toml` says of them.

    `aliases` are groups of spellings of one name, the canonical spelling first.
    """

    root: Path
    name: str
    title: str
    documents: tuple[Document, ...]
    court: str = ""
    parties: tuple[Party, ...] = ()
    aliases: tuple[tuple[str, ...], ...] = ()
    calibration: CaseCalibration = CaseCalibration()

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def __len__(self) -> int:
        return len(self.documents)
