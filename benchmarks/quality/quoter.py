"""Makes answers of passages, for peers that find passages and stop there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.context import locator
from corpus.models import Case, Document, Span
from corpus.sentences import sentences
from index.encoder import Encoder
from index.models import Answer, Outcome, Quote


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a peer found."""

    document: str
    """Path of the document that it is from."""
    text: str
    score: float
    """As the peer gives it; the more, the better."""
    sentence: str = ""
    """What in the passage was found, where the peer says so."""


class Quoter:
    """Turns passages into the answer that somebody who builds such a bot would show.

    A peer that says which sentence it found has that one highlighted, any other the sentence whose vector
    is nearest to the question's. Vectors of sentences are made when a peer indexes, so that its answers
    take no longer than they must. None of the peers knows when not to answer: whatever is found is given
    as a quote, with the score of the first as confidence.
    """

    def __init__(self, case: Case, encoder: Encoder) -> None:
        # A peer reads whole files, and so may quote what Exhibit marks as unquotable.
        self._documents = {document.path: replace(document, unquotable=()) for document in case}
        self._encoder = encoder
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def prepare(self, passages: Iterable[str]) -> None:
        """Encodes the sentences of passages that may be found; those of earlier peers are kept."""
        texts = {span.of(passage): None for passage in passages for span in _sentences(passage)}
        new = [text for text in texts if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._encoder.encode(new), strict=True))

    def answer(self, question: str, found: Sequence[Found]) -> Answer:
        """An answer of passages, the best first; of nothing where there are none."""
        if not found:
            return Answer(question, Outcome.NOTHING, 0.0, (), 0.0)
        vector = self._encoder.encode([question])[0]
        quotes = tuple(self._quote(each, self._highlights(each, vector)) for each in found)
        return Answer(question, Outcome.QUOTE, quotes[0].score, quotes, 0.0)

    def _highlights(self, found: Found, question: NDArray[np.float32]) -> tuple[Span, ...]:
        if found.sentence:
            start = found.text.index(found.sentence)
            return (Span(start, start + len(found.sentence)),)
        spans = _sentences(found.text)
        self.prepare([found.text])
        best = max(spans, key=lambda span: float(self._vectors[span.of(found.text)] @ question), default=None)
        return (best,) if best else ()

    def _quote(self, found: Found, highlights: Sequence[Span]) -> Quote:
        document, start = self._placed(found)
        span = Span(start, start + len(found.text))
        shifted = tuple(Span(start + each.start, start + each.end) for each in highlights)
        score = min(1.0, max(0.0, found.score))
        return Quote(document, span, shifted, None, locator(document, span), score)

    def _placed(self, found: Found) -> tuple[Document, int]:
        """Where a passage stands; in a document of its own if its peer has changed its words."""
        document = self._documents[found.document]
        start = document.text.find(found.text)
        return (document, start) if start >= 0 else (replace(document, text=found.text), 0)


def _sentences(passage: str) -> list[Span]:
    return list(sentences(passage, Span(0, len(passage))))
