"""The bot with the model and the case that ship, on a Discord that listens on 127.0.0.1."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from pydantic import SecretStr

from bot.cli.opening import open_searcher
from bot.client import ExhibitBot
from bot.running import open_bot, run_bot
from bot.settings import Settings
from corpus.library import DEFAULT_CASE
from index.searcher import Searcher
from tests.loopback.discord_server import LoopbackDiscord
from tests.loopback.people import Person

TOKEN = "the.loopback.token"


def forget_settings(patch: pytest.MonkeyPatch) -> None:
    """Takes away what the machine that runs the tests has set."""
    for name in [name for name in os.environ if name.startswith(("EXHIBIT_", "DISCORD_"))]:
        patch.delenv(name)


@pytest.fixture(scope="session")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """The searcher of `exhibit run` over the case that ships; loaded once, since it takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        forget_settings(patch)
        return open_searcher(Settings(data=tmp_path_factory.mktemp("data")), DEFAULT_CASE)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is set but what the tests set."""
    forget_settings(monkeypatch)


@pytest.fixture
def settings(environment: None, tmp_path: Path) -> Settings:  # noqa: ARG001 - goes first
    """The defaults, with data below the test's own folder."""
    return Settings(data=tmp_path / "data")


@pytest.fixture
async def discord_server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackDiscord]:
    """A Discord of its own for each test, where discord.py looks for Discord."""
    async with LoopbackDiscord.serving(TOKEN) as server:
        monkeypatch.setattr(Route, "BASE", server.api)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway.address))
        yield server
        assert server.defects == []


@pytest.fixture
def you(discord_server: LoopbackDiscord) -> Person:
    """Somebody who is in a server with the bot."""
    return Person(discord_server)


@asynccontextmanager
async def connected(bot: ExhibitBot, discord_server: LoopbackDiscord) -> AsyncIterator[None]:
    """Runs a bot as `exhibit run` does, and sees that it lives until the end."""
    running = asyncio.create_task(run_bot(bot, SecretStr(TOKEN)))
    try:
        await discord_server.until(lambda: discord_server.gateway.connected or running.done())
        yield
        assert not running.done(), "The bot ended."
    finally:
        await bot.close()
        await asyncio.wait_for(running, 10)


@pytest.fixture
async def unconnected_bot(searcher: Searcher, settings: Settings) -> AsyncIterator[ExhibitBot]:
    """The bot with everything it needs, before it logs in."""
    async with open_bot(searcher, settings, settings.data) as opened:
        yield opened


@pytest.fixture
async def bot(
    unconnected_bot: ExhibitBot,
    discord_server: LoopbackDiscord,
    you: Person,  # noqa: ARG001 - is there before the bot comes
) -> AsyncIterator[ExhibitBot]:
    """The bot, logged in and connected."""
    async with connected(unconnected_bot, discord_server):
        yield unconnected_bot
