"""What a reader is given."""

from __future__ import annotations

from corpus.models import Document, Passage
from corpus.passages import Sizes, passages_of
from corpus.statements import outline_of
from index.reader import Candidate

TEXT = (
    "title: A 😀\n\nMs Lee: Where were you that night?\n\nMr Doe: I was at home. My wife was there too.\n\n"
    "Mr Doe: We slept until four. Then the bell rang.\n"
)


def candidates() -> list[tuple[Document, Passage, Candidate]]:
    """Each passage of a text, some of them cut from the question that they answer."""
    document = Document("a.txt", TEXT, "0" * 64)
    outline = outline_of(document)
    return [
        (document, passage, Candidate(document, passage, outline.within(passage.span)))
        for passage in passages_of(document, (), Sizes(most=60, least=30))
    ]


def test_statements_stand_in_what_is_read_where_it_says() -> None:
    """Behind the question that the passage answers, where that stands outside it."""
    asked = 0
    for document, passage, candidate in candidates():
        text, places = candidate.reading()
        assert text == passage.indexed_text(document.text)
        assert [place.of(text) for place in places] == [
            statement.span.of(document.text) for statement in candidate.statements
        ]
        asked += passage.question is not None
    assert asked >= 1
