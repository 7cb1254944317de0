"""Waiting before something is tried again."""

from __future__ import annotations

import pytest

from bot.waiting import Backoff, Clock
from tests.conftest import FlyingClock


def test_each_wait_is_twice_the_last_up_to_the_longest() -> None:
    """Less a quarter at most, which is left to chance; 2,000 times on, it is still the longest."""
    backoff = Backoff(1.0, 60.0)

    for due in (1, 2, 4, 8, 16, 32, *[60] * 2000):
        assert 0.75 * due <= backoff.next() <= due


def test_it_can_begin_anew() -> None:
    """With the first wait."""
    backoff = Backoff(1.0, 60.0)
    for _ in range(5):
        backoff.next()

    backoff.reset()

    assert backoff.next() <= 1.0


def test_a_moment_to_come_is_written_as_a_log_has_it() -> None:
    """In UTC, by the second."""
    assert FlyingClock().until(90.4) == "2025-06-15T15:08:10+00:00"


async def test_the_machines_time_goes_by_while_it_sleeps() -> None:
    """Both of its clocks."""
    clock = Clock()
    before = clock.now(), clock.elapsed()

    await clock.sleep(0.01)

    assert clock.now() - before[0] == pytest.approx(clock.elapsed() - before[1], abs=0.5)
    assert clock.elapsed() - before[1] >= 0.009
