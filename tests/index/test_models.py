"""A quote slices its document, and its JSON is what is promised."""

from __future__ import annotations

import pytest

from corpus.models import Document, Kind, Provenance, Span
from index.models import Answer, Outcome, Place, Quote, Receipt

TEXT = "Ad\nQ: Why, “Ann”?\nA: Because 😀. I was late.\n"
DOCUMENT = Document(
    "press/a.txt",
    TEXT,
    "ab" * 32,
    Provenance("The Fire", "The Gazette", "2025-03-03", "https://example.org/1", Kind.PRESS, "Press report"),
    (Span(0, 2),),
)


def quote(span: Span, *highlights: Span, document: Document = DOCUMENT) -> Quote:
    """A quote from the document."""
    return Quote(document, span, highlights, "Ann", "line 3", 0.87654321)


def test_a_quote_has_no_words_of_its_own() -> None:
    """They are the document's at its span."""
    assert quote(Span(18, 31)).text == "A: Because 😀."
    assert quote(Span(18, 31)).receipt == Receipt("ab" * 32, Span(18, 31))


@pytest.mark.parametrize(
    ("span", "highlights", "reason"),
    [
        (Span(5, 5), (), "is not a piece of press/a.txt"),
        (Span(18, len(TEXT) + 1), (), "is not a piece of press/a.txt"),
        (Span(1, 9), (), "is marked as not to be quoted"),
        (Span(18, 31), (Span(17, 20),), "A highlight must lie inside its quote"),
        (Span(18, 31), (Span(18, 20), Span(30, 32)), "A highlight must lie inside its quote"),
    ],
)
def test_a_quote_cannot_leave_its_document(span: Span, highlights: tuple[Span, ...], reason: str) -> None:
    """Nor touch what may not be quoted, nor be highlighted outside itself."""
    with pytest.raises(ValueError, match=reason):
        quote(span, *highlights)


def test_the_json_of_an_answer() -> None:
    """Every field, in order; offsets are code points, figures are rounded."""
    found = Answer("Why?", Outcome.QUOTE, 0.123456, (quote(Span(18, 43), Span(21, 31)),), 12.3456)
    assert found.to_json("7") == {
        "id": "7",
        "question": "Why?",
        "outcome": "quote",
        "confidence": 0.1235,
        "quotes": [
            {
                "document": "press/a.txt",
                "title": "The Fire",
                "start": 18,
                "end": 43,
                "text": "A: Because 😀. I was late.",
                "highlights": [{"start": 21, "end": 31, "text": "Because 😀."}],
                "speaker": "Ann",
                "date": "2025-03-03",
                "kind": "press",
                "source": "https://example.org/1",
                "locator": "line 3",
                "sha256": "ab" * 32,
                "score": 0.8765,
                "also": [],
            }
        ],
        "elapsed_ms": 12.3,
    }
    assert list(found.to_json()) == ["id", "question", "outcome", "confidence", "quotes", "elapsed_ms"]


def test_other_places_say_where_they_are() -> None:
    """The path, where no title is known; a receipt of their own."""
    bare = Document("copies/a.txt", TEXT, "cd" * 32)
    place = Place(bare, Span(18, 31), "line 3")
    assert (place.text, place.receipt) == ("A: Because 😀.", Receipt("cd" * 32, Span(18, 31)))
    shown = Quote(DOCUMENT, Span(18, 31), (), None, "line 3", 1.0, also=(place,)).to_json()
    assert shown["also"] == [
        {"document": "copies/a.txt", "title": "copies/a.txt", "start": 18, "end": 31, "locator": "line 3"}
    ]


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        (Span(5, 5), "is not a piece of press/a.txt"),
        (Span(18, len(TEXT) + 1), "is not a piece of press/a.txt"),
        (Span(1, 9), "is marked as not to be quoted"),
    ],
)
def test_a_place_cannot_leave_its_document(span: Span, reason: str) -> None:
    """Nor be where nothing may be quoted."""
    with pytest.raises(ValueError, match=reason):
        Place(DOCUMENT, span, "line 1")


def test_what_is_not_known_is_null() -> None:
    """Not an empty text, which might be taken for a date."""
    bare = Document("a.txt", "Words.", "cd" * 32)
    shown = Quote(bare, Span(0, 6), (), None, "line 1", 1.0).to_json()
    assert (shown["title"], shown["kind"]) == ("a.txt", "unknown")
    assert [shown["speaker"], shown["date"], shown["source"]] == [None, None, None]
