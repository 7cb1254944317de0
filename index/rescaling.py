"""Fits confidence and the threshold of a quote to a case's own questions, and measures what that is worth.

A few dozen questions are too few to weigh the signals anew. They do bear Platt scaling, which has two
figures: the log odds of the confidence that ships are multiplied by one, and the other is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ExhibitError
from corpus.models import CaseCalibration
from index.evaluation import Verdict
from index.fitting import Figures, calibration_error, threshold, weights_of
from index.questions import Labelled

MINIMUM = 10
"""How many first quotes must answer, and how many must not.

Ten of the rarer outcome for each slope that is fitted: Peduzzi et al., "A simulation study of the number of
events per variable in logistic regression analysis", Journal of Clinical Epidemiology 49 (1996).
"""
UNANSWERABLE = 5
"""How many questions must have no answer: they stand for all such questions that people will ask."""
FOLDS = 5
_CERTAIN = 1e-9
"""No confidence counts as nearer to 0 or 1 than this, so that its log odds are finite."""


@dataclass(frozen=True, slots=True)
class Rescaling:
    """Moves a confidence by its log odds; by default, not at all."""

    scale: float = 1.0
    shift: float = 0.0

    def of(self, confidence: Figures) -> Figures:
        """The confidences, 0-1, moved."""
        log_odds = np.clip(self.scale * _log_odds(confidence) + self.shift, -50, 50)
        moved: Figures = 1 / (1 + np.exp(-log_odds))
        return moved

    def one(self, confidence: float) -> float:
        """One confidence, moved."""
        return float(self.of(np.asarray([confidence]))[0])

    def inverse(self) -> Rescaling:
        """What moves confidences back."""
        return Rescaling(1 / self.scale, -self.shift / self.scale)


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """What a confidence and a threshold are worth, each question counted by its weight."""

    ece: float
    """The expected calibration error, 0-1; less is better."""
    brier: float
    """The mean squared distance of confidence from what came of it, 0-1; less is better (Brier 1950)."""
    quote_precision: float | None
    """0-1: the share of the answers given as quotes that answer; None where there are none."""
    coverage: float
    """0-1: the share of the questions that get an answer given as a quote."""
    quotes: int
    """How many of the questions do."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What a case's own questions ask for, and how well it does on those of them that it has not seen."""

    rescaling: Rescaling
    quote: float
    """From which confidence on, rescaled, an answer is given as a quote."""
    shipped: CaseFigures
    """Of what ships."""
    thresholds_only: CaseFigures
    """By cross-validation, of a threshold alone."""
    rescaled: CaseFigures
    """By cross-validation, of a rescaling and a threshold."""

    @property
    def rescales(self) -> bool:
        """Whether confidence is moved too, and not the threshold alone."""
        return self.rescaling != Rescaling()

    @property
    def figures(self) -> CaseFigures:
        """Of what is asked for, by cross-validation."""
        return self.rescaled if self.rescales else self.thresholds_only

    def worsens(self, precision: float) -> bool:
        """Whether less of the quotes answer than was asked for and than do as it ships: chance was fitted."""
        reached, shipped = (each.quote_precision or 0.0 for each in (self.figures, self.shipped))
        return reached < precision and reached < shipped

    def calibration(self, nearest: float, base: str) -> CaseCalibration:
        """What the case should state.

        Args:
            nearest: from which confidence on, not rescaled, passages are shown; the same are shown then.
            base: what the fit holds for.
        """
        moved = round(self.rescaling.one(nearest), 4)
        return CaseCalibration(
            self.quote, min(moved, self.quote), self.rescaling.scale, self.rescaling.shift, base
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Questions that were asked: row i of each part belongs to question i."""

    confidence: Figures
    found: NDArray[np.bool_]
    weights: Figures
    groups: NDArray[np.str_]

    def part(self, rows: NDArray[np.int_]) -> _Asked:
        return _Asked(self.confidence[rows], self.found[rows], self.weights[rows], self.groups[rows])


def check_labels(questions: Sequence[Labelled]) -> None:
    """Looks whether questions say enough of their answers to fit anything to.

    Raises:
        ExhibitError: if the gold of one is missing or contradicts it, or too few have no answer.
    """
    if not any(each.gold for each in questions):
        raise ExhibitError(
            "None of these questions has a gold quote, so no answer can be judged. `exhibit eval --help` says"
            " how to give them."
        )
    for each in questions:
        if each.answerable and not each.gold:
            raise ExhibitError(f"Question {each.id} is answerable, but has no gold. Quote what answers it.")
        if each.gold and not each.answerable:
            raise ExhibitError(
                f'Question {each.id} has gold, but is not answerable. Put "answerable": true there, or take'
                " the gold out."
            )
    without = sum(not each.answerable for each in questions)
    if without < UNANSWERABLE:
        raise ExhibitError(
            f"Too few of these questions have no answer in the record: {without}, and {UNANSWERABLE} are"
            " needed, since only they show when to refuse. Add some that people might ask."
        )


def fit(verdicts: Sequence[Verdict], shipped_quote: float, precision: float, share_answerable: float) -> Fit:
    """Fits a rescaling and a threshold, each also on four fifths of the questions to be judged on the rest.

    Rescaling is asked for only where it makes the Brier score of the rest better. Questions that share their
    first gold quote stay together, since they are mostly one question in other words.

    Args:
        verdicts: of answers with the confidence that ships, each of which shows what came first; one that
            shows nothing has no confidence to fit anything to, and is left out.
        shipped_quote: the threshold that ships.
        precision: the share of the answers given as quotes that should answer, 0-1.
        share_answerable: what share of people's questions the record answers, 0-1.

    Raises:
        ExhibitError: if too few first quotes answer, or too few do not, or no threshold gives the precision.
    """
    shown = [verdict for verdict in verdicts if verdict.answer.quotes]
    check_labels([verdict.labelled for verdict in shown])
    asked = _asked(shown, share_answerable)
    _check_outcomes(asked.found)
    shipped = _figures(asked, asked.confidence, asked.confidence >= shipped_quote)
    alone, rescaled = (_cross_validated(asked, precision, rescale=each) for each in (False, True))
    rescaling = _platt(asked) if rescaled.brier < alone.brier else Rescaling()
    quote = threshold(rescaling.of(asked.confidence), asked.found, asked.weights, precision)
    if quote == 1:
        raise ExhibitError(
            f"Of the surest answers to these questions, less than {precision:.0%} are right, so no threshold"
            " gives that. `exhibit eval --misses` shows what goes wrong; --precision asks for less."
        )
    return Fit(rescaling, quote, shipped, alone, rescaled)


def _asked(verdicts: Sequence[Verdict], share_answerable: float) -> _Asked:
    return _Asked(
        np.asarray([each.answer.confidence for each in verdicts]),
        np.asarray([each.pair[1] for each in verdicts]),
        weights_of([each.labelled.answerable for each in verdicts], share_answerable),
        np.asarray([next(iter(each.labelled.gold), f"{each.labelled.id}") for each in verdicts]),
    )


def _check_outcomes(found: NDArray[np.bool_]) -> None:
    right, wrong = int(found.sum()), int((~found).sum())
    if min(right, wrong) < MINIMUM:
        mend = "questions that the record answers" if right < MINIMUM else "harder questions"
        raise ExhibitError(
            f"{right} of the first quotes answer and {wrong} do not, and {MINIMUM} of each are needed: with"
            f" fewer, the fit would follow chance. Add {mend}."
        )


def _platt(asked: _Asked) -> Rescaling:
    """The rescaling under which what came of the questions is likeliest.

    Platt: "Probabilistic Outputs for Support Vector Machines and Comparisons to Regularized Likelihood
    Methods", Advances in Large Margin Classifiers, 1999. Its targets, a little short of 0 and 1, keep the
    figures finite where confidence tells all right answers from wrong ones.
    """
    from sklearn.linear_model import LogisticRegression

    right, wrong = (asked.weights[which].sum() for which in (asked.found, ~asked.found))
    targets = np.where(asked.found, (right + 1) / (right + 2), 1 / (wrong + 2))
    rows = np.tile(_log_odds(asked.confidence)[:, None], (2, 1))
    labels = np.repeat([True, False], len(targets))
    weights = np.concatenate([asked.weights * targets, asked.weights * (1 - targets)])
    model = LogisticRegression(C=np.inf, max_iter=2000).fit(rows, labels, weights)
    scale = round(float(model.coef_[0, 0]), 4)
    # Where the surer answers are not the better ones, there is nothing to stretch.
    return Rescaling(scale, round(float(model.intercept_[0]), 4)) if scale > 0 else Rescaling()


def _cross_validated(asked: _Asked, precision: float, *, rescale: bool) -> CaseFigures:
    from sklearn.model_selection import StratifiedGroupKFold

    confidence = np.zeros(len(asked.found))
    quoted = np.zeros(len(asked.found), dtype=np.bool_)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    for others, held in folds.split(confidence[:, None], asked.found, asked.groups):
        part = asked.part(others)
        rescaling = _platt(part) if rescale else Rescaling()
        bar = threshold(rescaling.of(part.confidence), part.found, part.weights, precision)
        confidence[held] = rescaling.of(asked.confidence[held])
        quoted[held] = confidence[held] >= bar
    return _figures(asked, confidence, quoted)


def _figures(asked: _Asked, confidence: Figures, quoted: NDArray[np.bool_]) -> CaseFigures:
    right = np.average(asked.found[quoted], weights=asked.weights[quoted]) if quoted.any() else None
    return CaseFigures(
        calibration_error(confidence, asked.found, asked.weights),
        float(np.average((confidence - asked.found) ** 2, weights=asked.weights)),
        None if right is None else round(float(right), 9),  # nine of ten are 0.9, whatever their weights
        float(np.average(quoted, weights=asked.weights)),
        int(quoted.sum()),
    )


def _log_odds(confidence: Figures) -> Figures:
    sure = np.clip(confidence, _CERTAIN, 1 - _CERTAIN)
    odds: Figures = np.log(sure / (1 - sure))
    return odds
