"""`exhibit ask` and `exhibit answer`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import ExhibitError
from corpus.library import DEFAULT_CASE
from index.filters import Filter
from index.models import Answer
from index.overlap import OverlapReader
from index.searcher import QUOTES, Searcher
from tests.bot.cli.conftest import Exhibit, Result, serve
from tests.conftest import CountingEncoder

QUOTE_FIELDS = [
    *("document", "title", "start", "end", "text", "highlights", "speaker", "date", "kind", "source"),
    *("locator", "sha256", "score", "also"),
]
ROWS: list[dict[str, Any]] = [
    {
        "id": "b",
        "question": "Where was the red ledger?",
        "answerable": True,
        "gold": ["It was on the kitchen table."],
    },
    {"id": 1, "question": "😀"},
    {"question": "Did Napoleon invade Portugal?"},
]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A file of three questions, one of which asks nothing."""
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    return path


def check(answer: Any, texts: dict[str, str]) -> None:
    """Holds the JSON of an answer against its promises."""
    assert list(answer) == ["id", "question", "outcome", "confidence", "quotes", "elapsed_ms"]
    assert answer["outcome"] in ("quote", "nearest", "nothing")
    assert 0 <= answer["confidence"] <= 1
    assert answer["elapsed_ms"] >= 0
    for quote in answer["quotes"]:
        assert list(quote) == QUOTE_FIELDS
        text = texts[quote["document"]]
        assert quote["text"] == text[quote["start"] : quote["end"]]
        assert 1 <= len(quote["highlights"]) <= 3
        for highlight in quote["highlights"]:
            assert list(highlight) == ["start", "end", "text"]
            assert quote["start"] <= highlight["start"] < highlight["end"] <= quote["end"]
            assert highlight["text"] == text[highlight["start"] : highlight["end"]]


def texts_of(searcher: Searcher) -> dict[str, str]:
    """Path -> text of each document."""
    return {document.path: document.text for document in searcher.generation.case}


def lines(result: Result) -> list[Any]:
    """Standard output, as JSON Lines."""
    return [json.loads(line) for line in result.out.splitlines()]


def test_the_shipped_article_answers(exhibit: Exhibit) -> None:
    """With the real model: the index is built once, and the answer is the witness's."""
    first = exhibit("ask", "Do you know what distillation is?", "--json")
    assert first.code == 0
    assert first.err == "The index is being built, since there is no index of this case yet.\n"
    again = exhibit("ask", "Do you know what distillation is?", "--json")
    assert again.err == ""
    assert again.json | {"elapsed_ms": 0} == first.json | {"elapsed_ms": 0}
    path = "wired-musk-distillation-testimony.txt"
    check(first.json, {path: (DEFAULT_CASE / "documents" / path).read_bytes().decode()})
    best = first.json["quotes"][0]
    assert "Savit: Has xAI done that with OpenAI?" in best["text"]
    assert best["speaker"] == "Elon Musk"
    assert (best["document"], best["kind"], best["source"]) == (path, "press", None)
    assert first.json["id"] == ""


def test_the_exchange_is_among_what_is_shown(exhibit: Exhibit) -> None:
    """With the real model; where it stands among the quotes is measured by `exhibit eval`."""
    found = exhibit("ask", "Has xAI distilled OpenAI models?", "--json")
    assert [
        quote["speaker"]
        for quote in found.json["quotes"]
        if "Has xAI done that with OpenAI?" in quote["text"]
    ] == ["Elon Musk"]


@pytest.mark.usefixtures("quick")
def test_an_answer_can_be_read(exhibit: Exhibit) -> None:
    """Heading, words, citation."""
    shown = exhibit("ask", "How much money was missing from the safe?")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("The record says:\n\n")
    assert "\nJane Hopper: About four thousand pounds were missing from the safe.\n" in shown.out
    assert "\n— Jane Hopper, Hearing of 3 March 2025, 2025-03-03, line" in shown.out


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("question", ["", "😀😀", "what is it", "x" * 6000])
def test_a_question_that_asks_nothing_is_one_sentence(exhibit: Exhibit, question: str) -> None:
    """And exit code 1."""
    result = exhibit("ask", question)
    assert (result.code, result.out) == (1, "")
    assert result.err.count("\n") == 1


