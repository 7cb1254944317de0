"""The terms of passages and of their statements, kept while they are of use."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from corpus.models import Span
from index.reader import Candidate
from index.terms import Analyzer

_REMEMBERED = 2_000
"""Passages whose terms are kept."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What stands in a passage, and in each of its statements with the question turn that it answers."""

    passage: frozenset[str]
    statements: tuple[frozenset[str], ...]


class PassageTerms:
    """Finds the terms of passages, the last ones from memory. For one thread."""

    def __init__(self) -> None:
        self._analyzer = Analyzer()
        self._found: OrderedDict[tuple[str, Span], Terms] = OrderedDict()

    def of(self, candidate: Candidate) -> Terms:
        """The terms of a passage with all of its statements."""
        key = (candidate.document.path, candidate.passage.span)
        if key not in self._found:
            self._found[key] = self._analyzed(candidate)
            if len(self._found) > _REMEMBERED:
                self._found.popitem(last=False)
        self._found.move_to_end(key)
        return self._found[key]

    def _analyzed(self, candidate: Candidate) -> Terms:
        text = candidate.document.text
        asked = {each.asked for each in candidate.statements if each.asked}
        questions = {turn: frozenset(self._analyzer.terms(turn.words.of(text))) for turn in asked}
        return Terms(
            frozenset(self._analyzer.terms(candidate.reading()[0])),
            tuple(
                frozenset(self._analyzer.terms(each.span.of(text)))
                | (questions[each.asked] if each.asked else frozenset())
                for each in candidate.statements
            ),
        )
