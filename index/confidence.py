"""How surely a passage answers, and what that makes of an answer."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter, ValidationError

from corpus.models import CaseCalibration
from index.errors import ModelError
from index.models import Outcome

SHIPPED = Path(__file__).parent / "weights" / "calibration.json"


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a passage that may answer a question."""

    margin: float
    """The reader's log odds that one of its statements answers; 0 before it has been read."""
    fused: float
    """0-1: its place in the joined rankings; 1 is first in each."""
    cosine: float
    """Of the question and the passage."""
    coverage: float
    """0-1: the share of the question's words, weighted by rarity, that it has."""
    together: float
    """0-1: the same of one of its statements, with the question turn that it answers."""
    named: float
    """1 if somebody whom the question names says it, -1 if somebody else does, 0 if neither can be told."""
    share: float
    """0-1: what its highlighted statements have of what the reader gives to all of them; 0 before."""


@dataclass(frozen=True, slots=True)
class AnswerSignals(Signals):
    """What is known of the passage that came first, and of how it stands among those that were read."""

    lead: float
    """By how much the log odds that it is the right one are more than the second's; at most `_MOST`."""
    rival: float
    """The best margin of the others; at least minus `_MOST`."""


_MOST = 8.0
"""Beyond this, neither a lead nor a rival tells more; it stands for both where one passage alone was read."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Logistic regression on signals."""

    bias: float
    margin: float
    fused: float
    cosine: float
    coverage: float
    together: float
    named: float
    share: float

    def log_odds(self, signals: Signals) -> float:
        """At most 50, at least -50.

        Args:
            signals: of the kind that these weights are for.
        """
        _, *slopes = astuple(self)
        weighed = (slope * value for slope, value in zip(slopes, astuple(signals), strict=True))
        return max(-50.0, min(50.0, float(self.bias + sum(weighed))))

    def probability(self, signals: Signals) -> float:
        """0-1."""
        return 1 / (1 + math.exp(-self.log_odds(signals)))

    def rescaled(self, scale: float, shift: float) -> Self:
        """Weights whose log odds are `scale` times these ones' and `shift` more."""
        bias, *slopes = astuple(self)
        return type(self)(scale * bias + shift, *(scale * slope for slope in slopes))


@dataclass(frozen=True, slots=True)
class AnswerWeights(Weights):
    """Logistic regression on the signals of an answer."""

    lead: float
    rival: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted for one reader, on questions that nothing is reported on; see docs/model-card.md."""

    screen: Weights
    """Which passages are worth reading: they are ordered by it before."""
    rank: Weights
    """How likely a passage is the right one: those that have been read are ordered by it."""
    confidence: AnswerWeights
    """How likely the passage that came first answers."""
    quote: float
    """From which confidence on an answer is given as a quote."""
    nearest: float
    """From which confidence on related passages are shown at all."""

    def signals_of(self, ordered: Sequence[Signals]) -> AnswerSignals:
        """What is known of an answer.

        Args:
            ordered: the signals of at least one passage, as `rank` orders them.
        """
        first, *others = ordered
        lead = self.rank.log_odds(first) - self.rank.log_odds(others[0]) if others else _MOST
        rival = max((each.margin for each in others), default=-_MOST)
        return AnswerSignals(**asdict(first), lead=min(_MOST, lead), rival=max(-_MOST, rival))

    def confidence_of(self, ordered: Sequence[Signals]) -> float:
        """How likely an answer answers, 0-1; takes what `signals_of` does."""
        return self.confidence.probability(self.signals_of(ordered))

    def outcome(self, confidence: float) -> Outcome:
        """What an answer of this confidence is."""
        if confidence >= self.quote:
            return Outcome.QUOTE
        return Outcome.NEAREST if confidence >= self.nearest else Outcome.NOTHING

    def base(self, reader: str) -> str:
        """The reader, and a digest of its weights here: what a case's own calibration is fitted to."""
        weights = json.dumps([astuple(self.screen), astuple(self.rank), astuple(self.confidence)])
        return f"{reader} {hashlib.sha256(weights.encode()).hexdigest()[:12]}"

    def suits(self, stated: CaseCalibration, reader: str) -> bool:
        """Whether what a case states was fitted to this reader as it is here, or to none."""
        return stated.base in ("", self.base(reader))

    def moved(self, stated: CaseCalibration) -> Calibration:
        """This one with what a case changes of it; what is a quote is never less than `nearest`."""
        quote = self.quote if stated.quote is None else stated.quote
        nearest = self.nearest if stated.nearest is None else stated.nearest
        confidence = self.confidence.rescaled(stated.scale, stated.shift)
        return Calibration(self.screen, self.rank, confidence, quote, min(nearest, quote))


_NONE = Weights(*(0.0 for _ in fields(Weights)))
_BY_MARGIN = replace(_NONE, margin=1.0)
UNFITTED = Calibration(
    screen=replace(_NONE, fused=1.0),
    rank=_BY_MARGIN,
    confidence=AnswerWeights(**asdict(_BY_MARGIN), lead=0.0, rival=0.0),
    quote=0.9,
    nearest=0.02,
)
"""For a reader that nothing has been fitted for: the logistic of its margin alone.

Such models are surer of themselves than they should be (Guo et al., "On Calibration of Modern Neural
Networks", ICML 2017), so more is asked before an answer is given as a quote. It should be fitted on
questions of the operator's own.
"""
_FITTED = ("trained", "overlap")
"""The readers that cannot do without: their margins are no log odds of an answer by themselves."""


def load_calibration(reader: str, path: Path = SHIPPED) -> Calibration:
    """The calibration of a reader; `UNFITTED` for a CrossEncoder that the operator names.

    Raises:
        ModelError: if the file is missing or damaged, or has none for a reader that comes with one.
    """
    adapter: TypeAdapter[Mapping[str, Calibration]] = TypeAdapter(dict[str, Calibration])
    try:
        fitted = adapter.validate_json(path.read_bytes())
        return fitted[reader] if reader in _FITTED else fitted.get(reader, UNFITTED)
    except (OSError, ValidationError, KeyError) as error:
        raise ModelError(
            f"{path} has no calibration for the reader {reader}. Install Exhibit again."
        ) from error


def calibration_for(stated: CaseCalibration, reader: str, path: Path = SHIPPED) -> Calibration:
    """The calibration of a reader with what a case changes of it, where that holds for the reader.

    Raises:
        ModelError: as `load_calibration` does.
    """
    shipped = load_calibration(reader, path)
    return shipped.moved(stated) if shipped.suits(stated, reader) else shipped
