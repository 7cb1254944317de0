"""What stands around a quote."""

from __future__ import annotations

from discord import ui

from bot import render
from bot.excerpt import excerpt
from bot.views.quotes import words_displays
from corpus.models import Document, Span
from index.models import Quote

_BESIDE_ROOM = 1000
_QUOTE_ROOM = 1500
"""With twice the room beside it and the heading, less than a message's."""


class ContextLayout(ui.LayoutView):
    """A quote between what stands before and after it in its document."""

    def __init__(self, before: Span | None, quote: Quote, after: Span | None) -> None:
        super().__init__(timeout=None)
        document = quote.document
        where = f"*{render.one_line(document.title, 120)}*, {render.one_line(quote.locator, 60)}"
        self.add_item(
            ui.Container(
                ui.TextDisplay(f"### In context\n-# {where}"),
                *_beside("Before", document, before),
                ui.Separator(),
                ui.TextDisplay("-# The quote"),
                *words_displays(quote, _QUOTE_ROOM, bold=False),
                ui.Separator(),
                *_beside("After", document, after),
            )
        )


def _beside(side: str, document: Document, span: Span | None) -> list[ui.TextDisplay[ui.LayoutView]]:
    if span is None:
        return [ui.TextDisplay(f"-# {side}: nothing that can be quoted.")]
    # What stands nearest to the quote matters most: before it, that is the end.
    nearest = Span(span.end - 1, span.end) if side == "Before" else Span(span.start, span.start + 1)
    shown = excerpt(document.text, span, [nearest], _BESIDE_ROOM)
    cut = "" if shown.whole else ", cut to fit"
    words = render.block_quote(shown.span.of(document.text))
    return [ui.TextDisplay(f"-# {side}{cut}"), ui.TextDisplay(words)]
