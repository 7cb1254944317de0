"""Takes over a rebuilt index while the bot runs, without losing a question.

Which generation is live is looked up every other second. A new one is read and verified in a thread of
its own, so neither the event loop nor a question waits for it; questions under way keep the old one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog

from bot.asker import Asker
from bot.failures import sentence_for
from corpus.errors import ExhibitError
from index.searcher import Searcher
from index.store import Store

EVERY_SECONDS = 2.0

log = structlog.stdlib.get_logger(__name__)
_T = TypeVar("_T")


class Reloader:
    """Hands the asker each new generation that can be used.

    Args:
        reopen: makes a searcher of the live generation, in another thread than it is used in; what it
            raises refuses that generation.
    """

    def __init__(self, asker: Asker, store: Store, reopen: Callable[[], Searcher]) -> None:
        self._asker = asker
        self._store = store
        self._reopen = reopen
        self._seen: object = object()  # like nothing that the pointer can hold
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="reload")

    async def look(self) -> None:
        """Takes over the live generation, if the pointer to it has changed since the last look.

        One that cannot be used is refused with a line in the log, and the one that is served stays.
        """
        current = await self._read(self._store.current)
        if current == self._seen:
            return
        self._seen = current
        started = time.monotonic()
        try:
            searcher = await self._read(self._reopened)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the old one serves on
            reason = str(error) if isinstance(error, ExhibitError) else sentence_for(error)
            log.warning("index_refused", reason=reason, serving=self._asker.generation.id)
            return
        if searcher is None:
            return
        self._asker.swap(searcher)
        log.info(
            "index_reloaded",
            generation=searcher.generation.id,
            documents=len(searcher.generation.case),
            passages=len(searcher.generation.passages),
            seconds=round(time.monotonic() - started, 3),
        )

    def close(self) -> None:
        """Looks no more; what is being read is not waited for."""
        self._reading.shutdown(wait=False, cancel_futures=True)

    def _reopened(self) -> Searcher | None:
        """None where the live generation is the one that is served already."""
        if self._store.manifest().generation == self._asker.generation.id:
            return None
        return self._reopen()

    async def _read(self, read: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, read)


@asynccontextmanager
async def reloading(
    asker: Asker, store: Store, reopen: Callable[[], Searcher], every: float = EVERY_SECONDS
) -> AsyncIterator[None]:
    """Looks for a new generation again and again, as `Reloader` does, as long as this is open.

    Args:
        every: seconds between two looks.
    """
    reloader = Reloader(asker, store, reopen)

    async def watch() -> None:
        while True:
            await reloader.look()
            await asyncio.sleep(every)

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait({watching})
        reloader.close()
