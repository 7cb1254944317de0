"""`/about`: what the bot is, what it searches, and what it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.views.about import AboutLayout

if TYPE_CHECKING:
    from bot.client import ExhibitBot


@app_commands.command(description="What Exhibit is, which record and model it uses, and its privacy.")
async def about(interaction: discord.Interaction[ExhibitBot]) -> None:
    bot = interaction.client
    await bot.delivery.respond(interaction, AboutLayout(bot.asker.generation))
