"""`/ask`: a question to the record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import render
from bot.asks import How, Stage, stage
from bot.failures import told
from corpus.models import Kind
from index.filters import Filter

if TYPE_CHECKING:
    from bot.client import ExhibitBot

_OFFERED = 25
"""The most choices that Discord shows."""
_LONGEST_CHOICE = 100


@app_commands.command(description="Ask the record. The answer is a quote from it, word for word.")
@app_commands.describe(
    question="What you want to know, in your own words.",
    private="Whether only you see the answer.",
    speaker="Only what this person says.",
    document="Only documents with this in their title.",
    kind="Only documents of this kind.",
    since="Only documents of this day or later: 2024-05-14, 2024-05 or 2024.",
    until="Only documents of this day or earlier.",
)
@app_commands.choices(kind=[app_commands.Choice(name=kind.value, value=kind.value) for kind in Kind])
async def ask(
    interaction: discord.Interaction[ExhibitBot],
    question: str,
    private: bool = False,
    speaker: str = "",
    document: str = "",
    kind: str = "",
    since: str = "",
    until: str = "",
) -> None:
    async with told(interaction):
        with interaction.client.asking(How.COMMAND, question):
            await interaction.client.delivery.acknowledge(interaction, private=private)
            where = Filter.of(speaker, document, kind, since, until)
            layout = await interaction.client.answer(question, where)
            with stage(Stage.DELIVERING):
                await interaction.client.delivery.answer(interaction, layout)


@ask.autocomplete("speaker")
async def speakers(
    interaction: discord.Interaction[ExhibitBot], typed: str
) -> list[app_commands.Choice[str]]:
    """Who speaks in the record."""
    return _choices(interaction.client.asker.speakers, typed)


@ask.autocomplete("document")
async def documents(
    interaction: discord.Interaction[ExhibitBot], typed: str
) -> list[app_commands.Choice[str]]:
    """The documents by title."""
    return _choices((each.title for each in interaction.client.asker.generation.case), typed)


def _choices(names: Iterable[str], typed: str) -> list[app_commands.Choice[str]]:
    """The names that hold what has been typed; those that begin with it first."""
    wanted = typed.strip().casefold()
    holding = [name for name in dict.fromkeys(names) if wanted in name.casefold()]
    holding.sort(key=lambda name: not name.casefold().startswith(wanted))
    return [
        app_commands.Choice(name=render.plain(name, _LONGEST_CHOICE), value=name[:_LONGEST_CHOICE])
        for name in holding[:_OFFERED]
    ]
