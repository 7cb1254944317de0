"""Putting the bot together, running it on Discord, and ending it in good order."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import FrameType

from pydantic import SecretStr

from bot.asker import Asker
from bot.client import ExhibitBot
from bot.connecting import stay_on_discord
from bot.metrics import Metrics
from bot.settings import Settings
from bot.state import State
from index.searcher import Searcher

STOP_SECONDS = 9.5
"""How long a process that was told to stop may take; container engines kill after 10."""


@asynccontextmanager
async def open_bot(searcher: Searcher, settings: Settings, state_folder: Path) -> AsyncIterator[ExhibitBot]:
    """A bot that is ready to run, everything that it needs opened, and closed again afterwards.

    Raises:
        BotError: if the state in `state_folder` cannot be used.
    """
    async with State.open(state_folder) as state:
        asker = Asker(searcher, settings.queue_size)
        del searcher  # so that its index is let go of when another takes its place
        try:
            yield ExhibitBot(asker, state, settings, Metrics(asker))
        finally:
            await asker.close()


async def run_bot(bot: ExhibitBot, token: SecretStr, on_stop: Callable[[], None] = lambda: None) -> None:
    """Runs the bot on Discord until SIGINT or SIGTERM; answers under way are finished first.

    Args:
        on_stop: called when one of these signals has come, before anything is ended.

    Raises:
        TokenError: if Discord refuses the token.
        UnreachableError: if Discord cannot be reached for long at the start.
        BotError: if Discord refuses the bot for another reason.
    """
    with stop_signals() as stop:
        async with bot:
            running = asyncio.create_task(stay_on_discord(bot, token, bot.clock))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if stop.is_set():
                on_stop()
            await bot.close()
            if stop.is_set():
                # It may be waiting for its next attempt to connect, which nobody wants any more.
                running.cancel()
                await asyncio.wait({running})
                return
            await running


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """An event that SIGINT and SIGTERM set, instead of ending the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = [signal.SIGINT, signal.SIGTERM] if threading.current_thread() is threading.main_thread() else []
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


@contextmanager
def stopped_at_once() -> Iterator[None]:
    """Has SIGINT and SIGTERM end the process with exit code 0 here, where there is nothing to finish.

    Without, a container's first process would not even notice SIGTERM: what it does not handle cannot end it.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_process_soon() -> None:
    """Ends the process with exit code 0 in `STOP_SECONDS`, if it has not ended by then.

    A thread that computes, or waits for a name to be resolved, cannot be cancelled, and Python waits for it.
    """
    ending = threading.Timer(STOP_SECONDS, os._exit, (0,))
    ending.daemon = True
    ending.start()
