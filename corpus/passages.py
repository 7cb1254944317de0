"""From a document to its passages: what is indexed and quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.models import Document, Exchange, Passage, Span, Turn
from corpus.paragraphs import lines, paragraphs
from corpus.sentences import sentences
from corpus.speakers import Transcript, read_transcript

FORMAT = 2
"""Grows whenever the same document would be cut differently, so that old indexes count as stale."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How long a passage may be, in code points.

    `most` is about what the bundled model reads (256 tokens) and what a person reads at a glance.
    A sentence that is longer alone is a passage all the same: sentences are never cut.
    """

    most: int = 900
    least: int = 300
    """Prose paragraphs shorter than this are joined with their neighbours."""
    question: int = 400
    """How much of a long question is repeated before each further piece of its answer."""


def quotable_spans(document: Document) -> Iterator[Span]:
    """The stretches of a document that are not marked as unquotable."""
    start = 0
    for marked in document.unquotable:
        if start < marked.start:
            yield Span(start, marked.start)
        start = marked.end
    if start < len(document.text):
        yield Span(start, len(document.text))


def paragraphs_of(document: Document) -> list[Span]:
    """The paragraphs of a document that may be quoted, in order."""
    return [block for stretch in quotable_spans(document) for block in paragraphs(document.text, stretch)]


def passages_of(
    document: Document, aliases: Sequence[Sequence[str]] = (), sizes: Sizes | None = None
) -> list[Passage]:
    """The passages of a document, in order and disjoint.

    Together they hold every word that may be quoted. Exchanges are packed together as long as they
    fit and a longer one is cut between turns, each piece keeping the question that it answers;
    prose is packed by paragraphs and cut between sentences.
    """
    sizes = sizes or Sizes()
    blocks = paragraphs_of(document)
    transcript = read_transcript(document.text, blocks, aliases)
    found: list[Passage] = []
    for stretch in quotable_spans(document):
        units = _units(stretch, blocks, transcript)
        found += _packed(document, units, sizes)
    return found


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is kept together: an exchange, or a paragraph outside one."""

    span: Span
    exchange: Exchange | None = None


def _units(stretch: Span, blocks: Sequence[Span], transcript: Transcript) -> list[_Unit]:
    exchanges = [
        _Unit(exchange.span, exchange) for exchange in transcript.exchanges if stretch.holds(exchange.span)
    ]
    spoken = [unit.span for unit in exchanges]
    prose: list[_Unit] = []
    at = 0
    for block in blocks:
        while at < len(spoken) and spoken[at].end <= block.start:
            at += 1
        if stretch.holds(block) and not (at < len(spoken) and spoken[at].overlaps(block)):
            prose.append(_Unit(block))
    return sorted(exchanges + prose, key=lambda unit: unit.span)


def _packed(document: Document, units: Sequence[_Unit], sizes: Sizes) -> Iterator[Passage]:
    group: list[_Unit] = []
    for unit in units:
        if group and not _joins(document.text, group, unit, sizes):
            yield from _cut(document, group, sizes)
            group = []
        group.append(unit)
    if group:
        yield from _cut(document, group, sizes)


def _joins(text: str, group: Sequence[_Unit], unit: _Unit, sizes: Sizes) -> bool:
    """Whether a unit goes into the same passage as those before it."""
    span = Span(group[0].span.start, group[-1].span.end)
    if unit.span.end - span.start > sizes.most:
        return False
    introduces = group[-1].exchange is None and group[-1].span.of(text).endswith(":")
    if (group[-1].exchange is None) != (unit.exchange is None):
        return introduces or min(len(span), len(unit.span)) < sizes.least / 2
    return unit.exchange is not None or len(span) < sizes.least


def _cut(document: Document, group: Sequence[_Unit], sizes: Sizes) -> Iterator[Passage]:
    """One passage from a group that fits; several from a single unit that does not."""
    span = Span(group[0].span.start, group[-1].span.end)
    exchanges = [unit.exchange for unit in group if unit.exchange]
    if len(span) <= sizes.most:
        turns = [turn for exchange in exchanges for turn in (exchange.question, *exchange.answers)]
        yield Passage(document.path, span, None, _speakers(turns, span))
    elif exchanges:
        yield from _cut_exchange(document, exchanges[0], sizes)
    else:
        for piece in _pieces(list(sentences(document.text, span)), sizes.most):
            yield Passage(document.path, piece)


def _cut_exchange(document: Document, exchange: Exchange, sizes: Sizes) -> Iterator[Passage]:
    turns = (exchange.question, *exchange.answers)
    asked = _asked(document.text, exchange.question, sizes.question)
    for piece in _pieces(_atoms(document.text, turns, sizes.most), sizes.most):
        answers = bool(exchange.answers) and piece.start >= exchange.question.span.end
        yield Passage(document.path, piece, asked if answers else None, _speakers(turns, piece))


def _atoms(text: str, turns: Sequence[Turn], most: int) -> list[Span]:
    """What a long exchange may be cut into: turns, sentences of the turns that are too long, and notes."""
    atoms: list[Span] = []
    for turn in turns:
        if atoms:
            atoms += lines(text, Span(atoms[-1].end, turn.span.start))
        if len(turn.span) <= most:
            atoms.append(turn.span)
        else:
            first, *others = sentences(text, turn.words)
            atoms += [Span(turn.span.start, first.end), *others]
    return atoms


def _asked(text: str, question: Turn, most: int) -> Span:
    """The question turn, or the last of its sentences that fit into `most`: there the question is put."""
    if len(question.span) <= most:
        return question.span
    last: list[Span] = []
    for sentence in reversed(list(sentences(text, question.words))):
        if last and question.span.end - sentence.start > most:
            break
        last.append(sentence)
    return Span(last[-1].start, question.span.end)


def _pieces(atoms: Sequence[Span], most: int) -> Iterator[Span]:
    """Packs atoms into pieces of at most `most` and about the same length, so that no crumb is left over."""
    total = atoms[-1].end - atoms[0].start
    aim = total / -(-total // most)
    start, end = atoms[0].start, atoms[0].end
    for atom in atoms[1:]:
        if atom.end - start > most or end - start >= aim:
            yield Span(start, end)
            start = atom.start
        end = atom.end
    yield Span(start, end)


def _speakers(turns: Sequence[Turn], span: Span) -> tuple[str, ...]:
    return tuple(dict.fromkeys(turn.speaker for turn in turns if turn.span.overlaps(span)))
