"""Fits what is made of a reader's scores: the order of passages, confidence, and the threshold of a quote."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from index.confidence import AnswerWeights, Calibration, Signals, Weights
from index.curves import expected_calibration_error

PRECISION = 0.9
"""The share of the answers given as quotes that should answer."""
ANSWERABLE = 0.7
"""The share of people's questions that a record is taken to answer; the questions asked are weighed to it."""
_FEW, _EVEN = 0.1, 0.5
"""Where the wanted precision would give fewer than this share of the questions an answer, an answer is given
from even odds on: one that hardly ever answers is no use, however right it is when it does."""
_MISSED = 0.02
"""The most of the questions with an answer in the record that are told that it has nothing."""
_ROUNDING = 1e-9
"""By how much a share of sums of weights may seem less than it is."""
_LEAST = 1e-3
"""How weakly weights are drawn to nothing."""
_UNSURE = AnswerWeights(*(0.0 for _ in fields(AnswerWeights)))
"""Before confidence has been fitted."""

Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One passage that was read with a question."""

    seen: Signals
    """What was known before it was read."""
    signals: Signals
    right: bool
    """Whether it answers."""
    found: bool
    """Whether what is highlighted in it answers."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of asking one question."""

    group: str
    """What it is kept together with when figures are made on other questions than were fitted on."""
    answerable: bool
    attempts: tuple[Attempt, ...]
    weight: float = 1.0
    """How many questions it counts as."""

    def ordered(self, calibration: Calibration, read: int) -> list[Attempt]:
        """What would have come of it with this calibration, so many passages read: the likeliest first."""
        screened = sorted(self.attempts, key=lambda each: -calibration.screen.probability(each.seen))
        return sorted(screened[:read], key=lambda each: -calibration.rank.probability(each.signals))


def calibration_of(trials: Sequence[Trial], read: int) -> Calibration:
    """What is read, order, confidence and thresholds, fitted on the same questions.

    Args:
        trials: of more passages each than will be read.
        read: how many will be.
    """
    counts = [trial.weight for trial in trials]
    screen = order_of([[(each.seen, each.right) for each in trial.attempts] for trial in trials], counts)
    unordered = Calibration(screen, screen, _UNSURE, 1.0, 0.0)
    kept = [trial.ordered(unordered, read) for trial in trials]
    rank = order_of([[(each.signals, each.right) for each in attempts] for attempts in kept], counts)
    unsure = replace(unordered, rank=rank)
    answers = [trial.ordered(unsure, read) for trial in trials]
    known = [unsure.signals_of([each.signals for each in attempts]) for attempts in answers]
    answerable = np.asarray([trial.answerable for trial in trials])
    weights = weights_of(answerable.tolist(), counts=counts)
    found = np.asarray([attempts[0].found for attempts in answers])
    bias, slopes = _logistic(matrix(known), found, weights)
    confidence = AnswerWeights(bias, *slopes)
    sure = np.asarray([confidence.probability(each) for each in known])
    quote = threshold(sure, found, weights)
    if np.average(sure >= quote, weights=weights) < _FEW:
        quote = _EVEN
    nearest = math.floor(float(np.quantile(sure[answerable], _MISSED)) * 1e4) / 1e4
    return Calibration(screen, rank, confidence, quote, min(quote, nearest))


def order_of(lists: Sequence[Sequence[tuple[Signals, bool]]], counts: Sequence[float]) -> Weights:
    """Weights that put a right passage before the wrong ones of its question.

    Conditional logit (McFadden, "Conditional logit analysis of qualitative choice behavior", 1974), where any
    of the right ones may be chosen. Its scores have no scale; a logistic regression on them gives one, and
    leaves the order.

    Args:
        counts: how many questions each list counts as.
    """
    from scipy.optimize import minimize

    told = [(matrix([each for each, _ in one]), np.asarray([right for _, right in one])) for one in lists]
    judged = [
        (rows, right, count)
        for (rows, right), count in zip(told, counts, strict=True)
        if right.any() and not right.all()
    ]
    every_count = sum(count for _, _, count in judged)

    def loss(weights: Figures) -> tuple[float, Figures]:
        total, slope = 0.0, np.zeros_like(weights)
        for rows, right, count in judged:
            scores = rows @ weights
            odds = np.exp(scores - scores.max())
            every, good = odds / odds.sum(), odds * right / (odds * right).sum()
            total -= count * math.log((odds * right).sum() / odds.sum())
            slope += count * ((every - good) @ rows)
        least = _LEAST * float(weights @ weights)
        return total / every_count + least, slope / every_count + 2 * _LEAST * weights

    kinds = len(astuple(lists[0][0][0]))
    found: Figures = minimize(loss, np.zeros(kinds), jac=True, method="L-BFGS-B").x
    scores = np.concatenate([rows @ found for rows, _ in told])[:, np.newaxis]
    bias, [scale] = _logistic(scores, np.concatenate([right for _, right in told]))
    return Weights(bias, *(scale * found).tolist())


