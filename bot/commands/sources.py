"""`/sources`: the documents of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.views.sources import SourcesLayout

if TYPE_CHECKING:
    from bot.client import ExhibitBot


@app_commands.command(description="The documents that answers are quoted from.")
async def sources(interaction: discord.Interaction[ExhibitBot]) -> None:
    bot = interaction.client
    await bot.delivery.respond(interaction, SourcesLayout(bot.asker.generation.case, bot.asker.passages))
