"""Building the index beside the bot; the loopback tests have it built by the real command."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.rebuilding import rebuilding
from bot.settings import Settings

ROOT = Path(__file__).parents[2]


def program(folder: Path, script: str) -> str:
    """A program that stands in for Python."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


async def logged(settings: Settings, root: Path) -> list[tuple[str, object]]:
    """What is logged of a build that ends by itself: each event with its reason."""
    with capture_logs() as logs:
        async with asyncio.timeout(120), rebuilding(settings, root):
            while not logs:  # noqa: ASYNC110 - what is logged sets no event
                await asyncio.sleep(0.01)
    return [(line["event"], line.get("reason")) for line in logs]


async def test_the_command_is_run_for_this_bots_index_and_without_its_token(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What builds needs no token, so it is not given one; and it gives way to the bot."""
    own = os.getpriority(os.PRIO_PROCESS, 0)
    wait = f'while [ "$(nice)" -eq {own} ]; do sleep 0.05; done'
    monkeypatch.setattr(
        sys, "executable", program(tmp_path, f'echo "$@" > told; env >> told; {wait}; nice > nice')
    )
    monkeypatch.setenv("DISCORD_TOKEN", "a.b.c")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", "token")
    monkeypatch.setenv("EXHIBIT_DATA", "elsewhere")
    monkeypatch.chdir(tmp_path)

    assert await logged(settings, tmp_path / "harbour") == [("index_built", None)]

    assert int((tmp_path / "nice").read_text("ascii")) == own + 5
    arguments, *environment = (tmp_path / "told").read_text("utf-8").splitlines()
    assert arguments == f"-P -m bot index build --case {tmp_path / 'harbour'}"
    assert [line for line in environment if line.startswith("DISCORD_")] == []
    assert {
        f"EXHIBIT_DATA={settings.data}",
        "EXHIBIT_MODEL=",
        f"EXHIBIT_THREADS={settings.threads}",
    } <= set(environment)


async def test_a_build_that_fails_is_logged_with_its_sentence(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command's own."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    assert await logged(settings, tmp_path / "gone") == [
        ("index_not_built", f"There is no folder {tmp_path / 'gone'}. Name the folder of a case.")
    ]


async def test_a_build_that_is_not_done_ends_with_the_bot(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is killed, and nothing is logged of it."""
    number = tmp_path / "number"
    script = f"echo $$ > {number}.new; mv {number}.new {number}; exec sleep 1000"
    monkeypatch.setattr(sys, "executable", program(tmp_path, script))

    with capture_logs() as logs:
        async with asyncio.timeout(60), rebuilding(settings, tmp_path):
            while not number.exists():  # noqa: ASYNC110 - another process makes it
                await asyncio.sleep(0.01)

    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text("utf-8")), 0)
    assert logs == []
