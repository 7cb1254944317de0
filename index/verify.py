"""Holds an index against its own documents: every checksum, every span, every vector."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from corpus.models import Passage
from index.errors import ReceiptError
from index.generation import Generation
from index.models import Receipt

_UNIT = 1e-3
"""How far the length of a stored vector may be from 1."""


def faults(generation: Generation) -> Iterator[str]:
    """What is wrong with a generation that could be opened, and so has the bytes that were written."""
    documents = {document.path: document for document in generation.case}
    for passage, key in zip(generation.passages, generation.keys, strict=True):
        document = documents.get(passage.document)
        if document is None:
            yield f"A passage names {passage.document}, which is not in the index."
            continue
        if passage.key(document.text) != key:
            yield f"{_place(passage)} is not the text that was indexed."
        try:
            stored = generation.recheck(Receipt(document.sha256, passage.span))
        except ReceiptError as error:
            yield f"{_place(passage)}: {error}"
            continue
        if stored != passage.span.of(document.text):
            yield f"{_place(passage)} does not stand in the stored text."
    lengths = np.linalg.norm(generation.dense.vectors, axis=1)
    for row in np.flatnonzero(~(np.abs(lengths - 1) <= _UNIT)):  # so put, it finds what is no number too
        yield f"The vector of {_place(generation.passages[row])} is not of length 1."


def _place(passage: Passage) -> str:
    return f"{passage.document} {passage.span.start}-{passage.span.end}"
