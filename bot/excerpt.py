"""What of a quote fits into a message: all of it, or whole sentences around what answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot import render
from corpus.models import Span
from corpus.sentences import sentences, trimmed

_LINE_COST = 30
"""What one more line of a block quote counts, in characters: its marks, and the height that it takes."""
_MARKS = 40
"""Room for the marks of bold highlights and of a first line."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The piece of a document that is shown, and whether a piece of the quote was left out around it."""

    span: Span
    begins_late: bool
    ends_early: bool

    @property
    def whole(self) -> bool:
        return not (self.begins_late or self.ends_early)


def excerpt(text: str, quote: Span, highlights: Sequence[Span], room: int) -> Excerpt:
    """What of a quote fits into `room` rendered characters, block quote marks and bold included.

    Cut between sentences; inside one, at a word, only where that sentence alone is too long. The
    first highlight is kept as long as it fits at all.

    Args:
        text: the text of the document in which `quote` and `highlights` are spans.
    """
    quote = trimmed(text, quote) or quote
    measure = _Measure(text, quote, room)
    if measure.fits(quote):
        return Excerpt(quote, begins_late=False, ends_early=False)
    pieces = list(sentences(text, quote)) or [quote]
    first = _first_shown(pieces, highlights[0], measure) if highlights else 0
    shown = pieces[first]
    for piece in pieces[first + 1 :]:
        wider = Span(shown.start, piece.end)
        if not measure.fits(wider):
            break
        shown = wider
    if not measure.fits(shown):
        shown = measure.cut_at_word(shown)
    return Excerpt(shown, shown.start > quote.start, shown.end < quote.end)


def _first_shown(pieces: list[Span], highlight: Span, measure: _Measure) -> int:
    """The sentence to begin with: the quote's first, unless the highlight would be cut off."""
    last = len(pieces) - 1
    if measure.fits(Span(pieces[0].start, min(highlight.end, pieces[last].end))):
        return 0
    return next((at for at, piece in enumerate(pieces) if piece.end > highlight.start), last)


class _Measure:
    """How much room pieces of one quote take."""

    def __init__(self, text: str, quote: Span, room: int) -> None:
        words = quote.of(text)
        costs = [
            cost + (_LINE_COST if char == "\n" else 0)
            for char, cost in zip(words, render.lengths(words), strict=True)
        ]
        self._words = words
        self._start = quote.start
        self._total = [0, *accumulate(costs)]
        self._room = room - _MARKS

    def fits(self, span: Span) -> bool:
        start, end = span.start - self._start, span.end - self._start
        return self._total[end] - self._total[start] <= self._room

    def cut_at_word(self, span: Span) -> Span:
        """The longest beginning of `span` that fits, up to white space where there is any."""
        start = span.start - self._start
        end = start
        while end < span.end - self._start and self._total[end + 1] - self._total[start] <= self._room:
            end += 1
        words = self._words[start:end]
        at_word = len(words.rstrip()) if words != words.rstrip() else words.rfind(" ")
        kept = at_word if at_word > len(words) // 2 else len(words)
        return Span(span.start, span.start + max(kept, 1))
