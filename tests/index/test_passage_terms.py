"""The terms of passages: what a question is held against before anything is read."""

from __future__ import annotations

import pytest

from corpus.models import Document
from corpus.passages import passages_of
from corpus.statements import outline_of
from index import passage_terms
from index.passage_terms import PassageTerms
from index.reader import Candidate

EXCHANGE = "Ms Ada Lovelace: Was the lamp lit?\n\nJane Hopper: Never. It had no oil.\n"


def candidate_of(path: str, text: str) -> Candidate:
    document = Document(path, text, "0" * 64)
    [passage] = passages_of(document)
    return Candidate(document, passage, outline_of(document).within(passage.span))


def test_an_answer_has_the_words_of_its_question() -> None:
    """Each sentence of it; the question has its own alone, and the passage has the speakers too."""
    found = PassageTerms().of(candidate_of("a.txt", EXCHANGE))
    asked = {"was", "the", "lamp", "lit"}
    assert list(map(set, found.statements)) == [
        asked,
        asked | {"never"},
        asked | {"it", "had", "no", "oil"},
    ]
    assert {"ada", "hopper", "lamp", "oil"} <= found.passage


def test_what_was_asked_for_last_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no more than so many."""
    monkeypatch.setattr(passage_terms, "_REMEMBERED", 2)
    terms = PassageTerms()
    first, second, third = (candidate_of(f"{name}.txt", f"{name} grows.") for name in ("Ash", "Oak", "Elm"))
    kept = terms.of(first)
    terms.of(second)
    assert terms.of(first) is kept
    forgotten = terms.of(second)
    terms.of(first)
    terms.of(third)
    assert terms.of(first) is kept
    assert terms.of(second) is not forgotten
    assert terms.of(second) == forgotten
