"""Curves equal to a count by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.curves import (
    Bin,
    Pair,
    Point,
    area_under,
    expected_calibration_error,
    reliability,
    risk_coverage,
)

PAIRS: list[Pair] = [(0.9, True), (0.2, False), (0.6, False), (0.6, True), (0.6, True)]
pairs = st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.1, 0.5, 0.95, 1.0]), st.booleans()), min_size=1)


def test_risk_grows_with_coverage() -> None:
    """Equal confidences are answered together."""
    assert risk_coverage(PAIRS) == [Point(0.9, 1 / 5, 0.0), Point(0.6, 4 / 5, 1 / 4), Point(0.2, 1.0, 2 / 5)]


def test_the_area_is_the_mean_risk() -> None:
    """Of a fifth, then of three fifths, then of a fifth of the questions."""
    assert area_under(risk_coverage(PAIRS)) == pytest.approx(1 / 5 * 0 + 3 / 5 * 1 / 4 + 1 / 5 * 2 / 5)


@given(pairs)
def test_order_does_not_matter(some: list[Pair]) -> None:
    """Nor does the curve end anywhere but at everything, with the share of all that is wrong."""
    points = risk_coverage(some)
    assert points == risk_coverage(some[::-1])
    assert (points[-1].coverage, points[-1].risk) == (
        1.0,
        [right for _, right in some].count(False) / len(some),
    )


def test_bins_are_tenths() -> None:
    """The lower bound is inside, and the upper one of the last; empty ones are left out."""
    some = [(0.0, False), (0.0625, True), (0.1, True), (0.9375, True), (1.0, False)]
    assert reliability(some) == [
        Bin(0.0, 0.1, 2, 0.03125, 0.5),
        Bin(0.1, 0.2, 1, 0.1, 1.0),
        Bin(0.9, 1.0, 2, 0.96875, 0.5),
    ]


@pytest.mark.parametrize("tenth", range(10))
def test_every_tenth_begins_its_own_bin(tenth: int) -> None:
    """However it is written in binary."""
    (found,) = reliability([(tenth / 10, True)])
    assert (found.low, found.high) == (tenth / 10, (tenth + 1) / 10)


def test_calibration_error_weighs_bins_by_what_they_hold() -> None:
    """Four answers of 0.75, three of them right, are calibrated; one of 0.25 that is right is 0.75 off."""
    calibrated: list[Pair] = [(0.75, True)] * 3 + [(0.75, False)]
    assert expected_calibration_error(calibrated) == 0.0
    assert expected_calibration_error([*calibrated, (0.25, True)]) == pytest.approx(0.75 / 5)


@given(pairs)
def test_every_answer_is_in_one_bin(some: list[Pair]) -> None:
    """And the error is never more than one."""
    bins = reliability(some)
    assert sum(each.count for each in bins) == len(some)
    error = expected_calibration_error(some)
    assert error is not None
    assert 0 <= error <= 1
    gaps = sum(each.count * abs(each.confidence - each.observed) for each in bins)
    assert error == pytest.approx(gaps / len(some))


def test_of_nothing_there_is_no_curve() -> None:
    """And no figure that would look like one."""
    assert (risk_coverage([]), reliability([])) == ([], [])
    assert (area_under([]), expected_calibration_error([])) == (None, None)
