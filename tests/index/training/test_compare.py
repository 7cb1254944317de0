"""What is compared of two networks, counted by hand."""

from __future__ import annotations

import pytest

from index.reader import Reading
from index.training.compare import Read, figures_of
from index.training.examples import Example


def read(answers: tuple[int, ...], shares: tuple[float, ...], margin: float, milliseconds: float) -> Read:
    return Read(Example("s", "q", "t", ((0, 1), (1, 2)), answers), Reading(shares, margin), milliseconds)


def test_figures() -> None:
    """Of four pairs of one with and one without an answer three are in order; one of two statements is right."""
    figures = figures_of(
        [
            read((1,), (0.2, 0.8), 3.0, 10.0),
            read((0,), (0.4, 0.6), 0.0, 20.0),
            read((), (0.5, 0.5), 1.0, 30.0),
            read((), (0.9, 0.1), -1.0, 90.0),
        ]
    )
    assert figures == pytest.approx({"examples": 4, "auroc": 0.75, "statement": 0.5, "p50_ms": 25.0})
