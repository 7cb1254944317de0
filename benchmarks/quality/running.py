"""Runs peers one after the other over the same documents and questions, through the same scorer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Self

from benchmarks.quality.peer import BenchmarkError, Peer
from corpus.models import Case
from index.evaluation import Verdict, judge
from index.figures import Figures, figures_of
from index.questions import Labelled, read_questions

SET_UP = "`make peers` installs what is needed."


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions whose answers are known, and what they are called."""

    name: str
    questions: tuple[Labelled, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Of a file, called after it and its folder.

        Raises:
            ExhibitError: if it cannot be read.
        """
        return cls(f"{path.resolve().parent.name}/{path.name}", tuple(read_questions(path)))


@dataclass(frozen=True, slots=True)
class Row:
    """How one peer did: one entry in `figures` for each set of questions."""

    name: str
    version: str
    figures: tuple[Figures, ...]


def run(
    peers: Sequence[Peer], case: Case, sets: Sequence[QuestionSet], tell: Callable[[str], None]
) -> list[Row]:
    """Every peer's figures, in order.

    Args:
        tell: called with a sentence about each step.

    Raises:
        BenchmarkError: if a peer's library is missing, before any peer is run; or if a peer fails.
    """
    versions = [_version(peer) for peer in peers]
    rows = []
    for peer, number in zip(peers, versions, strict=True):
        try:
            rows.append(Row(peer.name, number, _measured(peer, case, sets, tell)))
        except Exception as error:
            raise BenchmarkError(f"{peer.name} failed: {error}") from error
    return rows


def _version(peer: Peer) -> str:
    try:
        return version(peer.distribution)
    except ImportError as error:
        raise BenchmarkError(f"{peer.name} needs {peer.distribution}. {SET_UP}") from error


def _measured(
    peer: Peer, case: Case, sets: Sequence[QuestionSet], tell: Callable[[str], None]
) -> tuple[Figures, ...]:
    started = time.perf_counter()
    peer.index(case)
    tell(f"{peer.name} has indexed {case.name} in {time.perf_counter() - started:.0f} s.")
    figures = []
    for each in sets:
        verdicts = [_verdict(peer, case, labelled) for labelled in each.questions]
        figures.append(figures_of(verdicts, len(each.questions)))
        tell(f"{peer.name} has answered {each.name}.")
    return tuple(figures)


def _verdict(peer: Peer, case: Case, labelled: Labelled) -> Verdict:
    started = time.perf_counter()
    answer = peer.answer(labelled.question)
    elapsed = (time.perf_counter() - started) * 1000
    texts = {document.path: document.text for document in case}
    changed = sum(quote.text not in texts[quote.document.path] for quote in answer.quotes)
    return judge(labelled, replace(answer, elapsed_ms=elapsed), changed)
