"""What the bot is, what it searches, and what it keeps."""

from __future__ import annotations

from discord import ui

from bot import render
from bot.state import KEPT_DAYS
from index.generation import Generation

HOW_TO_ASK = "Ask with `/ask`, or mention me with your question."


class AboutLayout(ui.LayoutView):
    """The reply to `/about`."""

    def __init__(self, generation: Generation) -> None:
        super().__init__(timeout=None)
        manifest, case = generation.manifest, generation.case
        documents = "1 document" if len(case) == 1 else f"{len(case):,} documents"
        court = f" ({render.one_line(case.court, 120)})" if case.court else ""
        self.add_item(
            ui.Container(
                ui.TextDisplay(
                    "### Exhibit\n"
                    "I answer questions by quoting the record, word for word, and I say so when the record "
                    f"doesn't answer. I write no answers of my own. {HOW_TO_ASK}"
                ),
                ui.Separator(),
                ui.TextDisplay(
                    f"**Case** {render.one_line(case.title, 200)}{court}\n"
                    f"**Record** {documents}, {manifest.passages:,} passages; see `/sources`\n"
                    f"**Model** {render.one_line(manifest.model, 120)}, on the machine that runs me\n"
                    f"**Index** {render.one_line(generation.id, 60)}, "
                    f"built {manifest.created:%Y-%m-%d %H:%M} UTC"
                ),
                ui.Separator(),
                ui.TextDisplay(
                    "**Privacy** I read only what is sent to me: commands, mentions of me and direct "
                    "messages. Questions are not stored, not logged and not passed on. For the buttons I "
                    f"keep, for {KEPT_DAYS} days, which places of the record an answer quoted: not who "
                    "asked, nor what."
                ),
            )
        )
