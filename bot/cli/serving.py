"""`exhibit run` and `exhibit demo`: the bot."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import structlog
import typer
from pydantic import SecretStr
from rich.text import Text

from bot.cli.opening import Opener
from bot.cli.options import CaseOption, case_folder
from bot.cli.output import console
from bot.demo import demo as show_demo
from bot.health import watched
from bot.logs import configure_logs
from bot.rebuilding import rebuilding
from bot.reloading import reloading
from bot.running import end_process_soon, open_bot, run_bot, stopped_at_once
from bot.settings import Settings
from index.searcher import Searcher

log = structlog.stdlib.get_logger(__name__)


def run(case: CaseOption = None) -> None:
    """Run the bot on Discord, with the token in DISCORD_TOKEN or in the file that DISCORD_TOKEN_FILE names.

    The index is checked before the bot logs in, and built where there is none to answer from. One that is
    rebuilt meanwhile is taken over within seconds. Stop it with Ctrl-C.
    """
    settings = Settings.load()
    configure_logs(settings)
    token = settings.token()
    root = case_folder(settings, case)
    opener = Opener(settings, root, _log)
    with stopped_at_once():
        asyncio.run(_run(opener.open_at_once(), opener, settings, root, token))


async def _run(searcher: Searcher, opener: Opener, settings: Settings, root: Path, token: SecretStr) -> None:
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(open_bot(searcher, settings, settings.data))
        del searcher  # so that its index is let go of when another takes its place
        await stack.enter_async_context(reloading(bot.asker, opener.store, opener.reopen))
        if opener.stale:
            await stack.enter_async_context(rebuilding(settings, root))
        await stack.enter_async_context(watched(bot, settings))
        await run_bot(bot, token, end_process_soon)


def _log(sentence: str) -> None:
    log.warning("notice", sentence=sentence)


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
    opener = Opener(settings, case_folder(settings, case))
    asyncio.run(_demo(opener.open(), opener, settings, port, browser))


async def _demo(searcher: Searcher, opener: Opener, settings: Settings, port: int, browser: bool) -> None:
    # The demo's Discord is new every time, so what the bot remembers of it must be new too.
    with tempfile.TemporaryDirectory(prefix="exhibit-demo-") as folder:
        async with open_bot(searcher, settings, Path(folder)) as bot:
            del searcher  # as above
            async with reloading(bot.asker, opener.store, opener.reopen):
                await show_demo(bot, port, open_browser=browser, announce=_announce)


def _announce(address: str) -> None:
    console().print(Text(f"The demo is at {address}\nType /ask there. Ctrl-C here ends it.", style="bold"))
