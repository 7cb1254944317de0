"""What stands around a quote, and where in its document a quote stands."""

from __future__ import annotations

from corpus.models import Document, Span
from corpus.paragraphs import lines
from corpus.passages import quotable_spans
from corpus.sentences import sentences, trimmed


def locator(document: Document, span: Span) -> str:
    """Where a span stands, for a person with the document open in an editor: "lines 10-15"."""
    first = document.text.count("\n", 0, span.start) + 1
    last = first + document.text.count("\n", span.start, span.end)
    return f"line {first}" if first == last else f"lines {first}\u2013{last}"


def surroundings(document: Document, span: Span, size: int = 700) -> tuple[Span | None, Span | None]:
    """What stands directly before and after a span, at most about `size` code points each.

    Both are cut at a line or a sentence and hold nothing that may not be quoted; None where there
    is nothing, as around a span that may not be quoted itself.
    """
    stretch = next((held for held in quotable_spans(document) if held.holds(span)), None)
    if stretch is None:
        return None, None
    before = _whole(document.text, Span(stretch.start, span.start), size, from_end=True)
    after = _whole(document.text, Span(span.end, stretch.end), size, from_end=False)
    return before, after


def _whole(text: str, within: Span, size: int, *, from_end: bool) -> Span | None:
    """The whole lines, or else sentences, at one end of `within` that fit into `size`; at least one."""
    within = trimmed(text, within)
    if not within:
        return None
    near = _near(text, within, 4 * size, from_end=from_end)
    pieces = [piece for line in lines(text, near) for piece in _fitting(text, line, size)]
    if from_end:
        pieces.reverse()
    taken = pieces[0]
    for piece in pieces[1:]:
        wider = Span(min(taken.start, piece.start), max(taken.end, piece.end))
        if len(wider) > size:
            break
        taken = wider
    return taken


def _near(text: str, within: Span, most: int, *, from_end: bool) -> Span:
    """The lines at one end of `within` that hold its first or last `most` code points."""
    if from_end:
        return Span(
            text.rfind("\n", within.start, max(within.start, within.end - most)) + 1 or within.start,
            within.end,
        )
    end = text.find("\n", min(within.end, within.start + most), within.end)
    return within if end < 0 else Span(within.start, end)


def _fitting(text: str, line: Span, size: int) -> list[Span]:
    return [line] if len(line) <= size else list(sentences(text, line))
