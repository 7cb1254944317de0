"""A question as the rankings and the reader see it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import permutations

from corpus.speakers import bare_name
from index.acronyms import Explanation
from index.encoder import Encoder, Vectors
from index.errors import QuestionError
from index.sparse import SparseIndex
from index.spelling import Count, Spelling
from index.terms import Analyzer, folded, words

MOST = 2_000
"""The longest question, in code points."""

Terms = frozenset[str]
"""Terms that have to stand in a text together."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question that has been understood as far as the rankings need it."""

    text: str
    """The question, its words in the record's spelling where it has them in another."""
    vector: Vectors
    """Of shape (dimension,), of length 1."""
    groups: tuple[frozenset[Terms], ...]
    """For each word of the question that carries meaning: whatever counts as that word."""
    weights: tuple[float, ...]
    """How rare each of those words is in the record."""
    speakers: frozenset[str] = frozenset()
    """Those of the record's speakers whom the question names."""

    @property
    def terms(self) -> list[str]:
        """Every term to look for, each once."""
        return sorted({term for group in self.groups for terms in group for term in terms})

    def coverage(self, terms: Set[str]) -> float:
        """0-1: the share of the question's words, weighted by rarity, that are among `terms`."""
        weighed = zip(self.groups, self.weights, strict=True)
        found = sum(weight for group, weight in weighed if any(each <= terms for each in group))
        total = sum(self.weights)
        return found / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Names:
    """What people and things are called in the record."""

    aliases: Sequence[Sequence[str]] = ()
    """Groups of spellings of one name, the canonical one first."""
    explained: Sequence[Explanation] = ()
    """The short forms that the record explains."""
    speakers: Collection[str] = ()
    """Everybody who speaks in the record."""


@dataclass(frozen=True, slots=True)
class _Synonym:
    """What a question that has some terms is to look for as well."""

    asked: Terms
    also: Terms
    capitals: bool = False
    """Whether the question has to have them in capitals: "WHO" is not "who"."""


class Interpreter:
    """Makes queries of questions. For one thread.

    Everything here widens or mends the query, never a document.

    Args:
        counts: how often the record has each word.
    """

    def __init__(
        self, encoder: Encoder, sparse: SparseIndex, counts: Mapping[str, Count], names: Names
    ) -> None:
        self._encoder = encoder
        self._sparse = sparse
        self._counts = counts
        self._spelling = Spelling(counts)
        self._analyzer = Analyzer()
        self._aliases = [
            [frozenset(self._analyzer.terms(spelling)) for spelling in group] for group in names.aliases
        ]
        self._canonical = {
            spelled[0][0]: group[0]
            for group in names.aliases
            for spelling in group[1:]
            if len(spelled := words(spelling)) == 1
        }
        self._synonyms = [
            _Synonym(asked, also)
            for group in self._aliases
            for asked, also in permutations(dict.fromkeys(group), 2)
        ]
        self._synonyms += [synonym for each in names.explained for synonym in self._both_ways(each)]
        self._surnames: dict[str, set[str]] = {}
        for speaker in names.speakers:
            for name in bare_name(speaker)[-1:]:
                self._surnames.setdefault(folded(name), set()).add(speaker)

    def interpret(self, question: str) -> Query:
        """What to look for.

        Raises:
            QuestionError: if the question is empty, too long, or has no word to look for.
        """
        asked = _checked(question)
        text = self._mended(asked)
        groups = self._groups(asked, text)
        if not groups:
            raise QuestionError(
                "There is nothing in that question to look for. Name a person, a thing or an event."
            )
        weights = tuple(map(self._rarity, groups))
        return Query(text, self._encoder.encode([text])[0], groups, weights, self._named(text))

    def _groups(self, asked: str, text: str) -> tuple[frozenset[Terms], ...]:
        """What counts as each word of a question: itself, and the synonyms of what the question has in full.

        Args:
            text: the question `asked` in the record's spelling.
        """
        terms = self._analyzer.content_terms(text)
        present = frozenset(self._analyzer.terms(asked)) | frozenset(terms)
        capitals = frozenset(self._analyzer.terms(" ".join(_capitals(asked))))
        groups = {term: {frozenset([term])} for term in terms}
        for synonym in self._synonyms:
            if synonym.asked <= (capitals if synonym.capitals else present):
                for term in synonym.asked:
                    if synonym.capitals:  # which may be a function word when it is not
                        groups.setdefault(term, set())
                    if term in groups:
                        groups[term].add(synonym.also)
        return tuple(map(frozenset, groups.values()))

    def knows_word(self, word: str) -> bool:
        """Whether a word, in lower case, is one that the model knows as a whole."""
        return self._encoder.knows_word(word)

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
        return None if self.knows_word(word) else self._spelling.near(word)

    def _rarity(self, group: Set[Terms]) -> float:
        """That of what counts as a word and is commonest in the record; terms are as rare as the rarest."""
        known = [terms for terms in group if all(term in self._sparse for term in terms)]
        return min(max(map(self._sparse.rarity, terms)) for terms in known or group)

    def _both_ways(self, said: Explanation) -> Iterator[_Synonym]:
        """A question with the short form looks for the long one, and the other way round."""
        long = self._analyzer.terms(said.long)
        meant = frozenset(self._analyzer.content_terms(said.long)) or frozenset(long)
        for form in (said.short, f"{said.short}s"):
            short = frozenset(self._analyzer.terms(form))
            everyday = self._is_everyday(form)
            if form != said.short and (everyday or not self._spelling.knows(folded(form))):
                continue
            if not short <= meant:
                yield _Synonym(short, meant, capitals=everyday)
            if not everyday:
                yield _Synonym(frozenset(long), short)

    def _is_everyday(self, form: str) -> bool:
        """Whether a short form is another word when it has no capitals, as "WHO" and, often, "NICE" are."""
        if not self._analyzer.content_terms(form):
            return True
        count = self._counts.get(folded(form))
        return form[0].isupper() and count is not None and not count.is_name


def _capitals(question: str) -> list[str]:
    """The words of a question that are written in capitals; none where all of it is."""
    if question.isupper():
        return []
    found = [span.of(question).removesuffix("'s").removesuffix("’s") for _, span in words(question)]
    return [word for word in found if len(word) > 1 and word.isupper()]


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
