"""From a question to an answer: the one entrance for everyone."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from corpus.context import locator
from corpus.statements import Outline, outline_of
from index.confidence import Calibration, Signals, load_calibration
from index.encoder import Encoder
from index.filters import Filter
from index.fusion import reciprocal_rank_fusion
from index.generation import Generation
from index.highlights import chosen, spans_of
from index.models import Answer, Outcome, Quote
from index.query import Interpreter, Query
from index.reader import Candidate, Reader, Reading
from index.terms import Analyzer

QUOTES = 5
_RANKED = 50
"""How many passages each ranking yields."""
_READ = 20
"""How many of the joined ranking are read."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage that was read, and how likely it is the right one."""

    candidate: Candidate
    reading: Reading
    signals: Signals
    score: float
    """0-1."""


class Searcher:
    """Answers questions from one generation. For one thread.

    Args:
        calibration: what was fitted for `reader`; by default, what ships.
    """

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        reader: Reader,
        calibration: Calibration | None = None,
    ) -> None:
        self.generation = generation
        self._interpreter = Interpreter(
            encoder,
            generation.sparse,
            generation.counts,
            generation.case.aliases,
            {speaker for passage in generation.passages for speaker in passage.speakers},
        )
        self._analyzer = Analyzer()
        self._reader = reader
        self._calibration = calibration or load_calibration(reader.name)
        self._documents = {document.path: document for document in generation.case}
        self._outlines: dict[str, Outline] = {}

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
        confidence = self._calibration.confidence.probability(ranked[0].signals) if ranked else 0.0
        outcome = self._calibration.outcome(confidence)
        shown = () if outcome is Outcome.NOTHING else ranked[:limit]
        quotes = tuple(_quote(each) for each in shown)
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
        rows = self._rows(query, among)
        candidates = [self._candidate(row, speaks) for row, _ in rows]
        cosines = self.generation.dense.cosines(query.vector, [row for row, _ in rows])
        found = []
        for at, reading in enumerate(self._reader.read(query, candidates)):
            terms = frozenset(self._analyzer.terms(candidates[at].reading()[0]))
            signals = Signals(
                reading.margin,
                rows[at][1],
                max(0.0, cosines[at]),
                query.coverage(terms),
                _said_by_named(query, candidates[at], reading),
            )
            score = self._calibration.rank.probability(signals)
            found.append(Ranked(candidates[at], reading, signals, score))
        return sorted(found, key=lambda ranked: -ranked.score)

    def _rows(self, query: Query, among: Collection[int] | None) -> list[tuple[int, float]]:
        """The passages to read, each with its joined score as a share of the best there could be."""
        rankings = [
            self.generation.dense.search(query.vector, _RANKED, among),
            self.generation.sparse.search(query.terms, _RANKED, among),
        ]
        joined = reciprocal_rank_fusion([[row for row, _ in ranking] for ranking in rankings])
        best = reciprocal_rank_fusion([[0]] * len(rankings))[0][1]
        return [(row, score / best) for row, score in joined[:_READ]]

    def _candidate(self, row: int, speaks: Callable[[str], bool] | None) -> Candidate:
        passage = self.generation.passages[row]
        document = self._documents[passage.document]
        if document.path not in self._outlines:
            self._outlines[document.path] = outline_of(document, self.generation.case.aliases)
        statements = self._outlines[document.path].within(passage.span)
        if speaks:
            statements = tuple(each for each in statements if each.turn and speaks(each.turn.speaker))
        return Candidate(document, passage, statements)


def _said_by_named(query: Query, candidate: Candidate, reading: Reading) -> float:
    """1 where what is highlighted is said by whom the question names, -1 by somebody else; else 0."""
    turns = [statement.turn for statement in chosen(candidate, reading)]
    if not query.speakers or not turns or turns[-1] is None:
        return 0.0
    return 1.0 if turns[-1].speaker in query.speakers else -1.0


def _quote(ranked: Ranked) -> Quote:
    candidate = ranked.candidate
    highlights = chosen(candidate, ranked.reading)
    speakers = [statement.turn.speaker for statement in highlights if statement.turn]
    return Quote(
        document=candidate.document,
        span=candidate.passage.span,
        highlights=spans_of(candidate, highlights),
        speaker=speakers[-1] if speakers else None,
        locator=locator(candidate.document, candidate.passage.span),
        score=ranked.score,
        question=candidate.passage.question,
    )
