"""Ranking by words: BM25. The only file that imports bm25s."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Self

import bm25s
import numpy as np

from index.errors import DamagedIndexError


class SparseIndex:
    """BM25 (Lucene's variant, k1 1.5, b 0.75) over the terms of each row."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        self._bm25.index([list(terms) for terms in rows], show_progress=False)
        self._rows = len(rows)

    def __len__(self) -> int:
        return self._rows

    def __contains__(self, term: str) -> bool:
        return bool(term) and term in self._bm25.vocab_dict  # bm25s has "" there for its own use

    def frequency(self, term: str) -> int:
        """In how many rows a term occurs."""
        if term not in self:
            return 0
        at = self._bm25.vocab_dict[term]
        starts = self._bm25.scores["indptr"]
        return int(starts[at + 1] - starts[at])

    def rarity(self, term: str) -> float:
        """Inverse document frequency, ln(1 + (N - n + 1/2) / (n + 1/2)); highest for an unknown term."""
        count = self.frequency(term)
        return math.log1p((len(self) - count + 0.5) / (count + 0.5))

    def search(
        self, terms: Sequence[str], limit: int, among: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """The rows that share a term with `terms`, best first, with their BM25 scores.

        A term that is given twice weighs twice.

        Args:
            among: the only rows to look at; None for all.
        """
        known = [term for term in terms if term in self]
        if not known:
            return []
        scores = self._bm25.get_scores(known)
        if among is not None:
            kept = np.fromiter(among, np.int64)
            masked = np.zeros_like(scores)
            masked[kept] = scores[kept]
            scores = masked
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(int(row), float(scores[row])) for row in best if scores[row] > 0]

    def save(self, folder: Path) -> None:
        """Writes what `load` reads into a new folder."""
        self._bm25.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path, rows: int) -> Self:
        """Reads a folder whose checksums have been verified.

        Raises:
            DamagedIndexError: if bm25s cannot read it.
        """
        made = cls.__new__(cls)
        try:
            made._bm25 = bm25s.BM25.load(folder, load_corpus=False)  # noqa: SLF001 - another constructor
        except (OSError, ValueError, KeyError) as error:
            raise DamagedIndexError("The word index cannot be read. Run `exhibit index build`.") from error
        made._rows = rows  # noqa: SLF001
        return made