def matrix(signals: Sequence[Signals]) -> Figures:
    """Signals by row, of shape (signals, kinds of signal)."""
    return np.asarray([astuple(each) for each in signals], dtype=np.float64)


def _logistic(
    rows: Figures, labels: NDArray[np.bool_], weights: Figures | None = None
) -> tuple[float, list[float]]:
    """The bias and the slopes of a logistic regression, hardly regularised."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=100.0, max_iter=2000).fit(rows, labels, weights)
    return float(model.intercept_[0]), model.coef_[0].tolist()


def weights_of(
    answerable: Sequence[bool], wanted: float = ANSWERABLE, counts: Sequence[float] | None = None
) -> Figures:
    """What each question counts, so that the share that has an answer is what people's questions have.

    Args:
        answerable: of each question, whether the record answers it; both kinds occur.
        wanted: that share, 0-1.
        counts: how many questions each counts as; None for one.
    """
    has = np.asarray(answerable)
    each: Figures = np.ones(len(has)) if counts is None else np.asarray(counts, dtype=np.float64)
    share = np.average(has, weights=each)
    weights: Figures = each * np.where(has, wanted / share, (1 - wanted) / (1 - share))
    return weights


def threshold(
    confidence: Figures, found: NDArray[np.bool_], weights: Figures, wanted: float = PRECISION
) -> float:
    """The lowest confidence from which on the share of right answers is what is wanted.

    Returns:
        it, rounded down to six digits, so that what it was found for stays above it; 1 if there is none.
    """
    order = np.argsort(-confidence)
    precision = np.cumsum(found[order] * weights[order]) / np.cumsum(weights[order])
    # Answers of one confidence are given together or not at all.
    last = np.append(np.diff(confidence[order]) != 0, True)
    enough = np.flatnonzero((precision >= wanted - _ROUNDING) & last)
    return math.floor(confidence[order][enough[-1]] * 1e6) / 1e6 if len(enough) else 1.0


def calibration_error(confidence: Figures, found: NDArray[np.bool_], weights: Figures) -> float:
    """The expected calibration error, 0-1, of confidences of which there is at least one."""
    pairs = list(zip(confidence.tolist(), found.tolist(), strict=True))
    error = expected_calibration_error(pairs, weights.tolist())
    return 0.0 if error is None else error


def report(trials: Sequence[Trial], calibration: Calibration, read: int) -> dict[str, float]:
    """The figures of a calibration on questions that it was not fitted on."""
    from sklearn.metrics import roc_auc_score

    ordered = [trial.ordered(calibration, read) for trial in trials]
    answerable = np.asarray([trial.answerable for trial in trials])
    weights = weights_of(answerable.tolist())
    confidence = np.asarray(
        [calibration.confidence_of([attempt.signals for attempt in each]) for each in ordered]
    )
    right = np.asarray([each[0].right for each in ordered])
    among = np.asarray([any(attempt.right for attempt in each[:5]) for each in ordered])
    found = np.asarray([each[0].found for each in ordered])
    quoted = confidence >= calibration.quote
    return {
        "questions": len(trials),
        "passage_hit@1": float(right[answerable].mean()),
        "passage_hit@5": float(among[answerable].mean()),
        "highlight_hit@1": float(found[answerable].mean()),
        "auroc": float(roc_auc_score(answerable, confidence)),
        "expected_calibration_error": calibration_error(confidence, found, weights),
        "quoted": float(np.average(quoted, weights=weights)),
        "precision": float(np.average(found[quoted], weights=weights[quoted])) if quoted.any() else 0.0,
        "right_answerable": float((found & quoted)[answerable].mean()),
        "right_unanswerable": float((~quoted)[~answerable].mean()),
    }
