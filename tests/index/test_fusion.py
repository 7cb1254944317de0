"""Reciprocal rank fusion, by hand."""

from __future__ import annotations

import pytest

from index.fusion import CONSTANT, reciprocal_rank_fusion


def test_scores_are_sums_of_reciprocal_ranks() -> None:
    """Ranks count from 1; an item that a ranking does not have gets nothing from it."""
    joined = reciprocal_rank_fusion([[7, 8, 9], [9, 7]])
    assert [item for item, _ in joined] == [7, 9, 8]
    assert [score for _, score in joined] == pytest.approx([1 / 61 + 1 / 62, 1 / 63 + 1 / 61, 1 / 62])


def test_equals_stand_in_the_order_of_their_first_appearance() -> None:
    """So that the same question always has the same answer."""
    assert [item for item, _ in reciprocal_rank_fusion([[3, 1], [1, 3]])] == [3, 1]
    assert [item for item, _ in reciprocal_rank_fusion([[2], [1]])] == [2, 1]


def test_the_constant_says_how_much_the_first_ranks_count() -> None:
    """With 0, the first rank is worth twice the second."""
    assert reciprocal_rank_fusion([[5, 6]], constant=0) == [(5, 1.0), (6, 0.5)]
    assert CONSTANT == 60


@pytest.mark.parametrize("rankings", [[], [[]], [[], []]])
def test_nothing_joins_to_nothing(rankings: list[list[int]]) -> None:
    """No ranking, or empty ones."""
    assert reciprocal_rank_fusion(rankings) == []
