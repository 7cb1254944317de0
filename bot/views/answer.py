"""An answer as a message: what was asked, the best quote, whose words they are, and the buttons."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot import render
from bot.views.buttons import ContextButton, MoreButton, ReceiptButton
from bot.views.quotes import MESSAGE_ROOM, link_button, quote_displays
from corpus.models import Case
from index.models import Answer, Outcome, Quote

QUOTE_COLOUR = discord.Colour(0x2F8F5B)
NEAREST_COLOUR = discord.Colour(0xD08A1D)
NOTHING_COLOUR = discord.Colour(0x6B7280)

NO_ANSWER = "### The record doesn't answer this."
NEAREST = "The passage nearest to the question, which is not an answer:"
MORE_NEAREST = "### More passages near the question. None is an answer."
MORE_QUOTES = "### More from the record"
NOTHING = "### The record doesn't say."
HINT = "-# Try names, or the words that people would have used."

_QUESTION_ROOM = 300
_LISTED_TITLES = 5
_SPARE_ROOM = 50


class AnswerLayout(ui.LayoutView):
    """The reply to a question.

    Args:
        kept: the identifier under which `State` keeps the answer; None shows no More button.
        case: what is searched, for when there is nothing to show.
    """

    def __init__(self, answer: Answer, kept: str | None, case: Case) -> None:
        super().__init__(timeout=None)
        question = render.one_line(answer.question, _QUESTION_ROOM)
        asked = ui.TextDisplay[AnswerLayout](f"-# Question: {question}")
        if answer.outcome is Outcome.NOTHING or not answer.quotes:
            held, hint = ui.TextDisplay[AnswerLayout](_what_is_held(case)), ui.TextDisplay[AnswerLayout](HINT)
            self.add_item(ui.Container(asked, held, hint, accent_colour=NOTHING_COLOUR))
            return
        answers = answer.outcome is Outcome.QUOTE
        heading = [] if answers else [ui.TextDisplay[AnswerLayout](f"{NO_ANSWER}\n{NEAREST}")]
        taken = sum(len(text.content) for text in (asked, *heading))
        quote, *others = answer.quotes
        self.add_item(
            ui.Container(
                asked,
                ui.Separator(),
                *heading,
                *quote_displays(quote, MESSAGE_ROOM - taken - _SPARE_ROOM, bold=answers),
                _buttons(quote, MoreButton(kept, len(others)) if kept and others else None),
                accent_colour=QUOTE_COLOUR if answers else NEAREST_COLOUR,
            )
        )


class MoreLayout(ui.LayoutView):
    """The quotes of an answer after the first, each with its buttons."""

    def __init__(self, outcome: Outcome, quotes: Sequence[Quote]) -> None:
        super().__init__(timeout=None)
        answers = outcome is Outcome.QUOTE
        heading = MORE_QUOTES if answers else MORE_NEAREST
        container = ui.Container[MoreLayout](
            ui.TextDisplay(heading), accent_colour=QUOTE_COLOUR if answers else NEAREST_COLOUR
        )
        # Of two documents that are the same, a message can have the buttons of only one.
        different = list({quote.receipt: quote for quote in quotes}.values())
        room = MESSAGE_ROOM - len(heading) - _SPARE_ROOM
        for at, quote in enumerate(different):
            displays = quote_displays(quote, room // (len(different) - at), bold=answers)
            room -= sum(len(text.content) for text in displays)
            for item in (ui.Separator[MoreLayout](), *displays, _buttons(quote, None)):
                container.add_item(item)
        self.add_item(container)


def _buttons(quote: Quote, more: MoreButton | None) -> ui.ActionRow[ui.LayoutView]:
    row = ui.ActionRow[ui.LayoutView]()
    for button in (ContextButton(quote.receipt), more, ReceiptButton(quote.receipt), link_button(quote)):
        if button:
            row.add_item(button)
    return row


def _what_is_held(case: Case) -> str:
    titles = [f"- {render.one_line(document.title, 120)}" for document in case.documents[:_LISTED_TITLES]]
    more = len(case) - len(titles)
    rest = [f"- and {more:,} more, in `/sources`"] if more > 0 else []
    held = f"{len(case):,} documents" if len(case) != 1 else "one document"
    return "\n".join(
        [
            NOTHING,
            f"Nothing in it is near this question. It holds {held} on {render.one_line(case.title, 120)}:",
            *titles,
            *rest,
        ]
    )
