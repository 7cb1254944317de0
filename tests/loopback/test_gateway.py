"""The gateway's connection comes and goes; no question is lost that Discord keeps, and none is answered twice."""

from __future__ import annotations

import asyncio
import json

import pytest
from pydantic import SecretStr

from bot.client import ExhibitBot
from bot.running import run_bot
from tests.conftest import fly
from tests.loopback.conftest import TOKEN, connected
from tests.loopback.discord_server import LoopbackDiscord, Plan
from tests.loopback.gateway import Gateway
from tests.loopback.people import Asked, Person, text_of

QUESTION = "What did Musk say distillation means?"
SENTENCE = "It means using one AI model to train another AI model."
EDIT = "/webhooks/*/messages/@original"
GROWING = (0.5, 1, 2, 4, 8, 16, 32, 60, 60)


@pytest.fixture
def gateway(bot: ExhibitBot, discord_server: LoopbackDiscord) -> Gateway:  # noqa: ARG001 - is connected to it
    """The gateway that the bot is connected to."""
    return discord_server.gateway


async def assert_answered_once(you: Person, asked: Asked) -> None:
    """One acknowledgement, one answer."""
    assert SENTENCE in text_of(await you.answer(asked))
    assert [request.status for request in you.acknowledgements(asked)] == [200]
    assert [request.status for request in you.edits(asked)] == [200]


async def question_under_way(you: Person, discord_server: LoopbackDiscord) -> tuple[Plan, Asked]:
    """A question whose answer is on its way and does not arrive before it is released."""
    held = discord_server.hold("PATCH", EDIT)
    asked = you.ask(QUESTION)
    await discord_server.until(held.arrived.is_set)
    return held, asked


async def test_a_dropped_connection_is_resumed_and_nothing_is_lost_or_done_twice(
    you: Person, discord_server: LoopbackDiscord, gateway: Gateway
) -> None:
    """With one question under way, and another and a mention while the bot is away."""
    held, under_way = await question_under_way(you, discord_server)

    gateway.drop()
    meanwhile = you.ask(QUESTION)
    mention = you.mention(QUESTION)
    await discord_server.until(lambda: gateway.connected)
    held.released.set()

    for asked in (under_way, meanwhile, you.ask(QUESTION)):
        await assert_answered_once(you, asked)
    assert SENTENCE in text_of(await you.reply(mention))
    assert len(you.replies(mention)) == 1
    assert (gateway.identifies, gateway.resumes) == (1, 1)


async def test_a_connection_that_drops_again_and_again_never_identifies_anew(
    you: Person, discord_server: LoopbackDiscord, gateway: Gateway
) -> None:
    """A thousand IDENTIFYs in a day would cost the bot its token; a RESUME costs nothing."""
    asked = []
    for _ in range(5):
        gateway.drop()
        asked.append(you.ask(QUESTION))
        await discord_server.until(lambda: gateway.connected)

    for each in asked:
        await assert_answered_once(you, each)
    assert (gateway.identifies, gateway.resumes) == (1, 5)


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4009])
async def test_a_connection_that_discord_closes_is_resumed(
    you: Person, discord_server: LoopbackDiscord, gateway: Gateway, code: int
) -> None:
    """Whatever it says, as long as it is not that the bot may not come again."""
    closing = asyncio.create_task(gateway.close(code))
    meanwhile = you.ask(QUESTION)
    await discord_server.until(lambda: gateway.connected)
    await closing

    await assert_answered_once(you, meanwhile)
    assert (gateway.identifies, gateway.resumes) == (1, 1)


async def test_a_request_to_reconnect_is_followed(
    you: Person, discord_server: LoopbackDiscord, gateway: Gateway
) -> None:
    """Op 7, as Discord sends it to every bot every few hours: the session goes on."""
    gateway.reconnect()
    meanwhile = you.ask(QUESTION)
    await discord_server.until(lambda: gateway.connected)

    await assert_answered_once(you, meanwhile)
    assert (gateway.identifies, gateway.resumes) == (1, 1)


