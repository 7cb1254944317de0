"""What all buttons have in common: they carry what they need in their custom id, and never fail silently."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import ui

from bot import failures

if TYPE_CHECKING:
    from bot.client import ExhibitBot


class RecordButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template="(?!)"):
    """A button that works after a restart too. Each kind of it has a template of its own."""

    @classmethod
    @abstractmethod
    def parse(cls, match: re.Match[str]) -> Self:
        """The button whose custom id matched the template."""

    @abstractmethod
    async def pressed(self, interaction: discord.Interaction[ExhibitBot]) -> None:
        """Answers who pressed it. What it raises, they are told."""

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls.parse(match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        try:
            await self.pressed(interaction)
        except Exception as error:  # noqa: BLE001 - the outermost handler: discord.py would only log it
            await failures.tell(interaction, error)
