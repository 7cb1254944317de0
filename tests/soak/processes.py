"""A case that tells its revisions apart, and the processes that build and serve its index."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot.cli.opening import Opener
from bot.reloading import reloading
from bot.running import open_bot
from bot.settings import Settings
from corpus.library import load_case
from index.build import build_index
from index.generation import Generation
from index.opening import reopen_index
from index.overlap import OverlapReader
from index.searcher import Searcher
from index.store import Store
from tests.conftest import CountingEncoder

QUESTION = "Did you see the red ledger?"
_ROOMS = ("kitchen", "cellar", "attic", "hall", "study", "larder", "stable", "chapel")
_HEARING = """\
title: Hearing about the {room}
kind: testimony

Ms Ada Lovelace: Did you see the red ledger in the {room}?

Jane Hopper: Yes. The red ledger lay in the {room} in revision {revision}.
"""
_ASKED_AT_ONCE = 3

Servers = multiprocessing.get_context("forkserver")
"""What starts the processes: forked from one that has imported everything, so that each is there at once."""
Servers.set_forkserver_preload([__name__])


def write_case(root: Path, revision: int) -> None:
    """Writes the case anew: eight hearings, in each of which somebody says which revision this is."""
    folder = root / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    for room in _ROOMS:
        (folder / f"{room}.txt").write_text(_HEARING.format(room=room, revision=revision), encoding="utf-8")


def revisions(text: str) -> set[int]:
    """The revisions that a text speaks of."""
    return {int(number) for number in re.findall(r"revision (\d+)", text)}


def revision_of(generation: Generation) -> int:
    """The one revision that all documents of a generation are of, which are all that there should be."""
    assert len(generation.case) == len(_ROOMS)
    [revision] = set[int]().union(*(revisions(document.text) for document in generation.case))
    return revision


def encoder() -> CountingEncoder:
    """One that knows a few words of the case."""
    return CountingEncoder(["red", "ledger", "see", *_ROOMS])


def build(data: Path, root: Path) -> Generation:
    """Builds the index of the case as it is."""
    return build_index(load_case(root), Store(data, root), encoder())


def build_and_tell(told: Connection, data: Path, root: Path) -> None:
    """The process that builds: it tells when it begins and when it is done."""
    told.send("begun")
    build(data, root)
    told.send("done")


def serve(answered: Connection, reopened: Connection, data: Path, root: Path, real: bool) -> None:
    """The process that serves: it asks itself without pause, and takes over each generation that is built.

    Args:
        answered: is sent the revisions in each answer, or the error instead. When it receives something, the
            process ends, and sends last how many generations it still holds.
        reopened: is told when it begins to read another generation.
        real: whether to use the model and the reader that ship.
    """
    settings = Settings(data=data)
    searchers = _real(settings, root) if real else _small(settings, root)

    def reopen() -> Searcher:
        reopened.send("begun")
        return searchers()

    asyncio.run(_serve(answered, settings, root, searchers(), reopen))


async def _serve(
    answered: Connection, settings: Settings, root: Path, searcher: Searcher, reopen: Callable[[], Searcher]
) -> None:
    store = Store(settings.data, root)
    async with open_bot(searcher, settings, settings.data) as bot:
        del searcher
        async with reloading(bot.asker, store, reopen, every=0.01):

            async def ask() -> None:
                while not answered.poll():
                    generation = bot.asker.generation
                    answer = await bot.asker.ask(QUESTION)
                    await bot.asker.recheck(answer.quotes, generation)
                    assert len(answer.quotes) > 1, "An answer of one quote mixes nothing."
                    answered.send(set[int]().union(*(revisions(quote.text) for quote in answer.quotes)))

            try:
                await asyncio.gather(*(ask() for _ in range(_ASKED_AT_ONCE)))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test is to hear of it
                answered.send(error)
        gc.collect()
        answered.send(sum(isinstance(each, Generation) for each in gc.get_objects()))


def _small(settings: Settings, root: Path) -> Callable[[], Searcher]:
    shared = encoder()
    reader = OverlapReader(shared)
    store = Store(settings.data, root)
    return lambda: Searcher(reopen_index(root, store, shared.sha256), shared, reader)


def _real(settings: Settings, root: Path) -> Callable[[], Searcher]:
    return Opener(settings, root).reopen


@contextmanager
def started(target: Callable[..., None], *arguments: Any) -> Iterator[Any]:
    """A running process of `target`, which is killed at the end if it still runs."""
    process = Servers.Process(target=target, args=arguments)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def received(connection: Connection) -> Iterator[Any]:
    """What a process sent and nobody has received yet, until its end."""
    try:
        while True:
            yield connection.recv()
    except (EOFError, ConnectionResetError):
        return
