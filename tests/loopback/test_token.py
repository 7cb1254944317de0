"""A token that Discord refuses: when the bot logs in, or while it runs."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import SecretStr

from bot.client import ExhibitBot
from bot.errors import TokenError
from bot.running import run_bot
from tests.loopback.conftest import TOKEN
from tests.loopback.discord_server import LoopbackDiscord

WRONG = "no.such.token"
SENTENCE = "^Discord refused the token: copy the bot's token anew from https://"
AUTHENTICATION_FAILED = 4004


async def test_a_wrong_token_is_a_sentence(
    unconnected_bot: ExhibitBot, discord_server: LoopbackDiscord
) -> None:
    """It is tried once: Discord bans addresses that go on trying."""
    with pytest.raises(TokenError, match=SENTENCE) as caught:
        await run_bot(unconnected_bot, SecretStr(WRONG))

    assert WRONG not in str(caught.value)
    assert [(each.path, each.status) for each in discord_server.requests] == [("/users/@me", 401)]
    assert discord_server.gateway.identifies == 0


async def test_a_token_that_is_reset_while_the_bot_runs_is_a_sentence(
    unconnected_bot: ExhibitBot, discord_server: LoopbackDiscord
) -> None:
    """The gateway closes with 4004; the bot ends, and neither resumes nor identifies again."""
    gateway = discord_server.gateway
    running = asyncio.create_task(run_bot(unconnected_bot, SecretStr(TOKEN)))
    await discord_server.until(lambda: gateway.connected)

    await gateway.close(AUTHENTICATION_FAILED)

    with pytest.raises(TokenError, match=SENTENCE):
        await asyncio.wait_for(running, 10)
    assert (gateway.identifies, gateway.resumes) == (1, 0)
