"""Haystack: its hybrid retrieval, BM25 and embeddings in one pipeline with a joiner."""

from __future__ import annotations

from typing import Any

from benchmarks.quality.quoter import Found, Quoter
from corpus.models import Case
from index.encoder import model_folder
from index.models import Answer
from index.searcher import QUOTES

_WORDS = 160
"""Words of a chunk: about 900 characters."""
_OVERLAP = 32
"""Words that two chunks share, as in Haystack's tutorial on hybrid retrieval."""


class HaystackBot:
    """The pipeline of that tutorial, its two rankings joined by reciprocal rank fusion, not by a model."""

    name = "Haystack, BM25 + embeddings + joiner"
    distribution = "haystack-ai"

    def __init__(self, quoter: Quoter) -> None:
        self._quoter = quoter

    def index(self, case: Case) -> None:
        """See `Peer`."""
        from haystack import Document
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        splitter = DocumentSplitter(split_by="word", split_length=_WORDS, split_overlap=_OVERLAP)
        documents = [Document(content=each.text, meta={"path": each.path}) for each in case]
        chunks = splitter.run(documents=documents)["documents"]
        embedder = SentenceTransformersDocumentEmbedder(**_model(), progress_bar=False)
        embedder.warm_up()
        store = InMemoryDocumentStore()
        store.write_documents(embedder.run(documents=chunks)["documents"])
        self._pipeline = _pipeline(store)
        self._quoter.prepare(chunk.content for chunk in chunks)

    def answer(self, question: str) -> Answer:
        """See `Peer`."""
        asked = {"embedder": {"text": question}, "bm25": {"query": question}, "joiner": {"top_k": QUOTES}}
        joined = self._pipeline.run(asked)["joiner"]["documents"]
        found = [Found(chunk.meta["path"], chunk.content, chunk.score) for chunk in joined]
        return self._quoter.answer(question, found)


def _model() -> dict[str, Any]:
    from haystack.utils import ComponentDevice

    return {"model": str(model_folder()), "local_files_only": True, "device": ComponentDevice.from_str("cpu")}


def _pipeline(store: Any) -> Any:
    from haystack import Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersTextEmbedder,
    )

    pipeline = Pipeline()
    pipeline.add_component("embedder", SentenceTransformersTextEmbedder(**_model(), progress_bar=False))
    pipeline.add_component("dense", InMemoryEmbeddingRetriever(store))
    pipeline.add_component("bm25", InMemoryBM25Retriever(store))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("embedder.embedding", "dense.query_embedding")
    pipeline.connect("dense", "joiner")
    pipeline.connect("bm25", "joiner")
    return pipeline
