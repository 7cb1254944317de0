"""Every peer is asked everything, judged by the project's own scorer; who cannot run is named."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.peer import BenchmarkError
from benchmarks.quality.running import QuestionSet, Row, run
from corpus.models import Case, Document, Span
from index.models import Answer, Outcome, Quote
from index.questions import Labelled
from tests.benchmarks.quality.conftest import FakePeer

ASLEEP = "I was asleep until the alarm."
ASKED = QuestionSet("a/b.jsonl", (Labelled("1", "Who slept?", True, (ASLEEP,)), Labelled("2", "Who sang?")))


def answered(case: Case, question: str, words: str, confidence: float) -> Answer:
    """An answer of one quote, all of it highlighted, from the hearing or, if it isn't there, made up."""
    document = case.documents[0]
    if words not in document.text:
        document = Document(document.path, words, "0" * 64)
    start = document.text.index(words)
    span = Span(start, start + len(words))
    quote = Quote(document, span, (span,), None, "line 1", 0.5)
    return Answer(question, Outcome.QUOTE, confidence, (quote,), 0.0)


@pytest.fixture
def peer(case: Case) -> FakePeer:
    """Right about who slept; of who sang it makes something up."""
    return FakePeer(
        {
            "Who slept?": answered(case, "Who slept?", ASLEEP, 0.9),
            "Who sang?": answered(case, "Who sang?", "Nobody sang.", 0.4),
        }
    )


def test_figures_are_those_of_the_scorer(case: Case, peer: FakePeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each set; time is measured around the whole of an answer, here a tenth of a second."""
    monkeypatch.setattr("benchmarks.quality.running.time.perf_counter", itertools.count(step=0.1).__next__)
    told: list[str] = []
    first = QuestionSet("a/c.jsonl", ASKED.questions[:1])
    (row,) = run([peer], case, [ASKED, first], told.append)
    both, only = (figures.to_json() for figures in row.figures)
    assert {name: both[name] for name in ("passage_hit@1", "highlight_hit@1", "auroc", "balanced")} == {
        "passage_hit@1": 1.0,
        "highlight_hit@1": 1.0,
        "auroc": 1.0,
        "balanced": 0.5,
    }
    assert [both["questions"], both["not_verbatim"], both["p50_ms"]] == [2, 1, 100.0]
    assert [only["questions"], only["not_verbatim"], only["auroc"]] == [1, 0, None]
    assert told == [
        "fake has indexed harbour in 0 s.",
        "fake has answered a/b.jsonl.",
        "fake has answered a/c.jsonl.",
    ]


def test_rows_are_in_order_with_the_version_installed(case: Case, peer: FakePeer) -> None:
    """And each peer indexes once, however many sets there are."""
    second = FakePeer({question.question: peer.answer(question.question) for question in ASKED.questions})
    second.name = "second"
    rows = run([peer, second], case, [ASKED, ASKED], lambda _: None)
    assert [(row.name, row.version) for row in rows] == [
        ("fake", np.__version__),
        ("second", np.__version__),
    ]
    assert (peer.indexed, second.indexed) == (len(case), len(case))


def test_a_library_that_is_missing_is_named_before_any_peer_is_run(case: Case, peer: FakePeer) -> None:
    """Rather than after minutes."""
    absent = FakePeer()
    absent.name, absent.distribution = "absent", "no-such-library"
    with pytest.raises(BenchmarkError) as raised:
        run([peer, absent], case, [ASKED], lambda _: None)
    assert str(raised.value) == "absent needs no-such-library. `make peers` installs what is needed."
    assert peer.indexed == 0


def test_a_peer_that_fails_is_named(case: Case) -> None:
    """With what it said."""
    with pytest.raises(BenchmarkError) as raised:
        run([FakePeer()], case, [ASKED], lambda _: None)
    assert str(raised.value) == "fake failed: 'Who slept?'"


def test_no_peers_are_no_rows(case: Case) -> None:
    """And no questions are asked."""
    rows: list[Row] = []
    assert run([], case, [ASKED], lambda _: None) == rows


def test_a_set_is_called_after_its_file_and_folder(tmp_path: Path) -> None:
    """Not by a path of the machine."""
    path = tmp_path / "hearings" / "questions.jsonl"
    path.parent.mkdir()
    path.write_text('{"id": "q", "question": "Who slept?"}\n', encoding="utf-8")
    assert QuestionSet.read(path) == QuestionSet("hearings/questions.jsonl", (Labelled("q", "Who slept?"),))
