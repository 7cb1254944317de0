"""The time, and how long to wait before something is tried again."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime


class Clock:
    """The machine's time. Whoever waits is given one, so that a test can hand them time that flies."""

    def now(self) -> float:
        """Seconds since 1970, which mean the same after a restart, but may jump when the clock is set."""
        return time.time()

    def elapsed(self) -> float:
        """Seconds since some moment; they never jump."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Returns when so many seconds have gone by."""
        await asyncio.sleep(seconds)

    def until(self, seconds: float) -> str:
        """The moment in so many seconds, for a log: ISO 8601, UTC."""
        return datetime.fromtimestamp(self.now() + seconds, UTC).isoformat(timespec="seconds")


class Backoff:
    """Capped exponential backoff: each wait is twice the one before it, up to a longest.

    A random quarter is taken off, so that bots that lost Discord together don't come back together.

    Args:
        first: seconds of the first wait.
        longest: seconds that no wait exceeds.
    """

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._waits = 0

    def next(self) -> float:
        """Seconds to wait this time: between three quarters of the wait that is due, and all of it."""
        # Past 2**30 times the first, which is longer than any cap, the exponent need not grow.
        due = min(self._first * 2.0 ** min(self._waits, 30), self._longest)
        self._waits += 1
        return due * random.uniform(0.75, 1.0)  # noqa: S311 - nobody gains by guessing it

    def reset(self) -> None:
        """Begins with the first wait again."""
        self._waits = 0
