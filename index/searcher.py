"""From a question to an answer: the one entrance for everyone."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.context import locator
from corpus.models import Span
from corpus.statements import Outline, Statement, outline_of
from index.acronyms import explanations
from index.confidence import Calibration, Signals, calibration_for
from index.duplicates import grouped
from index.encoder import Encoder
from index.filters import Filter
from index.fusion import reciprocal_rank_fusion
from index.generation import Generation
from index.highlights import chosen, spans_of
from index.models import Answer, Outcome, Place, Quote
from index.passage_terms import PassageTerms
from index.query import Interpreter, Names, Query
from index.reader import Candidate, Reader

QUOTES = 5
_RANKED = 50
"""How many passages each ranking yields, and how many of the joined ranking are looked at."""
READ = 10
"""How many of them are read."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage that was read, and how likely it is the right one."""

    candidate: Candidate
    shown: tuple[Statement, ...]
    """What is highlighted of it."""
    seen: Signals
    """What was known of it before it was read."""
    signals: Signals
    score: float
    """0-1."""


class Searcher:
    """Answers questions from one generation. For one thread.

    Args:
        calibration: what was fitted for `reader`; by default, what ships, as far as the case leaves it.
        read: how many passages are read for a question.
    """

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        reader: Reader,
        calibration: Calibration | None = None,
        read: int = READ,
    ) -> None:
        self.generation = generation
        self._read = read
        self._interpreter = Interpreter(encoder, generation.sparse, generation.counts, _names(generation))
        self._reader = reader
        self._calibration = calibration or calibration_for(generation.case.calibration, reader.name)
        self._documents = {document.path: document for document in generation.case}
        self._outlines: dict[str, Outline] = {}
        self._terms = PassageTerms()

    def search(self, question: str, limit: int = QUOTES, where: Filter | None = None) -> Answer:
        """The answer of the record to a question.

        Args:
            limit: the most quotes to give.
            where: the part of the record to ask; None for all of it.

        Raises:
            QuestionError: if there is nothing in the question to look for, or nothing to look at.
        """
        started = time.perf_counter()
        among = None
        if where and not where.empty:
            among = where.rows(self.generation.case, self.generation.passages)
        ranked = self.ranked(question, among, where.speaks if where and where.speaker else None)
        confidence = self._calibration.confidence_of([each.signals for each in ranked]) if ranked else 0.0
        outcome = self._calibration.outcome(confidence) if ranked else Outcome.NOTHING
        groups = [] if outcome is Outcome.NOTHING else _grouped(ranked, self._interpreter.knows_word)
        quotes = tuple(_quote(best, others) for best, *others in groups[:limit])
        return Answer(question, outcome, confidence, quotes, (time.perf_counter() - started) * 1000)

    def ranked(
        self,
        question: str,
        among: Collection[int] | None = None,
        speaks: Callable[[str], bool] | None = None,
    ) -> list[Ranked]:
        """The passages that were read, the likeliest first.

        Args:
            among: the rows of the only passages to look at; None for all.
            speaks: whose statements may answer; None for everybody's.

        Raises:
            QuestionError: if there is nothing in the question to look for.
        """
        query = self._interpreter.interpret(question)
        screened = self._screened(query, among, speaks)[: self._read]
        readings = self._reader.read(query, [candidate for candidate, _ in screened])
        found = []
        for (candidate, seen), reading in zip(screened, readings, strict=True):
            shown = chosen(candidate, reading)
            share = sum(reading.shares[candidate.statements.index(each)] for each in shown)
            named = _names_speaker(query, [turn.speaker for each in shown[-1:] if (turn := each.turn)])
            signals = replace(seen, margin=reading.margin, named=named, share=share)
            score = self._calibration.rank.probability(signals)
            found.append(Ranked(candidate, shown, seen, signals, score))
        return sorted(found, key=lambda ranked: -ranked.score)

    def _screened(
        self, query: Query, among: Collection[int] | None, speaks: Callable[[str], bool] | None
    ) -> list[tuple[Candidate, Signals]]:
        """The passages of the joined ranking with what is known of them unread, the most promising first."""
        rankings = [
            self.generation.dense.search(query.vector, _RANKED, among),
            self.generation.sparse.search(query.terms, _RANKED, among),
        ]
        joined = reciprocal_rank_fusion([[row for row, _ in ranking] for ranking in rankings])[:_RANKED]
        best = reciprocal_rank_fusion([[0]] * len(rankings))[0][1]
        cosines = self.generation.dense.cosines(query.vector, [row for row, _ in joined])
        found = []
        for (row, score), cosine in zip(joined, cosines, strict=True):
            candidate = self._candidate(row)
            terms = self._terms.of(candidate)
            signals = Signals(
                margin=0.0,
                fused=score / best,
                cosine=max(0.0, cosine),
                coverage=query.coverage(terms.passage),
                together=max(map(query.coverage, terms.statements), default=0.0),
                named=_names_speaker(query, candidate.passage.speakers),
                share=0.0,
            )
            found.append((_said_by(candidate, speaks) if speaks else candidate, signals))
        return sorted(found, key=lambda each: -self._calibration.screen.probability(each[1]))

    def _candidate(self, row: int) -> Candidate:
        passage = self.generation.passages[row]
        document = self._documents[passage.document]
        if document.path not in self._outlines:
            self._outlines[document.path] = outline_of(document, self.generation.case.aliases)
        return Candidate(document, passage, self._outlines[document.path].within(passage.span))


def _said_by(candidate: Candidate, speaks: Callable[[str], bool]) -> Candidate:
    """The same with the statements of some speakers alone."""
    said = tuple(each for each in candidate.statements if each.turn and speaks(each.turn.speaker))
    return replace(candidate, statements=said)


def _names(generation: Generation) -> Names:
    texts = {document.path: document.text for document in generation.case}
    quotable = (passage.span.of(texts[passage.document]) for passage in generation.passages)
    return Names(
        generation.case.aliases,
        explanations(quotable, generation.counts),
        {speaker for passage in generation.passages for speaker in passage.speakers},
    )


def _names_speaker(query: Query, speakers: Sequence[str]) -> float:
    """1 where the question names one of these, -1 where it names others, 0 where nothing can be told."""
    if not query.speakers or not speakers:
        return 0.0
    return -1.0 if query.speakers.isdisjoint(speakers) else 1.0


def _grouped(ranked: Sequence[Ranked], is_word: Callable[[str], bool]) -> list[list[Ranked]]:
    """What to show, in order, each with those that say the same after it."""
    passages = [each.candidate.passage.indexed_text(each.candidate.document.text) for each in ranked]
    answers = [[span.of(each.candidate.document.text) for span in _highlights(each)] for each in ranked]
    return [
        [ranked[at] for at in (group.best, *group.others)] for group in grouped(passages, answers, is_word)
    ]


def _highlights(ranked: Ranked) -> tuple[Span, ...]:
    return spans_of(ranked.candidate, ranked.shown)


def _place(ranked: Ranked) -> Place:
    document, span = ranked.candidate.document, ranked.candidate.passage.span
    return Place(document, span, locator(document, span))


def _quote(ranked: Ranked, others: Iterable[Ranked]) -> Quote:
    candidate = ranked.candidate
    speakers = [statement.turn.speaker for statement in ranked.shown if statement.turn]
    return Quote(
        document=candidate.document,
        span=candidate.passage.span,
        highlights=_highlights(ranked),
        speaker=speakers[-1] if speakers else None,
        locator=locator(candidate.document, candidate.passage.span),
        score=ranked.score,
        question=candidate.passage.question,
        also=tuple(_place(other) for other in others),
    )
