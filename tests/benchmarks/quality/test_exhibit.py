"""Exhibit as a peer gives what its library gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.quality.exhibit import Exhibit
from corpus.models import Case
from index.models import Answer, Outcome
from index.overlap import OverlapReader
from index.searcher import Searcher
from tests.conftest import CountingEncoder


@pytest.fixture
def exhibit(case: Case, encoder: CountingEncoder, tmp_path: Path) -> Exhibit:
    """With the small case indexed."""
    peer = Exhibit(encoder, OverlapReader(encoder), tmp_path / "peer")
    peer.index(case)
    return peer


def test_answers_as_the_library_does(exhibit: Exhibit, searcher: Searcher) -> None:
    """But for the time it took."""
    question = "Where was the red ledger?"
    expected = searcher.search(question)
    assert replace(exhibit.answer(question), elapsed_ms=0.0) == replace(expected, elapsed_ms=0.0)
    assert len(expected.quotes) > 0


def test_a_question_with_nothing_to_look_for_is_answered_with_nothing(exhibit: Exhibit) -> None:
    """As `exhibit answer` does."""
    assert exhibit.answer("?!") == Answer("?!", Outcome.NOTHING, 0.0, (), 0.0)
