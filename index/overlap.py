"""The reader that needs no weights of its own: meaning, words, and who answers whom.

For every statement it weighs how near it is in meaning, how many of the question's words it has, and
what it answers: in testimony the words of a question stand in counsel's turn and the answer stands
in the next.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from corpus.statements import Statement
from index.encoder import Encoder, Vectors
from index.query import Query
from index.reader import Candidate, Reading
from index.terms import Analyzer

_MEANING = 0.5
"""The weight of meaning against words in a statement's evidence."""
_ELSEWHERE = 0.4
"""What a word of the question counts that stands in the passage, but not in the statement."""
_ANSWER = 0.95
"""What the first sentence of an answer takes over of the evidence of the question before it."""
_FURTHER = 0.85
"""And its other sentences."""
_QUESTION = 0.6
"""What is left to a question whose answer follows: it is the answer that people want."""
_SHARPNESS = 10.0
"""How sharply a difference in evidence becomes a difference in share."""
_MEMORY = 20_000
"""Vectors of statements that are remembered."""


class OverlapReader:
    """Scores statements by meaning, words and exchange. For one thread."""

    name = "overlap"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._analyzer = Analyzer()
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()

    def read(self, query: Query, candidates: Sequence[Candidate]) -> list[Reading]:
        """See `Reader`."""
        texts = [
            statement.span.of(each.document.text) for each in candidates for statement in each.statements
        ]
        cosines = self._embed(texts) @ query.vector if texts else np.empty(0)
        readings, start = [], 0
        for each in candidates:
            end = start + len(each.statements)
            readings.append(self._read(query, each, [float(cosine) for cosine in cosines[start:end]]))
            start = end
        return readings

    def _read(self, query: Query, candidate: Candidate, cosines: Sequence[float]) -> Reading:
        text = candidate.document.text
        everywhere = query.coverage(frozenset(self._analyzer.terms(candidate.passage.indexed_text(text))))
        own = []
        for statement, cosine in zip(candidate.statements, cosines, strict=True):
            here = query.coverage(frozenset(self._analyzer.terms(statement.span.of(text))))
            words = (1 - _ELSEWHERE) * here + _ELSEWHERE * everywhere
            own.append(_MEANING * max(0.0, cosine) + (1 - _MEANING) * words)
        evidence = _passed_on(candidate.statements, own)
        best = min(0.999, max(0.001, max(evidence, default=0.0)))
        weights = [math.exp(_SHARPNESS * (one - best)) for one in evidence]
        return Reading(tuple(one / sum(weights) for one in weights), math.log(best / (1 - best)))

    def _embed(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._encoder.encode(new), strict=True))
        found = np.stack([self._vectors[text] for text in texts])
        for text in texts:
            self._vectors.move_to_end(text)
        while len(self._vectors) > _MEMORY:
            self._vectors.popitem(last=False)
        return found


def _passed_on(statements: Sequence[Statement], own: Sequence[float]) -> list[float]:
    """Lets an answer have the evidence of the question that it answers."""
    asked: dict[int, float] = {}
    for statement, evidence in zip(statements, own, strict=True):
        if statement.answered and statement.turn:
            start = statement.turn.span.start
            asked[start] = max(asked.get(start, 0.0), evidence)
    passed = []
    for at, (statement, evidence) in enumerate(zip(statements, own, strict=True)):
        value = _QUESTION * evidence if statement.answered else evidence
        if statement.asked and statement.asked.span.start in asked:
            first = at == 0 or statements[at - 1].turn is not statement.turn
            share = _ANSWER if first else _FURTHER
            value = max(value, share * asked[statement.asked.span.start])
        passed.append(value)
    return passed
