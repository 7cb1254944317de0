"""The reader that needs no weights: the answer counts, not the question that it answers."""

from __future__ import annotations

import pytest

from corpus.models import Document
from corpus.passages import passages_of
from corpus.statements import outline_of
from index.overlap import OverlapReader
from index.query import Query
from index.reader import Candidate, Reading
from index.searcher import Searcher
from index.terms import Analyzer
from tests.conftest import CountingEncoder, words

EXCHANGE = "Ms Lee: Where was the red ledger?\n\nMr Doe: On the table. Nobody had moved it.\n"


def query(encoder: CountingEncoder, text: str) -> Query:
    """A question whose words all weigh the same."""
    terms = Analyzer().content_terms(text)
    groups = tuple(frozenset([frozenset([term])]) for term in terms)
    return Query(text, encoder.encode([text])[0], groups, (1.0,) * len(terms))


def read(text: str, question: str) -> tuple[Candidate, Reading]:
    """What the reader makes of a text of one passage."""
    encoder = CountingEncoder(words(text + question))
    document = Document("a.txt", text, "0" * 64)
    (passage,) = passages_of(document)
    candidate = Candidate(document, passage, outline_of(document).within(passage.span))
    (reading,) = OverlapReader(encoder).read(query(encoder, question), [candidate])
    return candidate, reading


def test_the_answer_takes_over_what_speaks_for_its_question() -> None:
    """Its first sentence most, although it has no word of the question."""
    candidate, reading = read(EXCHANGE, "where was the red ledger")
    texts = [statement.span.of(EXCHANGE) for statement in candidate.statements]
    assert texts == ["Where was the red ledger?", "On the table.", "Nobody had moved it."]
    question, first, further = reading.shares
    assert first > further > question


def test_shares_are_shares() -> None:
    """Together they are the whole; a statement of the passage each."""
    candidate, reading = read(EXCHANGE, "where was the red ledger")
    assert len(reading.shares) == len(candidate.statements)
    assert sum(reading.shares) == pytest.approx(1.0)


def test_what_is_nearer_is_surer() -> None:
    """The margin grows with what a passage has of the question."""
    margins = [read(EXCHANGE, question)[1].margin for question in ("red ledger", "red door", "blue door")]
    assert margins == sorted(margins, reverse=True)
    assert margins[0] > margins[2]


def test_nothing_to_read_is_no_crash(searcher: Searcher, encoder: CountingEncoder) -> None:
    """No candidates, and one without statements."""
    reader = OverlapReader(encoder)
    asked = query(encoder, "red ledger")
    assert reader.read(asked, []) == []
    document = searcher.generation.case.documents[0]
    (reading,) = reader.read(asked, [Candidate(document, searcher.generation.passages[0], ())])
    assert reading.shares == ()


def test_a_statement_is_encoded_once(encoder: CountingEncoder) -> None:
    """Questions come back to the same passages."""
    document = Document("a.txt", EXCHANGE, "0" * 64)
    (passage,) = passages_of(document)
    candidate = Candidate(document, passage, outline_of(document).statements)
    reader = OverlapReader(encoder)
    asked = query(encoder, "red ledger")
    encoder.encoded.clear()
    first, second = (reader.read(asked, [candidate, candidate]) for _ in range(2))
    assert first == second
    assert encoder.encoded == ["Where was the red ledger?", "On the table.", "Nobody had moved it."]