@pytest.mark.usefixtures("quick")
def test_a_part_of_the_record_may_be_asked(exhibit: Exhibit) -> None:
    """By each of the conditions; one that nothing meets is a sentence."""
    for option in (["--kind", "press"], ["--document", "archive lost"]):
        found = exhibit("ask", "Were the sprinklers switched off for repairs?", "--json", *option)
        assert {quote["document"] for quote in found.json["quotes"]} == {"press/article.txt"}
    for option in (["--speaker", "hopper"], ["--since", "2025-03"], ["--until", "2025"]):
        found = exhibit("ask", "Was the red ledger on the kitchen table?", "--json", *option)
        assert {quote["document"] for quote in found.json["quotes"]} == {"hearing.txt"}
    refused = exhibit("ask", "fire", "--kind", "memo")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("memo is no kind of document.")


def test_a_quote_that_no_longer_stands_is_not_given(exhibit: Exhibit, quick: Searcher) -> None:
    """The stored text was changed after the index was opened."""
    for file in (quick.generation.folder / "documents").iterdir():
        file.write_text("Something else.")
    for flag in ([], ["--json"]):
        result = exhibit("ask", "Where was the red ledger?", *flag)
        assert (result.code, result.out) == (1, "")
        assert "has been changed. Run `exhibit index build` to build it anew." in result.err


def test_answers_in_order_one_a_line(exhibit: Exhibit, quick: Searcher, questions: Path) -> None:
    """With the ids as they were given; what asks nothing is answered with nothing, and a notice."""
    result = exhibit("answer", questions)
    found = lines(result)
    assert result.code == 0
    assert [(row["id"], row["question"]) for row in found] == [
        ("b", "Where was the red ledger?"),
        (1, "😀"),
        ("3", "Did Napoleon invade Portugal?"),
    ]
    for row in found:
        check(row, texts_of(quick))
    assert (found[1]["outcome"], found[1]["confidence"], found[1]["quotes"]) == ("nothing", 0.0, [])
    assert result.err == "1: There are no words in that question. Ask it in words.\n"


def test_what_is_answered_is_what_asking_says(exhibit: Exhibit, quick: Searcher, questions: Path) -> None:
    """The same JSON from the command, from a file of questions, and from the library."""
    question = ROWS[0]["question"]
    asked = exhibit("ask", question, "--json").json
    answered = lines(exhibit("answer", questions))[0]
    searched = json.loads(json.dumps(quick.search(question).to_json()))
    same = {"id": "", "elapsed_ms": 0}
    assert asked | same == answered | same == searched | same


@pytest.mark.usefixtures("quick")
def test_a_line_is_a_line_whatever_is_quoted(exhibit: Exhibit, tmp_path: Path) -> None:
    """Other line ends of Unicode in a question do not break it."""
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "red\\u2028ledger"}\n{"question": "red\\u0085safe"}\n')
    assert [row["question"] for row in lines(exhibit("answer", path))] == ["red\u2028ledger", "red\x85safe"]


@pytest.mark.usefixtures("quick")
def test_answers_go_to_a_file(exhibit: Exhibit, questions: Path, tmp_path: Path) -> None:
    """The same as to standard output, which stays empty; nothing lies beside it."""
    out = tmp_path / "out" / "answers.jsonl"
    out.parent.mkdir()
    result = exhibit("answer", questions, "--out", out)
    assert (result.code, result.out) == (0, "")
    assert [row["id"] for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())] == [
        "b",
        1,
        "3",
    ]
    assert list(out.parent.iterdir()) == [out]


