"""Starting and ending, and the sentences for when Discord will not have the bot."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

import aiohttp
import discord
import pytest
from discord.http import Route
from pydantic import SecretStr

from bot.client import ExhibitBot
from bot.errors import BotError, TokenError
from bot.running import open_bot, run_bot
from bot.settings import Settings
from index.searcher import Searcher

TOKEN = SecretStr("a.b.c")


class Response:
    """As much of a response as discord.py's errors read."""

    status = 503
    reason = "Service Unavailable"


@pytest.mark.parametrize(
    ("raised", "expected", "sentence"),
    [
        (discord.LoginFailure("Improper token"), TokenError, "Discord refused the token: copy"),
        (discord.ConnectionClosed(None, shard_id=None, code=4004), TokenError, "Discord refused the token"),  # type: ignore[arg-type]
        (discord.ConnectionClosed(None, shard_id=None, code=4013), BotError, "Discord closed the connection"),  # type: ignore[arg-type]
        (discord.PrivilegedIntentsRequired(None), BotError, "Discord refused the bot's intents"),
        (discord.HTTPException(Response(), "down"), BotError, "Discord refused to let the bot in (HTTP 503)"),
        (OSError("no route"), BotError, "Discord cannot be reached (OSError)"),
        (aiohttp.ClientConnectionError(), BotError, "Discord cannot be reached (ClientConnectionError)"),
        (TimeoutError(), BotError, "Discord cannot be reached (TimeoutError)"),
    ],
)
async def test_what_discord_refuses_is_a_sentence(
    bot: ExhibitBot,
    monkeypatch: pytest.MonkeyPatch,
    raised: Exception,
    expected: type[BotError],
    sentence: str,
) -> None:
    """Each way of not getting in, or of being thrown out."""

    async def start(_: str) -> None:
        raise raised

    monkeypatch.setattr(bot, "start", start)

    with pytest.raises(BotError) as caught:
        await run_bot(bot, TOKEN)

    assert type(caught.value) is expected
    assert str(caught.value).startswith(sentence)
    assert "a.b.c" not in str(caught.value)


async def test_no_network_is_a_sentence(bot: ExhibitBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py's own client against a port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{taken.getsockname()[1]}/api/v10")

        with pytest.raises(BotError, match=r"^Discord cannot be reached \(.+\): check this machine"):
            await run_bot(bot, TOKEN)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_good_order(
    bot: ExhibitBot, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """The bot leaves Discord, even while it waits for its next attempt to connect, and nothing is raised."""

    async def start(_: str) -> None:
        os.kill(os.getpid(), number)
        await asyncio.Event().wait()

    monkeypatch.setattr(bot, "start", start)

    await asyncio.wait_for(run_bot(bot, TOKEN), 10)

    assert bot.is_closed()


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
