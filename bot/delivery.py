"""Getting an answer to who asked: what breaks on the way is tried again, and nothing is posted twice.

discord.py waits out a 429 and tries some errors of Discord's five times. It gives up at once when the
connection breaks, at a 503 on a message, and at a 429 of Cloudflare's. Here the same is tried until Discord
says that it is too late.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp
import discord
import structlog
from discord import ui

from bot.waiting import Backoff, Clock

if TYPE_CHECKING:
    from bot.client import ExhibitBot

log = structlog.stdlib.get_logger(__name__)

ANSWER_SECONDS = 15 * 60.0
"""How long an answer is tried: the life of an interaction's token, and no less for a message."""
ACKNOWLEDGE_SECONDS = 2.5
"""How long an acknowledgement is tried: Discord waits 3 seconds for it."""
NONCE_SECONDS = 120.0
"""How long a nonce is trusted to keep a message from being posted twice: Discord says "a few minutes"."""

_LONGEST_WAIT = 30.0
_ACKNOWLEDGED = "acknowledged"
_ALREADY_ACKNOWLEDGED = 40060
_UNKNOWN_MESSAGE = 10008
_LOOKED_AT = 100
_BROKEN = (aiohttp.ClientError, OSError, discord.HTTPException, discord.RateLimited)


class Undelivered(Exception):  # noqa: N818 - it is what became of the message
    """What was to be sent did not get through in time; its cause is what went wrong last."""


