"""The plain bot: whole sentences packed together, the nearest passages first."""

from __future__ import annotations

import pytest

from benchmarks.quality.faiss_bot import FaissBot, packed
from benchmarks.quality.quoter import Quoter
from corpus.models import Case
from tests.conftest import CountingEncoder


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (100, ["It rained. He left. The safe was open."]),
        (19, ["It rained. He left.", "The safe was open."]),
        (18, ["It rained.", "He left.", "The safe was open."]),
        (1, ["It rained.", "He left.", "The safe was open."]),
    ],
)
def test_packs_whole_sentences(most: int, expected: list[str]) -> None:
    """As many as fit, and at least one."""
    assert list(packed(" It rained. He left. The safe was open.\n", most)) == expected


def test_of_no_words_there_are_no_passages() -> None:
    """Not even an empty one."""
    assert list(packed(" \n", 10)) == []


def test_the_nearest_passage_comes_first(case: Case, encoder: CountingEncoder) -> None:
    """Scored by its cosine, which is the answer's confidence."""
    bot = FaissBot(encoder, Quoter(case, encoder))
    bot.index(case)
    question = "Were the sprinklers switched off for repairs?"
    answer = bot.answer(question)
    first = answer.quotes[0]
    question_vector, passage_vector = encoder.encode([question, first.text])
    assert [quote.document.path for quote in answer.quotes] == ["press/article.txt", "hearing.txt"]
    assert answer.confidence == pytest.approx(float(question_vector @ passage_vector))
    assert [span.of(first.document.text) for span in first.highlights] == [
        "Investigators said the sprinklers had been switched off for repairs."
    ]
