"""LlamaIndex: its vector index, over chunks of its sentence splitter and over sentences with a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.quality.quoter import Found, Quoter
from corpus.models import Case
from index.encoder import model_folder
from index.models import Answer
from index.searcher import QUOTES

_TOKENS = 200
"""Tokens of a chunk: about 900 characters, where its default of 1,024 is more than anybody would quote."""
_OVERLAP = 20
"""Tokens that two chunks share, the default of its settings."""
_WINDOW = 3
"""Sentences on either side of one that is found, its default."""


class LlamaIndexBot:
    """`VectorStoreIndex` and `SentenceSplitter`, as in its starter tutorial."""

    name = "LlamaIndex"
    distribution = "llama-index-core"

    def __init__(self, quoter: Quoter) -> None:
        self._quoter = quoter

    def index(self, case: Case) -> None:
        """See `Peer`."""
        from llama_index.core.node_parser import SentenceSplitter

        nodes = _nodes(SentenceSplitter(chunk_size=_TOKENS, chunk_overlap=_OVERLAP), case)
        self._retriever = _retriever(nodes)
        self._quoter.prepare(node.text for node in nodes)

    def answer(self, question: str) -> Answer:
        """See `Peer`."""
        hits = self._retriever.retrieve(question)
        found = [Found(hit.node.ref_doc_id, hit.node.text, hit.score) for hit in hits]
        return self._quoter.answer(question, found)


class LlamaIndexWindowBot:
    """`SentenceWindowNodeParser`: single sentences are found, and shown with those around them."""

    name = "LlamaIndex, sentence window"
    distribution = "llama-index-core"

    def __init__(self, quoter: Quoter) -> None:
        self._quoter = quoter

    def index(self, case: Case) -> None:
        """See `Peer`."""
        from llama_index.core.node_parser import SentenceWindowNodeParser

        self._retriever = _retriever(
            _nodes(SentenceWindowNodeParser.from_defaults(window_size=_WINDOW), case)
        )

    def answer(self, question: str) -> Answer:
        """See `Peer`."""
        hits = self._retriever.retrieve(question)
        found = [
            Found(hit.node.ref_doc_id, hit.node.metadata["window"], hit.score, hit.node.text.strip())
            for hit in hits
        ]
        return self._quoter.answer(question, found)


def _nodes(parser: Any, case: Case) -> Sequence[Any]:
    from llama_index.core import Document

    documents = [Document(text=document.text, id_=document.path) for document in case]
    nodes: Sequence[Any] = parser.get_nodes_from_documents(documents)
    return [node for node in nodes if node.text.strip()]


def _retriever(nodes: Sequence[Any]) -> Any:
    from llama_index.core import VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    model = HuggingFaceEmbedding(model_name=str(model_folder()), device="cpu")
    return VectorStoreIndex(nodes, embed_model=model).as_retriever(similarity_top_k=QUOTES)
