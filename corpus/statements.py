"""The statements of a document: its sentences, each with who says it and what it answers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.models import Document, Exchange, Span, Turn
from corpus.passages import paragraphs_of
from corpus.sentences import sentences
from corpus.speakers import read_transcript


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence that may be quoted, without the label of its turn."""

    span: Span
    turn: Turn | None = None
    """Whose words it is, where the document says so."""
    asked: Turn | None = None
    """The question turn that it answers."""
    answered: bool = False
    """Whether it is part of a question turn that answers follow."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Every statement of a document, in order and disjoint."""

    statements: tuple[Statement, ...]

    def within(self, span: Span) -> tuple[Statement, ...]:
        """The statements that lie wholly inside a span."""
        first = bisect_left(self.statements, span.start, key=lambda statement: statement.span.start)
        last = bisect_left(self.statements, span.end, key=lambda statement: statement.span.start)
        return tuple(found for found in self.statements[first:last] if span.holds(found.span))


def outline_of(document: Document, aliases: Sequence[Sequence[str]] = ()) -> Outline:
    """The statements of a document."""
    blocks = paragraphs_of(document)
    transcript = read_transcript(document.text, blocks, aliases)
    found = [made for exchange in transcript.exchanges for made in _spoken(document.text, exchange)]
    turns = [turn.span for turn in transcript.turns]
    at = 0
    for block in blocks:
        while at < len(turns) and turns[at].end <= block.start:
            at += 1
        if at == len(turns) or not turns[at].overlaps(block):
            found += [Statement(sentence) for sentence in sentences(document.text, block)]
    return Outline(tuple(sorted(found, key=lambda statement: statement.span)))


def _spoken(text: str, exchange: Exchange) -> Iterator[Statement]:
    answered = any(answer.speaker != exchange.question.speaker for answer in exchange.answers)
    for sentence in sentences(text, exchange.question.words):
        yield Statement(sentence, exchange.question, None, answered)
    for answer in exchange.answers:
        asked = exchange.question if answer.speaker != exchange.question.speaker else None
        for sentence in sentences(text, answer.words):
            yield Statement(sentence, answer, asked)
