"""Is this text in the record? Exactly, nearly, or not at all."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from corpus.models import Case, Document, Span
from corpus.passages import quotable_spans

_NEAR = 80.0
"""The least share of matching characters, in per cent, at which a text counts as nearly in the record."""
_QUOTES_AND_DASHES = str.maketrans("‘’‚‛“”„‟‐‑‒–—―\u00a0", "''''\"\"\"\"------ ")


class Match(StrEnum):
    EXACT = "exact"
    NEAR = "near"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Difference:
    """Words that the given text has in one place and the record in another; either may be empty."""

    given: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a text stands in the record. `likeness` is 0-1; `differences` is empty for an exact one."""

    match: Match
    document: Document | None = None
    span: Span = Span(0, 0)
    likeness: float = 0.0
    differences: tuple[Difference, ...] = ()


def find_text(case: Case, text: str) -> tuple[Finding, ...]:
    """Looks a text up in a case.

    Returns:
        every exact place; else the places nearest to it, best first, at most three; else a single
        `absent`. What is marked as unquotable counts as not in the record.
    """
    wanted = text.strip()
    exact = [
        Finding(Match.EXACT, document, span, 1.0) for document in case for span in _places(document, wanted)
    ]
    if exact:
        return tuple(exact)
    near = [finding for document in case if (finding := _nearest(document, wanted))]
    near.sort(key=lambda finding: -finding.likeness)
    return tuple(near[:3]) or (Finding(Match.ABSENT),)


def _places(document: Document, wanted: str) -> Iterator[Span]:
    at = document.text.find(wanted) if wanted else -1
    while at >= 0:
        span = Span(at, at + len(wanted))
        if document.quotable(span):
            yield span
        at = document.text.find(wanted, at + 1)


def _folded(text: str) -> str:
    """The same text, code point for code point, without the differences of case and typography."""
    lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return re.sub(r"\s", " ", lowered.translate(_QUOTES_AND_DASHES))


def _nearest(document: Document, wanted: str) -> Finding | None:
    found = [near for stretch in quotable_spans(document) if (near := _nearest_in(document, stretch, wanted))]
    return max(found, key=lambda finding: finding.likeness, default=None)


def _nearest_in(document: Document, stretch: Span, wanted: str) -> Finding | None:
    if not wanted or len(wanted) > len(stretch):
        return None
    found = fuzz.partial_ratio_alignment(
        _folded(wanted), _folded(stretch.of(document.text)), processor=None, score_cutoff=_NEAR
    )
    if found is None:
        return None
    near = Span(stretch.start + found.dest_start, stretch.start + found.dest_end)
    span = _aligned(document.text, near, stretch, wanted)
    differences = tuple(_differences(wanted, span.of(document.text)))
    return Finding(Match.NEAR, document, span, found.score / 100, differences)


def _aligned(text: str, found: Span, within: Span, wanted: str) -> Span:
    """The words around `found` from the first to the last that `wanted` has too.

    The window that partial matching yields is as long as `wanted`; the recorded wording need not be.
    """
    margin = len(wanted) // 4 + 20
    window = Span(max(within.start, found.start - margin), min(within.end, found.end + margin))
    words = [Span(*match.span()) for match in re.compile(r"\S+").finditer(text, window.start, window.end)]
    recorded = [_bare(word.of(text)) for word in words]
    given = [_bare(word) for word in wanted.split()]
    blocks = difflib.SequenceMatcher(a=given, b=recorded, autojunk=False).get_matching_blocks()[:-1]
    if not blocks:
        return found
    first = max(0, blocks[0].b - blocks[0].a)
    last = min(len(words), blocks[-1].b + blocks[-1].size + len(given) - blocks[-1].a - blocks[-1].size)
    return Span(words[first].start, words[last - 1].end)


def _bare(word: str) -> str:
    return _folded(word).strip(".,;:!?\"'()[]")


def _differences(given: str, recorded: str) -> Iterator[Difference]:
    left, right = given.split(), recorded.split()
    matcher = difflib.SequenceMatcher(a=left, b=right, autojunk=False)
    for tag, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if tag != "equal":
            yield Difference(" ".join(left[a_start:a_end]), " ".join(right[b_start:b_end]))
