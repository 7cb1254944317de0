"""`python -m benchmarks.quality`: prints the tables, writes them, or says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality import __main__ as command
from benchmarks.quality.exhibit import Exhibit
from benchmarks.quality.faiss_bot import FaissBot
from benchmarks.quality.haystack_bot import HaystackBot
from benchmarks.quality.llamaindex_bot import LlamaIndexBot, LlamaIndexWindowBot
from benchmarks.quality.txtai_bot import TxtaiBot
from corpus.library import DEFAULT_CASE, load_case
from corpus.models import Case
from index.models import Answer, Outcome
from tests.benchmarks.quality.conftest import FakePeer

NOTHING = Answer("Who sang?", Outcome.NOTHING, 0.0, (), 0.0)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """One question that the small case does not answer."""
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "Who sang?"}\n', encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def fake_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of those that need their libraries."""

    def peers(_: Case, data: Path) -> list[FakePeer]:
        assert list(data.iterdir()) == []
        return [FakePeer({"Who sang?": NOTHING})]

    monkeypatch.setattr(command, "all_peers", peers)


def test_prints_and_writes_the_same(
    case_dir: Path, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tables go to standard output and the file, how it goes to standard error."""
    out = tmp_path / "table.md"
    assert command.main([str(case_dir), str(questions), str(questions), "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == out.read_text(encoding="utf-8")
    assert [line for line in said.out.splitlines() if line.startswith("#")] == [
        f"### {tmp_path.name}/questions.jsonl (questions: 1, without an answer: 1)"
    ] * 2
    assert said.out.count("| fake (") == 2
    assert said.err.startswith("fake has indexed harbour in 0 s.\n")


def test_what_is_wrong_is_one_sentence(
    case_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And exit code 1."""
    missing = tmp_path / "missing.jsonl"
    assert command.main([str(case_dir), str(missing)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"{missing} cannot be read: No such file or directory.\n")


def test_a_file_that_could_not_be_written_is_refused_at_once(
    case_dir: Path, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not after minutes."""
    with pytest.raises(SystemExit) as raised:
        command.main([str(case_dir), str(questions), "--out", str(tmp_path / "no" / "table.md")])
    assert raised.value.code == 2
    assert capsys.readouterr().err.endswith(f"There is no folder {tmp_path / 'no'}. Make it first.\n")


def test_the_peers_are_these(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exhibit first; making them needs none of their libraries."""
    monkeypatch.undo()
    peers = command.all_peers(load_case(DEFAULT_CASE), tmp_path)
    kinds = [Exhibit, FaissBot, TxtaiBot, HaystackBot, LlamaIndexBot, LlamaIndexWindowBot]
    assert [type(peer) for peer in peers] == kinds
