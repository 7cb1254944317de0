"""The buttons below a quote. They outlive a restart: see `RecordButton`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Self

import discord
from discord import ui

from bot.views.button import RecordButton
from bot.views.context import ContextLayout
from bot.views.receipt import ReceiptLayout, receipt_file
from corpus.models import Span
from index.models import Receipt

if TYPE_CHECKING:
    from bot.client import ExhibitBot

_DIGITS = 16
_PLACE = rf"(?P<sha256>[0-9a-f]{{{_DIGITS}}}):(?P<start>\d{{1,10}}):(?P<end>\d{{1,10}})"


class PlaceButton(RecordButton, template="(?!)"):
    """A button that carries where its quote stands, and so needs nothing to be kept."""

    name: ClassVar[str]
    """What the button is called; in lower case, part of its custom id."""

    def __init__(self, receipt: Receipt) -> None:
        custom_id = f"exhibit:{self.name.lower()}:{_place(receipt)}"
        super().__init__(ui.Button(label=self.name, custom_id=custom_id))
        self._receipt = receipt

    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        span = Span(int(match["start"]), int(match["end"]))
        return cls(Receipt(match["sha256"], span))


class ContextButton(PlaceButton, template=f"exhibit:context:{_PLACE}"):
    """Shows, to who pressed it, what stands before and after the quote."""

    name = "Context"

    async def pressed(self, interaction: discord.Interaction[ExhibitBot]) -> None:
        await interaction.client.delivery.acknowledge(interaction, private=True)
        before, quote, after = await interaction.client.asker.context(self._receipt)
        await interaction.client.delivery.answer(interaction, ContextLayout(before, quote, after))


class ReceiptButton(PlaceButton, template=f"exhibit:receipt:{_PLACE}"):
    """Gives, to who pressed it, the quote's exact bytes and how to check them."""

    name = "Receipt"

    async def pressed(self, interaction: discord.Interaction[ExhibitBot]) -> None:
        await interaction.client.delivery.acknowledge(interaction, private=True)
        quote = await interaction.client.asker.quote(self._receipt)
        await interaction.client.delivery.answer(
            interaction, ReceiptLayout(quote), lambda: receipt_file(quote)
        )


class MoreButton(RecordButton, template=r"exhibit:more:(?P<kept>[0-9a-f]{16}):(?P<count>\d{1,2})"):
    """Shows the answer's other quotes, to everybody who sees the answer.

    Args:
        kept: the identifier under which `State` keeps the answer.
        count: how many other quotes there are.
    """

    def __init__(self, kept: str, count: int) -> None:
        super().__init__(ui.Button(label=f"More ({count})", custom_id=f"exhibit:more:{kept}:{count}"))
        self._kept = kept

    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["kept"], int(match["count"]))

    async def pressed(self, interaction: discord.Interaction[ExhibitBot]) -> None:
        private = interaction.message is not None and interaction.message.flags.ephemeral
        await interaction.client.delivery.acknowledge(interaction, private=private)
        layout = await interaction.client.more(self._kept)
        await interaction.client.delivery.answer(interaction, layout)


def _place(receipt: Receipt) -> str:
    return f"{receipt.sha256[:_DIGITS]}:{receipt.span.start}:{receipt.span.end}"
