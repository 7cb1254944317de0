"""Questions over real HTTP and a real gateway, answered by the model and from the case that ship."""

from __future__ import annotations

import pytest

from bot.client import ExhibitBot
from tests.loopback.discord_server import LoopbackDiscord
from tests.loopback.people import Person, text_of

QUESTION = "What did Musk say distillation means?"
ANSWER = "**It means using one AI model to train another AI model.**"
ACKNOWLEDGED_WITHIN = 3.0

pytestmark = pytest.mark.usefixtures("bot")


async def test_ask_is_acknowledged_in_time_and_answered_with_a_quote(you: Person) -> None:
    """The acknowledgement within 3 seconds on the wall clock; then "thinking…" becomes the quote."""
    asked = you.ask(QUESTION)
    answer = await you.answer(asked)

    [acknowledged] = you.acknowledgements(asked)
    assert acknowledged.body == {"type": 5}
    assert acknowledged.at - asked.at < ACKNOWLEDGED_WITHIN
    [edit] = you.edits(asked)
    assert edit.at > acknowledged.at
    assert edit.body["allowed_mentions"] == {"parse": []}
    assert f"Question: {QUESTION}" in text_of(answer)
    assert ANSWER in text_of(answer)


async def test_twenty_at_once_are_each_acknowledged_in_time_and_answered(you: Person) -> None:
    """The model computes for seconds in all; nobody's acknowledgement waits for it."""
    all_asked = [you.ask(f"{QUESTION} I am number {number}.") for number in range(20)]

    answers = [await you.answer(asked) for asked in all_asked]

    waits = [[each.at - asked.at for each in you.acknowledgements(asked)] for asked in all_asked]
    assert [len(wait) for wait in waits] == [1] * 20
    assert max(wait[0] for wait in waits) < ACKNOWLEDGED_WITHIN
    assert [len(you.edits(asked)) for asked in all_asked] == [1] * 20
    for number, answer in enumerate(answers):
        assert f"Question: {QUESTION} I am number {number}." in text_of(answer)
        # As an answer or as what is nearest: who they are is no part of what the record can answer.
        assert ANSWER.strip("*") in text_of(answer)


async def test_a_mention_is_answered_in_a_reply(you: Person, discord_server: LoopbackDiscord) -> None:
    """Discord gives the bot its words since they mention it; the reply pings nobody."""
    message = you.mention(QUESTION)

    reply = await you.reply(message)

    assert ANSWER in text_of(reply)
    [request] = discord_server.sent("POST", you.messages)
    assert request.body["allowed_mentions"] == {"parse": []}
    assert request.body["message_reference"]["message_id"] == message.id


async def test_a_message_to_somebody_else_is_left_alone(
    you: Person, discord_server: LoopbackDiscord, bot: ExhibitBot
) -> None:
    """The bot gets it without its words, since it asks for no privileged intent, and says nothing."""
    assert not bot.intents.message_content
    message = you.say(QUESTION)
    await you.reply(you.mention(QUESTION))

    assert you.replies(message) == []
    assert len(discord_server.sent("POST", you.messages)) == 1


async def test_no_answer_waits_for_typing(you: Person, discord_server: LoopbackDiscord) -> None:
    """A mention is answered while Discord takes its time to show that the bot is typing."""
    held = discord_server.hold("POST", "/channels/*/typing")

    message = you.mention(QUESTION)

    assert ANSWER in text_of(await you.reply(message))
    assert held.arrived.is_set()
    held.released.set()
