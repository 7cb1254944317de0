"""The message menu "Ask the record": a question about what somebody wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.asks import How, Stage, stage
from bot.failures import told

if TYPE_CHECKING:
    from bot.client import ExhibitBot


@app_commands.context_menu(name="Ask the record")
async def ask_the_record(interaction: discord.Interaction[ExhibitBot], message: discord.Message) -> None:
    """Asks with the message's text as the question; only who asked sees the answer."""
    async with told(interaction):
        with interaction.client.asking(How.MENU, message.content):
            await interaction.client.delivery.acknowledge(interaction, private=True)
            layout = await interaction.client.answer(message.content)
            with stage(Stage.DELIVERING):
                await interaction.client.delivery.answer(interaction, layout)
