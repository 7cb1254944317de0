"""The heartbeat and the endpoint, as the outside sees them."""

from __future__ import annotations

import asyncio
import math
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
import simcord
from structlog.testing import capture_logs

from bot import heartbeat
from bot.client import ExhibitBot
from bot.errors import BotError
from bot.health import health_served, keep_beating, unready_because, watched
from bot.settings import Settings
from tests.bot.test_heartbeat import grow

PATIENCE = 20.0
"""Seconds that a test waits for what has to happen; a deadline, never a pause."""


@pytest.fixture
async def address(bot: ExhibitBot) -> AsyncIterator[str]:
    """Where the bot's health is served."""
    async with health_served(bot, "127.0.0.1", 0) as served:
        yield served


async def got(address: str) -> tuple[int, str]:
    """What is served there: its status and its text."""
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.text()


class Measured:
    """The lags of the event loop that were measured, instead of `Metrics.lagged`; each comes after a beat."""

    def __init__(self) -> None:
        self.lags: list[float] = []
        self._more = asyncio.Event()

    def lagged(self, seconds: float) -> None:
        self.lags.append(seconds)
        self._more.set()

    async def more(self, count: int) -> None:
        """Waits for so many more."""
        async with asyncio.timeout(PATIENCE):
            for _ in range(count):
                self._more.clear()
                await self._more.wait()


@pytest.fixture
def measured(bot: ExhibitBot, monkeypatch: pytest.MonkeyPatch) -> Measured:
    """What is measured of the event loop."""
    made = Measured()
    monkeypatch.setattr(bot.metrics, "lagged", made.lagged)
    return made


@asynccontextmanager
async def beating(bot: ExhibitBot, folder: Path, tick: float, period: float) -> AsyncIterator[None]:
    """Lets the heart beat inside."""
    task = asyncio.create_task(keep_beating(bot, folder, tick, period))
    yield
    task.cancel()
    await asyncio.wait({task})


async def test_the_heart_beats_until_the_end(bot: ExhibitBot, measured: Measured, tmp_path: Path) -> None:
    """Again and again; and a bot that has stopped doesn't pass for one that runs."""
    async with beating(bot, tmp_path, tick=0.001, period=0.0):
        await measured.more(1)
        assert heartbeat.age(tmp_path) == pytest.approx(0, abs=60)
        grow(tmp_path, 1000)
        await measured.more(2)
        assert heartbeat.age(tmp_path) == pytest.approx(0, abs=60)

    assert heartbeat.age(tmp_path) is None


async def test_a_beat_waits_for_its_time(bot: ExhibitBot, measured: Measured, tmp_path: Path) -> None:
    """The loop is measured more often than the file is touched."""
    async with beating(bot, tmp_path, tick=0.001, period=3600):
        await measured.more(1)
        grow(tmp_path, 1000)
        await measured.more(3)
        assert heartbeat.age(tmp_path) == pytest.approx(1000, abs=60)


async def test_a_blocked_event_loop_lags(bot: ExhibitBot, measured: Measured, tmp_path: Path) -> None:
    """By as long as it was blocked, less the tick that was asked for."""
    async with beating(bot, tmp_path, tick=0.01, period=3600):
        await measured.more(1)
        time.sleep(0.25)  # noqa: ASYNC251 - it is what this is about
        await measured.more(1)

    assert measured.lags[1] >= 0.24


async def test_a_heartbeat_that_cannot_be_written_is_logged(
    bot: ExhibitBot, measured: Measured, tmp_path: Path
) -> None:
    """The bot lives on, and the beat goes on when it can."""
    folder = tmp_path / "later"
    async with beating(bot, folder, tick=0.001, period=0.0):
        with capture_logs() as logs:
            await measured.more(1)
        folder.mkdir()
        await measured.more(2)
        assert heartbeat.age(folder) == pytest.approx(0, abs=60)

    assert (logs[0]["event"], logs[0]["reason"]) == ("no_heartbeat", "No such file or directory")


async def test_it_lives_before_it_is_ready(address: str) -> None:
    """Nobody is logged in yet."""
    assert await got(f"{address}/health/live") == (200, "live\n")
    assert await got(f"{address}/health/ready") == (503, "not ready: it is not logged in\n")


@pytest.mark.usefixtures("env")
async def test_it_is_ready_on_discord(bot: ExhibitBot, address: str) -> None:
    """Until it leaves."""
    assert await got(f"{address}/health/ready") == (200, "ready\n")

    await bot.close()

    assert await got(f"{address}/health/ready") == (503, "not ready: it is not logged in\n")


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize(
    ("is_open", "latency", "reason"),
    [
        (True, 0.1, ""),
        (False, 0.1, "the gateway is not connected"),
        (True, 31.0, "the gateway does not answer in time"),
        (True, math.inf, "the gateway does not answer in time"),
        (True, math.nan, "the gateway does not answer in time"),
    ],
)
async def test_a_gateway_that_is_no_use_is_named(
    bot: ExhibitBot, is_open: bool, latency: float, reason: str
) -> None:
    """It is closed, slow, or has not answered a heartbeat yet."""
    gateway: Any = SimpleNamespace(open=is_open, latency=latency)
    before, bot.ws = bot.ws, gateway
    found = unready_because(bot)
    bot.ws = before

    assert found == reason


async def test_the_figures_are_served(
    channel: simcord.ChannelHandle, you: simcord.MemberActor, address: str
) -> None:
    """With what was asked just now."""
    await you.slash(channel, "ask", question="Did you see the red ledger?")

    async with aiohttp.ClientSession() as session, session.get(f"{address}/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        figures = await response.text()

    assert 'exhibit_asks_total{outcome="quote"} 1.0' in figures.splitlines()


async def test_nothing_else_is_served(address: str) -> None:
    """Neither other pages nor other methods."""
    assert (await got(f"{address}/"))[0] == 404
    async with aiohttp.ClientSession() as session, session.post(f"{address}/metrics") as response:
        assert response.status == 405


async def test_without_a_port_only_the_heart_beats(
    bot: ExhibitBot, measured: Measured, settings: Settings
) -> None:
    """The endpoint is off by default."""
    with capture_logs() as logs:
        async with watched(bot, settings):
            await measured.more(1)
            assert heartbeat.age(settings.data) == pytest.approx(0, abs=60)

    assert [entry["event"] for entry in logs] == []
    assert heartbeat.age(settings.data) is None


async def test_with_a_port_both_do(bot: ExhibitBot, measured: Measured, settings: Settings) -> None:
    """And the log says where."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with capture_logs() as logs:
        async with watched(bot, settings.model_copy(update={"health_port": port})):
            await measured.more(1)
            assert heartbeat.age(settings.data) == pytest.approx(0, abs=60)
            assert await got(f"http://127.0.0.1:{port}/health/live") == (200, "live\n")

    assert [(entry["event"], entry["address"]) for entry in logs] == [
        ("health_served", f"http://127.0.0.1:{port}")
    ]


async def test_a_port_that_is_taken_is_a_sentence(bot: ExhibitBot, settings: Settings) -> None:
    """Which names the settings; the heart stops too."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BotError) as caught:
            async with watched(bot, settings.model_copy(update={"health_port": port})):
                pass

    assert str(caught.value).startswith(f"Health cannot be served on 127.0.0.1, port {port} (")
    assert str(caught.value).endswith(
        "choose another with EXHIBIT_HEALTH_PORT and EXHIBIT_HEALTH_HOST, or leave the port unset."
    )
    assert heartbeat.age(settings.data) is None
