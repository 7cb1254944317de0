"""Getting onto Discord and staying there, without ever hammering it.

discord.py's own loop identifies again as often as Discord says that a session is invalid, comes back at once
as often as it is told to, and fails with an AttributeError if its very first connection does. So the loop is
ours; what is said on a connection remains `discord.gateway`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import structlog
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from pydantic import SecretStr

from bot.errors import BotError, TokenError, UnreachableError
from bot.waiting import Backoff, Clock

if TYPE_CHECKING:
    from bot.client import ExhibitBot

log = structlog.stdlib.get_logger(__name__)

GIVE_UP_SECONDS = 15 * 60.0
"""How long the first login is tried before whoever started the process is told to do so later."""
LONGEST_WAIT = 60.0
"""Seconds between two attempts, at most."""

_REFUSED = (
    "Discord refused the token: copy the bot's token anew from https://discord.com/developers/applications "
    "(Bot, Reset Token) into DISCORD_TOKEN or the file that DISCORD_TOKEN_FILE names."
)
_UNAUTHENTICATED = 4004
"""The gateway's close code for a token that does not, or no longer, hold."""
_INTENTS_REFUSED = 4014
_CLOSED = 1000
_CONNECT_SECONDS = 60.0
_STABLE_SECONDS = 60.0
_RESUME_ATTEMPTS = 8
_BROKEN = (OSError, aiohttp.ClientError)


async def stay_on_discord(bot: ExhibitBot, token: SecretStr, clock: Clock) -> None:
    """Logs in, and stays connected until the bot is closed.

    Raises:
        TokenError: if Discord refuses the token.
        UnreachableError: if Discord cannot be reached for `GIVE_UP_SECONDS` before the bot is logged in.
        BotError: if Discord refuses the bot for another reason.
    """
    await bot.identifies.settle()
    backoff = Backoff(1.0, LONGEST_WAIT)
    give_up = clock.elapsed() + GIVE_UP_SECONDS
    while True:
        try:
            with _explained():
                await bot.start(token.get_secret_value())
        except UnreachableError as error:
            wait = backoff.next()
            if clock.elapsed() + wait > give_up:
                raise
            log.warning("discord_unreachable", reason=str(error), next_attempt=clock.until(wait))
        else:
            return
        await bot.http.close()
        bot.http.connector = discord.utils.MISSING  # else the next login would take the one just closed
        await clock.sleep(wait)


async def stay_connected(bot: ExhibitBot, clock: Clock) -> None:
    """Connects a bot that is logged in to the gateway, again and again, until it is closed.

    A session is resumed where there is one. Where there is none, it waits for `bot.identifies`.

    Raises:
        discord.ConnectionClosed: if the gateway does not want the bot back.
        discord.PrivilegedIntentsRequired: if that is for the intents it asks for.
    """
    backoff = Backoff(0.5, LONGEST_WAIT)
    failures = 0
    while not bot.is_closed():
        # One that cannot be taken up where it was is let go in the end.
        session = _session(bot.ws) if failures < _RESUME_ATTEMPTS else {}
        if not session:
            await bot.identifies.settle()
        heard, begun = _heard(bot.ws), clock.elapsed()
        try:
            await _listen(bot, session)
        except ReconnectWebSocket:
            failures = 0
        except discord.ConnectionClosed as error:
            if not bot.is_closed() and error.code != _CLOSED:
                raise _for_good(error) from None
        except _BROKEN as error:
            failures += 1
            log.warning("gateway_unreachable", error=type(error).__name__)
        if bot.is_closed():
            return
        bot.dispatch("disconnect")
        if _heard(bot.ws) not in {None, heard} or clock.elapsed() - begun > _STABLE_SECONDS:
            backoff.reset()
        await clock.sleep(backoff.next())


async def _listen(bot: ExhibitBot, session: dict[str, Any]) -> None:
    """Connects once, and takes what Discord sends until that ends in one of discord.py's errors."""
    # Not initial, discord.py would wait 5 seconds before it identifies; the budget does that already.
    connecting = DiscordWebSocket.from_client(bot, initial=True, **session)
    bot.ws = await asyncio.wait_for(connecting, _CONNECT_SECONDS)
    while True:
        await bot.ws.poll_event()


def _session(ws: DiscordWebSocket | None) -> dict[str, Any]:
    """What resumes the session of a connection; empty if it has none, or it was declared invalid."""
    if ws is None or ws.session_id is None:
        return {}
    return {"resume": True, "session": ws.session_id, "sequence": ws.sequence, "gateway": ws.gateway}


def _heard(ws: DiscordWebSocket | None) -> int | None:
    """The number of the last event that came over a connection."""
    return None if ws is None else ws.sequence


def _for_good(error: discord.ConnectionClosed) -> Exception:
    if error.code == _INTENTS_REFUSED:
        return discord.PrivilegedIntentsRequired(error.shard_id)
    return error


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
        if error.status == 429 or error.status >= 500:
            raise UnreachableError(
                f"Discord does not let the bot in at the moment (HTTP {error.status}): try again later."
            ) from None
        raise BotError(
            f"Discord refused to let the bot in (HTTP {error.status}): check the bot's application at "
            "https://discord.com/developers/applications."
        ) from None
    except (aiohttp.ClientError, OSError) as error:
        raise UnreachableError(
            f"Discord cannot be reached ({type(error).__name__}): check this machine's network and proxy."
        ) from None
