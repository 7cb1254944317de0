"""What a person is told when something fails, and what the log keeps of it.

An `ExhibitError` is its sentence. Anything else is a defect: the log gets where it happened under a
short reference, the person gets the reference. Neither a question nor a token is ever logged, which
is why an unexpected error is logged without its message.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import discord
import structlog
from discord import app_commands

from bot import render
from bot.delivery import Undelivered
from corpus.errors import ExhibitError

if TYPE_CHECKING:
    from bot.client import ExhibitBot

log = structlog.stdlib.get_logger(__name__)

UNDELIVERABLE = (Undelivered, discord.HTTPException, aiohttp.ClientError, OSError)
"""What is raised when a message does not get through: it is refused, or the connection breaks too long."""
_GONE = frozenset({10003, 10004, 10008, 10015, 10062, 50027})
"""Unknown channel, guild, message, webhook, interaction, or token of one: deleted, or its time ran out."""
_LONGEST_SENTENCE = 1900


def sentence_for(error: BaseException) -> str:
    """What to tell a person of an error, as Discord text; a defect is logged on the way."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, ExhibitError):
        return render.one_line(str(error), _LONGEST_SENTENCE)
    reference = secrets.token_hex(4)
    log.error("failed", reference=reference, **_described(error))
    return (
        f"Something went wrong in Exhibit itself. Tell whoever runs it this reference: `{reference}`; "
        "the log says more under it."
    )


async def tell(interaction: discord.Interaction[ExhibitBot], error: BaseException) -> None:
    """Answers an interaction that failed with a sentence that only its author sees."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    interaction.client.metrics.erred(error)
    if isinstance(error, Undelivered) or (isinstance(error, discord.HTTPException) and error.code in _GONE):
        not_delivered(error)
        return
    sentence = sentence_for(error)
    try:
        await interaction.client.delivery.tell(interaction, sentence)
    except UNDELIVERABLE as undelivered:
        interaction.client.metrics.erred(undelivered)
        not_delivered(undelivered)


@asynccontextmanager
async def told(interaction: discord.Interaction[ExhibitBot]) -> AsyncIterator[None]:
    """Ends in a sentence what Exhibit refuses inside; a defect goes on to `Tree.on_error`."""
    try:
        yield
    except ExhibitError as error:
        await tell(interaction, error)


def not_delivered(error: Exception) -> None:
    """Logs that a message did not get through; there is nobody left to tell."""
    log.warning("not_delivered", **_described(error))


def _described(error: BaseException) -> dict[str, object]:
    """Enough to find a defect: the error's type and its way through the code, without its message."""
    described: dict[str, object] = {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "where": [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ],
    }
    if isinstance(error, discord.HTTPException):
        described |= {"status": error.status, "code": error.code}
    if error.__cause__ is not None:
        described["cause"] = _described(error.__cause__)
    return described
