"""Exact search by cosine, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dense import DenseIndex
from index.encoder import Vectors
from index.errors import DamagedIndexError


def unit(*values: float) -> Vectors:
    """Values as a vector of length 1."""
    vector = np.array(values, dtype=np.float32)
    return vector / np.float32(np.linalg.norm(vector))


ROWS = np.stack([unit(1, 0), unit(3, 4), unit(0, 1), unit(-1, 0)])
INDEX = DenseIndex(ROWS)


def test_ranks_by_cosine() -> None:
    """Best first, with the cosines themselves."""
    found = INDEX.search(unit(1, 0), 3)
    assert [row for row, _ in found] == [0, 1, 2]
    assert [score for _, score in found] == pytest.approx([1.0, 0.6, 0.0], abs=1e-6)


def test_gives_no_more_rows_than_there_are() -> None:
    """FAISS itself would fill up with row -1."""
    assert [row for row, _ in INDEX.search(unit(1, 2), 50)] == [1, 2, 0, 3]
    assert len(INDEX) == 4


def test_looks_only_among_the_rows_that_are_given() -> None:
    """However near others are; among none there is nothing."""
    assert [row for row, _ in INDEX.search(unit(1, 0), 3, {3, 2})] == [2, 3]
    assert [row for row, _ in INDEX.search(unit(1, 0), 3, frozenset())] == []


def test_gives_the_cosines_of_rows() -> None:
    """In the order asked for."""
    assert INDEX.cosines(unit(1, 0), [3, 1, 1]) == pytest.approx([-1.0, 0.6, 0.6], abs=1e-6)
    assert INDEX.cosines(unit(1, 0), []) == []


@given(st.lists(st.lists(st.floats(-1, 1, width=32), min_size=3, max_size=3), min_size=1, max_size=20))
def test_comes_back_from_its_bytes_as_it_was(rows: list[list[float]]) -> None:
    """To the last bit."""
    vectors = np.array(rows, dtype=np.float32)
    back = DenseIndex.from_bytes(DenseIndex(vectors).to_bytes())
    assert np.array_equal(back.vectors, vectors)
    assert len(back) == len(rows)


@pytest.mark.parametrize("data", [b"", b"x" * 100, INDEX.to_bytes()[:-1], INDEX.to_bytes()[:20]])
def test_bytes_that_faiss_cannot_read_are_refused(data: bytes) -> None:
    """In a sentence, without its C++ stack."""
    with pytest.raises(DamagedIndexError) as raised:
        DenseIndex.from_bytes(data)
    assert str(raised.value) == "The vectors cannot be read. Run `exhibit index build`."


def test_a_header_may_not_ask_for_more_memory_than_it_has_vectors() -> None:
    """A damaged count of rows must not take the machine down."""
    data = bytearray(INDEX.to_bytes())
    at = bytes(data).index((len(INDEX)).to_bytes(8, "little"))
    data[at : at + 8] = (2**40).to_bytes(8, "little")
    size = bytes(data).index((8).to_bytes(8, "little"), at + 8)
    data[size : size + 8] = (2**41).to_bytes(8, "little")
    with pytest.raises(DamagedIndexError):
        DenseIndex.from_bytes(bytes(data))
