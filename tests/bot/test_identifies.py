"""The budget of IDENTIFYs: what it lets through, and that a restart does not refill it."""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.errors import BotError
from bot.identifies import DAILY, DAY, GAPS, HOUR, HOURLY, IdentifyBudget, seconds_to_wait
from bot.state import State
from tests.conftest import FlyingClock

NOW = 1_750_000_000.0


def most_within(moments: list[float], seconds: float) -> int:
    """The most moments in any stretch of time of this length, its end not among them."""
    return max(sum(start <= each < start + seconds for each in moments) for start in moments)


def test_a_crash_loop_keeps_to_the_budget_for_a_week() -> None:
    """It wants one more at once, always: 5 an hour, 60 a day, far below the 1,000 that cost the token."""
    made: list[float] = []
    now = NOW
    while now < NOW + 7 * DAY:
        now += seconds_to_wait(made, now)
        made.append(now)

    assert (most_within(made, HOUR), most_within(made, DAY)) == (HOURLY, DAILY)
    assert [later - one for one, later in pairwise(made[:5])] == list(GAPS[1:])


@given(st.lists(st.floats(0, 2 * DAY), min_size=1, max_size=150))
def test_no_order_of_wishes_gets_more(wishes: list[float]) -> None:
    """Whenever somebody wants to identify, and has waited as told: never more than the budget."""
    made: list[float] = []
    for wish in sorted(wishes):
        now = max([NOW + wish, *made[-1:]])
        made.append(now + seconds_to_wait(made, now))

    assert most_within(made, HOUR - 0.01) <= HOURLY
    assert most_within(made, DAY - 0.01) <= DAILY
    assert made == sorted(made)


def test_rare_reconnects_do_not_wait() -> None:
    """A new session every half hour, for a month."""
    made = [NOW + 1800.0 * number for number in range(48 * 30)]

    assert [seconds_to_wait(made[:at], made[at]) for at in range(0, len(made), 7)] == [0.0] * 206


def test_a_clock_that_was_ahead_costs_an_hour_at_most() -> None:
    """What was made in the future counts as made now."""
    assert seconds_to_wait([NOW + 10 * DAY] * HOURLY, NOW) == HOUR


async def test_a_restart_does_not_refill_it(tmp_path: Path) -> None:
    """Ten processes, each of which identifies once and dies: what one spent, the next finds in the state."""
    clock = FlyingClock()
    made = []
    for _ in range(10):
        async with State.open(tmp_path) as state:
            budget = IdentifyBudget(state, clock)
            await budget.settle()
            await budget.spend()
        made.append(clock.now())

    assert most_within(made, HOUR) == HOURLY
    assert made[5] - made[0] == pytest.approx(HOUR)


async def test_the_log_says_until_when_it_waits(tmp_path: Path) -> None:
    """Once, however often it looks at the clock meanwhile; as a warning, since it takes long."""
    clock = FlyingClock()
    async with State.open(tmp_path) as state:
        budget = IdentifyBudget(state, clock)
        for _ in range(HOURLY):
            await budget.spend()
        with capture_logs() as logs:
            await budget.settle()

    assert logs == [
        {
            "event": "identify_waits",
            "log_level": "warning",
            "until": "2025-06-15T16:06:40+00:00",
            "seconds": 3600,
        }
    ]
    assert (clock.now() - NOW, max(clock.slept)) == (HOUR, 60.0)


async def test_what_cannot_be_kept_is_not_spent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk a new process must not identify: the one after it would know nothing of it."""

    async def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async with State.open(tmp_path) as state:
        budget = IdentifyBudget(state, FlyingClock())
        monkeypatch.setattr(state, "note", fail)

        with pytest.raises(BotError, match=r"^How often the bot logged in cannot be kept .+disk is full"):
            await budget.spend()


async def test_a_disk_that_fills_up_while_it_runs_stops_no_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that has identified before counts on in memory, and keeps to the budget."""

    async def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    clock = FlyingClock()
    async with State.open(tmp_path) as state:
        budget = IdentifyBudget(state, clock)
        await budget.spend()
        monkeypatch.setattr(state, "note", fail)
        with capture_logs() as logs:
            for _ in range(HOURLY - 1):
                await budget.spend()
            await budget.settle()

    assert [entry["event"] for entry in logs] == [*["identify_not_kept"] * 4, "identify_waits"]
    assert clock.now() - NOW == HOUR


async def test_a_state_that_cannot_be_read_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before login, where there is nothing to lose yet."""

    async def fail(_: str) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    async with State.open(tmp_path) as state:
        monkeypatch.setattr(state, "noted", fail)

        with pytest.raises(BotError, match=r"^How often the bot logged in cannot be kept .+malformed"):
            await IdentifyBudget(state, FlyingClock()).settle()
