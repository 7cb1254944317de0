"""Damage to any file of a generation, of any kind: it is refused, and the last good one serves on."""

from __future__ import annotations

import random
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.asker import Asker
from bot.reloading import Reloader
from index.opening import reopen_index
from index.overlap import OverlapReader
from index.searcher import Searcher
from index.store import Store
from tests.soak.conftest import Record, counted
from tests.soak.processes import QUESTION, build, encoder, write_case

Mutation = Callable[[bytes, random.Random], bytes]
_ASKED_EVERY = 50


def flip(data: bytes, drawn: random.Random) -> bytes:
    """One bit is another."""
    at = drawn.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << drawn.randrange(8)]) + data[at + 1 :]


def overwrite(data: bytes, drawn: random.Random) -> bytes:
    """A run of bytes is noise, or zeros."""
    start = drawn.randrange(len(data))
    length = min(drawn.randint(1, 64), len(data) - start)
    noise = drawn.choice([bytes(length), drawn.randbytes(length)])
    return data[:start] + noise + data[start + length :]


def cut(data: bytes, drawn: random.Random) -> bytes:
    """The end is missing."""
    return data[: drawn.randrange(len(data))]


def extend(data: bytes, drawn: random.Random) -> bytes:
    """Something stands behind the end."""
    return data + drawn.choice([b"\n", b" ", b"\0", data, drawn.randbytes(16)])


def lose(data: bytes, drawn: random.Random) -> bytes:
    """A run of bytes is missing."""
    start = drawn.randrange(len(data))
    return data[:start] + data[start + drawn.randint(1, 64) :]


def exchange(data: bytes, drawn: random.Random) -> bytes:
    """Two halves stand the other way round."""
    at = drawn.randrange(len(data))
    return data[at:] + data[:at]


MUTATIONS: tuple[Mutation, ...] = (flip, overwrite, cut, extend, lose, exchange)


class Served:
    """A bot's asker that serves one generation, while another one is live on the disk."""

    def __init__(self, data: Path, root: Path) -> None:
        self._root = root
        self._encoder = encoder()
        self._reader = OverlapReader(self._encoder)
        self.store = Store(data, root)
        build(data, root)
        self.asker = Asker(self.reopen(), queue_size=2)
        write_case(root, 2)
        self.live = build(data, root)

    def reopen(self) -> Searcher:
        """A searcher of the live generation."""
        generation = reopen_index(self._root, self.store, self._encoder.sha256)
        return Searcher(generation, self._encoder, self._reader)

    async def refused(self) -> bool:
        """Whether the live generation is refused, with one line, and the other one serves on."""
        before = self.asker.generation.id
        reloader = Reloader(self.asker, self.store, self.reopen)
        with capture_logs() as logs:
            await reloader.look()
        reloader.close()
        return [line["event"] for line in logs] == ["index_refused"] and self.asker.generation.id == before

    async def answers(self) -> bool:
        """Whether a question is answered from the generation that is served, checked against its texts."""
        generation = self.asker.generation
        answer = await self.asker.ask(QUESTION)
        await self.asker.recheck(answer.quotes, generation)
        return {quote.text.count("revision 1") for quote in answer.quotes} == {1}


@pytest.fixture
async def served(data: Path, root: Path) -> AsyncIterator[Served]:
    """Revision 1 is served, revision 2 is live."""
    made = Served(data, root)
    yield made
    await made.asker.close()


def files(served: Served) -> list[Path]:
    """The pointer, and every file of the live generation, its manifest among them."""
    return [
        served.store.folder / "CURRENT",
        *sorted(path for path in served.live.folder.rglob("*") if path.is_file()),
    ]


@counted(10_000, 100)
async def test_mutated_files_are_refused(count: int, served: Served, record_property: Record) -> None:
    """Any byte of any file, in six ways; unharmed again, it is taken."""
    drawn = random.Random(count)
    paths = files(served)
    for number in range(count):
        path = paths[number % len(paths)]
        whole = path.read_bytes()
        mutated = whole
        while mutated == whole:
            mutated = drawn.choice(MUTATIONS)(whole, drawn)
        path.write_bytes(mutated)
        assert await served.refused(), (path.name, mutated)
        path.write_bytes(whole)
        if number % _ASKED_EVERY == 0:
            assert await served.answers()
    assert not await served.refused()
    assert served.asker.generation.id == served.live.id
    record_property(
        f"{count:,} mutations of the pointer, the manifest and the {len(paths) - 2} other files of an index",
        "all refused; the last good generation served on",
    )


async def test_files_of_another_generation_are_refused(served: Served) -> None:
    """Each of them is sound by itself, but does not belong there."""
    mixed = 0
    for path in files(served)[1:]:
        other = served.asker.generation.folder / path.relative_to(served.live.folder)
        whole = path.read_bytes()
        if other.is_file() and other.read_bytes() != whole:
            shutil.copy(other, path)
            assert await served.refused(), path.name
            path.write_bytes(whole)
            mixed += 1
    assert mixed >= 3
    assert await served.answers()
