"""Words of a question that the record spells otherwise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.terms import words

_SHORTEST = 5
"""Shorter words have too many neighbours that mean something else."""
_LONG = 8
"""From this length on, double letters aside, a common word may be a letter off."""
_NAME = 0.9
"""The share of a word's places where it has a capital that makes it a name."""
_DOUBLE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Count:
    """How often a word stands in the record, and how often with a capital letter."""

    times: int
    capital: int

    @property
    def is_name(self) -> bool:
        """Whether nearly every time it has a capital."""
        return self.capital >= _NAME * self.times


def count_words(texts: Iterable[str]) -> dict[str, Count]:
    """The folded words of texts with their counts."""
    times: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        for word, span in words(text):
            times[word] += 1
            capital[word] += text[span.start].isupper()
    return {word: Count(count, capital[word]) for word, count in times.items()}


class Spelling:
    """Near spellings: double letters aside, one letter more, less, other, or two of them swapped."""

    def __init__(self, counts: Mapping[str, Count]) -> None:
        self._counts = counts
        self._by_initial: dict[str, dict[str, str]] = {}
        for word in counts:
            if len(word) >= _SHORTEST - 1 and word.isalpha():
                self._by_initial.setdefault(word[0], {})[word] = _squeezed(word)

    def knows(self, word: str) -> bool:
        """Whether the record has this word."""
        return word in self._counts

    def near(self, word: str) -> str | None:
        """The word of the record that is most likely meant by one that it does not have; None if none is.

        Names are found more readily than common words, of which each has many neighbours. Only words
        with the same first letter are: people seldom miss that one.
        """
        if len(word) < _SHORTEST or not word.isalpha() or word in self._counts:
            return None
        squeezed = _squeezed(word)
        found = process.extract(
            squeezed,
            self._by_initial.get(word[0], {}),
            scorer=OSA.distance,
            score_cutoff=1,
            limit=None,
        )
        likely = [
            (distance, -self._counts[other].times, other)
            for _, distance, other in found
            if distance == 0 or len(squeezed) >= _LONG or self._counts[other].is_name
        ]
        return min(likely)[2] if likely else None


def _squeezed(word: str) -> str:
    """A word with its double letters single: they are what people mistype most."""
    return _DOUBLE.sub(r"\1", word)
