"""Exhibit itself, through its library."""

from __future__ import annotations

from pathlib import Path

from corpus.models import Case
from index.build import build_index
from index.encoder import Encoder
from index.errors import QuestionError
from index.models import Answer, Outcome
from index.reader import Reader
from index.searcher import Searcher
from index.store import Store


class Exhibit:
    """As it ships.

    Args:
        data: an empty folder for its index.
    """

    name = "Exhibit"
    distribution = "exhibit-bot"

    def __init__(self, encoder: Encoder, reader: Reader, data: Path) -> None:
        self._encoder = encoder
        self._reader = reader
        self._data = data

    def index(self, case: Case) -> None:
        """See `Peer`."""
        generation = build_index(case, Store(self._data, case.root), self._encoder)
        self._searcher = Searcher(generation, self._encoder, self._reader)

    def answer(self, question: str) -> Answer:
        """See `Peer`."""
        try:
            return self._searcher.search(question)
        except QuestionError:
            return Answer(question, Outcome.NOTHING, 0.0, (), 0.0)
