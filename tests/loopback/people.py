"""Somebody on the loopback Discord: what they do, and what they then see."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from simcord import interactions
from simcord.backend import serializers
from simcord.backend.models import Interaction, Message
from simcord.components import walk_components
from simcord.enums import ComponentType, InteractionType, OptionType

from tests.loopback.discord_server import LoopbackDiscord, Request


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that somebody gave, or a button that they pressed."""

    interaction: Interaction
    at: float
    """When, by `time.perf_counter`."""


class Person:
    """A member of a server where the bot is, in a channel of it."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        self._discord = discord
        self._backend = discord.backend
        self._guild = self._backend.create_guild("The public").id
        self._user = self._backend.make_user("you").id
        self._backend.add_member(self._guild, self._user)
        self.enter("ask-the-record")

    def enter(self, channel: str) -> None:
        """Goes to a new channel."""
        self.channel = self._backend.create_channel(self._guild, channel).id

    def ask(self, question: str) -> Asked:
        """Types `/ask`."""
        command = self._backend.find_command("ask", self._guild)
        assert command is not None
        option = {"name": "question", "type": int(OptionType.STRING), "value": question}
        data = {"id": command["id"], "name": "ask", "type": 1, "options": [option]}
        return self._interact(InteractionType.APPLICATION_COMMAND, data)

    def press(self, message: Message, label: str) -> Asked:
        """Presses the button of a message whose label begins so."""
        button = next(
            each for each in walk_components(message.components) if each.get("label", "").startswith(label)
        )
        data = {"custom_id": button["custom_id"], "component_type": int(ComponentType.BUTTON)}
        return self._interact(InteractionType.MESSAGE_COMPONENT, data, message)

    @property
    def messages(self) -> str:
        """The path of the channel's messages."""
        return f"/channels/{self.channel}/messages"

    def say(self, text: str) -> Message:
        """Writes a message."""
        return self._backend.create_message(self.channel, self._user, text)

    def mention(self, text: str) -> Message:
        """Writes a message that begins with a mention of the bot."""
        return self.say(f"<@{self._backend.bot_user.id}> {text}")

    def acknowledgements(self, asked: Asked) -> list[Request]:
        """The requests with which the bot acknowledged."""
        return self._discord.sent("POST", f"/interactions/{asked.interaction.id}/*/callback")

    def edits(self, asked: Asked) -> list[Request]:
        """The requests that put an answer in place of "thinking…"."""
        return self._discord.sent("PATCH", f"/webhooks/*/{asked.interaction.token}/messages/@original")

    async def answer(self, asked: Asked) -> Message:
        """Waits for the answer to an interaction."""
        await self._discord.until(lambda: any(each.status == 200 for each in self.edits(asked)))
        assert asked.interaction.message_id is not None
        return self._backend.get_message(self.channel, asked.interaction.message_id)

    def replies(self, message: Message) -> list[Message]:
        """What the bot wrote in reply to a message."""
        return [
            each
            for each in self._backend.messages[self.channel].values()
            if each.reference is not None and each.reference["message_id"] == str(message.id)
        ]

    async def reply(self, message: Message) -> Message:
        """Waits for the reply to a message."""
        await self._discord.until(lambda: self.replies(message))
        return self.replies(message)[0]

    def _interact(self, kind: InteractionType, data: dict[str, Any], on: Message | None = None) -> Asked:
        interaction, payload = interactions.base_payload(
            self._backend,
            type=int(kind),
            channel_id=self.channel,
            guild_id=self._guild,
            user_id=self._user,
            data=data,
        )
        if on is not None:
            interaction.source_message_id = on.id
            payload["message"] = serializers.message_payload(self._backend, on)
        asked = Asked(interaction, time.perf_counter())
        self._backend.emit("INTERACTION_CREATE", payload)
        return asked


def text_of(message: Message) -> str:
    """All texts of a message, from top to bottom."""
    return "\n".join(
        each["content"]
        for each in walk_components(message.components)
        if each["type"] == ComponentType.TEXT_DISPLAY
    )
