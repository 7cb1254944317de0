"""A message that mentions the bot, or is sent to it directly, is a question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
from discord import ui

from bot import failures
from bot.asks import How, Stage, failed, stage
from bot.views.about import HOW_TO_ASK

if TYPE_CHECKING:
    from bot.client import ExhibitBot

_WRITTEN_BY_PEOPLE = frozenset({discord.MessageType.default, discord.MessageType.reply})


async def answer_message(bot: ExhibitBot, message: discord.Message) -> None:
    """Replies to a message that asks something of the bot; leaves every other alone."""
    question = question_in(message, bot.user)
    if question is None or not _may_reply(message):
        return
    try:
        if question:
            with bot.asking(How.MENTION, question):
                await _answer(bot, message, question)
        else:
            await bot.delivery.reply(message, HOW_TO_ASK)
    except failures.UNDELIVERABLE as error:
        bot.metrics.erred(error)
        failures.not_delivered(error)


def question_in(message: discord.Message, bot: discord.ClientUser | None) -> str | None:
    """What a message asks of the bot, without the mention; None where it asks nothing.

    A reply to the bot pings it although nobody wrote its name, and is no question; nor is @everyone.
    """
    by_a_person = not message.author.bot and message.webhook_id is None and message.type in _WRITTEN_BY_PEOPLE
    if bot is None or not by_a_person:
        return None
    mention = re.compile(rf"<@!?{bot.id}>")
    if message.guild is not None and not mention.search(message.content):
        return None
    return mention.sub(" ", message.content).strip()


def _may_reply(message: discord.Message) -> bool:
    """False where Discord would refuse the reply: refusals are counted against the bot."""
    channel = message.channel
    if message.guild is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return True
    allowed = channel.permissions_for(message.guild.me)
    sending = (
        allowed.send_messages_in_threads if isinstance(channel, discord.Thread) else allowed.send_messages
    )
    return sending and allowed.read_message_history


async def _answer(bot: ExhibitBot, message: discord.Message, question: str) -> None:
    reply: str | ui.LayoutView
    bot.delivery.show_typing(message.channel)
    try:
        reply = await bot.answer(question)
    except Exception as error:  # noqa: BLE001 - the outermost handler: nothing else would answer the person
        failed(error)
        bot.metrics.erred(error)
        reply = failures.sentence_for(error)
    with stage(Stage.DELIVERING):
        await bot.delivery.reply(message, reply)
