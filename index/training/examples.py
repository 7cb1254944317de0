"""What the reader learns from: a question, a text, and which of its statements answer."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from corpus.models import Document, Span, Turn
from corpus.passages import passages_of
from corpus.statements import outline_of
from index.reader import Candidate

HELD_OUT = 0.15
"""About the share of the articles, sites, hearings and documents that no training example comes from."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question put to one passage.

    `spans` are the statements in `text`, `answers` the indices of those that answer: none of them
    where the passage does not.
    """

    source: str
    question: str
    text: str
    spans: tuple[tuple[int, int], ...]
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A labelled question: the passages of its document that answer it, by row, with their answers."""

    source: str
    text: str
    group: str
    """What is kept apart as a whole for validation: an article, a site, a hearing."""
    rows: dict[int, tuple[int, ...]]
    """Row of a passage -> indices of the statements in it that answer; empty where it only seems to."""
    near: frozenset[int] = frozenset()
    """Rows that may answer too and are never taken as wrong ones."""
    unasked: Turn | None = None
    """A turn that is left out of the passages: they answer without what was asked."""
    document: str = ""
    """The only document that its labels are about; empty where they are about the whole collection."""


class Collection:
    """Documents cut by the same code that cuts a case; every passage is a row."""

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []
        self.documents: list[Document] = []
        self._paths: Counter[str] = Counter()

    def add(self, path: str, text: str) -> range:
        """Adds a document; returns the rows of its passages."""
        self._paths[path] += 1
        unique = f"{path}~{self._paths[path]}"
        document = Document(unique, text, hashlib.sha256(text.encode()).hexdigest())
        self.documents.append(document)
        outline = outline_of(document)
        first = len(self.candidates)
        for passage in passages_of(document):
            statements = outline.within(passage.span)
            if statements:
                self.candidates.append(Candidate(document, passage, statements))
        return range(first, len(self.candidates))

    def text(self, row: int) -> str:
        """What is indexed of a row."""
        return self.candidates[row].reading()[0]

    def answering(self, rows: range, answers: list[str]) -> dict[int, tuple[int, ...]]:
        """The rows that hold one of the answers, each with the statements that hold it."""
        found: dict[int, tuple[int, ...]] = {}
        for row in rows:
            each = self.candidates[row]
            text = each.document.text
            holding = tuple(
                at
                for at, statement in enumerate(each.statements)
                if any(
                    answer in statement.span.of(text) or _crosses(text, statement.span, answer)
                    for answer in answers
                )
            )
            if holding:
                found[row] = holding
        return found

    def example(self, question: Question, row: int) -> Example:
        """A question put to a row."""
        text, spans = self.candidates[row].reading()
        answers = question.rows.get(row, ())
        if question.unasked and row in question.rows:
            text, spans, answers = _without(self.candidates[row], question.unasked, answers)
        return Example(
            question.source, question.text, text, tuple((span.start, span.end) for span in spans), answers
        )


def _without(
    candidate: Candidate, turn: Turn, answers: tuple[int, ...]
) -> tuple[str, tuple[Span, ...], tuple[int, ...]]:
    """What is read of a candidate, its statements' places and the answers, with one turn cut out."""
    words, start = candidate.passage.span.of(candidate.document.text), candidate.passage.span.start
    kept = [at for at, statement in enumerate(candidate.statements) if statement.turn != turn]
    first, last = (min(max(at - start, 0), len(words)) for at in (turn.span.start, turn.span.end))
    spans = []
    for at in kept:
        span = candidate.statements[at].span
        shift = start + (last - first if span.start >= turn.span.end else 0)
        spans.append(Span(span.start - shift, span.end - shift))
    return words[:first] + words[last:], tuple(spans), tuple(kept.index(at) for at in answers)


def _crosses(text: str, span: Span, answer: str) -> bool:
    """Whether an answer that the segmenter has cut begins in this statement."""
    at = text.find(answer, span.start, span.end + len(answer))
    return span.start <= at < span.end and len(answer) > len(span) // 3


def held_out(group: str) -> bool:
    """Whether a group is kept apart as a whole: by its name alone, so that it stays so as sets grow."""
    number = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big")
    return number / 2**64 < HELD_OUT


def write_examples(path: Path, examples: list[Example]) -> None:
    """One JSON object a line."""
    adapter = TypeAdapter(Example)
    with path.open("wb") as file:
        for example in examples:
            file.write(adapter.dump_json(example) + b"\n")


def read_examples(path: Path) -> Iterator[Example]:
    """What `write_examples` wrote."""
    adapter = TypeAdapter(Example)
    with path.open("rb") as file:
        for line in file:
            yield adapter.validate_json(line)
