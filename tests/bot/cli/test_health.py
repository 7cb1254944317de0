"""`exhibit health`, as the container's health check runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import heartbeat
from tests.bot.cli.conftest import Exhibit
from tests.bot.test_heartbeat import grow

ROOT = Path(__file__).parents[3]
HEAVY = {"discord", "torch", "numpy", "faiss", "onnxruntime", "transformers", "aiohttp", "rich"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder, as a bot that ran has left it, without a heartbeat."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_a_young_heartbeat_is_exit_code_0(exhibit: Exhibit, data: Path) -> None:
    """With a sentence that says so."""
    heartbeat.beat(data)
    grow(data, heartbeat.STALE_SECONDS / 2)

    result = exhibit("health")

    assert (result.code, result.err) == (0, "")
    assert result.out == "The bot is well: its last heartbeat was 15 s ago.\n"


def test_an_old_heartbeat_is_exit_code_1(exhibit: Exhibit, data: Path) -> None:
    """The event loop is frozen, or the process was killed."""
    heartbeat.beat(data)
    grow(data, 1000)

    result = exhibit("health")

    assert (result.code, result.err) == (1, "")
    assert result.out == (
        f"The bot on {data} is frozen or gone: its last heartbeat was 1,000 s ago. Restart it.\n"
    )


def test_no_heartbeat_is_exit_code_1(exhibit: Exhibit, data: Path) -> None:
    """Nothing runs there, or nothing yet."""
    result = exhibit("health")

    assert (result.code, result.err) == (1, "")
    assert result.out == f"No bot is running on {data}: start it with `exhibit run`.\n"


def test_a_data_folder_that_is_none_is_a_sentence(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It names the folder and its setting."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("EXHIBIT_DATA", str(tmp_path / "file"))

    result = exhibit("health")

    assert (result.code, result.out) == (1, "")
    assert result.err == f"{tmp_path / 'file'} cannot be looked into (Not a directory): check EXHIBIT_DATA.\n"


def test_it_imports_nothing_that_takes_long(data: Path) -> None:
    """A check that takes a second of the processor several times a minute would slow down the answers."""
    heartbeat.beat(data)
    code = (
        "import json, sys\nfrom bot.cli import main\nsys.argv = ['exhibit', 'health']\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert ended.code == 0\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )

    ended = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=120,
    )

    sentence, imported = ended.stdout.decode().splitlines()
    assert sentence.startswith("The bot is well:")
    assert HEAVY.intersection(json.loads(imported)) == set()
