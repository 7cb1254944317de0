"""The receipt of a quote: which bytes they are, where they stand, and how to check that."""

from __future__ import annotations

import io

import discord
from discord import ui

from bot import render
from index.models import Quote


class ReceiptLayout(ui.LayoutView):
    """Hash, offsets and the exact words, which are the attached `receipt_file`."""

    def __init__(self, quote: Quote) -> None:
        super().__init__(timeout=None)
        document, span = quote.document, quote.span
        self.add_item(
            ui.Container(
                ui.TextDisplay(
                    "### Receipt\n"
                    f"*{render.one_line(document.title, 120)}*, {render.one_line(quote.locator, 60)}\n"
                    f"Document: {render.one_line(document.path, 400)}\n"
                    f"SHA-256 of the document: `{document.sha256}`\n"
                    f"Characters: `{span.start}` to `{span.end}` (code points, the last one excluded)\n"
                    f"Bytes in the attached file: `{len(_words(quote))}` (UTF-8)"
                ),
                ui.File(f"attachment://{_file_name(quote)}"),
                ui.TextDisplay(
                    "-# Compared with the stored text just now. To check it yourself: `sha256sum` of the "
                    "document gives that hash, and in Python "
                    f'`open(FILE, encoding="utf-8", newline="").read()[{span.start}:{span.end}]` '
                    "is what the attached file says."
                ),
            )
        )


def receipt_file(quote: Quote) -> discord.File:
    """A text file that holds the quote's exact bytes and nothing else."""
    return discord.File(io.BytesIO(_words(quote)), _file_name(quote))


def _words(quote: Quote) -> bytes:
    return quote.text.encode("utf-8")


def _file_name(quote: Quote) -> str:
    return f"receipt-{quote.document.sha256[:12]}-{quote.span.start}-{quote.span.end}.txt"