class Delivery:
    """Sends what the bot says.

    Args:
        clock: what the waiting is done by.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._typing: set[asyncio.Task[None]] = set()

    async def acknowledge(self, interaction: discord.Interaction[ExhibitBot], *, private: bool) -> None:
        """Shows "thinking…", for `answer` to put the answer in its place.

        Raises:
            Undelivered: if the connection breaks until it is too late.
            discord.HTTPException: if Discord refuses it.
        """
        await self._respond(interaction, lambda: interaction.response.defer(ephemeral=private, thinking=True))

    async def respond(self, interaction: discord.Interaction[ExhibitBot], view: ui.LayoutView) -> None:
        """Answers at once, for nobody but who asked. Raises what `acknowledge` does."""
        mentions = discord.AllowedMentions.none()
        await self._respond(
            interaction,
            lambda: interaction.response.send_message(view=view, ephemeral=True, allowed_mentions=mentions),
        )

    async def turn(self, interaction: discord.Interaction[ExhibitBot], view: ui.LayoutView) -> None:
        """Changes the message whose button was pressed. Raises what `acknowledge` does."""
        mentions = discord.AllowedMentions.none()
        await self._respond(
            interaction, lambda: interaction.response.edit_message(view=view, allowed_mentions=mentions)
        )

    async def answer(
        self,
        interaction: discord.Interaction[ExhibitBot],
        view: ui.LayoutView,
        file: Callable[[], discord.File] | None = None,
    ) -> None:
        """Puts an answer in the place of "thinking…". An edit may be repeated: it says the same again.

        Args:
            file: makes a file to attach, anew for each attempt, since sending one uses it up.

        Raises:
            Undelivered: if it does not get through while the interaction's token lives.
            discord.HTTPException: if Discord refuses it.
        """

        async def edit() -> None:
            await interaction.edit_original_response(
                view=view,
                attachments=[file()] if file else discord.utils.MISSING,
                allowed_mentions=discord.AllowedMentions.none(),
            )

        await self._persist(edit, ANSWER_SECONDS)

    async def tell(self, interaction: discord.Interaction[ExhibitBot], sentence: str) -> None:
        """Says a sentence to who asked, in the place of "thinking…" where there is one, and to nobody else.

        A break may have it said twice: a message that follows takes no nonce. Raises what `answer` does.
        """
        mentions = discord.AllowedMentions.none()

        async def say() -> None:
            await interaction.followup.send(sentence, ephemeral=True, allowed_mentions=mentions)

        if _ACKNOWLEDGED not in interaction.extras:
            await self._respond(
                interaction,
                lambda: interaction.response.send_message(
                    sentence, ephemeral=True, allowed_mentions=mentions
                ),
            )
            return
        # What follows a "thinking…" directly replaces it, and is as public as it. So it is ended first.
        await self._persist(lambda: interaction.edit_original_response(content="…"), ANSWER_SECONDS)
        await self._persist(say, ANSWER_SECONDS)
        await self._persist(interaction.delete_original_response, ANSWER_SECONDS, done=_UNKNOWN_MESSAGE)

    def show_typing(self, channel: discord.abc.Messageable) -> None:
        """Shows that the bot is typing; nothing waits for it, and nobody misses it where it fails.

        It is never cancelled: while discord.py waits out a limit on all routes, that would leave it waiting.
        """
        typing = asyncio.create_task(_type(channel))
        self._typing.add(typing)
        typing.add_done_callback(self._typing.discard)

    async def reply(self, message: discord.Message, said: str | ui.LayoutView) -> None:
        """Replies to a message, once.

        A nonce tells Discord that two attempts are one message. When it may have forgotten that, the bot
        looks whether its reply is there before it tries again.

        Raises:
            Undelivered: if it does not get through in `ANSWER_SECONDS`.
            discord.HTTPException: if Discord refuses it.
        """
        reference = message.to_reference(fail_if_not_exists=False)
        mentions = discord.AllowedMentions.none()
        nonce = secrets.randbits(64)
        begun = self._clock.elapsed()

        async def send() -> None:
            late = self._clock.elapsed() - begun > NONCE_SECONDS
            if late and await _has_reply(message):
                return
            if isinstance(said, str):
                await message.channel.send(said, reference=reference, nonce=nonce, allowed_mentions=mentions)
            else:
                await message.channel.send(
                    view=said, reference=reference, nonce=nonce, allowed_mentions=mentions
                )

        await self._persist(send, ANSWER_SECONDS)

    async def _respond(
        self, interaction: discord.Interaction[ExhibitBot], send: Callable[[], Awaitable[object]]
    ) -> None:
        await self._persist(send, ACKNOWLEDGE_SECONDS, first=0.2, done=_ALREADY_ACKNOWLEDGED)
        # discord.py does not know it of an attempt that got through although the connection broke.
        interaction.extras[_ACKNOWLEDGED] = True

    async def _persist(
        self,
        send: Callable[[], Awaitable[object]],
        seconds: float,
        *,
        first: float = 0.5,
        done: int | None = None,
    ) -> None:
        """Sends until it gets through, Discord refuses it, or the time is up.

        Args:
            first: seconds before the second attempt.
            done: Discord's code for that an earlier attempt got through after all.
        """
        deadline = self._clock.elapsed() + seconds
        backoff = Backoff(first, _LONGEST_WAIT)
        while True:
            try:
                await send()
            except _BROKEN as error:
                if isinstance(error, discord.HTTPException) and error.code == done:
                    return
                if not _may_pass(error):
                    raise
                wait = max(backoff.next(), _asked_to_wait(error))
                if self._clock.elapsed() + wait > deadline:
                    raise Undelivered from error
                log.info("delivery_put_off", error=type(error).__name__, seconds=round(wait, 1))
            else:
                return
            await self._clock.sleep(wait)


def _may_pass(error: Exception) -> bool:
    """Whether the same may get through later: a connection broke, or Discord is unwell or asks to wait."""
    return not isinstance(error, discord.HTTPException) or error.status >= 500 or error.status == 429


def _asked_to_wait(error: Exception) -> float:
    """For how many seconds Discord asked not to try again."""
    if isinstance(error, discord.RateLimited):
        return error.retry_after
    if isinstance(error, discord.HTTPException) and error.status == 429:
        try:
            return float(error.response.headers.get("Retry-After", 0))
        except ValueError:
            return 0.0
    return 0.0


async def _type(channel: discord.abc.Messageable) -> None:
    with suppress(*_BROKEN):
        await channel.typing()


async def _has_reply(message: discord.Message) -> bool:
    """Whether a reply of the bot's stands in what was written right after a message."""
    async for later in message.channel.history(after=message, limit=_LOOKED_AT):
        ours = later.author == message.guild.me if message.guild else later.author.bot
        if ours and later.reference is not None and later.reference.message_id == message.id:
            return True
    return False
