"""What confidence is worth: how the share of errors grows as more is answered, and how well it is calibrated.

Everything here is counted over pairs: a confidence, 0-1, and whether the first quote answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

BINS = 10

Pair = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Point:
    """What would have come of answering from one confidence on, and not below it."""

    confidence: float
    coverage: float
    """0-1: the share of the questions that would have been answered."""
    risk: float
    """0-1: the share of those whose first quote does not answer."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies in one of ten equal parts of 0-1."""

    low: float
    high: float
    count: int
    confidence: float
    """Their mean."""
    observed: float
    """0-1: the share of them whose first quote answers."""


def risk_coverage(pairs: Sequence[Pair]) -> list[Point]:
    """The risk-coverage curve of selective answering (El-Yaniv and Wiener 2010), the most confident first.

    Returns:
        one point for each confidence that occurs: equal ones are answered together or not at all.
    """
    points = []
    answered = wrong = 0
    ordered = sorted(pairs, key=lambda pair: -pair[0])
    for confidence, group in groupby(ordered, key=lambda pair: pair[0]):
        rights = [right for _, right in group]
        answered += len(rights)
        wrong += rights.count(False)
        points.append(Point(confidence, answered / len(pairs), wrong / answered))
    return points


def area_under(points: Sequence[Point]) -> float | None:
    """The mean risk over all coverages, 0-1, less is better (AURC: Geifman, Uziel and El-Yaniv 2019).

    Equal confidences share the risk at the end of their step, so that their order does not matter.

    Returns:
        None where there are no points.
    """
    if not points:
        return None
    starts = [0.0, *(point.coverage for point in points[:-1])]
    steps = zip(starts, points, strict=True)
    return sum((point.coverage - start) * point.risk for start, point in steps)


def reliability(pairs: Sequence[Pair]) -> list[Bin]:
    """What a reliability diagram shows: in each of ten bins of equal width, confidence and what came of it.

    Returns:
        the bins that hold anything, the lowest first; each includes its lower bound, the last one both.
    """
    binned = [[pairs[at] for at in rows] for rows in _bins(pairs)]
    return [
        Bin(
            low=at / BINS,
            high=(at + 1) / BINS,
            count=len(held),
            confidence=sum(confidence for confidence, _ in held) / len(held),
            observed=sum(right for _, right in held) / len(held),
        )
        for at, held in enumerate(binned)
        if held
    ]


def expected_calibration_error(pairs: Sequence[Pair], weights: Sequence[float] | None = None) -> float | None:
    """How far confidence lies from what came of it, 0-1, bins weighted by what they hold (Guo et al. 2017).

    Args:
        weights: how much each pair counts; None for all the same.

    Returns:
        None where there are no pairs.
    """
    if not pairs:
        return None
    each = [1.0] * len(pairs) if weights is None else weights
    gaps = (sum(each[at] * (pairs[at][0] - pairs[at][1]) for at in rows) for rows in _bins(pairs))
    return sum(map(abs, gaps)) / sum(each)


def _bins(pairs: Sequence[Pair]) -> list[list[int]]:
    """Which pairs lie in each of the ten bins."""
    binned: list[list[int]] = [[] for _ in range(BINS)]
    for at, (confidence, _) in enumerate(pairs):
        binned[min(int(confidence * BINS), BINS - 1)].append(at)
    return binned
