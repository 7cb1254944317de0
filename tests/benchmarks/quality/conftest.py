"""A case, and a peer that needs no library and answers as it is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.library import load_case
from corpus.models import Case
from index.models import Answer


class FakePeer:
    """Answers from a table; counts how often it was indexed."""

    name = "fake"
    distribution = "numpy"

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self._answers = answers or {}
        self.indexed = 0

    def index(self, case: Case) -> None:
        self.indexed += len(case)

    def answer(self, question: str) -> Answer:
        return self._answers[question]


@pytest.fixture
def case(case_dir: Path) -> Case:
    """The small case."""
    return load_case(case_dir)
