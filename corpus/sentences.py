"""Sentences of a text, with exact offsets. The only file that imports the segmenter."""

from __future__ import annotations

from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from corpus.models import Span


def trimmed(text: str, span: Span) -> Span:
    """`span` without the white space at its ends; empty at `span.start` where nothing else is in it."""
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    end = span.end - (len(words) - len(words.rstrip()))
    return Span(start, end) if start < end else Span(span.start, span.start)


def sentences(text: str, within: Span, language: str = "en") -> Iterator[Span]:
    """The sentences of `text` inside `within`, in order, without white space at their ends.

    Together they hold every code point of `within` that is not white space.
    """
    for boundary in get_sentence_boundaries(language, within.of(text)):
        start, end = boundary["start_index"], boundary["end_index"]
        sentence = trimmed(text, Span(within.start + start, within.start + end))
        if sentence:
            yield sentence
