"""A question as the rankings and the reader see it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from corpus.speakers import bare_name
from index.encoder import Encoder, Vectors
from index.errors import QuestionError
from index.sparse import SparseIndex
from index.spelling import Count, Spelling
from index.terms import Analyzer, folded, words

MOST = 2_000
"""The longest question, in code points."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question that has been understood as far as the rankings need it."""

    text: str
    """The question, its words in the record's spelling where it has them in another."""
    vector: Vectors
    """Of shape (dimension,), of length 1."""
    groups: tuple[frozenset[str], ...]
    """For each word of the question that carries meaning: the terms that count as that word."""
    weights: tuple[float, ...]
    """How rare each of those words is in the record."""
    speakers: frozenset[str] = frozenset()
    """Those of the record's speakers whom the question names."""

    @property
    def terms(self) -> list[str]:
        """Every term to look for, each once."""
        return sorted(frozenset().union(*self.groups))

    def coverage(self, terms: Set[str]) -> float:
        """0-1: the share of the question's words, weighted by rarity, that are among `terms`."""
        weighed = zip(self.groups, self.weights, strict=True)
        found = sum(weight for group, weight in weighed if not group.isdisjoint(terms))
        total = sum(self.weights)
        return found / total if total else 0.0


class Interpreter:
    """Makes queries of questions. For one thread.

    Everything here widens or mends the query, never a document.

    Args:
        counts: how often the record has each word.
        aliases: groups of spellings of one name, the canonical one first.
        speakers: everybody who speaks in the record.
    """

    def __init__(
        self,
        encoder: Encoder,
        sparse: SparseIndex,
        counts: Mapping[str, Count],
        aliases: Sequence[Sequence[str]],
        speakers: Collection[str] = (),
    ) -> None:
        self._encoder = encoder
        self._sparse = sparse
        self._spelling = Spelling(counts)
        self._analyzer = Analyzer()
        self._aliases = [
            [frozenset(self._analyzer.terms(spelling)) for spelling in group] for group in aliases
        ]
        self._canonical = {
            spelled[0][0]: group[0]
            for group in aliases
            for spelling in group[1:]
            if len(spelled := words(spelling)) == 1
        }

        self._surnames: dict[str, set[str]] = {}
        for speaker in speakers:
            for name in bare_name(speaker)[-1:]:
                self._surnames.setdefault(folded(name), set()).add(speaker)

    def interpret(self, question: str) -> Query:
        """What to look for.

        Raises:
            QuestionError: if the question is empty, too long, or has no word to look for.
        """
        asked = _checked(question)
        text = self._mended(asked)
        terms = self._analyzer.content_terms(text)
        if not terms:
            raise QuestionError(
                "There is nothing in that question to look for. Name a person, a thing or an event."
            )
        present = frozenset(self._analyzer.terms(asked)) | frozenset(terms)
        groups = tuple(self._widened(term, present) for term in terms)
        weights = tuple(min(map(self._sparse.rarity, self._known(group))) for group in groups)
        return Query(text, self._encoder.encode([text])[0], groups, weights, self._named(text))

    def _named(self, text: str) -> frozenset[str]:
        """The speakers whose last name is in the question, in one of its spellings."""
        asked = frozenset(self._analyzer.terms(text))
        found = [self._surnames.get(word, set()) for word, _ in words(text)]
        for group in self._aliases:
            if any(spelling <= asked for spelling in group):
                found += [
                    speakers
                    for surname, speakers in self._surnames.items()
                    if frozenset(self._analyzer.terms(surname)) in group
                ]
        return frozenset().union(*found)

    def _mended(self, question: str) -> str:
        """The question with each word that the record has not in the spelling that it has."""
        mended, end = [], 0
        for word, span in words(question):
            other = self._recorded(word)
            if other:
                mended += [question[end : span.start], other]
                end = span.end
        return "".join(mended) + question[end:]

    def _recorded(self, word: str) -> str | None:
        """How the record spells a word that it does not have; None if it has it, or nothing like it."""
        if self._spelling.knows(word) or not self._analyzer.content_terms(word):
            return None
        if word in self._canonical:
            return self._canonical[word]
        # What the model knows as a word is not a slip, even where it looks like one: "glove" is not "Gove".
        return None if self._encoder.knows_word(word) else self._spelling.near(word)

    def _known(self, group: Set[str]) -> Set[str]:
        known = {term for term in group if term in self._sparse}
        return known or group

    def _widened(self, term: str, asked: Set[str]) -> frozenset[str]:
        """A term with those of the other spellings of every name that the question has in full."""
        found = {term}
        for group in self._aliases:
            if any(term in spelling and spelling <= asked for spelling in group):
                found.update(*group)
        return frozenset(found)


def _checked(question: str) -> str:
    text = " ".join(question.split())
    if not text:
        raise QuestionError("The question is empty. Ask about a person, a thing or an event in the case.")
    if len(text) > MOST:
        raise QuestionError(
            f"The question has {len(text):,} characters, and at most {MOST:,} can be read. Ask it shorter."
        )
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise QuestionError("The question has characters that are no text. Type it again.")
    if not re.search(r"[^\W_]", folded(text)):
        raise QuestionError("There are no words in that question. Ask it in words.")
    return text
