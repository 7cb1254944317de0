"""Which part of the record a question is asked of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from corpus.dates import period_of
from corpus.models import Case, Document, Kind, Passage
from index.errors import QuestionError
from index.terms import words


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that a passage meets all of; an empty one is no condition.

    Names need not be whole: "vallance" is Sir Patrick Vallance. A document without a date that can be
    told is in no period.
    """

    speaker: str = ""
    document: str = ""
    """A part of its path or its title."""
    kind: Kind | None = None
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(
        cls, speaker: str = "", document: str = "", kind: str = "", since: str = "", until: str = ""
    ) -> Self:
        """A filter from what people type.

        Raises:
            QuestionError: if a kind or a date is none.
        """
        return cls(
            speaker.strip(),
            document.strip(),
            _kind(kind),
            _day(since, last=False),
            _day(until, last=True),
        )

    @property
    def empty(self) -> bool:
        return self == Filter()

    def rows(self, case: Case, passages: Sequence[Passage]) -> Collection[int]:
        """The rows of the passages that meet every condition.

        Raises:
            QuestionError: if there are none; its message says which condition nothing meets.
        """
        documents = {document.path for document in case if self._takes(document)}
        if not documents:
            raise QuestionError(f"The record has no document{self._described()}. {_ADVICE}")
        found = [row for row, passage in enumerate(passages) if passage.document in documents]
        if self.speaker:
            found = [row for row in found if any(map(self.speaks, passages[row].speakers))]
        if not found:
            raise QuestionError(f"Nobody called {self.speaker} speaks there. {_ADVICE}")
        return frozenset(found)

    def speaks(self, speaker: str) -> bool:
        """Whether a speaker is the one that is meant."""
        return _names(speaker, self.speaker)

    def _takes(self, document: Document) -> bool:
        known = document.provenance
        named = not self.document or any(
            self.document.casefold() in name.casefold() for name in (document.path, document.title)
        )
        return named and self.kind in (None, known.kind) and self._in_period(known.date)

    def _in_period(self, stated: str) -> bool:
        if self.since is None and self.until is None:
            return True
        period = period_of(stated)
        if period is None:
            return False
        return (self.since is None or period.last >= self.since) and (
            self.until is None or period.first <= self.until
        )

    def _described(self) -> str:
        parts = [
            f" called {self.document}" if self.document else "",
            f" of the kind {self.kind}" if self.kind else "",
            f" since {self.since}" if self.since else "",
            f" until {self.until}" if self.until else "",
        ]
        return "".join(parts)


_ADVICE = "Ask without that filter, or see which documents there are."


def _names(name: str, wanted: str) -> bool:
    """Whether every word of `wanted` is in `name`."""
    return {word for word, _ in words(wanted)} <= {word for word, _ in words(name)}


def _kind(stated: str) -> Kind | None:
    if not stated.strip():
        return None
    try:
        return Kind(stated.strip().lower())
    except ValueError:
        known = ", ".join(kind.value for kind in Kind)
        raise QuestionError(f"{stated} is no kind of document. The kinds are {known}.") from None


def _day(stated: str, *, last: bool) -> date | None:
    if not stated.strip():
        return None
    period = period_of(stated)
    if period is None:
        raise QuestionError(
            f"{stated} is no date that can be read. Write it as in 2024-05-14, 2024-05 or 2024."
        )
    return period.last if last else period.first
