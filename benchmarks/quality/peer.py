"""What is measured: anything that indexes a case and answers questions with quotes from it."""

from __future__ import annotations

from typing import Protocol

from corpus.errors import ExhibitError
from corpus.models import Case
from index.models import Answer


class BenchmarkError(ExhibitError):
    """A peer cannot be run, or reaches for the network."""


class Peer(Protocol):
    """A bot that people run today, set up as its own documentation recommends."""

    name: str
    """What the table calls it."""
    distribution: str
    """The package whose version the table gives."""

    def index(self, case: Case) -> None:
        """Loads what the peer needs and indexes every document of a case; once, before any question."""

    def answer(self, question: str) -> Answer:
        """The answer, with up to five quotes; how long it took is measured by who asks."""
