"""Putting the bot together, running it on Discord, and ending it in good order."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import discord
from pydantic import SecretStr

from bot.asker import Asker
from bot.client import ExhibitBot
from bot.errors import BotError, TokenError
from bot.settings import Settings
from bot.state import State
from index.searcher import Searcher

_REFUSED = (
    "Discord refused the token: copy the bot's token anew from https://discord.com/developers/applications "
    "(Bot, Reset Token) into DISCORD_TOKEN or the file that DISCORD_TOKEN_FILE names."
)
_UNAUTHENTICATED = 4004
"""The gateway's close code for a token that does not, or no longer, hold."""


@asynccontextmanager
async def open_bot(searcher: Searcher, settings: Settings, state_folder: Path) -> AsyncIterator[ExhibitBot]:
    """A bot that is ready to run, everything that it needs opened, and closed again afterwards.

    Raises:
        BotError: if the state in `state_folder` cannot be used.
    """
    async with State.open(state_folder) as state:
        asker = Asker(searcher, settings.queue_size)
        try:
            yield ExhibitBot(asker, state, settings)
        finally:
            await asker.close()


async def run_bot(bot: ExhibitBot, token: SecretStr) -> None:
    """Runs the bot on Discord until SIGINT or SIGTERM; answers under way are finished first.

    Raises:
        TokenError: if Discord refuses the token.
        BotError: if Discord cannot be reached or refuses the bot for another reason.
    """
    with stop_signals() as stop:
        async with bot:
            running = asyncio.create_task(bot.start(token.get_secret_value()))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            await bot.close()
            if stop.is_set():
                # It may be waiting for its next attempt to connect, which nobody wants any more.
                running.cancel()
                await asyncio.wait({running})
                return
            with _explained():
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
def _explained() -> Iterator[None]:
    """Turns what discord.py raises when it cannot run into a sentence."""
    try:
        yield
    except discord.LoginFailure:
        raise TokenError(_REFUSED) from None
    except discord.PrivilegedIntentsRequired:
        raise BotError("Discord refused the bot's intents, although it asks for no privileged one.") from None
    except discord.ConnectionClosed as error:
        if error.code == _UNAUTHENTICATED:
            raise TokenError(_REFUSED) from None
        raise BotError(
            f"Discord closed the connection for good (code {error.code}). Start Exhibit again."
        ) from None
    except discord.HTTPException as error:
        raise BotError(
            f"Discord refused to let the bot in (HTTP {error.status}). Try again in a few minutes."
        ) from None
    except (discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        raise BotError(
            f"Discord cannot be reached ({type(error).__name__}): check this machine's network and proxy."
        ) from None
