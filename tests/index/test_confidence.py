"""From signals to a probability, and from that to an outcome."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from index.confidence import SHIPPED, Calibration, Signals, Weights, load_calibration
from index.errors import ModelError
from index.models import Outcome

WEIGHTS = Weights(bias=-1.0, margin=2.0, fused=0.5, cosine=1.0, coverage=0.0, named=0.25)


def test_probability_is_the_logistic_of_the_weighted_sum() -> None:
    """-1 + 2*1 + 0.5*1 + 1*0.5 + 0 + 0.25*-1 = 1.75."""
    signals = Signals(margin=1.0, fused=1.0, cosine=0.5, coverage=0.9, named=-1.0)
    assert WEIGHTS.probability(signals) == pytest.approx(1 / (1 + math.exp(-1.75)))


@pytest.mark.parametrize("margin", [1e9, -1e9, math.inf, -math.inf])
def test_extremes_stay_probabilities(margin: float) -> None:
    """No overflow, whatever a reader says."""
    assert 0.0 <= WEIGHTS.probability(Signals(margin, 0, 0, 0, 0)) <= 1.0


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
    assert Calibration(WEIGHTS, WEIGHTS, quote=0.6, nearest=0.2).outcome(confidence) is outcome


@pytest.mark.parametrize("reader", ["trained", "overlap"])
def test_what_ships_is_in_order(reader: str) -> None:
    """A surer reader never makes an answer less likely, and the thresholds are in their order."""
    shipped = load_calibration(reader)
    assert shipped.rank.margin > 0
    assert shipped.confidence.margin > 0
    assert 0 < shipped.nearest < shipped.quote <= 1


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"trained": {"rank": 1}}'])
def test_refuses_a_damaged_file(tmp_path: Path, content: bytes | None) -> None:
    """With a sentence, instead of a confidence that means nothing."""
    path = tmp_path / SHIPPED.name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="has no calibration for the reader trained"):
        load_calibration("trained", path)
