"""Reading the best passages together with the question: which statements answer, and how surely.

`index.trained` has the reader that ships, `index.overlap` the one that needs no weights of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.models import Document, Passage, Span
from corpus.statements import Statement
from index.query import Query


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer."""

    document: Document
    passage: Passage
    statements: tuple[Statement, ...]

    def reading(self) -> tuple[str, tuple[Span, ...]]:
        """What is read: the passage after the question that it answers, and each statement's place in it."""
        text = self.passage.indexed_text(self.document.text)
        shift = len(text) - self.passage.span.end
        return text, tuple(
            Span(statement.span.start + shift, statement.span.end + shift) for statement in self.statements
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of one candidate."""

    shares: tuple[float, ...]
    """For each statement of the candidate, 0-1: how much of the answer it is, if there is one."""
    margin: float
    """How surely any of them answers: log odds, on the reader's own scale."""


class Reader(Protocol):
    """Reads candidates with the question. For one thread."""

    @property
    def name(self) -> str:
        """Which reader it is; calibrations are kept by it."""

    def read(self, query: Query, candidates: Sequence[Candidate]) -> list[Reading]:
        """One reading a candidate, in order."""
