"""The first message in the demo: what to try."""

from __future__ import annotations

from discord import ui

from bot import render
from corpus.models import Case


class WelcomeLayout(ui.LayoutView):
    """Says what the bot does and how to begin.

    Args:
        example: a question to try; empty where none is known.
    """

    def __init__(self, case: Case, example: str) -> None:
        super().__init__(timeout=None)
        such_as = f", such as: {render.one_line(example, 200)}" if example else "."
        self.add_item(
            ui.Container(
                ui.TextDisplay(
                    f"### Ask the record of {render.one_line(case.title, 120)}\n"
                    "I answer by quoting its documents, word for word. When they don't say, I say so."
                ),
                ui.Separator(),
                ui.TextDisplay(
                    f"Type `/ask` below and put a question{such_as}\n"
                    "`/sources` lists the documents, `/about` says what I am."
                ),
            )
        )
