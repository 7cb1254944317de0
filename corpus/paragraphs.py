"""Paragraphs of a text, with exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.models import Span
from corpus.sentences import trimmed
from corpus.speakers import label_at

_LINE = re.compile(r"[^\r\n]+")
_ENDS_SENTENCE = re.compile(r"[.?!:;…][\"'”’)\]*_]*\s*$")
_BREAKS_OFF = re.compile(r"(?:[—–]|--)[\"'”’]*\s*$")


def lines(text: str, within: Span) -> Iterator[Span]:
    """The lines inside `within` that hold more than white space, trimmed."""
    for match in _LINE.finditer(text, within.start, within.end):
        line = trimmed(text, Span(*match.span()))
        if line:
            yield line


def is_wrapped(text: str, rows: list[Span]) -> bool:
    """Whether lines are broken at a width rather than at the end of a paragraph.

    That is so where most lines that another line follows directly end in the middle of a sentence.
    """
    followed = [row for row, after in pairwise(rows) if text.count("\n", row.end, after.start) == 1]
    unfinished = sum(not _ENDS_SENTENCE.search(row.of(text)) for row in followed)
    return unfinished > len(followed) / 2


def paragraphs(text: str, within: Span) -> list[Span]:
    """The paragraphs inside `within`, in order, trimmed.

    An empty line always ends a paragraph. A single line break ends one unless the text is wrapped;
    there too, it does before a line with a speaker's label.
    """
    rows = list(lines(text, within))
    wrapped = is_wrapped(text, rows)
    found: list[Span] = []
    for row in rows:
        breaks = text.count("\n", found[-1].end, row.start) if found else 2
        if wrapped and breaks < 2 and not _begins_turn(text, found[-1], row):
            found[-1] = Span(found[-1].start, row.end)
        else:
            found.append(row)
    return found


def _begins_turn(text: str, before: Span, row: Span) -> bool:
    """Whether a line has a speaker's label and nothing that began before goes on in it."""
    said = before.of(text)[-10:]
    return bool(_ENDS_SENTENCE.search(said) or _BREAKS_OFF.search(said)) and label_at(text, row) is not None
