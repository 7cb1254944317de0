"""The labelled sets: each becomes questions on documents of a collection."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.training.examples import Collection, Example, Question

_TOKENISED = (
    (re.compile(r"`` ?| ?''"), '"'),
    (re.compile(r"-LRB- ?"), "("),
    (re.compile(r" ?-RRB-"), ")"),
    (re.compile(r" (?=[,.;:?!%)\]])|(?<=[(\[$]) "), ""),
    (re.compile(r" (?='(?:s|re|ve|ll|d|m)\b)| (?=n't\b)"), ""),
    (re.compile(r" - "), "-"),
    (re.compile(r" -- "), " – "),
)


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """The objects of a file, one a line; gzip where the name says so."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def detokenised(text: str) -> str:
    """Text that was split into tokens, as it would be printed."""
    for pattern, printed in _TOKENISED:
        text = pattern.sub(printed, text)
    return text


def spans_of_answers(name: str, rows: list[dict[str, Any]], collection: Collection) -> Iterator[Question]:
    """Questions of a set in the form of SQuAD: a context, and the words in it that answer."""
    added: dict[str, range] = {}
    for row in rows:
        context = row["context"]
        if context not in added:
            added[context] = collection.add(f"{name}/{row['document']}", context)
        rows_of_context = added[context]
        answers = [answer for answer in row["answers"] if answer]
        holding = collection.answering(rows_of_context, answers) if row["answerable"] else {}
        if row["answerable"] and not holding:
            continue
        # An unanswerable question of SQuAD 2.0 was written so that its context seems to answer it.
        asked = holding or dict.fromkeys(rows_of_context, ())
        group = f"{name}/{row['document'].split('#')[0]}"
        yield Question(name, row["question"], group, asked, frozenset(rows_of_context))


def squad(folder: Path, collection: Collection) -> Iterator[Question]:
    yield from spans_of_answers("squad2", read_jsonl(folder / "squad2.jsonl"), collection)


def policies(folder: Path, collection: Collection) -> Iterator[Question]:
    yield from spans_of_answers("policyqa", read_jsonl(folder / "policyqa.jsonl"), collection)


def natural_questions(folder: Path, collection: Collection) -> Iterator[Question]:
    """NQ-Open's gold passages, and those of QED whose question is not among them."""
    rows = read_jsonl(folder / "natural-questions-open.jsonl")
    asked = {row["question"].lower() for row in rows}
    for row in read_jsonl(folder / "natural-questions-qed.jsonl"):
        if row["question"].lower() not in asked and row["answerable"]:
            answers = [detokenised(answer) for answer in row["answers"]]
            rows.append(row | {"context": detokenised(row["context"]), "answers": answers})
    yield from spans_of_answers("natural-questions", rows, collection)


def trec(folder: Path, chance: random.Random) -> Iterator[Example]:
    """TREC QA: texts put together from candidate sentences, some with and some without a right one."""
    for row in read_jsonl(folder / "trecqa-sentences.jsonl"):
        right = set(row["positives"])
        wrong = [text for text in row["candidates"] if text not in right]
        for with_answer in (True, True, False):
            pool = [*(chance.sample(sorted(right), 1) if with_answer and right else [])]
            pool += chance.sample(wrong, min(4, len(wrong)))
            if len(pool) < 2 or (with_answer and not right):
                continue
            chance.shuffle(pool)
            text, spans = "", []
            for sentence in pool:
                printed = detokenised(sentence)
                spans.append((len(text), len(text) + len(printed)))
                text += printed + " "
            answers = tuple(at for at, sentence in enumerate(pool) if sentence in right)
            yield Example("trecqa", detokenised(row["question"]), text.strip(), tuple(spans), answers)
