"""The plain bot of most tutorials: passages of 900 characters, their vectors in FAISS, the nearest five."""

from __future__ import annotations

from collections.abc import Iterator

import faiss

from benchmarks.quality.quoter import Found, Quoter
from corpus.models import Case, Span
from corpus.sentences import sentences
from index.encoder import Encoder
from index.models import Answer
from index.searcher import QUOTES

_MOST = 900
"""Code points of a passage: what the model reads of one, and what Exhibit's passages have."""


class FaissBot:
    """Cosine of the question and whole sentences packed together."""

    name = "plain FAISS bot"
    distribution = "faiss-cpu"

    def __init__(self, encoder: Encoder, quoter: Quoter) -> None:
        self._encoder = encoder
        self._quoter = quoter
        self._passages: list[tuple[str, str]] = []
        self._index = faiss.IndexFlatIP(encoder.dimension)

    def index(self, case: Case) -> None:
        """See `Peer`."""
        self._passages = [(document.path, text) for document in case for text in packed(document.text, _MOST)]
        texts = [text for _, text in self._passages]
        self._index.add(self._encoder.encode(texts))
        self._quoter.prepare(texts)

    def answer(self, question: str) -> Answer:
        """See `Peer`."""
        count = min(QUOTES, len(self._passages))
        scores, rows = self._index.search(self._encoder.encode([question]), count)
        hits = [(*self._passages[row], float(score)) for row, score in zip(rows[0], scores[0], strict=True)]
        found = [Found(path, text, score) for path, text, score in hits]
        return self._quoter.answer(question, found)


def packed(text: str, most: int) -> Iterator[str]:
    """Passages of whole sentences, each as long as fits into `most`; a longer sentence is one alone."""
    start = end = 0
    for sentence in sentences(text, Span(0, len(text))):
        if start < end and sentence.end - start > most:
            yield text[start:end]
            start = sentence.start
        elif start == end:
            start = sentence.start
        end = sentence.end
    if start < end:
        yield text[start:end]
