"""Which spans of a document are boilerplate: marked, never deleted, so that offsets stay true."""

from __future__ import annotations

import re

from corpus.models import Span
from corpus.paragraphs import lines

_CITY_STATE_ZIP = re.compile(r"[A-Z][A-Za-z .'’-]{1,40}, [A-Z]{2} \d{5}(?:-\d{4})?")
_STREET = re.compile(
    r"(?:P\.? ?O\.? Box \d+"
    r"|\d{1,6}[A-Za-z]? [A-Z0-9][\w .'’-]{1,50}"
    r"\b(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane"
    r"|Way|Ct|Court|Pl|Place|Sq|Square|Pkwy|Parkway|Hwy|Highway|Ter|Terrace|Cir|Circle)\b\.?"
    r"(?:,? (?:Suite|Ste|Floor|Fl|Apt|Unit|#)\.? ?[\w-]+)?)"
)
_ADDRESS_HEADING = re.compile(r"(?:(?:physical|mailing|postal|office|street|our) )?address:?", re.IGNORECASE)
_WEB_FURNITURE = re.compile(
    r"(?:advertisement|skip to (?:main )?content|share (?:this )?(?:article|story|page)"
    r"|sign up for our newsletters?"
    r"|subscribe(?: now)?|log ?in|read more|related (?:articles|stories)|most popular|accept (?:all )?cookies"
    r"|(?:©|copyright\b|\(c\)) .{0,80}|all rights reserved\.?|page \d+ of \d+)",
    re.IGNORECASE,
)


def boilerplate(text: str, within: Span, stated: frozenset[str] = frozenset()) -> list[Span]:
    """Spans inside `within` that are no part of what the document says, in order and disjoint.

    These are postal address blocks, the furniture of web pages, and any line that the maintainer
    has stated. Only whole lines are marked: a sentence that mentions an address is evidence.

    Args:
        stated: lines, trimmed, that `case.toml` names as boilerplate.
    """
    rows = list(lines(text, within))
    words = [row.of(text) for row in rows]
    marked = [word in stated or _WEB_FURNITURE.fullmatch(word) is not None for word in words]
    for last in (at for at, word in enumerate(words) if _CITY_STATE_ZIP.fullmatch(word)):
        first = _start_of_address(words, last)
        if first < last:
            marked[first : last + 1] = [True] * (last + 1 - first)
    return [row for row, is_marked in zip(rows, marked, strict=True) if is_marked]


def _start_of_address(words: list[str], last: int) -> int:
    """The index of the first line of the address that ends with line `last`; `last` if it is none."""
    if last == 0 or not _STREET.fullmatch(words[last - 1]):
        return last
    heading = last - 2
    return heading if heading >= 0 and _ADDRESS_HEADING.fullmatch(words[heading]) else last - 1
