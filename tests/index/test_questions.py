"""Questions read from a file; what cannot be read is named by its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import ExhibitError
from index.questions import Labelled, read_questions


def questions(tmp_path: Path, data: str | bytes) -> Path:
    """A file of questions."""
    path = tmp_path / "questions.jsonl"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_reads_questions(tmp_path: Path) -> None:
    """In order; what a line leaves out is its number, unanswerable, no gold and no kind."""
    rows = [
        {
            "id": "a",
            "question": "Who?",
            "answerable": True,
            "gold": ["G", {"text": "H", "document": "x"}],
            "note": 1,
        },
        {"id": 7, "question": "Why?", "gold": "G", "exchange": {"text": "E"}},
        {"question": "When? 😀", "kind": "when"},
        {"question": "Where?", "id": None, "gold": None, "exchange": [{"text": "E"}, "F"], "kind": None},
    ]
    lines = [json.dumps(row) for row in rows]
    path = questions(tmp_path, "\ufeff" + "\r\n\n".join(lines) + "\n\n")
    assert read_questions(path) == [
        Labelled("a", "Who?", True, ("G", "H")),
        Labelled(7, "Why?", False, ("G", "E")),
        Labelled("5", "When? 😀", kind="when"),
        Labelled("7", "Where?", False, ("E", "F")),
    ]


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85", "\x7f"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, char: str) -> None:
    """JSON may hold the other line ends of Unicode as they are."""
    path = questions(tmp_path, json.dumps({"question": f"a{char}b"}, ensure_ascii=False))
    assert read_questions(path) == [Labelled("1", f"a{char}b")]


GOOD = '{"question": "Why?"}\n'
NO_QUESTION = 'has no question: it needs {"question": "…"}.'
MISTAKE = "has a mistake at {}. `exhibit eval --help` says what belongs there."


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "is not JSON: EOF while parsing an object at line 1 column 1."),
        ("Why?", "is not JSON: expected value at line 1 column 1."),
        ("[" * 100_000, "is not JSON: recursion limit exceeded at line 1 column 202."),
        ("3", NO_QUESTION),
        ("{}", NO_QUESTION),
        ('{"question": 3}', NO_QUESTION),
        ('["question"]', NO_QUESTION),
        ('{"question": "a", "gold": [3]}', MISTAKE.format("gold")),
        ('{"question": "a", "gold": {"quote": "b"}}', MISTAKE.format("gold")),
        ('{"question": "a", "exchange": 3}', MISTAKE.format("exchange")),
        ('{"question": "a", "answerable": "no"}', MISTAKE.format("answerable")),
        ('{"question": "a", "id": [1]}', MISTAKE.format("id")),
        ('{"question": "a", "kind": ["why"]}', MISTAKE.format("kind")),
    ],
)
def test_names_the_line_that_is_wrong(tmp_path: Path, line: str, sentence: str) -> None:
    """In one sentence, whatever is in it."""
    path = questions(tmp_path, GOOD + "\n" + line)
    with pytest.raises(ExhibitError) as raised:
        read_questions(path)
    assert str(raised.value) == f"Line 3 of {path} {sentence}"


@pytest.mark.parametrize("line", ['{"question": "\\ud800"}', '{"question": ' + "9" * 5000 + "}"])
def test_what_is_no_text_or_number_is_no_json(tmp_path: Path, line: str) -> None:
    """Half of a surrogate pair could not be written out again."""
    path = questions(tmp_path, line)
    with pytest.raises(ExhibitError, match=r"^Line 1 of .* is not JSON: "):
        read_questions(path)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "has no questions. Put one JSON object a line in it."),
        (" \n\n", "has no questions. Put one JSON object a line in it."),
        (
            '{"question": "a", "id": "x"}\n{"question": "b", "id": "x"}',
            "has the id x more than once. Give each question its own.",
        ),
        (
            '{"question": "a", "id": "2"}\n{"question": "b"}',
            "has the id 2 more than once. Give each question its own.",
        ),
        (b'{"question": "caf\xe9"}', "is not UTF-8: see byte 17. Save it as UTF-8."),
    ],
)
def test_says_what_is_wrong_with_the_file(tmp_path: Path, data: str | bytes, sentence: str) -> None:
    """Naming it."""
    path = questions(tmp_path, data)
    with pytest.raises(ExhibitError) as raised:
        read_questions(path)
    assert str(raised.value) == f"{path} {sentence}"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """In the system's own words."""
    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "gone", "No such file or directory")):
        with pytest.raises(ExhibitError) as raised:
            read_questions(path)
        assert str(raised.value) == f"{path} cannot be read: {reason}."
