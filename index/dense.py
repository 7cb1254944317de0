"""Ranking by meaning: exact inner-product search. The only file that imports FAISS."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Self

import faiss
import numpy as np

from index.encoder import Vectors
from index.errors import DamagedIndexError


class DenseIndex:
    """Unit vectors by row. Never changed once made: searches may run side by side."""

    def __init__(self, vectors: Vectors) -> None:
        self._index: faiss.Index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def vectors(self) -> Vectors:
        """Every vector, of shape (rows, dimension)."""
        found: Vectors = self._index.reconstruct_n(0, len(self))
        return found

    def search(
        self, vector: Vectors, limit: int, among: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """The rows nearest to a unit vector with their cosines, best first.

        Args:
            vector: of shape (dimension,).
            among: the only rows to look at; None for all.
        """
        parameters = None
        if among is not None:
            selector = faiss.IDSelectorBatch(np.fromiter(among, np.int64))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = self._index.search(vector[np.newaxis, :], min(limit, len(self)), params=parameters)
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]

    def cosines(self, vector: Vectors, rows: Sequence[int]) -> list[float]:
        """The cosine of a unit vector, of shape (dimension,), with each of `rows`."""
        return [float(self._index.reconstruct(row) @ vector) for row in rows]

    def to_bytes(self) -> bytes:
        """What `from_bytes` reads."""
        return bytes(faiss.serialize_index(self._index).tobytes())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Reads bytes whose checksum has been verified: FAISS itself notices little damage.

        Raises:
            DamagedIndexError: if FAISS cannot read them.
        """
        # A flat index holds its vectors once; no header may ask for more memory than that.
        faiss.set_deserialization_vector_byte_limit(len(data))
        try:
            index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except RuntimeError as error:
            raise DamagedIndexError("The vectors cannot be read. Run `exhibit index build`.") from error
        made = cls.__new__(cls)
        made._index = index  # noqa: SLF001 - another constructor of this class
        return made
