"""Getting onto Discord: what is tried again, and the sentences for what is not."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.client import ExhibitBot
from bot.connecting import GIVE_UP_SECONDS, LONGEST_WAIT, stay_on_discord
from bot.errors import BotError, TokenError, UnreachableError
from bot.identifies import HOUR, HOURLY
from tests.conftest import FlyingClock

TOKEN = SecretStr("a.b.c")

Starts = Callable[..., list[float]]


def response(status: int) -> Any:
    """As much of a response as discord.py's errors read."""

    class Response:
        reason = ""

    made: Any = Response()
    made.status = status
    return made


def closed(code: int) -> discord.ConnectionClosed:
    """The gateway's close code, as discord.py raises it."""
    socket: Any = None
    return discord.ConnectionClosed(socket, shard_id=None, code=code)


@pytest.fixture
def starts(bot: ExhibitBot, clock: FlyingClock, monkeypatch: pytest.MonkeyPatch) -> Starts:
    """Has each start of the bot fail with the next of some errors, the last again and again; None is none."""

    def script(*errors: Exception | None) -> list[float]:
        left, at = list(errors), []

        async def start(token: str) -> None:
            assert token == TOKEN.get_secret_value()
            at.append(clock.now())
            error = left.pop(0) if len(left) > 1 else left[0]
            if error is not None:
                raise error

        monkeypatch.setattr(bot, "start", start)
        return at

    return script


@pytest.mark.parametrize(
    ("raised", "expected", "sentence"),
    [
        (discord.LoginFailure("Improper token"), TokenError, "Discord refused the token: copy"),
        (closed(4004), TokenError, "Discord refused the token"),
        (closed(4013), BotError, "Discord closed the connection for good (code 4013)"),
        (discord.PrivilegedIntentsRequired(None), BotError, "Discord refused the bot's intents"),
        (discord.Forbidden(response(403), ""), BotError, "Discord refused to let the bot in (HTTP 403)"),
    ],
)
async def test_what_discord_refuses_is_a_sentence_at_once(
    bot: ExhibitBot,
    clock: FlyingClock,
    starts: Starts,
    raised: Exception,
    expected: type[BotError],
    sentence: str,
) -> None:
    """The same would be refused again, and Discord bans addresses that go on trying."""
    at = starts(raised)

    with pytest.raises(BotError) as caught:
        await stay_on_discord(bot, TOKEN, clock)

    assert type(caught.value) is expected
    assert str(caught.value).startswith(sentence)
    assert "a.b.c" not in str(caught.value)
    assert len(at) == 1


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (
            discord.DiscordServerError(response(503), ""),
            "Discord does not let the bot in at the moment (HTTP 503)",
        ),
        (
            discord.HTTPException(response(429), ""),
            "Discord does not let the bot in at the moment (HTTP 429)",
        ),
        (OSError("no route"), "Discord cannot be reached (OSError)"),
        (aiohttp.ClientConnectionError(), "Discord cannot be reached (ClientConnectionError)"),
        (TimeoutError(), "Discord cannot be reached (TimeoutError)"),
    ],
)
async def test_what_may_pass_is_tried_again_ever_more_rarely(
    bot: ExhibitBot, clock: FlyingClock, starts: Starts, raised: Exception, sentence: str
) -> None:
    """The log says why, and when it is tried next; then Discord is back, and the bot runs until it is closed."""
    at = starts(raised, raised, raised, None)

    with capture_logs() as logs:
        await stay_on_discord(bot, TOKEN, clock)

    first, second, third = clock.slept
    assert 0.75 <= first <= 1.0 < second <= 2.0 < third <= 4.0
    assert len(at) == 4
    assert [entry["event"] for entry in logs] == ["discord_unreachable"] * 3
    assert logs[0]["reason"].startswith(sentence)
    assert logs[0]["next_attempt"].startswith("2025-06-15T15:06:4")


async def test_it_is_given_up_after_a_quarter_of_an_hour(
    bot: ExhibitBot, clock: FlyingClock, starts: Starts
) -> None:
    """Whoever started the process is told to try later, by an error of its own."""
    at = starts(OSError("no route"))

    with pytest.raises(UnreachableError, match=r"^Discord cannot be reached \(OSError\)"):
        await stay_on_discord(bot, TOKEN, clock)

    assert GIVE_UP_SECONDS - LONGEST_WAIT <= at[-1] - at[0] <= GIVE_UP_SECONDS
    assert max(clock.slept) <= LONGEST_WAIT
    assert 15 <= len(at) <= 30


async def test_no_network_is_tried_again_too(
    bot: ExhibitBot, clock: FlyingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """discord.py's own client against a port where nobody listens, and nothing of an attempt stays open."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{taken.getsockname()[1]}/api/v10")

        with pytest.raises(UnreachableError, match=r"^Discord cannot be reached \(.+\): check this machine"):
            await stay_on_discord(bot, TOKEN, clock)

    assert len(clock.slept) >= 15
    await bot.close()


async def test_a_budget_that_is_spent_is_waited_for_before_login(
    bot: ExhibitBot, clock: FlyingClock, starts: Starts
) -> None:
    """Discord hears nothing of the bot until it may identify."""
    for _ in range(HOURLY):
        await bot.identifies.spend()
    before, at = clock.now(), starts(None)

    await stay_on_discord(bot, TOKEN, clock)

    assert at == [before + HOUR]
