"""From signals to a probability, and from that to an outcome."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from corpus.models import CaseCalibration
from index.confidence import (
    SHIPPED,
    UNFITTED,
    AnswerSignals,
    AnswerWeights,
    Calibration,
    Signals,
    Weights,
    calibration_for,
    load_calibration,
)
from index.errors import ModelError
from index.models import Outcome

WEIGHTS = Weights(
    bias=-1.0, margin=2.0, fused=0.5, cosine=1.0, coverage=0.0, together=0.0, named=0.25, share=0.0
)
CONFIDENCE = AnswerWeights(**asdict(WEIGHTS), lead=0.5, rival=-0.25)
SIGNALS = Signals(margin=1.0, fused=1.0, cosine=0.5, coverage=0.9, together=0.4, named=-1.0, share=0.6)


def test_probability_is_the_logistic_of_the_weighted_sum() -> None:
    """-1 + 2*1 + 0.5*1 + 1*0.5 + 0 + 0.25*-1 = 1.75."""
    assert WEIGHTS.probability(SIGNALS) == pytest.approx(1 / (1 + math.exp(-1.75)))


def test_an_answer_is_known_by_its_lead_and_its_rival_too() -> None:
    """Half of the log odds by which it leads, and a quarter less for each of the best margin of the others."""
    calibration = Calibration(WEIGHTS, WEIGHTS, CONFIDENCE, quote=0.6, nearest=0.2)
    others = [replace(SIGNALS, margin=0.5, cosine=0.25), replace(SIGNALS, margin=0.75, fused=0.0)]
    known = calibration.signals_of([SIGNALS, *others])
    assert known == AnswerSignals(**asdict(SIGNALS), lead=1.25, rival=0.75)
    confidence = calibration.confidence_of([SIGNALS, *others])
    assert confidence == pytest.approx(1 / (1 + math.exp(-(1.75 + 0.625 - 0.1875))))


def test_an_answer_without_a_rival_is_as_one_far_ahead() -> None:
    """Where one passage alone was read, and where the others are out of all comparison."""
    calibration = Calibration(WEIGHTS, WEIGHTS, CONFIDENCE, quote=0.6, nearest=0.2)
    far = replace(SIGNALS, margin=-100.0)
    assert calibration.signals_of([SIGNALS]) == calibration.signals_of([SIGNALS, far])


@pytest.mark.parametrize("margin", [1e9, -1e9, math.inf, -math.inf])
def test_extremes_stay_probabilities(margin: float) -> None:
    """No overflow, whatever a reader says."""
    assert 0.0 <= WEIGHTS.probability(Signals(margin, 0, 0, 0, 0, 0, 0)) <= 1.0


@pytest.mark.parametrize(
    ("confidence", "outcome"),
    [
        (0.0, Outcome.NOTHING),
        (0.19, Outcome.NOTHING),
        (0.2, Outcome.NEAREST),
        (0.59, Outcome.NEAREST),
        (0.6, Outcome.QUOTE),
        (1.0, Outcome.QUOTE),
    ],
)
def test_outcomes_are_thresholds(confidence: float, outcome: Outcome) -> None:
    """Each threshold belongs to what is above it."""
    assert Calibration(WEIGHTS, WEIGHTS, CONFIDENCE, quote=0.6, nearest=0.2).outcome(confidence) is outcome


@pytest.mark.parametrize("reader", ["trained", "overlap"])
def test_what_ships_is_in_order(reader: str) -> None:
    """A surer reader never makes an answer less likely, and the thresholds are in their order."""
    shipped = load_calibration(reader)
    assert shipped.rank.margin > 0
    surer = [replace(SIGNALS, margin=margin) for margin in (1.0, 1.5, 2.0, 2.5, 3.0)]
    confidences = [shipped.confidence_of([first, SIGNALS]) for first in surer]
    assert confidences == sorted(set(confidences))
    assert 0 < shipped.nearest < shipped.quote <= 1


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"trained": {"rank": 1}}'])
def test_refuses_a_damaged_file(tmp_path: Path, content: bytes | None) -> None:
    """With a sentence, instead of a confidence that means nothing."""
    path = tmp_path / SHIPPED.name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="has no calibration for the reader trained"):
        load_calibration("trained", path)


def test_another_cross_encoder_is_taken_at_its_word_with_caution() -> None:
    """The logistic of its margin, and a high bar for a quote, until something is fitted for it."""
    calibration = load_calibration("cross-encoder/ms-marco-MiniLM-L6-v2")
    assert calibration is UNFITTED
    signals = replace(SIGNALS, margin=math.log(3))
    assert calibration.rank.probability(signals) == pytest.approx(0.75)
    assert calibration.confidence_of([signals, SIGNALS]) == pytest.approx(0.75)
    assert calibration.outcome(0.75) is Outcome.NEAREST
    assert calibration.outcome(0.9) is Outcome.QUOTE


def test_what_is_fitted_for_a_cross_encoder_is_taken(tmp_path: Path) -> None:
    """By its name."""
    path = tmp_path / SHIPPED.name
    fitted = Calibration(WEIGHTS, WEIGHTS, CONFIDENCE, quote=0.6, nearest=0.2)
    path.write_text(json.dumps({"own": asdict(fitted)}))
    assert load_calibration("own", path) == fitted
    assert load_calibration("other", path) is UNFITTED


def test_rescaled_weights_have_rescaled_log_odds() -> None:
    """Half of 1.75, and 0.5 more."""
    assert WEIGHTS.rescaled(0.5, 0.5).probability(SIGNALS) == pytest.approx(1 / (1 + math.exp(-1.375)))


@pytest.mark.parametrize(
    ("stated", "thresholds"),
    [
        (CaseCalibration(), (0.6, 0.2)),
        (CaseCalibration(quote=0.9), (0.9, 0.2)),
        (CaseCalibration(nearest=0.0), (0.6, 0.0)),
        (CaseCalibration(quote=0.1), (0.1, 0.1)),
        (CaseCalibration(nearest=0.8), (0.6, 0.6)),
    ],
)
def test_a_case_moves_thresholds(stated: CaseCalibration, thresholds: tuple[float, float]) -> None:
    """What it is silent on stays, and what is a quote is shown, whatever the other threshold says."""
    moved = Calibration(WEIGHTS, WEIGHTS, CONFIDENCE, quote=0.6, nearest=0.2).moved(stated)
    assert moved == Calibration(WEIGHTS, WEIGHTS, CONFIDENCE, *thresholds)


def test_a_case_moves_confidence_and_never_the_order() -> None:
    """Its scale and shift are those of the confidence alone."""
    moved = Calibration(WEIGHTS, WEIGHTS, CONFIDENCE, quote=0.6, nearest=0.2).moved(
        CaseCalibration(scale=2.0, shift=1.0)
    )
    assert moved == Calibration(WEIGHTS, WEIGHTS, CONFIDENCE.rescaled(2.0, 1.0), quote=0.6, nearest=0.2)


def test_what_was_fitted_to_another_reader_is_left_out() -> None:
    """Or to other weights of the same; what is set by hand holds for all."""
    trained, overlap = load_calibration("trained"), load_calibration("overlap")
    fitted = CaseCalibration(quote=0.7, scale=2.0, base=trained.base("trained"))
    assert calibration_for(fitted, "trained") == trained.moved(fitted)
    assert calibration_for(fitted, "overlap") == overlap
    older = Calibration(WEIGHTS, WEIGHTS, CONFIDENCE, 0.6, 0.2).base("trained")
    assert calibration_for(CaseCalibration(quote=0.7, base=older), "trained") == trained
    by_hand = CaseCalibration(quote=0.7)
    assert calibration_for(by_hand, "overlap") == overlap.moved(by_hand)


def test_a_base_is_of_the_weights_alone() -> None:
    """A threshold that ships may change, and what was fitted to the weights still holds."""
    ours = Calibration(WEIGHTS, WEIGHTS, CONFIDENCE, 0.6, 0.2)
    assert ours.base("own") == Calibration(WEIGHTS, WEIGHTS, CONFIDENCE, 0.7, 0.1).base("own")
    assert (
        len({ours.base("own"), ours.base("other"), ours.moved(CaseCalibration(scale=2.0)).base("own")}) == 3
    )
