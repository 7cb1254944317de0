"""A bot that runs takes over an index that is rebuilt beside it, and loses no question."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.loopback.discord_server import LoopbackDiscord
from tests.loopback.people import Person, text_of
from tests.loopback.test_process import ROOT, Exhibit

QUESTION = "Where was the red ledger?"
OLD = "The red ledger was on the kitchen table."
NEWS_QUESTION = "When did the zebra cross the harbour?"
NEWS = "The zebra crossed the harbour at noon."


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The case that the command and the bot are told of: one document."""
    root = tmp_path / "harbour"
    root.mkdir()
    (root / "hearing.txt").write_text(f"Ms Lovelace: {QUESTION}\n\nJane Hopper: {OLD}\n", encoding="utf-8")
    monkeypatch.setenv("EXHIBIT_CASE", str(root))
    return root


@pytest.fixture
async def exhibit(discord_server: LoopbackDiscord, case: Path, tmp_path: Path) -> AsyncIterator[Exhibit]:  # noqa: ARG001 - the case is set first
    """The command, against the loopback Discord, with data below the test's own folder."""
    started = Exhibit(discord_server, tmp_path)
    yield started
    await started.end()


async def build(tmp_path: Path) -> None:
    """Runs `exhibit index build`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot", "index", "build"),
        env={**os.environ, "PYTHONPATH": str(ROOT), "EXHIBIT_DATA": str(tmp_path / "data")},
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0


async def test_a_rebuilt_index_is_taken_over_while_questions_are_asked(
    exhibit: Exhibit,
    case: Path,
    you: Person,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """Each is answered, before, meanwhile and afterwards; buttons of an answer from before still work."""
    await exhibit.connect()
    message = await you.answer(you.ask(QUESTION))
    assert OLD in text_of(message)
    (case / "news.txt").write_text(f"{NEWS}\n", encoding="utf-8")

    building = asyncio.create_task(build(tmp_path))
    while not building.done():
        assert OLD in text_of(await you.answer(you.ask(QUESTION)))
        await asyncio.wait({building}, timeout=1)
    await building
    built_at = time.monotonic()
    while NEWS not in text_of(await you.answer(you.ask(NEWS_QUESTION))):
        pass
    known = time.monotonic() - built_at

    assert OLD in text_of(await you.answer(you.ask(QUESTION)))
    assert text_of(await you.answer(you.press(message, "Context"))).startswith("### In context")
    assert exhibit.written.count("index_reloaded") == 1
    assert "Traceback" not in exhibit.written
    record_property("a rebuilt index answers, on the loopback Discord", f"{known:.1f} s after its build")


async def test_a_stale_index_answers_while_it_is_built_anew(
    exhibit: Exhibit, case: Path, you: Person, tmp_path: Path
) -> None:
    """It is on Discord with the index there is; the build is a process of its own, and is logged."""
    await build(tmp_path)
    (case / "news.txt").write_text(f"{NEWS}\n", encoding="utf-8")

    await exhibit.connect()
    assert OLD in text_of(await you.answer(you.ask(QUESTION)))
    for event in ("index_reloaded", "index_built"):  # the process ends a while after its build
        await asyncio.to_thread(exhibit.wait_for, event)
    assert NEWS in text_of(await you.answer(you.ask(NEWS_QUESTION)))

    written = exhibit.written
    assert "The index is being built anew, since 1 document is new: news.txt." in written
    assert (written.count("index_reloaded"), written.count("index_not_built")) == (1, 0)
    assert "Traceback" not in written
