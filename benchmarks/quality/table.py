"""The figures as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.quality.running import QuestionSet, Row
from index.figures import Figures

_SHARES = (
    "passage_hit@1",
    "passage_hit@5",
    "highlight_hit@1",
    "auroc",
    "balanced",
    "right_unanswerable",
)
_COUNTS = ("not_verbatim", "p50_ms")


def tables(sets: Sequence[QuestionSet], rows: Sequence[Row]) -> str:
    """One table for each set of questions, with a heading; a row for each peer, in order."""
    return "\n\n".join(_table(each, at, rows) for at, each in enumerate(sets)) + "\n"


def _table(questions: QuestionSet, at: int, rows: Sequence[Row]) -> str:
    unknown = sum(not labelled.answerable for labelled in questions.questions)
    lines = [
        f"### {questions.name} (questions: {len(questions.questions)}, without an answer: {unknown})",
        "",
        _line("", *_SHARES, *_COUNTS),
        "|---" * (1 + len(_SHARES) + len(_COUNTS)) + "|",
    ]
    lines += [_line(f"{row.name} ({row.version})", *_cells(row.figures[at])) for row in rows]
    return "\n".join(lines)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _cells(figures: Figures) -> list[str]:
    values = figures.to_json()
    shares = [_shown(values[name], 2) for name in _SHARES]
    return shares + [_shown(values[name], 0) for name in _COUNTS]


def _shown(value: float | None, digits: int) -> str:
    return "\u2013" if value is None else f"{value:.{digits}f}"
