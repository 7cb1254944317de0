"""What Discord puts off, refuses or has no more: each question is answered once, or its loss is survived."""

from __future__ import annotations

import gc
from collections.abc import MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.client import ExhibitBot
from bot.delivery import Delivery
from tests.conftest import FlyingClock
from tests.loopback.discord_server import (
    BROKEN,
    HALF,
    LoopbackDiscord,
    Reply,
    Request,
    rate_limited,
    refused,
)
from tests.loopback.people import Person, text_of

QUESTION = "What did Musk say distillation means?"
SENTENCE = "It means using one AI model to train another AI model."
CALLBACK = "/interactions/*/callback"
EDIT = "/webhooks/*/messages/@original"
RETRY_AFTER = 0.6

pytestmark = pytest.mark.usefixtures("bot")


def statuses(requests: list[Request]) -> list[int | None]:
    """What Discord said to each."""
    return [request.status for request in requests]


def told(logs: list[MutableMapping[str, Any]]) -> list[tuple[str, int | None]]:
    """What the log says went wrong, each with Discord's code."""
    return [(entry["event"], entry.get("code")) for entry in logs if entry["log_level"] != "info"]


@pytest.mark.parametrize(
    "reply",
    [rate_limited(RETRY_AFTER), refused(503)],
    ids=["429", "503"],
)
async def test_an_answer_that_discord_puts_off_arrives_once(
    you: Person, discord_server: LoopbackDiscord, reply: Reply
) -> None:
    """The edit of "thinking…" is tried again, not before the time that a 429 names."""
    discord_server.plan("PATCH", EDIT, reply)

    asked = you.ask(QUESTION)
    answer = await you.answer(asked)

    first, second = you.edits(asked)
    assert statuses([first, second]) == [reply.status, 200]
    assert second.at - first.at >= RETRY_AFTER
    assert second.body == first.body
    assert SENTENCE in text_of(answer)


async def test_an_acknowledgement_that_discord_puts_off_is_in_time(
    you: Person, discord_server: LoopbackDiscord
) -> None:
    """It is tried again, well within the 3 seconds, and the answer follows."""
    discord_server.plan("POST", CALLBACK, rate_limited(RETRY_AFTER))

    asked = you.ask(QUESTION)
    answer = await you.answer(asked)

    first, second = you.acknowledgements(asked)
    assert statuses([first, second]) == [429, 200]
    assert second.at - first.at >= RETRY_AFTER
    assert second.at - asked.at < 3
    assert SENTENCE in text_of(answer)


@pytest.mark.parametrize(
    "reply",
    [rate_limited(RETRY_AFTER), rate_limited(RETRY_AFTER, everywhere=True), refused(502), refused(503)],
    ids=["429", "429 everywhere", "502", "503"],
)
async def test_a_reply_that_discord_puts_off_arrives_once(
    you: Person, discord_server: LoopbackDiscord, reply: Reply
) -> None:
    """The same for the messages that answer a mention."""
    discord_server.plan("POST", you.messages, reply)

    message = you.mention(QUESTION)
    answer = await you.reply(message)

    first, second = discord_server.sent("POST", you.messages)
    assert statuses([first, second]) == [reply.status, 200]
    assert second.at - first.at >= (RETRY_AFTER if reply.status == 429 else 0.3)
    assert second.body == first.body
    assert you.replies(message) == [answer]
    assert SENTENCE in text_of(answer)


async def test_a_reply_that_discord_took_and_denied_arrives_once(
    you: Person, discord_server: LoopbackDiscord
) -> None:
    """It is sent again, since nobody can know; Discord sees by its nonce that it has it already."""
    discord_server.plan("POST", you.messages, refused(502), done=True)

    message = you.mention(QUESTION)
    await discord_server.until(lambda: statuses(discord_server.sent("POST", you.messages)) == [502, 200])

    assert len(you.replies(message)) == 1


@pytest.mark.parametrize(
    "reply",
    [
        refused(404, 10003, "Unknown Channel"),
        refused(404, 10008, "Unknown Message"),
        refused(404, 10015, "Unknown Webhook"),
        refused(401, 50027, "Invalid Webhook Token"),
    ],
    ids=["channel deleted", "message deleted", "webhook gone", "token expired"],
)
async def test_an_answer_that_nobody_can_get_any_more_is_given_up(
    you: Person, discord_server: LoopbackDiscord, reply: Reply
) -> None:
    """It is tried once, and the log says so: a refused request counts against the bot."""
    discord_server.plan("PATCH", EDIT, reply)

    with capture_logs() as logs:
        lost = you.ask(QUESTION)
        await discord_server.until(lambda: statuses(you.edits(lost)) == [reply.status])
        answer = await you.answer(you.ask(QUESTION))

    assert told(logs) == [("not_delivered", reply.body["code"])]
    assert len(you.edits(lost)) == 1
    assert SENTENCE in text_of(answer)


