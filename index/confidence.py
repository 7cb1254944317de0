"""How surely a passage answers, and what that makes of an answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from index.errors import ModelError
from index.models import Outcome

SHIPPED = Path(__file__).parent / "weights" / "calibration.json"


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a passage when the question has been read with it."""

    margin: float
    """The reader's log odds that one of its statements answers."""
    fused: float
    """0-1: its place in the joined rankings; 1 is first in each."""
    cosine: float
    """Of the question and the passage."""
    coverage: float
    """0-1: the share of the question's words, weighted by rarity, that it has."""
    named: float
    """1 if somebody whom the question names says it, -1 if somebody else does, 0 if neither can be told."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Logistic regression on signals."""

    bias: float
    margin: float
    fused: float
    cosine: float
    coverage: float
    named: float

    def probability(self, signals: Signals) -> float:
        """0-1."""
        _, *slopes = astuple(self)
        weighed = self.bias + sum(
            slope * value for slope, value in zip(slopes, astuple(signals), strict=True)
        )
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, weighed))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted for one reader, on questions that nothing is reported on; see docs/model-card.md."""

    rank: Weights
    """How likely a passage is the right one: passages are ordered by it."""
    confidence: Weights
    """How likely the passage that came first answers."""
    quote: float
    """From which confidence on an answer is given as a quote."""
    nearest: float
    """From which confidence on related passages are shown at all."""

    def outcome(self, confidence: float) -> Outcome:
        """What an answer of this confidence is."""
        if confidence >= self.quote:
            return Outcome.QUOTE
        return Outcome.NEAREST if confidence >= self.nearest else Outcome.NOTHING


def load_calibration(reader: str, path: Path = SHIPPED) -> Calibration:
    """The calibration of a reader.

    Raises:
        ModelError: if the file is missing or damaged, or has none for this reader.
    """
    adapter: TypeAdapter[Mapping[str, Calibration]] = TypeAdapter(dict[str, Calibration])
    try:
        return adapter.validate_json(path.read_bytes())[reader]
    except (OSError, ValidationError, KeyError) as error:
        raise ModelError(
            f"{path} has no calibration for the reader {reader}. Install Exhibit again."
        ) from error
