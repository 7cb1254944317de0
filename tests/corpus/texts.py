"""Documents made by hand, and texts as the world has them: for property tests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from hypothesis import strategies as st

from corpus.cleaning import boilerplate
from corpus.header import read_header
from corpus.models import Document, Provenance, Span
from corpus.passages import paragraphs_of
from corpus.speakers import Transcript, read_transcript


def document(text: str, *unquotable: Span, path: str = "a.txt") -> Document:
    """A document of a text, with what is marked as unquotable in it."""
    return Document(path, text, hashlib.sha256(text.encode()).hexdigest(), Provenance(), unquotable)


def as_read(text: str) -> Document:
    """A document with its header and boilerplate marked, as the library reads it."""
    header = read_header("a.txt", text).span
    furniture = boilerplate(text, Span(header.end, len(text)))
    return document(text, *([header] if header else []), *furniture)


def transcript_of(document: Document, aliases: Sequence[Sequence[str]] = ()) -> Transcript:
    """The turns and exchanges of a document."""
    return read_transcript(document.text, paragraphs_of(document), aliases)


def spoken(text: str, *spans: Span) -> list[str]:
    """The words at spans."""
    return [span.of(text) for span in spans]


# Everything that has a meaning to a reader of texts, and much that only looks as if it had.
_PIECES = st.sampled_from(
    [
        *("Ms Lovelace: ", "Jane Hopper: ", "THE COURT: ", "Q. ", "A. ", "Note: ", "x: y", "**Hopper:** "),
        *("Did you see it? ", "Yes. ", "I was there, Mr. Brown. ", "“He said so. Now.” ", "I—", "word " * 60),
        *(
            "(Pause)",
            "[Laughter]",
            "MR HUNT (sworn)",
            "Advertisement",
            "Page 2 of 3",
            "a" * 400,
            "3.5 percent",
        ),
        *("12 Main St.\nDover, MA 01234", "Physical Address\n", "title: x\n", "kind: press\n", "---\n", "# "),
        *(
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "\u2028",
            "\x0b",
            "\x85",
            "\x1c",
            " ",
            "\t",
            "\ufeff",
            "\u202e",
            "\u200b",
        ),
        *("😀", "👩‍👩‍👧", "e\u0301", "ﬁ", "İ", "…", ": ", "?", ".", "“", ")"),
    ]
)
_LINES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["Q. ", "A. ", "Ms Lovelace: ", "Jane Hopper: ", "Hopper: ", "THE COURT: ", ""]),
        st.lists(
            st.sampled_from(
                [
                    "Did you see it?",
                    "Yes.",
                    "No (laughs).",
                    "“Go,” he said. “Now.”",
                    "word " * 50 + ".",
                    "and so",
                ]
            ),
            min_size=1,
            max_size=6,
        ).map(" ".join),
    ),
)
_NOTES = st.sampled_from(["Advertisement", "(Pause)", "MR HUNT (sworn)", "12 Main St.\nDover, MA 01234"])
_TRANSCRIPTS = st.lists(
    st.tuples(_LINES | _NOTES, st.sampled_from(["\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n"])).map("".join),
    max_size=20,
).map("".join)
_ANYTHING = st.text(st.characters(codec="utf-8"), max_size=12)

TEXTS = st.one_of(
    _TRANSCRIPTS,
    st.lists(_PIECES, max_size=40).map("".join),
    st.lists(_PIECES | _ANYTHING, max_size=30).map("".join),
)
"""Transcripts, and texts in which anything may follow anything."""
