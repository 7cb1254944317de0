"""Metadata at the top of a document: `title: …` lines, or YAML front matter."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from corpus.errors import DocumentError
from corpus.models import Kind, Provenance, Span

FIELDS = ("title", "publisher", "date", "source", "kind", "label")
_LINE = re.compile(r"(?P<key>[A-Za-z]+):[ \t]*(?P<value>[^\r\n]*)(?:\r?\n|\Z)")
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?P<yaml>.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
# What follows a rule in a Markdown text is prose: only a first line such as `title: …` makes front matter.
_STARTS_WITH_KEY = re.compile(r"(?:\s|#[^\n]*\n)*(?:[A-Za-z][\w-]*|\"[^\"\n]+\"|'[^'\n]+'):(?:\s|\Z)")
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BYTE_ORDER_MARK = "\ufeff"
# YAML can write out what no document can have: a NUL, and half of a surrogate pair.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands at the top of a document about the document.

    `span` starts at 0 and is empty where there is no header.
    """

    span: Span
    fields: dict[str, str]


def read_header(path: str, text: str) -> Header:
    """The header of a document: front matter, or a first block of which every line is a known field.

    Raises:
        DocumentError: if the document opens with front matter that is not valid YAML, or one of its
            known fields is not text.
    """
    start = len(_BYTE_ORDER_MARK) if text.startswith(_BYTE_ORDER_MARK) else 0
    found = _FRONT_MATTER.match(text, start)
    if found and (_STARTS_WITH_KEY.match(found["yaml"]) or not found["yaml"].strip()):
        return Header(Span(0, found.end()), _front_matter(path, found["yaml"]))
    fields, end = _field_lines(text, start)
    return Header(Span(0, end), fields)


def _front_matter(path: str, block: str) -> dict[str, str]:
    try:
        # Leaves every value the text that it is: "2025-02-30" is a date to no one, but no error either.
        loaded = yaml.BaseLoader(block).get_single_data() or {}
    except (yaml.YAMLError, RecursionError) as error:
        raise _unreadable(path, getattr(error, "problem", None) or "it is not YAML") from error
    if not isinstance(loaded, dict):
        raise _unreadable(path, "it is not a list of fields")
    named = {str(key).lower(): value for key, value in loaded.items()}
    fields = {key: named[key] for key in FIELDS if named.get(key) not in (None, *_NULLS)}
    for key, value in fields.items():
        if not isinstance(value, str) or _NO_TEXT.search(value):
            raise _unreadable(path, f"its {key} is not text")
    return {key: " ".join(value.split()) for key, value in fields.items()}


def _unreadable(path: str, reason: str) -> DocumentError:
    return DocumentError(
        f"The front matter of {path} cannot be read: {reason}. Mend the lines between the two ---."
    )


def _field_lines(text: str, start: int) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    end = start
    while match := _LINE.match(text, end):
        key = match["key"].lower()
        if key not in FIELDS:
            return {}, start
        fields[key] = match["value"].strip()
        end = match.end()
    followed_by_blank = end == len(text) or text[end] in "\r\n"
    return (fields, end) if fields and followed_by_blank else ({}, start)


def provenance(fields: dict[str, str], labels: dict[Kind, str]) -> Provenance:
    """Provenance from header or `case.toml` fields.

    A kind that is not one of `Kind` is kept as the evidence label, where there is none, so that
    nothing the maintainer wrote is lost.

    Args:
        labels: the case's evidence label for each kind.
    """
    fields = {field: " ".join(value.split()) for field, value in fields.items()}
    stated = fields.get("kind", "")
    kind = Kind(stated.lower()) if stated.lower() in set(Kind) else Kind.UNKNOWN
    unknown_kind = stated if kind is Kind.UNKNOWN and stated.lower() != Kind.UNKNOWN else ""
    return Provenance(
        title=fields.get("title", ""),
        publisher=fields.get("publisher", ""),
        date=fields.get("date", ""),
        source=fields.get("source", ""),
        kind=kind,
        label=fields.get("label") or unknown_kind or labels.get(kind, ""),
    )
