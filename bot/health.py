"""How the outside sees that the bot is well: its heartbeat file and, where a port is set, over HTTP.

    /health/live    200 for as long as the event loop answers
    /health/ready   200 while the bot can answer on Discord, else 503 and why it cannot
    /metrics        the figures, for Prometheus

Nothing there is secret, but nobody is asked who they are either: it is for this machine or a private network.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import structlog
from aiohttp import web

from bot import heartbeat
from bot.client import ExhibitBot
from bot.errors import BotError
from bot.settings import Settings

log = structlog.stdlib.get_logger(__name__)

_TICK_SECONDS = 0.5
"""Between two measurements of the event loop's lag."""
_SLOWEST_GATEWAY = 30.0
"""Seconds. A gateway that takes longer to answer a heartbeat is as good as lost; discord.py itself leaves one
that has said nothing for a minute."""
_SHUTDOWN_SECONDS = 1.0


@asynccontextmanager
async def watched(bot: ExhibitBot, settings: Settings) -> AsyncIterator[None]:
    """Keeps the bot's heartbeat file young and, where `settings` has a port, tells of its health, inside.

    Raises:
        BotError: if the port cannot be listened on.
    """
    beating = asyncio.create_task(keep_beating(bot, settings.data))
    try:
        async with AsyncExitStack() as stack:
            if settings.health_port is not None:
                await stack.enter_async_context(
                    health_served(bot, settings.health_host, settings.health_port)
                )
            yield
    finally:
        beating.cancel()
        await asyncio.wait({beating})


async def keep_beating(
    bot: ExhibitBot, folder: Path, tick: float = _TICK_SECONDS, period: float = heartbeat.BEAT_SECONDS
) -> None:
    """Measures the event loop's lag, and lets the heartbeat in a folder beat, until it is cancelled.

    Args:
        tick: seconds between two measurements.
        period: seconds between two beats, at least.
    """
    loop = asyncio.get_running_loop()
    last = -math.inf
    try:
        while True:
            if loop.time() - last >= period:
                last = loop.time()
                _beat(folder)
            bot.metrics.heard_from_gateway(bot.latency)
            due = loop.time() + tick
            await asyncio.sleep(tick)
            bot.metrics.lagged(max(0.0, loop.time() - due))
    finally:
        heartbeat.stop(folder)


@asynccontextmanager
async def health_served(bot: ExhibitBot, host: str, port: int) -> AsyncIterator[str]:
    """Serves the endpoint inside; yields its address.

    Args:
        port: 0 takes a free one.

    Raises:
        BotError: if it cannot be listened on.
    """
    runner = web.AppRunner(_endpoint(bot), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise BotError(
                f"Health cannot be served on {host}, port {port} ({error.strerror}): choose another with "
                "EXHIBIT_HEALTH_PORT and EXHIBIT_HEALTH_HOST, or leave the port unset."
            ) from None
        address = f"http://{host}:{runner.addresses[0][1]}"
        log.info("health_served", address=address)
        yield address
    finally:
        await runner.cleanup()


def unready_because(bot: ExhibitBot) -> str:
    """Why the bot cannot answer on Discord now; empty if it can."""
    if not bot.is_ready():
        return "it is not logged in"
    if not bot.ws.open:
        return "the gateway is not connected"
    if not bot.latency <= _SLOWEST_GATEWAY:  # it is no number before the first answer
        return "the gateway does not answer in time"
    return ""


def _beat(folder: Path) -> None:
    try:
        heartbeat.beat(folder)
    except OSError as error:
        # The bot can answer all the same; that its container is restarted for this is the operator's choice.
        log.warning("no_heartbeat", folder=str(folder), reason=error.strerror)


def _endpoint(bot: ExhibitBot) -> web.Application:
    async def live(_: web.Request) -> web.Response:
        return web.Response(text="live\n")

    async def ready(_: web.Request) -> web.Response:
        reason = unready_because(bot)
        if reason:
            return web.Response(text=f"not ready: {reason}\n", status=503)
        return web.Response(text="ready\n")

    async def metrics(request: web.Request) -> web.Response:
        figures, content_type = bot.metrics.rendered(request.headers.get("Accept", ""))
        return web.Response(body=figures, headers={"Content-Type": content_type})

    app = web.Application()
    app.add_routes(
        [
            web.get("/health/live", live),
            web.get("/health/ready", ready),
            web.get("/metrics", metrics),
        ]
    )
    return app
