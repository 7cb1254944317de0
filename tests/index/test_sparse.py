"""BM25, worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from index.errors import DamagedIndexError
from index.sparse import SparseIndex

ROWS = [["red", "ledger", "red"], ["red"], ["safe", "key", "safe", "door"], []]
INDEX = SparseIndex(ROWS)
TERMS = ["door", "key", "ledger", "red", "safe"]


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self._path,)


def idf(rows_with_it: int) -> float:
    """Of a term in four rows."""
    return math.log(1 + (4 - rows_with_it + 0.5) / (rows_with_it + 0.5))


def bm25(times: int, length: int, rows_with_it: int) -> float:
    """Lucene's variant with k1 1.5 and b 0.75; the rows have 2 terms on average."""
    return idf(rows_with_it) * times / (times + 1.5 * (1 - 0.75 + 0.75 * length / 2))


def test_scores_are_bm25() -> None:
    """Best first; rows without any of the terms are left out."""
    found = INDEX.search(["red"], 9)
    assert [row for row, _ in found] == [1, 0]
    assert [score for _, score in found] == pytest.approx([bm25(1, 1, 2), bm25(2, 3, 2)], rel=1e-5)
    found = INDEX.search(["ledger", "safe"], 9)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert dict(found) == {
        0: pytest.approx(bm25(1, 3, 1), rel=1e-5),
        2: pytest.approx(bm25(2, 4, 1), rel=1e-5),
    }


def test_terms_add_up_and_unknown_ones_add_nothing() -> None:
    """A term that is given twice weighs twice."""
    both = dict(INDEX.search(["red", "ledger", "unheard"], 9))
    assert both[0] == pytest.approx(bm25(2, 3, 2) + bm25(1, 3, 1), rel=1e-5)
    assert dict(INDEX.search(["red", "red"], 9))[1] == pytest.approx(2 * bm25(1, 1, 2), rel=1e-5)


@pytest.mark.parametrize("terms", [[], ["unheard"], [""]])
def test_without_a_known_term_there_is_nothing(terms: list[str]) -> None:
    """Not even rows with a score of 0."""
    assert INDEX.search(terms, 9) == []


def test_gives_no_more_than_asked_for_and_only_among_the_rows_given() -> None:
    """The best of them."""
    assert [row for row, _ in INDEX.search(["red"], 1)] == [1]
    assert [row for row, _ in INDEX.search(["red"], 9, {0, 2})] == [0]
    assert INDEX.search(["red"], 9, frozenset()) == []


def test_counts_the_rows_of_a_term() -> None:
    """Not how often it stands in them; rarity is its idf, highest for what no row has."""
    assert [INDEX.frequency(term) for term in ("red", "safe", "unheard")] == [2, 1, 0]
    assert [INDEX.rarity(term) for term in ("red", "safe", "unheard")] == pytest.approx(
        [idf(2), idf(1), idf(0)]
    )
    assert "red" in INDEX
    assert "unheard" not in INDEX
    assert all(term in INDEX for term in TERMS)
    assert len(INDEX) == 4


def test_comes_back_from_its_folder_as_it_was(tmp_path: Path) -> None:
    """With every score and count."""
    INDEX.save(tmp_path / "words")
    back = SparseIndex.load(tmp_path / "words", len(ROWS))
    assert back.search(TERMS, 9) == INDEX.search(TERMS, 9)
    assert [back.frequency(term) for term in TERMS] == [INDEX.frequency(term) for term in TERMS]
    assert [back.rarity(term) for term in TERMS] == [INDEX.rarity(term) for term in TERMS]
    assert "unheard" not in back
    assert len(back) == 4


def test_no_pickle_is_loaded(tmp_path: Path) -> None:
    """It could run any code."""
    INDEX.save(tmp_path / "words")
    trap = tmp_path / "sprung"
    for path in sorted((tmp_path / "words").glob("*.npy")):
        whole = path.read_bytes()
        np.save(path, np.array([Trap(trap)], dtype=object), allow_pickle=True)
        with pytest.raises(DamagedIndexError):
            SparseIndex.load(tmp_path / "words", 4)
        path.write_bytes(whole)
    assert not trap.exists()


def test_a_folder_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Missing, or with a file that is cut short."""
    with pytest.raises(DamagedIndexError):
        SparseIndex.load(tmp_path / "gone", 4)
    INDEX.save(tmp_path / "words")
    for path in sorted((tmp_path / "words").iterdir()):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(DamagedIndexError) as raised:
            SparseIndex.load(tmp_path / "words", 4)
        assert str(raised.value) == "The word index cannot be read. Run `exhibit index build`."
        path.write_bytes(whole)
