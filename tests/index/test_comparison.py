"""Two runs held against each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import ExhibitError
from corpus.models import Document, Span
from index.comparison import Change, OldRun, compare, read_run
from index.evaluation import Verdict, judge
from index.figures import figures_of
from index.models import Answer, Outcome, Quote
from index.questions import Labelled

GOLD = "The ledger was red."


def verdict(identifier: str | int, *, right: bool, question: str = "Which ledger?") -> Verdict:
    """Of an answerable question, answered with the gold or with something else."""
    text = GOLD if right else "It rained."
    span = Span(0, len(text))
    quote = Quote(Document("a.txt", text, "0" * 64), span, (span,), None, "line 1", 0.5)
    labelled = Labelled(identifier, question, True, (GOLD,))
    return judge(labelled, Answer(question, Outcome.QUOTE, 0.75, (quote,), 1.0))


def run_of(*verdicts: Verdict, **figures: Any) -> OldRun:
    """An earlier run, as it comes back from its JSON."""
    stated = figures_of(verdicts, len(verdicts)).to_json() | figures
    results = [each.to_json() for each in verdicts]
    return OldRun.model_validate_json(json.dumps({**stated, "by_kind": {}, "results": results}))


def test_each_figure_old_new_and_difference() -> None:
    """One that the earlier run does not have, or that is no number, has no difference."""
    now = [verdict("a", right=True), verdict("b", right=True)]
    old = run_of(verdict("a", right=True), verdict("b", right=False), ece=None, aurc="low")
    found = {change.name: change for change in compare(old, figures_of(now, 2), now).changes}
    assert list(found) == list(figures_of(now, 2).to_json())
    assert found["highlight_hit@1"] == Change("highlight_hit@1", 0.5, 1.0)
    assert found["highlight_hit@1"].difference == 0.5
    assert found["questions"].difference == 0
    assert (found["ece"].old, found["ece"].new, found["ece"].difference) == (None, 0.25, None)
    assert (found["aurc"].old, found["aurc"].difference) == (None, None)
    assert found["auroc"].difference is None


def test_the_questions_that_changed_sides() -> None:
    """In the order in which they were asked; 1 and "1" are different questions."""
    old = run_of(*(verdict(name, right=name in ("a", "c", 1)) for name in ("a", "b", "c", "d", 1, "1")))
    now = [verdict(name, right=name in ("a", "b", "1")) for name in ("1", 1, "d", "c", "b", "a")]
    found = compare(old, figures_of(now, 6), now)
    assert found.to_json()["gained"] == ["1", "b"]
    assert found.to_json()["lost"] == [1, "c"]
    assert (found.gained[1].old.miss, found.gained[1].old.said) == ("not shown", "It rained.")
    assert found.gained[1].new is now[4]
    assert (found.only_old, found.only_new) == (0, 0)
    assert found.old_pairs.count((0.75, True)) == 3


def test_only_the_same_question_is_compared() -> None:
    """The same id with other words is another question."""
    old = run_of(verdict("a", right=True), verdict("b", right=True), verdict("c", right=True))
    now = [verdict("a", right=False), verdict("b", right=False, question="Which safe?")]
    found = compare(old, figures_of(now, 2), now).to_json()
    assert (found["lost"], found["gained"], found["only_old"], found["only_new"]) == (["a"], [], 2, 1)
    assert found["figures"]["highlight_hit@1"] == {"old": 1.0, "new": 0.0, "difference": -1.0}


def test_reads_a_run(tmp_path: Path) -> None:
    """From the file that it was printed into."""
    path = tmp_path / "old.json"
    path.write_text(run_of(verdict("a", right=True)).model_dump_json(), encoding="utf-8")
    read = read_run(path)
    assert (read.figure("questions"), read.figure("balanced"), read.figure("auroc")) == (1, 1.0, None)
    assert [result.id for result in read.results] == ["a"]


RESULT = json.loads(run_of(verdict("a", right=True)).results[0].model_dump_json())


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", '{"questions": 1}', '{"results": {}}', '{"results": [{"id": "a"}]}'),
        json.dumps({"results": [RESULT | {"confidence": 2}]}),
        "\ud800".encode("utf-8", "surrogatepass"),
    ],
)
def test_what_is_no_run_is_a_sentence(tmp_path: Path, text: str | bytes) -> None:
    """Naming the file."""
    path = tmp_path / "old.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ExhibitError) as raised:
        read_run(path)
    assert str(raised.value) == (
        f"{path} is not what `exhibit eval --json` prints. Run it on the old version and keep its output."
    )


def test_a_run_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """In the system's own words."""
    with pytest.raises(ExhibitError) as raised:
        read_run(tmp_path / "gone.json")
    assert str(raised.value) == f"{tmp_path / 'gone.json'} cannot be read: No such file or directory."
