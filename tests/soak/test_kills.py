"""Kill -9 while an index is built, and while one is taken over: nothing is damaged, nothing is mixed."""

from __future__ import annotations

import random
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

from index.store import Store
from index.verify import faults
from tests.soak.conftest import Record, counted
from tests.soak.processes import (
    Servers,
    build,
    build_and_tell,
    received,
    revision_of,
    serve,
    started,
    write_case,
)


def build_seconds(data: Path, root: Path) -> float:
    """How long a build takes that nobody kills: the longest of three."""
    taken = []
    for _ in range(3):
        here, there = Servers.Pipe()
        with started(build_and_tell, there, data, root):
            assert here.recv() == "begun"
            begun = time.perf_counter()
            assert here.recv() == "done"
            taken.append(time.perf_counter() - begun)
    return max(taken)


@counted(1_000, 10)
def test_kills_while_an_index_is_built(count: int, data: Path, root: Path, record_property: Record) -> None:
    """At random moments: what is live is the old index or the new one, whole; and the next build is not kept out."""
    drawn = random.Random(count)
    store = Store(data, root)
    longest = build_seconds(data, root)
    live, killed, swapped, revision = store.open().id, 0, 0, 1
    while killed < count:
        before, revision = revision_of(store.open()), revision + 1
        write_case(root, revision)
        here, there = Servers.Pipe()
        with started(build_and_tell, there, data, root) as process:
            assert here.recv() == "begun"
            time.sleep(drawn.uniform(0, longest))
            process.kill()
            process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        killed += process.exitcode != 0
        generation = store.open()
        assert list(faults(generation)) == []
        assert revision_of(generation) == (before if generation.id == live else revision)
        swapped += generation.id != live and process.exitcode != 0
        live = generation.id
        del generation
    built = build(data, root).id
    assert {path.name for path in (store.folder / "generations").iterdir()} == {live, built}
    record_property(f"{count:,} kill -9 during `index build`", f"0 damaged; {swapped:,} had swapped already")


def reload_seconds(answered: Connection, reopened: Connection, revision: int) -> float:
    """How long it takes to the first answer from the revision that is being taken over."""
    assert reopened.recv() == "begun"
    begun = time.perf_counter()
    while answered.recv() != {revision}:
        pass
    return time.perf_counter() - begun


@counted(200, 3)
def test_kills_while_an_index_is_taken_over(
    count: int, data: Path, root: Path, record_property: Record
) -> None:
    """At random moments: every answer is of one revision, and who comes next serves the new one."""
    drawn = random.Random(count)
    store = Store(data, root)
    revision = revision_of(build(data, root))
    longest, answers = 0.0, 0
    for kill in range(count + 1):
        here, there = Servers.Pipe()
        reopened, reopening = Servers.Pipe()
        with started(serve, there, reopening, data, root, False) as process:
            there.close()
            assert here.recv() == {revision}
            write_case(root, revision + 1)
            build(data, root)
            if kill == 0:
                longest = reload_seconds(here, reopened, revision + 1)
            else:
                assert reopened.recv() == "begun"
                time.sleep(drawn.uniform(0, longest))
            process.kill()
            process.join()
        for answer in received(here):
            assert answer in ({revision}, {revision + 1})
            answers += 1
        revision += 1
        generation = store.open()
        assert (list(faults(generation)), revision_of(generation)) == ([], revision)
        del generation
    record_property(
        f"{count:,} kill -9 during a reload", f"0 damaged; 0 of {answers:,} answers from a mixed generation"
    )
