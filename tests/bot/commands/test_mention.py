"""Messages that ask something of the bot, and the many that don't."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.serializers import message_payload

from bot.client import ExhibitBot
from bot.views.about import HOW_TO_ASK

QUESTION = "Did you see the red ledger?"
TextsOf = Callable[[Any], list[str]]


def shown(message: discord.Message) -> list[dict[str, Any]]:
    """The components of a message as Discord has them."""
    return [dict(component.to_dict()) for component in message.components]


def mention_of(bot: discord.Client) -> str:
    """How a person writes the bot's name."""
    assert bot.user is not None
    return bot.user.mention


def writes(env: simcord.Env) -> list[simcord.HttpLogEntry]:
    """What the bot asked Discord to write into a channel."""
    return [request for request in env.http_requests if request.path.startswith("/channels")]


async def test_a_mention_is_answered(
    env: simcord.Env,
    bot: ExhibitBot,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    texts_of: TextsOf,
) -> None:
    """As a reply to the message, wherever in it the bot is named, and without pinging anybody."""
    asked = await you.send(channel, f"Hey {mention_of(bot)}, {QUESTION}")

    reply = channel.last_message
    assert reply is not None
    assert texts_of(shown(reply))[0] == f"-# Question: Hey , {QUESTION}"
    assert reply.reference is not None
    assert reply.reference.message_id == asked.id
    assert reply.mentions == []
    request = writes(env)[-1]
    assert request.json is not None
    assert request.json["allowed_mentions"] == {"parse": []}
    assert request.json["message_reference"]["fail_if_not_exists"] is False


async def test_a_mention_alone_is_told_how_to_ask(
    bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """There is no question in it."""
    await you.send(channel, f" {mention_of(bot)} ")

    assert channel.last_message is not None
    assert channel.last_message.content == HOW_TO_ASK


async def test_a_direct_message_needs_no_mention(
    env: simcord.Env, bot: ExhibitBot, texts_of: TextsOf
) -> None:
    """With it or without, it is a question."""
    ada = env.create_user("ada")

    for text in (QUESTION, f"{mention_of(bot)} {QUESTION}"):
        await ada.send_dm(text)
        reply = ada.dm_channel.last_message
        assert reply is not None
        assert texts_of(shown(reply))[0] == f"-# Question: {QUESTION}"


async def test_what_does_not_ask_is_left_alone(
    env: simcord.Env, bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """Talk, @everyone, another bot that mentions it, a webhook that does, and a reply that pings it."""
    other = env.guild.add_member(env.create_user("otherbot", bot=True))
    await you.send(channel, f"{mention_of(bot)}")
    answer = channel.last_message
    assert answer is not None
    before = len(writes(env))

    await you.send(channel, QUESTION)
    await you.send(channel, f"@everyone {QUESTION}")
    await other.send(channel, f"{mention_of(bot)} {QUESTION}")
    await you.send(channel, "Thank you!", reply_to=answer)
    webhook = channel.guild.create_webhook(channel, "feed") if channel.guild else None
    assert webhook is not None
    await webhook.send(f"{mention_of(bot)} {QUESTION}")

    assert len(writes(env)) == before


async def test_a_reply_that_mentions_it_asks(
    bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: TextsOf
) -> None:
    """Written out, the mention counts in a reply too."""
    earlier = await you.send(channel, "I wonder.")

    await you.send(channel, f"{mention_of(bot)} {QUESTION}", reply_to=earlier)

    assert channel.last_message is not None
    assert texts_of(shown(channel.last_message))[0] == f"-# Question: {QUESTION}"


@pytest.mark.parametrize("question", ["🎉", "the of and", "?!…"])
async def test_a_question_that_cannot_be_asked_gets_a_sentence(
    bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor, question: str
) -> None:
    """As a reply: a message has no answer that only its author sees."""
    await you.send(channel, f"{mention_of(bot)} {question}")

    assert channel.last_message is not None
    assert 0 < len(channel.last_message.content) < 200
    assert channel.last_message.content.endswith(".")


async def test_a_question_of_6000_characters_gets_a_sentence(
    env: simcord.Env, bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """More than Discord lets anybody write today, so the event is made by hand."""
    message = await you.send(channel, "…")
    payload = message_payload(env.backend, env.backend.get_message(channel.id, message.id))
    text = f"{mention_of(bot)} {'ledger ' * 857}"

    env.backend.emit("MESSAGE_CREATE", {**payload, "content": text})
    await env.settle()

    assert channel.last_message is not None
    assert "at most 2,000 can be read" in channel.last_message.content
    assert len(channel.last_message.content) < 200


async def test_a_defect_gives_a_reference(
    bot: ExhibitBot, scripted: Any, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """And the bot answers the next one."""
    script, scripted.script = scripted.script, RuntimeError(QUESTION)
    await you.send(channel, f"{mention_of(bot)} {QUESTION}")

    assert channel.last_message is not None
    assert channel.last_message.content.startswith("Something went wrong in Exhibit itself.")
    scripted.script = script
    await you.send(channel, f"{mention_of(bot)} {QUESTION}")
    assert channel.last_message.content == ""


async def test_where_it_may_not_write_it_does_not_try(
    env: simcord.Env, bot: ExhibitBot, scripted: Any, you: simcord.MemberActor
) -> None:
    """Discord counts refused requests against the bot, and nobody would see the answer."""
    assert bot.user is not None
    silent = env.guild.create_text_channel(
        "silent", overwrites={bot.user: discord.PermissionOverwrite(send_messages=False)}
    )

    await you.send(silent, f"{mention_of(bot)} {QUESTION}")

    assert writes(env) == []
    assert scripted.asked == []


@pytest.mark.parametrize("path", ["/channels/*/messages", "/channels/*/typing"])
async def test_a_refused_request_harms_nothing(
    env: simcord.Env,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    texts_of: TextsOf,
    path: str,
) -> None:
    """A missing permission may show only when it is too late; the next question is answered."""
    env.inject_error("POST", path, status=403, code=50013, message="Missing Permissions")

    for _ in range(2):
        await you.send(channel, f"{mention_of(env.bot)} {QUESTION}")

    assert channel.last_message is not None
    assert texts_of(shown(channel.last_message))[0] == f"-# Question: {QUESTION}"