class FailingSearcher(Searcher):
    """Fails at its second question."""

    def search(self, question: str, limit: int = QUOTES, where: Filter | None = None) -> Answer:
        if question != ROWS[0]["question"]:
            raise ExhibitError("Something gave way.")
        return super().search(question, limit, where)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, searcher: Searcher, encoder: CountingEncoder) -> None:
    """Has the commands answer from one that fails."""
    serve(monkeypatch, FailingSearcher(searcher.generation, encoder, OverlapReader(encoder)))


@pytest.mark.usefixtures("failing")
def test_a_file_is_never_half_written(exhibit: Exhibit, questions: Path, tmp_path: Path) -> None:
    """What stood there before stays, or nothing does."""
    out = tmp_path / "out" / "answers.jsonl"
    out.parent.mkdir()
    result = exhibit("answer", questions, "--out", out)
    assert (result.code, result.err) == (1, "Something gave way.\n")
    assert list(out.parent.iterdir()) == []
    out.write_text("before")
    assert exhibit("answer", questions, "--out", out).code == 1
    assert [(path, path.read_text()) for path in out.parent.iterdir()] == [(out, "before")]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("out", "reason"),
    [("", "Is a directory"), ("gone/a.jsonl", "No such file or directory"), ("q/a", "Not a directory")],
)
def test_a_file_that_cannot_be_written_is_a_sentence(
    exhibit: Exhibit, questions: Path, tmp_path: Path, out: str, reason: str
) -> None:
    """In the system's own words."""
    (tmp_path / "q").write_text("x")
    result = exhibit("answer", questions, "--out", tmp_path / out)
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[-1] == f"{tmp_path / out} cannot be written: {reason}."


@pytest.mark.usefixtures("quick")
def test_the_working_folder_is_no_file(exhibit: Exhibit, questions: Path) -> None:
    """It has no name of its own to write beside."""
    result = exhibit("answer", questions, "--out", ".")
    assert (result.code, result.err.splitlines()[-1]) == (1, ". cannot be written: Is a directory.")


@pytest.mark.usefixtures("quick")
def test_a_pipe_is_written_to_and_not_replaced(exhibit: Exhibit, questions: Path, tmp_path: Path) -> None:
    """Root could put a file in the place of a device too."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert exhibit("answer", questions, "--out", pipe).code == 0
    assert pipe.is_fifo()
    assert json.loads(os.read(reader, 1 << 16).splitlines()[0])["id"] == "b"
    os.close(reader)


@pytest.mark.parametrize("command", ["answer", "eval"])
def test_questions_are_read_before_anything_is_loaded(exhibit: Exhibit, tmp_path: Path, command: str) -> None:
    """A mistake in them shows at once, by its line."""
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "a"}\n{"question": ')
    result = exhibit(command, path)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"Line 2 of {path} is not JSON: ")
    assert not (tmp_path / "data").exists()


def test_a_letter_and_where_else_it_stands(
    exhibit: Exhibit, letters: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a person, and with their offsets in JSON; nothing is given when a copy was changed."""
    serve(monkeypatch, letters)
    question = "How much was Jane Hopper paid on the night of the fire?"
    assert exhibit("ask", question).out.count("\n  Also in: ") == 2
    answer = exhibit("ask", question, "--json").json
    check(answer, texts_of(letters))
    [places] = [quote["also"] for quote in answer["quotes"] if quote["also"]]
    for place in places:
        assert list(place) == ["document", "title", "start", "end", "locator"]
        text = texts_of(letters)[place["document"]][place["start"] : place["end"]]
        assert text.upper().startswith("DEAR ANN, I PAID JANE HOPPER 4,000 POUNDS")
    place = next(each for each in letters.generation.case if each.path == "filed.txt")
    (letters.generation.folder / "documents" / f"{place.sha256}.txt").write_text("Something else.")
    refused = exhibit("ask", question)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("The stored text of filed.txt has been changed.")
