"""Starting, and ending in time."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.client import ExhibitBot
from bot.errors import BotError
from bot.running import open_bot, run_bot, stopped_at_once
from bot.settings import Settings
from index.searcher import Searcher

TOKEN = SecretStr("a.b.c")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_good_order(
    bot: ExhibitBot, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """The bot leaves Discord, even while it waits for its next attempt to connect, and nothing is raised."""

    async def start(_: str) -> None:
        os.kill(os.getpid(), number)
        await asyncio.Event().wait()

    monkeypatch.setattr(bot, "start", start)
    closed: list[bool] = []

    await asyncio.wait_for(run_bot(bot, TOKEN, lambda: closed.append(bot.is_closed())), 10)

    assert bot.is_closed()
    assert closed == [False]


async def test_what_ends_it_reaches_whoever_runs_it(bot: ExhibitBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody is told that it was to stop: it was not."""

    async def start(_: str) -> None:
        raise BotError("Something is to be mended.")

    monkeypatch.setattr(bot, "start", start)
    stopped: list[None] = []

    with pytest.raises(BotError, match=r"^Something is to be mended\.$"):
        await run_bot(bot, TOKEN, lambda: stopped.append(None))

    assert bot.is_closed()
    assert stopped == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_the_index_is_built_ends_it_at_once(number: signal.Signals) -> None:
    """With exit code 0, and the signals mean afterwards what they meant before."""
    before = signal.getsignal(number)

    with pytest.raises(SystemExit) as caught, stopped_at_once():
        signal.raise_signal(number)

    assert caught.value.code == 0
    assert signal.getsignal(number) is before


async def test_opening_makes_the_state_and_closes_it(
    searcher: Searcher, settings: Settings, tmp_path: Path
) -> None:
    """Everything that the bot needs is open inside, and closed afterwards."""
    async with open_bot(searcher, settings, tmp_path / "state") as bot:
        await bot.state.note("a", "b")

    with pytest.raises(ValueError, match="no active connection"):
        await bot.state.noted("a")
    with pytest.raises(BotError, match="being restarted"):
        await bot.answer("?")
