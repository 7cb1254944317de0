"""How good answers are: the figures of all that were judged, and of each kind of question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from index.curves import area_under, expected_calibration_error, risk_coverage
from index.evaluation import Verdict


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a set of verdicts; None where there is nothing to take a share of."""

    questions: int
    missing: int
    quotes: int
    not_verbatim: int
    highlight_hit_1: float | None
    passage_hit_1: float | None
    passage_hit_5: float | None
    answered: float | None
    right_answerable: float | None
    right_unanswerable: float | None
    balanced: float | None
    auroc: float | None
    quote_precision: float | None
    """The share of right answers among those given as a quote."""
    ece: float | None
    """Of the confidence that the first quote answers."""
    aurc: float | None
    p50_ms: float | None
    p95_ms: float | None

    def to_json(self) -> dict[str, float | None]:
        """By the names that they are usually given."""
        names = {name: name.replace("hit_", "hit@") for name in asdict(self)}
        return {names[name]: value for name, value in asdict(self).items()}


def figures_of(verdicts: Sequence[Verdict], asked: int) -> Figures:
    """The figures of an evaluation.

    Args:
        asked: how many questions there were.
    """
    known = [verdict for verdict in verdicts if verdict.labelled.answerable]
    unknown = [verdict for verdict in verdicts if not verdict.labelled.answerable]
    elapsed = sorted(verdict.answer.to_json()["elapsed_ms"] for verdict in verdicts)
    pairs = [verdict.pair for verdict in verdicts]
    rights = [_share([verdict.right for verdict in group]) for group in (known, unknown)]
    both = [right for right in rights if right is not None]
    return Figures(
        questions=asked,
        missing=asked - len(verdicts),
        quotes=sum(len(verdict.answer.quotes) for verdict in verdicts),
        not_verbatim=sum(verdict.not_verbatim for verdict in verdicts),
        highlight_hit_1=_share([verdict.hit for verdict in known]),
        passage_hit_1=_share([verdict.passage_hit for verdict in known]),
        passage_hit_5=_share([verdict.passage_hit_5 for verdict in known]),
        answered=_share([verdict.quoted for verdict in known]),
        right_answerable=rights[0],
        right_unanswerable=rights[1],
        balanced=sum(both) / len(both) if both else None,
        auroc=_area_under_roc(
            [verdict.confidence for verdict in known],
            [verdict.confidence for verdict in unknown],
        ),
        quote_precision=_share([verdict.right for verdict in verdicts if verdict.quoted]),
        ece=expected_calibration_error(pairs),
        aurc=area_under(risk_coverage(pairs)),
        p50_ms=elapsed[len(elapsed) // 2] if elapsed else None,
        p95_ms=elapsed[int(len(elapsed) * 0.95)] if elapsed else None,
    )


def figures_by_kind(verdicts: Sequence[Verdict]) -> dict[str, Figures]:
    """The figures of each kind of question, by name; a question whose kind nobody has said is in none."""
    kinds = sorted({verdict.labelled.kind for verdict in verdicts} - {""})
    groups = {kind: [verdict for verdict in verdicts if verdict.labelled.kind == kind] for kind in kinds}
    return {kind: figures_of(group, len(group)) for kind, group in groups.items()}


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None


def _area_under_roc(good: Sequence[float], bad: Sequence[float]) -> float | None:
    """How often an answerable question has more confidence than an unanswerable one; ties count half."""
    if not good or not bad:
        return None
    wins = sum((one > other) + 0.5 * (one == other) for one in good for other in bad)
    return wins / (len(good) * len(bad))
