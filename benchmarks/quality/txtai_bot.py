"""txtai: its hybrid index (FAISS and BM25), over chunks that its segmentation pipeline makes."""

from __future__ import annotations

from benchmarks.quality.quoter import Found, Quoter
from corpus.models import Case
from index.encoder import model_folder
from index.models import Answer
from index.searcher import QUOTES

_CHUNK = 900
"""Characters of a chunk."""


class TxtaiBot:
    """`Embeddings` with `hybrid`, whose score is between 0 and 1, and the sentence chunker."""

    name = "txtai, hybrid"
    distribution = "txtai"

    def __init__(self, quoter: Quoter) -> None:
        self._quoter = quoter

    def index(self, case: Case) -> None:
        """See `Peer`."""
        from txtai import Embeddings
        from txtai.pipeline import Segmentation

        segment = Segmentation(chunker="sentence", chunk_size=_CHUNK)
        chunks = [(document.path, chunk) for document in case for chunk in segment(document.text)]
        self._embeddings = Embeddings(path=str(model_folder()), content=True, hybrid=True, gpu=False)
        self._embeddings.index(chunks)
        self._quoter.prepare(chunk for _, chunk in chunks)

    def answer(self, question: str) -> Answer:
        """See `Peer`."""
        rows = self._embeddings.search(question, QUOTES)
        found = [Found(row["id"], row["text"], row["score"]) for row in rows]
        return self._quoter.answer(question, found)
