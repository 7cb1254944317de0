"""What is made of a reader's scores: weights of questions, thresholds and figures that can be counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from index.confidence import UNFITTED, Signals
from index.fitting import (
    Attempt,
    Trial,
    calibration_error,
    calibration_of,
    order_of,
    report,
    threshold,
    weights_of,
)


def test_questions_are_weighed_to_the_share_that_people_ask() -> None:
    """Three of four have an answer, and seven in ten should: together they count as many as they are."""
    weights = weights_of([True, True, True, False])
    assert weights == pytest.approx([0.7 / 0.75] * 3 + [0.3 / 0.25])
    assert weights_of([True, True, True, False], 0.75) == pytest.approx([1.0] * 4)


@pytest.mark.parametrize(("wanted", "least"), [(1.0, 0.8), (0.75, 0.6), (0.7, 0.6), (0.6, 0.5), (0.5, 0.4)])
def test_the_threshold_is_the_lowest_that_is_precise_enough(wanted: float, least: float) -> None:
    """From the top: right, right, wrong, right, wrong, wrong."""
    confidence = np.asarray([0.4, 0.9, 0.7, 0.8, 0.6, 0.5])
    found = np.asarray([False, True, False, True, True, False])
    assert threshold(confidence, found, np.ones(6), wanted) == least


def test_questions_count_by_their_weights() -> None:
    """A wrong answer that counts three times needs nine right ones to be one in ten."""
    confidence, found = np.asarray([0.9, 0.8]), np.asarray([True, False])
    assert threshold(confidence, found, np.asarray([27.0, 3.0])) == 0.8
    assert threshold(confidence, found, np.asarray([26.0, 3.0])) == 0.9


def test_answers_of_one_confidence_are_given_together() -> None:
    """However they are ordered: two of three are right, or none is given."""
    for found in ([True, True, False], [False, True, True]):
        confidence = np.full(3, 0.5)
        assert threshold(confidence, np.asarray(found), np.ones(3), 0.6) == 0.5
        assert threshold(confidence, np.asarray(found), np.ones(3), 0.7) == 1.0


def test_the_threshold_is_rounded_down() -> None:
    """So that the answers that it was found for are given."""
    assert threshold(np.asarray([0.9999996]), np.asarray([True]), np.ones(1)) == 0.999999


def test_the_calibration_error_is_the_mean_gap_of_ten_bins() -> None:
    """Two at 0.95, one of them right, are 0.45 apart; one that counts twice at 0.1 is 0.1 apart."""
    confidence, found = np.asarray([0.95, 0.95, 0.1]), np.asarray([True, False, False])
    error = calibration_error(confidence, found, np.asarray([1.0, 1.0, 2.0]))
    assert error == pytest.approx((2 * 0.45 + 2 * 0.1) / 4)


def trial(number: int, margins: list[float], right: int | None) -> Trial:
    """Passages that differ in their margin, and in what was seen before only in their cosine."""
    attempts = tuple(
        Attempt(signals_of(0.0, cosine), signals_of(margin, cosine), at == right, at == right)
        for at, margin in enumerate(margins)
        for cosine in [0.9 if at == right else 0.1]
    )
    return Trial(str(number), right is not None, attempts)


def signals_of(margin: float, cosine: float = 0.5) -> Signals:
    return Signals(margin, 0.5, cosine, 0.5, 0.5, 0.0, 0.5)


def test_fits_order_confidence_and_thresholds() -> None:
    """Where the margin tells right from wrong but for noise, it is what counts."""
    chance = np.random.default_rng(1)
    trials = []
    for number in range(400):
        right = int(chance.integers(4)) if number % 4 else None
        margins = [float(chance.normal(1.0 if at == right else -1.0)) for at in range(4)]
        trials.append(trial(number, margins, right))
    calibration = calibration_of(trials, 3)
    assert calibration.screen.margin == 0
    assert calibration.screen.cosine > 1
    assert calibration.rank.margin > 0
    assert calibration.confidence.margin > 0
    assert 0 < calibration.nearest <= calibration.quote < 1
    figures = report(trials, calibration, 3)
    assert figures["precision"] >= 0.9
    assert figures["auroc"] > 0.9
    told_nothing = [
        each
        for each in trials
        if each.answerable
        and calibration.confidence_of([one.signals for one in each.ordered(calibration, 3)])
        < calibration.nearest
    ]
    assert len(told_nothing) <= 6


def test_the_order_is_that_of_the_choice() -> None:
    """What tells right from wrong inside of a list counts; what differs only from list to list does not."""
    chance = np.random.default_rng(2)
    lists = []
    for _ in range(200):
        ease = float(chance.uniform())
        lists.append([(signals_of(float(chance.normal(2 * right)), ease), right) for right in (True, False)])
    weights = order_of(lists, [1.0] * len(lists))
    assert weights.margin > 1
    assert abs(weights.cosine) < 1e-3
    assert abs(weights.fused) < 1e-9


def test_what_is_read_is_chosen_before_and_ordered_after() -> None:
    """A passage that is not worth reading comes nowhere, however good its margin would be."""
    by_margin = UNFITTED.rank
    by_cosine = replace(by_margin, margin=0.0, cosine=1.0)
    calibration = replace(UNFITTED, screen=by_cosine, rank=by_margin)
    attempts = [
        Attempt(signals_of(0.0, cosine), signals_of(margin, cosine), False, False)
        for margin, cosine in ((9.0, 0.1), (1.0, 0.8), (2.0, 0.7))
    ]
    ordered = Trial("g", False, tuple(attempts)).ordered(calibration, 2)
    assert [each.signals.margin for each in ordered] == [2.0, 1.0]
