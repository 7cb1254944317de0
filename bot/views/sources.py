"""The documents of the case, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

import discord
from discord import ui

from bot import render
from bot.views.button import RecordButton
from bot.views.quotes import date_of, kind_of
from corpus.models import Case, Document

if TYPE_CHECKING:
    from bot.client import ExhibitBot

PAGE_SIZE = 10


class SourcesLayout(ui.LayoutView):
    """One page of the documents.

    Args:
        passages: how many passages of a document, by its path, are indexed.
        page: counted from 0; one past the end shows the last.
    """

    def __init__(self, case: Case, passages: Callable[[str], int], page: int = 0) -> None:
        super().__init__(timeout=None)
        last = max(0, (len(case) - 1) // PAGE_SIZE)
        page = min(page, last)
        first = page * PAGE_SIZE
        shown = case.documents[first : first + PAGE_SIZE]
        count = f"{len(case):,} document{'' if len(case) == 1 else 's'}"
        where = f", {first + 1:,}–{first + len(shown):,} shown" if last else ""
        self.add_item(
            ui.Container(
                ui.TextDisplay(f"### The record: {render.one_line(case.title, 200)}\n-# {count}{where}"),
                ui.Separator(),
                ui.TextDisplay("\n".join(_entry(document, passages(document.path)) for document in shown)),
            )
        )
        if last:
            self.add_item(
                ui.ActionRow(
                    PageButton("Previous", max(page - 1, 0), disabled=page == 0),
                    PageButton("Next", min(page + 1, last), disabled=page == last),
                )
            )


class PageButton(RecordButton, template=r"exhibit:sources:(?P<label>Previous|Next):(?P<page>\d{1,6})"):
    """Turns the list of documents to a page."""

    def __init__(self, label: str, page: int, *, disabled: bool = False) -> None:
        super().__init__(
            ui.Button(label=label, custom_id=f"exhibit:sources:{label}:{page}", disabled=disabled)
        )
        self._page = page

    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["label"], int(match["page"]))

    async def pressed(self, interaction: discord.Interaction[ExhibitBot]) -> None:
        bot = interaction.client
        layout = SourcesLayout(bot.asker.generation.case, bot.asker.passages, self._page)
        await bot.delivery.turn(interaction, layout)


def _entry(document: Document, passages: int) -> str:
    publisher = render.one_line(document.provenance.publisher, 60)
    known = [
        publisher,
        date_of(document),
        kind_of(document),
        f"{passages:,} passage{'' if passages == 1 else 's'}",
    ]
    return f"**{render.one_line(document.title, 120)}**\n-# {' · '.join(filter(None, known))}"
