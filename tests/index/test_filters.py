"""Asking only a part of the record."""

from __future__ import annotations

import pytest

from corpus.models import Kind
from index.errors import QuestionError
from index.filters import Filter
from index.searcher import Searcher


def documents(searcher: Searcher, where: Filter) -> set[str]:
    """The documents of the passages that a filter takes."""
    generation = searcher.generation
    return {generation.passages[row].document for row in where.rows(generation.case, generation.passages)}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Filter(), {"hearing.txt", "press/article.txt"}),
        (Filter.of(kind="testimony"), {"hearing.txt"}),
        (Filter.of(kind=" PRESS "), {"press/article.txt"}),
        (Filter.of(document="press/"), {"press/article.txt"}),
        (Filter.of(document="hearing of 3"), {"hearing.txt"}),
        (Filter.of(speaker="hopper"), {"hearing.txt"}),
        (Filter.of(speaker="Jane Hopper"), {"hearing.txt"}),
        (Filter.of(since="2025-03-03"), {"hearing.txt"}),
        (Filter.of(until="2025"), {"hearing.txt"}),
        (Filter.of(since="March 2025", until="2025-03"), {"hearing.txt"}),
    ],
)
def test_takes_what_meets_every_condition(searcher: Searcher, where: Filter, expected: set[str]) -> None:
    """By kind, part of a name, speaker and period; a document without a date is in no period."""
    assert documents(searcher, where) == expected


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        (Filter.of(speaker="Napoleon"), "Nobody called Napoleon speaks there."),
        (Filter.of(speaker="Hopper", kind="press"), "Nobody called Hopper speaks there."),
        (Filter.of(since="2025-03-04"), "The record has no document since 2025-03-04."),
        (Filter.of(until="2025-03-02"), "The record has no document until 2025-03-02."),
        (
            Filter.of(document="atlas", kind="order"),
            "The record has no document called atlas of the kind order.",
        ),
    ],
)
def test_says_what_nothing_meets(searcher: Searcher, where: Filter, sentence: str) -> None:
    """An empty part of the record is no answer."""
    with pytest.raises(QuestionError) as raised:
        documents(searcher, where)
    assert str(raised.value).startswith(sentence)


@pytest.mark.parametrize("typed", [{"kind": "memo"}, {"since": "soon"}, {"until": "2025-02-30"}])
def test_refuses_what_is_no_kind_or_date(typed: dict[str, str]) -> None:
    """With the value that was typed, and what would do."""
    with pytest.raises(QuestionError, match=next(iter(typed.values()))):
        Filter.of(**typed)


def test_only_that_speaker_answers(searcher: Searcher) -> None:
    """Counsel's words are nearer to the question, but are not what was asked for."""
    answer = searcher.search("Who had brought the red ledger there?", where=Filter(speaker="Hopper"))
    assert answer.quotes[0].speaker == "Jane Hopper"
    for quote in answer.quotes:
        assert quote.document.path == "hearing.txt"


def test_only_those_documents_answer(searcher: Searcher) -> None:
    """However near another document is."""
    answer = searcher.search("the red ledger on the kitchen table", where=Filter(kind=Kind.PRESS))
    assert {quote.document.path for quote in answer.quotes} <= {"press/article.txt"}
