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
    asker = interaction.client.asker
    await interaction.response.send_message(
        view=SourcesLayout(asker.generation.case, asker.passages),
        ephemeral=True,
        allowed_mentions=discord.AllowedMentions.none(),
    )
