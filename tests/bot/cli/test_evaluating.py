"""`exhibit eval`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.models import Document
from index.filters import Filter
from index.models import Answer
from index.overlap import OverlapReader
from index.searcher import QUOTES, Searcher
from tests.bot.cli.conftest import Exhibit, serve
from tests.conftest import CountingEncoder

FIGURES = [
    *("questions", "missing", "quotes", "not_verbatim", "highlight_hit@1", "passage_hit@1", "passage_hit@5"),
    *("answered", "right_answerable", "right_unanswerable", "balanced", "auroc"),
    *("quote_precision", "ece", "aurc", "p50_ms", "p95_ms"),
]
LEDGER = {
    "id": "ledger",
    "question": "Where was the red ledger?",
    "answerable": True,
    "gold": ["Yes. The red ledger was on the kitchen table."],
    "kind": "where",
}
SAFE = {
    "id": 2,
    "question": "How much money was missing from the safe?",
    "answerable": True,
    "gold": ["Nobody ever counted <it>."],
    "kind": "number",
}
NAPOLEON = {"question": "Did Napoleon invade Portugal?"}


def asked(path: Path, *rows: dict[str, Any]) -> Path:
    """A file of questions."""
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """One that is answered rightly, one whose gold the record does not have, and one without an answer."""
    return asked(tmp_path / "questions.jsonl", LEDGER, SAFE, NAPOLEON)


@pytest.mark.usefixtures("quick")
def test_measures_answers(exhibit: Exhibit, questions: Path) -> None:
    """The figures as JSON, with the curves and each question; and as a table."""
    found = exhibit("eval", questions, "--json").json
    assert list(found) == [*FIGURES, "by_kind", "risk_coverage", "reliability", "results"]
    assert [found[name] for name in ("questions", "missing", "not_verbatim", "highlight_hit@1")] == [
        3,
        0,
        0,
        0.5,
    ]
    assert {kind: list(each) for kind, each in found["by_kind"].items()} == {
        "number": FIGURES,
        "where": FIGURES,
    }
    assert [found["by_kind"][kind]["highlight_hit@1"] for kind in ("number", "where")] == [0.0, 1.0]
    assert [result["id"] for result in found["results"]] == ["ledger", 2, "3"]
    assert [result["hit"] for result in found["results"]] == [True, False, False]
    assert found["risk_coverage"][-1]["coverage"] == 1.0
    assert found["risk_coverage"][-1]["risk"] == 2 / 3
    assert sum(each["count"] for each in found["reliability"]) == 3
    shown = exhibit("eval", questions)
    assert shown.code == 0
    tables = shown.out.split("\n\n")
    values = dict(line.split() for line in tables[0].splitlines()[1:])
    assert list(values) == FIGURES
    assert (values["questions"], values["not_verbatim"]) == ("3", "0")
    assert values["highlight_hit@1"] == "0.500"
    assert [line.split()[:2] for line in tables[1].splitlines()] == [
        ["kind", "questions"],
        ["number", "1"],
        ["where", "1"],
    ]


@pytest.mark.usefixtures("quick")
def test_lists_what_went_wrong(exhibit: Exhibit, questions: Path) -> None:
    """What was said and what was wanted, where they are asked for; else how many there are of each sort."""
    brief = exhibit("eval", questions).out.splitlines()[-1]
    assert brief.startswith("Not right: ")
    assert brief.endswith("1 not shown. --misses lists them.")
    in_full = exhibit("eval", questions, "--misses").out
    assert (
        "  said: About four thousand pounds were missing from the safe.\n  wanted: Nobody ever counted <it>.\n"
    ) in in_full
    assert "\n2  How much money was missing from the safe?\nnot shown; quote, confidence " in in_full
    assert "--misses" not in in_full


@pytest.mark.usefixtures("quick")
def test_says_that_nothing_went_wrong(exhibit: Exhibit, tmp_path: Path) -> None:
    """Where every answer is right; questions without a kind are not listed by kind."""
    shown = exhibit("eval", asked(tmp_path / "q.jsonl", NAPOLEON), "--misses")
    assert (shown.code, shown.out.split("\n\n")[1:]) == (0, ["Every answer is right.\n"])


@pytest.mark.usefixtures("quick")
def test_compares_with_an_earlier_run(exhibit: Exhibit, questions: Path, tmp_path: Path) -> None:
    """Each figure, and the questions that changed sides; as JSON, as a table, and in a report."""
    before = exhibit("eval", questions, "--json").json
    for result in before["results"]:
        result["right"] = not result["right"]
    before["balanced"] -= 0.25
    before["results"][2]["question"] = "Did Napoleon invade Spain?"
    old = tmp_path / "old.json"
    old.write_text(json.dumps(before), encoding="utf-8")
    found = exhibit("eval", questions, "--against", old, "--json").json
    now = found["balanced"]
    assert found["against"]["figures"]["balanced"] == {"old": now - 0.25, "new": now, "difference": 0.25}
    assert [found["against"][name] for name in ("gained", "lost", "only_old", "only_new")] == [
        ["ledger"],
        [2],
        1,
        1,
    ]
    shown = exhibit("eval", questions, "--against", old, "--report", tmp_path / "r.html")
    rows = [line.split() for line in shown.out.split("\n\n")[0].splitlines()]
    assert rows[0] == ["figure", "old", "new", "difference"]
    assert [row[0] for row in rows[1:]] == FIGURES
    assert ["balanced", f"{now - 0.25:.3f}", f"{now:.3f}", "+0.250"] in rows
    assert "\nRight now, and not before:\n  ledger  Where was the red ledger?\n" in shown.out
    assert "\nRight before, and not now:\n  2  How much money was missing from the safe?\n" in shown.out
    assert shown.err.splitlines()[:2] == [
        "1 question only in the earlier run cannot be compared.",
        "1 question only in this run cannot be compared.",
    ]
    report = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Not compared: 1 asked only in the earlier run, 1 only in this one." in report


@pytest.mark.usefixtures("quick")
def test_an_unchanged_record_has_no_changes(exhibit: Exhibit, questions: Path, tmp_path: Path) -> None:
    """What `--json` printed is what `--against` reads."""
    old = tmp_path / "old.json"
    old.write_text(exhibit("eval", questions, "--json").out, encoding="utf-8")
    found = exhibit("eval", questions, "--against", old, "--json").json["against"]
    changed = {name: each for name, each in found["figures"].items() if each["difference"]}
    assert set(changed) <= {"p50_ms", "p95_ms"}
    assert [found[name] for name in ("gained", "lost", "only_old", "only_new")] == [[], [], 0, 0]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("name", "beside"),
    [("report.html", []), ("a b.md", ["a b-reliability.svg", "a b-risk-coverage.svg"])],
)
def test_writes_a_report(
    exhibit: Exhibit, questions: Path, tmp_path: Path, name: str, beside: list[str]
) -> None:
    """Beside what is printed, which stays JSON where JSON is asked for."""
    path = tmp_path / "out" / name
    path.parent.mkdir()
    result = exhibit("eval", questions, "--json", "--report", path)
    assert (result.code, result.json["questions"]) == (0, 3)
    assert result.err == f"The report is in {path}.\n"
    assert sorted(each.name for each in path.parent.iterdir()) == sorted([name, *beside])
    text = path.read_text(encoding="utf-8")
    assert "How good the answers are: The Harbour Fire" in text
    assert "Nobody ever counted &lt;it&gt;." in text


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--report", "r.pdf"], 2, "r.pdf must end in .html or .md."),
        (["--report", "gone/r.md"], 2, "There is no folder gone. Make it first."),
        (["--against", "gone.json"], 1, "gone.json cannot be read: No such file or directory."),
    ],
)
def test_mistakes_show_before_anything_is_loaded(
    exhibit: Exhibit, questions: Path, tmp_path: Path, arguments: list[str], code: int, sentence: str
) -> None:
    """Rather than after all the questions."""
    result = exhibit("eval", questions, *arguments)
    assert (result.code, result.out) == (code, "")
    assert sentence in result.err
    assert not (tmp_path / "data").exists()


class InventiveSearcher(Searcher):
    """Quotes from a document that is not the stored one."""

    def search(self, question: str, limit: int = QUOTES, where: Filter | None = None) -> Answer:
        found = super().search(question, limit, where)
        first = found.quotes[0]
        other = Document(
            first.document.path, first.document.text.replace("red", "RED"), first.document.sha256
        )
        return replace(found, quotes=(replace(first, document=other),))


def test_a_quote_that_does_not_stand_is_counted(
    exhibit: Exhibit,
    searcher: Searcher,
    encoder: CountingEncoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And makes the measurement fail; `answer` would not have given it."""
    serve(monkeypatch, InventiveSearcher(searcher.generation, encoder, OverlapReader(encoder)))
    path = asked(tmp_path / "q.jsonl", LEDGER)
    result = exhibit("eval", path, "--json")
    assert (result.code, result.json["not_verbatim"]) == (1, 1)
    assert result.json["by_kind"]["where"]["not_verbatim"] == 1
    assert result.err == "Quotes that do not stand in the record: 1. Run `exhibit index verify`.\n"
    answered = exhibit("answer", path)
    assert (answered.code, answered.out) == (1, "")