async def test_an_invalid_session_is_begun_anew_once(
    you: Person, discord_server: LoopbackDiscord, gateway: Gateway
) -> None:
    """Op 9: the bot identifies a second time; what was under way is answered, and so is what comes then."""
    held, under_way = await question_under_way(you, discord_server)

    gateway.invalidate()
    held.released.set()
    await assert_answered_once(you, under_way)
    await discord_server.until(lambda: gateway.connected)

    await assert_answered_once(you, you.ask(QUESTION))
    assert (gateway.identifies, gateway.resumes) == (2, 0)


async def test_an_invalid_session_that_may_be_resumed_is(
    you: Person, discord_server: LoopbackDiscord, gateway: Gateway
) -> None:
    """Op 9 with "true": no IDENTIFY is spent, and nothing is lost."""
    gateway.invalidate(resumable=True)
    meanwhile = you.ask(QUESTION)
    await discord_server.until(lambda: gateway.connected)

    await assert_answered_once(you, meanwhile)
    assert (gateway.identifies, gateway.resumes) == (1, 1)


async def test_sessions_that_never_hold_keep_to_the_budget(
    unconnected_bot: ExhibitBot, you: Person, discord_server: LoopbackDiscord
) -> None:
    """Op 9 to every IDENTIFY, by a clock that flies: five an hour. Then Discord is well, and so is the bot."""
    clock = fly(unconnected_bot)
    gateway = discord_server.gateway
    gateway.keeps_no_session = True
    running = asyncio.create_task(run_bot(unconnected_bot, SecretStr(TOKEN)))
    await discord_server.until(lambda: gateway.identifies == 12)
    gateway.keeps_no_session = False
    await discord_server.until(lambda: gateway.connected)

    made = json.loads(await unconnected_bot.state.noted("identifies") or "")
    assert len(made) == gateway.identifies == 13
    assert min(later - one for one, later in zip(made, made[5:], strict=False)) >= 3600
    assert made[-1] <= clock.now() < made[0] + 3 * 3600
    await assert_answered_once(you, you.ask(QUESTION))
    await unconnected_bot.close()
    await asyncio.wait_for(running, 10)


async def test_a_gateway_that_cannot_be_reached_at_first_is_tried_again(
    unconnected_bot: ExhibitBot, you: Person, discord_server: LoopbackDiscord
) -> None:
    """The waits grow, and no IDENTIFY is spent on what never became a connection."""
    clock = fly(unconnected_bot)
    gateway = discord_server.gateway
    gateway.closed_to = 9

    async with connected(unconnected_bot, discord_server):
        await assert_answered_once(you, you.ask(QUESTION))

    assert gateway.identifies == 1
    waits = clock.slept[:9]
    assert [0.75 * due <= wait <= due for wait, due in zip(waits, GROWING, strict=True)] == [True] * 9


async def test_a_gateway_that_is_away_for_long_gets_a_new_session(
    unconnected_bot: ExhibitBot, you: Person, discord_server: LoopbackDiscord
) -> None:
    """The old one is given up after some attempts, each later than the last."""
    clock = fly(unconnected_bot)
    gateway = discord_server.gateway
    async with connected(unconnected_bot, discord_server):
        gateway.closed_to = 10
        gateway.drop()
        await discord_server.until(lambda: gateway.connected)
        await assert_answered_once(you, you.ask(QUESTION))

    assert (gateway.identifies, gateway.resumes) == (2, 0)
    assert 60 < sum(clock.slept) < 600


async def test_a_connection_that_is_dead_but_stands_is_given_up_and_resumed(
    unconnected_bot: ExhibitBot, you: Person, discord_server: LoopbackDiscord
) -> None:
    """Not even heartbeats are acknowledged; discord.py notices, here after 2 seconds instead of 60."""
    unconnected_bot._connection.heartbeat_timeout = 2.0
    gateway = discord_server.gateway
    async with connected(unconnected_bot, discord_server):
        await assert_answered_once(you, you.ask(QUESTION))
        gateway.fall_silent()
        meanwhile = you.ask(QUESTION)
        await discord_server.until(lambda: gateway.connected)

        await assert_answered_once(you, meanwhile)
        await assert_answered_once(you, you.ask(QUESTION))
    assert (gateway.identifies, gateway.resumes) == (1, 1)
