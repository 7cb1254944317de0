"""How often the bot may IDENTIFY: a budget that outlives the process.

Discord resets the token of a bot that identifies 1,000 times in 24 hours. A bot that crashes and is started
again spends one a start, and one whose sessions are declared invalid one each time; neither may come near.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

import structlog

from bot.errors import BotError
from bot.state import State
from bot.waiting import Clock

log = structlog.stdlib.get_logger(__name__)

HOUR, DAY = 3600.0, 86_400.0
HOURLY = 5
"""The most IDENTIFYs in any hour."""
DAILY = 60
"""The most in any 24 hours."""
GAPS = (0.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds that must lie between the last IDENTIFY and the next, by how many there were in the past hour.
Discord itself takes one in 5 seconds."""

_NOTE = "identifies"
_LOOK_AGAIN = 60.0
_WORTH_A_WARNING = 60.0


def seconds_to_wait(made: Sequence[float], now: float) -> float:
    """How long until one more IDENTIFY may be made; 0 if it may be made now.

    Args:
        made: when the earlier ones were, in order, in seconds since 1970.
        now: the same clock. What is later than this was written by a clock that was wrong, and counts as now.
    """
    past = [min(moment, now) for moment in made]
    last_hour = [moment for moment in past if moment > now - HOUR]
    last_day = [moment for moment in past if moment > now - DAY]
    free_at = now
    if last_hour and len(last_hour) < HOURLY:
        free_at = max(free_at, last_hour[-1] + GAPS[len(last_hour)])
    if len(last_hour) >= HOURLY:
        free_at = max(free_at, last_hour[-HOURLY] + HOUR)
    if len(last_day) >= DAILY:
        free_at = max(free_at, last_day[-DAILY] + DAY)
    return free_at - now


class IdentifyBudget:
    """Lets IDENTIFYs through as `seconds_to_wait` has it, and keeps in the state when they were.

    Args:
        state: where they are kept.
        clock: what the time is told by.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._made: list[float] | None = None
        self._kept = False

    async def settle(self) -> None:
        """Returns when an IDENTIFY may be made; if that is not now, the log says when.

        Raises:
            BotError: if the state cannot be read.
        """
        announced = False
        while wait := seconds_to_wait(await self._read(), self._clock.now()):
            if not announced:
                level = "warning" if wait > _WORTH_A_WARNING else "info"
                getattr(log, level)("identify_waits", until=self._clock.until(wait), seconds=round(wait))
                announced = True
            # Not all at once: the machine may sleep meanwhile, or its clock be set.
            await self._clock.sleep(min(wait, _LOOK_AGAIN))

    async def spend(self) -> None:
        """Keeps that an IDENTIFY is made now. Call it before that is sent.

        Raises:
            BotError: if it cannot be kept, unless an earlier one of this process was: then the count in
                memory goes on, and the next process is the one that doesn't start.
        """
        now = self._clock.now()
        made = [min(moment, now) for moment in await self._read() if moment > now - DAY]
        self._made = [*made, now]
        try:
            await self._state.note(_NOTE, json.dumps(self._made), durable=True)
            self._kept = True
        except sqlite3.Error as error:
            if not self._kept:
                raise _unusable(error) from error
            log.warning("identify_not_kept", error=type(error).__name__)

    async def _read(self) -> list[float]:
        if self._made is None:
            try:
                self._made = sorted(json.loads(await self._state.noted(_NOTE) or "[]"))
            except sqlite3.Error as error:
                raise _unusable(error) from error
        return self._made


def _unusable(error: sqlite3.Error) -> BotError:
    return BotError(
        f"How often the bot logged in cannot be kept in its state ({error}), and without that it doesn't log "
        "in: free some space, and check the permissions of the folder of EXHIBIT_DATA."
    )