async def test_an_acknowledgement_that_comes_too_late_is_given_up(
    you: Person, discord_server: LoopbackDiscord
) -> None:
    """Discord knows the interaction no more, so the question isn't searched for."""
    discord_server.plan("POST", CALLBACK, refused(404, 10062, "Unknown interaction"))

    with capture_logs() as logs:
        lost = you.ask(QUESTION)
        await discord_server.until(lambda: statuses(you.acknowledgements(lost)) == [404])
        answer = await you.answer(you.ask(QUESTION))

    assert told(logs) == [("not_delivered", 10062)]
    assert len(you.acknowledgements(lost)) == 1
    assert you.edits(lost) == []
    assert SENTENCE in text_of(answer)


async def test_an_answer_that_discord_does_not_understand_is_a_sentence(
    you: Person, discord_server: LoopbackDiscord
) -> None:
    """Whoever asked gets the reference that the log has, and no "thinking…" stays behind."""
    discord_server.plan("PATCH", EDIT, refused(400, 50035, "Invalid Form Body"))

    with capture_logs() as logs:
        asked = you.ask(QUESTION)
        await discord_server.until(lambda: discord_server.sent("DELETE", EDIT))

    [failed] = [entry for entry in logs if entry["event"] == "failed"]
    [sentence] = discord_server.sent("POST", f"/webhooks/*/{asked.interaction.token}")
    assert f"`{failed['reference']}`" in sentence.body["content"]
    assert sentence.body["allowed_mentions"] == {"parse": []}


async def test_a_message_that_is_deleted_before_its_answer_is_survived(
    you: Person, discord_server: LoopbackDiscord
) -> None:
    """Its edit finds nothing; the next question is answered."""
    held = discord_server.hold("PATCH", EDIT)
    lost = you.ask(QUESTION)
    await discord_server.until(held.arrived.is_set)
    assert lost.interaction.message_id is not None
    discord_server.backend.delete_message(you.channel, lost.interaction.message_id)

    with capture_logs() as logs:
        held.released.set()
        answer = await you.answer(you.ask(QUESTION))

    assert statuses(you.edits(lost)) == [404]
    assert told(logs) == [("not_delivered", 10008)]
    assert SENTENCE in text_of(answer)


async def test_a_channel_that_is_deleted_before_its_reply_is_survived(
    you: Person, discord_server: LoopbackDiscord
) -> None:
    """There is nowhere to reply; in another channel the bot answers."""
    lost = you.messages
    held = discord_server.hold("POST", lost)
    you.mention(QUESTION)
    await discord_server.until(held.arrived.is_set)
    discord_server.backend.delete_channel(you.channel)
    you.enter("another-channel")

    with capture_logs() as logs:
        held.released.set()
        answer = await you.reply(you.mention(QUESTION))

    assert statuses(discord_server.sent("POST", lost)) == [404]
    assert told(logs) == [("not_delivered", 10003)]
    assert SENTENCE in text_of(answer)


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("reply", [BROKEN, HALF], ids=["broken", "half"])
async def test_an_answer_arrives_although_the_connection_breaks(
    you: Person, discord_server: LoopbackDiscord, reply: Reply, done: bool
) -> None:
    """Before Discord has done what it asks, after that, or in the middle of its response."""
    for _ in range(2):
        discord_server.plan("PATCH", EDIT, reply, done=done)

    with capture_logs() as logs:
        asked = you.ask(QUESTION)
        answer = await you.answer(asked)

    requests = you.edits(asked)
    assert statuses(requests) == [BROKEN.status, BROKEN.status, 200]
    assert requests[0].body == requests[2].body
    assert SENTENCE in text_of(answer)
    assert told(logs) == []


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
async def test_an_acknowledgement_gets_through_although_the_connection_breaks(
    you: Person, discord_server: LoopbackDiscord, done: bool
) -> None:
    """Where Discord had taken the first, it refuses the second, and the answer follows all the same."""
    discord_server.plan("POST", CALLBACK, BROKEN, done=done)

    with capture_logs() as logs:
        asked = you.ask(QUESTION)
        answer = await you.answer(asked)

    assert statuses(you.acknowledgements(asked)) == [BROKEN.status, 400 if done else 200]
    assert statuses(you.edits(asked)) == [200]
    assert SENTENCE in text_of(answer)
    assert told(logs) == []


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("reply", [BROKEN, HALF], ids=["broken", "half"])
async def test_a_reply_arrives_once_although_the_connection_breaks(
    you: Person, discord_server: LoopbackDiscord, reply: Reply, done: bool
) -> None:
    """Whether or not Discord has posted it: the second attempt has the nonce of the first."""
    discord_server.plan("POST", you.messages, reply, done=done)

    with capture_logs() as logs:
        message = you.mention(QUESTION)
        await discord_server.until(
            lambda: statuses(discord_server.sent("POST", you.messages)) == [BROKEN.status, 200]
        )

    first, second = discord_server.sent("POST", you.messages)
    assert first.body == second.body
    assert [text_of(each) for each in you.replies(message)] == [text_of(you.replies(message)[0])]
    assert SENTENCE in text_of(you.replies(message)[0])
    assert told(logs) == []


