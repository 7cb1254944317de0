"""The command line as somebody at a terminal meets it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.settings import Settings
from index.searcher import Searcher


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which has to be one line of JSON."""
        assert self.out.count("\n") == 1
        return json.loads(self.out)


Exhibit = Callable[..., Result]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Takes away what the machine that runs the tests has set; data goes below the test's own folder."""
    for name in [name for name in os.environ if name.startswith(("EXHIBIT_", "DISCORD_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EXHIBIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture(autouse=True)
def logs(logging_restored: None) -> None:
    """`exhibit run` and `demo` set up logging for their process."""


@pytest.fixture
def exhibit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Exhibit:
    """Runs `exhibit` with arguments, in this process."""

    def run(*arguments: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["exhibit", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        return Result(ended.value.code, *capsys.readouterr())

    return run


def serve(monkeypatch: pytest.MonkeyPatch, searcher: Searcher) -> None:
    """Has the commands answer from this searcher."""

    def opened(_settings: Settings, _root: Path) -> Searcher:
        return searcher

    monkeypatch.setattr("bot.cli.asking.open_searcher", opened)
    monkeypatch.setattr("bot.cli.evaluating.open_searcher", opened)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, searcher: Searcher) -> Searcher:
    """Has the commands answer from the small case, without loading a model."""
    serve(monkeypatch, searcher)
    return searcher
