"""What Discord puts off, refuses or has no more: each question is answered once, or its loss is survived."""

from __future__ import annotations

import gc
from collections.abc import MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.loopback.discord_server import BROKEN, LoopbackDiscord, Reply, Request, rate_limited, refused
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
    [rate_limited(RETRY_AFTER), rate_limited(RETRY_AFTER, everywhere=True), refused(502)],
    ids=["429", "429 everywhere", "502"],
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
    assert second.at - first.at >= RETRY_AFTER
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


@pytest.mark.parametrize("broken", [("POST", CALLBACK), ("PATCH", EDIT)], ids=["acknowledgement", "answer"])
async def test_a_network_that_breaks_is_survived(
    you: Person,
    discord_server: LoopbackDiscord,
    caplog: pytest.LogCaptureFixture,
    broken: tuple[str, str],
) -> None:
    """Even where telling of it fails too: the log says both, nothing else does, and the bot lives."""
    discord_server.plan(*broken, BROKEN)
    discord_server.plan(*broken, BROKEN)

    with capture_logs() as logs:
        lost = you.ask(QUESTION)
        await discord_server.until(lambda: statuses(discord_server.sent(*broken)) == [BROKEN.status] * 2)
        answer = await you.answer(you.ask(QUESTION))

    gc.collect()  # what a task raised and nobody took is logged when the task goes
    assert told(logs) == [("failed", None), ("not_delivered", None)]
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []
    assert 200 not in statuses(you.edits(lost))
    assert SENTENCE in text_of(answer)


async def test_a_reply_that_the_network_loses_is_survived(
    you: Person, discord_server: LoopbackDiscord
) -> None:
    """The log says so, and the next is sent."""
    discord_server.plan("POST", you.messages, BROKEN)

    with capture_logs() as logs:
        lost = you.mention(QUESTION)
        await discord_server.until(
            lambda: statuses(discord_server.sent("POST", you.messages)) == [BROKEN.status]
        )
        answer = await you.reply(you.mention(QUESTION))

    assert told(logs) == [("not_delivered", None)]
    assert you.replies(lost) == []
    assert SENTENCE in text_of(answer)