async def test_a_receipt_arrives_whole_although_the_connection_breaks(
    you: Person, discord_server: LoopbackDiscord
) -> None:
    """Its file is read anew for the second attempt."""
    message = await you.answer(you.ask(QUESTION))
    discord_server.plan("PATCH", EDIT, BROKEN)

    receipt = await you.answer(you.press(message, "Receipt"))

    [attachment] = receipt.attachments
    words = discord_server.backend.cdn.get(attachment["url"])
    assert words is not None
    assert SENTENCE.encode() in words


async def test_a_reply_outlives_a_storm(
    you: Person, discord_server: LoopbackDiscord, bot: ExhibitBot
) -> None:
    """Discord is unwell in every way that it knows, for as long as discord.py alone would long have given up."""
    bot.delivery = Delivery(FlyingClock())
    limited = rate_limited(0.01)
    storm = [
        refused(503),
        BROKEN,
        *[limited] * 7,
        HALF,
        refused(503),
        refused(520),
        rate_limited(0.01, everywhere=True),
    ]
    for reply in storm:
        discord_server.plan("POST", you.messages, reply)

    message = you.mention(QUESTION)
    answer = await you.reply(message)

    assert len(discord_server.sent("POST", you.messages)) == len(storm) + 1
    assert you.replies(message) == [answer]
    assert SENTENCE in text_of(answer)


async def test_an_answer_outlives_a_storm_of_429(
    you: Person, discord_server: LoopbackDiscord, bot: ExhibitBot
) -> None:
    """discord.py gives up after five; one that Cloudflare says has no wait that it knows of."""
    bot.delivery = Delivery(FlyingClock())
    storm = [*[rate_limited(0.01)] * 12, Reply(429, "error code: 1015")]
    for reply in storm:
        discord_server.plan("PATCH", EDIT, reply)

    asked = you.ask(QUESTION)

    assert SENTENCE in text_of(await you.answer(asked))
    assert statuses(you.edits(asked)) == [*[429] * 13, 200]


@pytest.mark.soak
async def test_an_answer_outlives_a_storm_of_5xx(you: Person, discord_server: LoopbackDiscord) -> None:
    """discord.py alone gives up after five and 25 seconds, by the clock on the wall."""
    for status in (500, 502, 503, 504, 520, 500, 503):
        discord_server.plan("PATCH", EDIT, refused(status))

    asked = you.ask(QUESTION)
    await discord_server.until(lambda: 200 in statuses(you.edits(asked)), 120)

    assert SENTENCE in text_of(await you.answer(asked))
    assert len(you.edits(asked)) == 8


async def test_a_network_that_stays_broken_is_survived(
    you: Person, discord_server: LoopbackDiscord, bot: ExhibitBot, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer is given up when its token has run out; the log says so, nothing else does, and the bot lives."""
    bot.delivery = Delivery(FlyingClock())
    for _ in range(100):
        discord_server.plan("PATCH", EDIT, BROKEN)

    with capture_logs() as logs:
        lost = you.ask(QUESTION)
        await discord_server.until(lambda: told(logs))
    discord_server.forget_plans()
    answer = await you.answer(you.ask(QUESTION))

    gc.collect()  # what a task raised and nobody took is logged when the task goes
    assert told(logs) == [("not_delivered", None)]
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []
    assert 200 not in statuses(you.edits(lost))
    assert SENTENCE in text_of(answer)
