"""The Markdown, character for character."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.quality.running import QuestionSet, Row
from benchmarks.quality.table import tables
from index.figures import figures_of
from index.questions import Labelled

EMPTY = figures_of([], 0)
SETS = [
    QuestionSet("a/b.jsonl", (Labelled("1", "Who?", True), Labelled("2", "Why?"))),
    QuestionSet("c/d.jsonl", (Labelled("1", "Who?", True),)),
]
HEAD = (
    "| | passage_hit@1 | passage_hit@5 | highlight_hit@1 | auroc | balanced | right_unanswerable"
    " | not_verbatim | p50_ms |\n|---|---|---|---|---|---|---|---|---|\n"
)


def test_a_table_for_each_set() -> None:
    """Shares with two digits, counts without; where there is nothing to take a share of, a dash."""
    known = replace(EMPTY, passage_hit_1=0.5, passage_hit_5=2 / 3, highlight_hit_1=0.0, p50_ms=12.6)
    rest = replace(known, auroc=0.875, balanced=1.0, right_unanswerable=0.25, not_verbatim=3)
    rows = [Row("one", "1.0", (known, rest)), Row("other", "2.0", (rest, EMPTY))]
    assert tables(SETS, rows) == (
        "### a/b.jsonl (questions: 2, without an answer: 1)\n\n"
        + HEAD
        + "| one (1.0) | 0.50 | 0.67 | 0.00 | – | – | – | 0 | 13 |\n"
        + "| other (2.0) | 0.50 | 0.67 | 0.00 | 0.88 | 1.00 | 0.25 | 3 | 13 |\n\n"
        + "### c/d.jsonl (questions: 1, without an answer: 0)\n\n"
        + HEAD
        + "| one (1.0) | 0.50 | 0.67 | 0.00 | 0.88 | 1.00 | 0.25 | 3 | 13 |\n"
        + "| other (2.0) | – | – | – | – | – | – | 0 | – |\n"
    )
