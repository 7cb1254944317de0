"""Joining rankings; pure."""

from __future__ import annotations

from collections.abc import Sequence

CONSTANT = 60
"""The k of reciprocal rank fusion; 60 is its authors' choice."""


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[int]], constant: int = CONSTANT
) -> list[tuple[int, float]]:
    """Joins rankings of the same items by rank alone.

    Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank
    Learning Methods, SIGIR 2009: the score of an item is the sum of 1 / (k + rank) over the rankings.

    Args:
        rankings: items, best first, each at most once in a ranking.

    Returns:
        every item with its score, best first; equals in the order of their first appearance.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (constant + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
