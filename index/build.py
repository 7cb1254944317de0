"""Builds the index of a case: the rebuild script."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from corpus import passages as cutting
from corpus.errors import EmptyCaseError
from corpus.library import has_words
from corpus.models import Case, Passage
from corpus.passages import passages_of
from index.dense import DenseIndex
from index.encoder import Encoder, Vectors
from index.errors import IndexingError
from index.generation import Generation, Index
from index.manifest import FORMAT, Manifest, case_sha256, library_versions
from index.sparse import SparseIndex
from index.spelling import count_words
from index.store import Store
from index.terms import Analyzer

BuildProgress = Callable[[int, int], None]
"""Called with how many passages are encoded and how many have to be."""


@dataclass(frozen=True, slots=True)
class _Row:
    passage: Passage
    text: str
    key: str


def build_index(
    case: Case, store: Store, encoder: Encoder, on_progress: BuildProgress | None = None
) -> Generation:
    """Builds a generation and makes it the live one; a failure leaves the old one live.

    The vectors of passages that the live generation has too are taken over from it.

    Raises:
        EmptyCaseError: if the case has no words to index.
        StorageError: if the index cannot be written.
    """
    started = time.monotonic()
    if not any(map(has_words, case)):
        raise EmptyCaseError(f"{case.root} has nothing to quote. Put documents with words in it.")
    rows = _rows(case)
    with store.lock():
        known = _known_vectors(store, encoder)
        missing = list({row.key: row.text for row in rows if row.key not in known}.items())
        vectors = _encode(encoder, [text for _, text in missing], on_progress)
        known.update(zip([key for key, _ in missing], vectors, strict=True))
        analyzer = Analyzer()
        index = Index(
            passages=tuple(row.passage for row in rows),
            keys=tuple(row.key for row in rows),
            dense=DenseIndex(np.stack([known[row.key] for row in rows])),
            sparse=SparseIndex([analyzer.terms(row.text) for row in rows]),
            counts=count_words(row.text for row in rows),
        )
        draft = _draft(case, encoder, rows, len(missing), time.monotonic() - started)
        return store.write(draft, case, index)


def _rows(case: Case) -> list[_Row]:
    rows = []
    for document in case:
        for passage in passages_of(document, case.aliases):
            text = passage.indexed_text(document.text)
            rows.append(_Row(passage, text, passage.key(document.text)))
    return rows


def _known_vectors(store: Store, encoder: Encoder) -> dict[str, Vectors]:
    """Key -> vector of the live generation, where there is a sound one of the same model."""
    try:
        live = store.open()
    except IndexingError:
        return {}
    if live.manifest.model_sha256 != encoder.sha256:
        return {}
    return dict(zip(live.keys, live.dense.vectors, strict=True))


def _encode(encoder: Encoder, texts: Sequence[str], on_progress: BuildProgress | None) -> Vectors:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if on_progress:
            on_progress(done, len(texts))

    if on_progress:
        on_progress(0, len(texts))
    return encoder.encode(texts, advance)


def _draft(case: Case, encoder: Encoder, rows: Sequence[_Row], encoded: int, seconds: float) -> Manifest:
    created = datetime.now(UTC)
    return Manifest(
        format=FORMAT,
        passage_format=cutting.FORMAT,
        # Sorts by time; the rest keeps two builds within one microsecond apart.
        generation=f"{created:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}",
        created=created,
        case_sha256=case_sha256(case),
        documents={document.path: document.sha256 for document in case},
        passages=len(rows),
        characters=sum(len(row.text) for row in rows),
        model=encoder.name,
        model_sha256=encoder.sha256,
        dimension=encoder.dimension,
        encoded=encoded,
        seconds=round(seconds, 3),
        libraries=library_versions(),
        files={},
    )
