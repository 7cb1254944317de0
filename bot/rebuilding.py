"""Builds the index anew while the bot answers from the one there is."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from bot.settings import Settings

_NICENESS = 5
"""By how much it gives way to the bot, whose questions are being answered meanwhile."""

log = structlog.stdlib.get_logger(__name__)


@asynccontextmanager
async def rebuilding(settings: Settings, root: Path) -> AsyncIterator[None]:
    """Runs `exhibit index build` once, in a process of its own, and logs what comes of it.

    If this is left before, the process is killed, which leaves the live index as it was.
    """
    building = asyncio.create_task(_build(settings, root))
    try:
        yield
    finally:
        building.cancel()
        await asyncio.wait({building})


async def _build(settings: Settings, root: Path) -> None:
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot", "index", "build", "--case", str(root)),
        env=_environment(settings),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    with suppress(ProcessLookupError):  # it may have ended already
        os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS)
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        log.info("index_built", seconds=round(time.monotonic() - started, 3))
    else:
        lines = said.decode(errors="replace").splitlines()
        log.error("index_not_built", code=process.returncode, reason=lines[-1] if lines else "")


def _environment(settings: Settings) -> dict[str, str]:
    """What the process is told: which index to build, and no token."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DISCORD_")}
    return inherited | {
        "EXHIBIT_DATA": str(settings.data),
        "EXHIBIT_MODEL": settings.model,
        "EXHIBIT_THREADS": str(settings.threads),
    }
