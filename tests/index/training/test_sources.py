"""The labelled sets become questions, whatever form they come in."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from index.training import sources
from index.training.examples import Collection

CONTEXT = "The mill burned in 1901. It was built again."


@pytest.mark.parametrize(
    ("tokens", "printed"),
    [
        ("He said `` no '' , and left .", 'He said "no", and left.'),
        ("It ( the mill ) burned : twice !", "It (the mill) burned: twice!"),
        ("He did n't pay the man 's 98 % .", "He didn't pay the man's 98%."),
        ("a well - known -LRB- old -RRB- man", "a well-known (old) man"),
    ],
)
def test_prints_tokens_as_text(tokens: str, printed: str) -> None:
    """As it stood before somebody split it."""
    assert sources.detokenised(tokens) == printed


def row(question: str, answers: list[str], **changed: Any) -> dict[str, Any]:
    made = {"id": question, "question": question, "document": "Mill#1", "context": CONTEXT}
    return made | {"answerable": bool(answers), "answers": answers} | changed


def test_an_answerable_question_has_its_statement() -> None:
    """And its group is the article, without the number of the paragraph."""
    collection = Collection()
    [question] = sources.spans_of_answers("set", [row("When?", ["1901"])], collection)
    assert question.rows == {0: (0,)}
    assert question.group == "set/Mill"


def test_an_unanswerable_question_keeps_the_context_that_seems_to_answer() -> None:
    """That is the example to learn from."""
    [question] = sources.spans_of_answers("set", [row("Who paid?", [])], Collection())
    assert question.rows == {0: ()}


def test_an_answer_that_is_not_in_the_context_is_left_out() -> None:
    """Nothing can be learnt from a label that does not hold."""
    assert list(sources.spans_of_answers("set", [row("Who?", ["nobody"])], Collection())) == []


def test_one_context_is_one_document() -> None:
    """However many questions there are on it."""
    collection = Collection()
    list(sources.spans_of_answers("set", [row("When?", ["1901"]), row("What?", ["mill"])], collection))
    assert len(collection.documents) == 1


def test_reads_plain_and_compressed_files(tmp_path: Path) -> None:
    """By the name of the file."""
    (tmp_path / "a.jsonl").write_text('{"a": "é"}\n\n', encoding="utf-8")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"b": 2}\n')
    assert sources.read_jsonl(tmp_path / "a.jsonl") == [{"a": "é"}]
    assert sources.read_jsonl(tmp_path / "b.jsonl.gz") == [{"b": 2}]


def test_candidate_sentences_become_texts(tmp_path: Path) -> None:
    """Some with and some without a right sentence; spans and answers fit the text."""
    stated = {
        "id": "1",
        "question": "Who ?",
        "candidates": ["A ran .", "B sat .", "C hid ."],
        "positives": ["B sat ."],
    }
    (tmp_path / "trecqa-sentences.jsonl").write_text(json.dumps(stated), encoding="utf-8")
    examples = list(sources.trec(tmp_path, random.Random(1)))
    assert [bool(example.answers) for example in examples] == [True, True, False]
    for example in examples:
        said = [example.text[start:end] for start, end in example.spans]
        assert [said[at] for at in example.answers] == ["B sat."] * len(example.answers)
        assert ("B sat." in said) == bool(example.answers)
