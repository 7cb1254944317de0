"""`exhibit run` and `exhibit demo`: the bot."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.cli.opening import open_searcher
from bot.cli.options import CaseOption, case_folder
from bot.cli.output import console
from bot.demo import demo as show_demo
from bot.logs import configure_logs
from bot.running import open_bot, run_bot
from bot.settings import Settings
from index.searcher import Searcher


def run(case: CaseOption = None) -> None:
    """Run the bot on Discord, with the token in DISCORD_TOKEN or in the file that DISCORD_TOKEN_FILE names.

    The index is checked, and built where it has to be, before the bot logs in. Stop it with Ctrl-C.
    """
    settings = Settings.load()
    configure_logs(settings)
    token = settings.token()
    searcher = open_searcher(settings, case_folder(settings, case))

    async def serve() -> None:
        async with open_bot(searcher, settings, settings.data) as bot:
            await run_bot(bot, token)

    asyncio.run(serve())


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of 127.0.0.1; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in your browser.")] = True,
    case: CaseOption = None,
) -> None:
    """Run the same bot in a simulated Discord in your browser: no token, no account, nothing is sent.

    Type /ask in the page. Stop it with Ctrl-C.
    """
    settings = Settings.load()
    configure_logs(settings.model_copy(update={"log_level": "error"}))
    searcher = open_searcher(settings, case_folder(settings, case))
    asyncio.run(_demo(searcher, settings, port, browser))


async def _demo(searcher: Searcher, settings: Settings, port: int, browser: bool) -> None:
    # The demo's Discord is new every time, so what the bot remembers of it must be new too.
    with tempfile.TemporaryDirectory(prefix="exhibit-demo-") as folder:
        async with open_bot(searcher, settings, Path(folder)) as bot:
            await show_demo(bot, port, open_browser=browser, announce=_announce)


def _announce(address: str) -> None:
    console().print(Text(f"The demo is at {address}\nType /ask there. Ctrl-C here ends it.", style="bold"))
