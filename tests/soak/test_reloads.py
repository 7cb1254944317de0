"""Questions without pause while the index is rebuilt again and again: none fails, and memory stays."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.soak.conftest import Record, counted
from tests.soak.processes import Servers, build, serve, started, write_case

ROOT = Path(__file__).parents[2]
_WARM = 10
"""Reloads before memory is looked at; as many at the end are compared with them."""
_MOST_GROWTH = 0.05

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="a process's memory is only known on Linux"
)


def memory(process: int) -> int:
    """The bytes that a process has in memory."""
    pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@dataclass
class Soaked:
    """What came of it."""

    answers: int = 0
    reloads: int = 0
    memory: list[int] = field(default_factory=list)
    """Of the process that serves, each time that it has taken over a revision."""
    generations: int = 0
    """How many it held at the end."""

    @property
    def growth(self) -> float | None:
        """The share by which memory grew after the warm-up; None if there were too few reloads to tell."""
        if len(self.memory) < 3 * _WARM:
            return None
        before, after = self.memory[_WARM : 2 * _WARM], self.memory[-_WARM:]
        return statistics.median(after) / statistics.median(before) - 1


def soak(
    connection: Connection, process: int, asks: int, reloads: int, rebuild: Callable[[int], object]
) -> Soaked:
    """Has the index rebuilt each time that so many questions were answered, and ends the process.

    Args:
        rebuild: builds the index of a revision.
    """
    soaked = Soaked()
    revision, every = 1, asks // (reloads + 1)
    while soaked.answers < asks or soaked.reloads < reloads:
        answer = connection.recv()
        assert answer in ({revision}, {revision - 1}), answer
        soaked.answers += 1
        if answer == {revision} and soaked.reloads < revision - 1:
            soaked.reloads += 1
            soaked.memory.append(memory(process))
        # The next revision waits until the last one is served.
        if soaked.reloads == revision - 1 < reloads and soaked.answers >= revision * every:
            revision += 1
            rebuild(revision)
    connection.send("end")
    while isinstance(last := connection.recv(), set):
        assert last == {revision}
        soaked.answers += 1
    assert isinstance(last, int), last
    soaked.generations = last
    return soaked


def assert_sound(soaked: Soaked, record_property: Record, name: str) -> None:
    """No answer failed (which would have ended it), one generation is left, and memory has not grown."""
    assert soaked.generations == 1
    growth = "too few reloads for memory" if soaked.growth is None else f"memory {soaked.growth:+.1%}"
    record_property(
        f"{soaked.answers:,} asks with {soaked.reloads:,} reloads ({name})", f"0 failures; {growth}"
    )
    assert soaked.growth is None or soaked.growth < _MOST_GROWTH


@counted(100, 3)
def test_asks_while_the_index_is_rebuilt(count: int, data: Path, root: Path, record_property: Record) -> None:
    """A hundred questions for each of `count` reloads, three at a time."""
    build(data, root)

    def rebuild(revision: int) -> None:
        write_case(root, revision)
        build(data, root)

    here, there = Servers.Pipe()
    _, reopening = Servers.Pipe(duplex=False)
    with started(serve, there, reopening, data, root, False) as process:
        there.close()
        soaked = soak(here, process.pid, count * 100, count, rebuild)
    assert_sound(soaked, record_property, "without a model")


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_asks_with_the_model_that_ships(data: Path, root: Path, record_property: Record) -> None:
    """The same with what `exhibit run` uses, rebuilt by `exhibit index build`: 1,000 asks with 30 reloads."""
    share = float(os.environ.get("SOAK_SHARE", "1"))

    def rebuild(revision: int) -> None:
        write_case(root, revision)
        subprocess.run(
            [sys.executable, "-P", "-m", "bot", "index", "build", "--case", str(root)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "EXHIBIT_DATA": str(data)},
            stdout=subprocess.DEVNULL,
            check=True,
        )

    rebuild(1)
    here, there = Servers.Pipe()
    _, reopening = Servers.Pipe(duplex=False)
    with started(serve, there, reopening, data, root, True) as process:
        there.close()
        soaked = soak(here, process.pid, round(1_000 * share), max(1, round(30 * share)), rebuild)
    assert_sound(soaked, record_property, "with the model and the reader that ship")
