"""The bot without Discord: the same code in a simulated Discord, shown in the local browser."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import discord

from bot.client import ExhibitBot
from bot.errors import BotError
from bot.running import stop_signals
from bot.views.welcome import WelcomeLayout
from corpus.models import Case
from corpus.statements import outline_of

if TYPE_CHECKING:
    import simcord

_INSTALL = "The demo needs the simulated Discord: install it with `pip install 'exhibit-bot[demo]'`."
_SETTLE_SECONDS = 120.0
"""How long the page waits for one answer. It shows nothing that comes later, so this is generous."""
_LONGEST_EXAMPLE = 100


async def demo(bot: ExhibitBot, port: int, *, open_browser: bool, announce: Callable[[str], None]) -> None:
    """Serves the demo on this machine until SIGINT, SIGTERM or the end of the session in the browser.

    Args:
        port: of 127.0.0.1; 0 takes a free one.
        announce: called once with the address, which holds the key to the session.

    Raises:
        BotError: if the demo is not installed or the port is taken.
    """
    with stop_signals() as stop:
        async with _previewed(bot, port) as preview:
            announce(preview.url)
            if open_browser:
                await asyncio.to_thread(webbrowser.open, preview.url)
            ends = [asyncio.create_task(stop.wait()), asyncio.create_task(preview.wait_closed())]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()


@asynccontextmanager
async def _previewed(bot: ExhibitBot, port: int) -> AsyncIterator[simcord.Preview]:
    try:
        import simcord
    except ImportError as error:
        raise BotError(_INSTALL) from error
    async with simcord.run(bot, settle_timeout=_SETTLE_SECONDS, check_errors=False) as env:
        channel, visitor = await _furnish(bot, env)
        preview = env.preview(channel, viewers=[visitor], layout="channel", port=port)
        try:
            await preview.__aenter__()
        except simcord.SetupError as error:
            if isinstance(error.__cause__, OSError):
                raise BotError(f"Port {port} is taken: choose another one with --port.") from error
            raise BotError(_INSTALL) from error
        try:
            yield preview
        finally:
            await preview.close()


async def _furnish(bot: ExhibitBot, env: simcord.Env) -> tuple[simcord.ChannelHandle, simcord.MemberActor]:
    """A server with one channel, somebody in it, and the bot's first message."""
    case = bot.asker.generation.case
    await env.advance_time(max(0.0, (datetime.now(UTC) - env.now()).total_seconds()))
    env.backend.edit_bot_profile("Exhibit")
    guild = env.create_guild(case.title[:100])
    channel = guild.create_text_channel("ask-the-record")
    visitor = guild.add_member(env.create_user("you"))
    await env.settle()
    there = bot.get_channel(channel.id)
    if isinstance(there, discord.TextChannel):
        await there.send(view=WelcomeLayout(case, _example(case)))
    return channel, visitor


def _example(case: Case) -> str:
    """A question that somebody asks in the record, if one is short enough to type."""
    for document in case:
        for statement in outline_of(document, case.aliases).statements:
            words = statement.asked.words.of(document.text).strip() if statement.asked else ""
            if words.endswith("?") and len(words) <= _LONGEST_EXAMPLE:
                return words
    return ""
