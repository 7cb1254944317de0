"""What the soak tests share: how much of each check runs, and the table of what was found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.soak.processes import write_case

Record = Callable[[str, object], None]
"""pytest's `record_property`: what was checked, and what was found."""


def counted(whole: int, share: int) -> pytest.MarkDecorator:
    """Runs a check `share` times among all tests and `whole` times in `make soak`, as its argument `count`.

    The environment variable SOAK_SHARE, as in `SOAK_SHARE=0.1 make soak`, makes less, or more, of `whole`.
    """
    soaked = max(1, round(whole * float(os.environ.get("SOAK_SHARE", "1"))))
    return pytest.mark.parametrize(
        "count",
        [
            pytest.param(share, id="share"),
            pytest.param(soaked, id="whole", marks=[pytest.mark.soak, pytest.mark.timeout(3600)]),
        ],
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where the index goes."""
    return tmp_path / "data"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The case in its first revision."""
    write_case(folder := tmp_path / "case", 1)
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what the checks recorded with `record_property`, as rows for docs/reliability.md."""
    rows = list(_rows(terminalreporter))
    if rows:
        terminalreporter.section("figures, for docs/reliability.md")
        for row in rows:
            terminalreporter.write_line(row)


def _rows(reporter: pytest.TerminalReporter) -> Iterator[str]:
    for outcome in ("passed", "failed"):
        for report in reporter.getreports(outcome):
            for what, figure in getattr(report, "user_properties", []):
                yield f"| {what} | {figure}{'' if outcome == 'passed' else ' (failed)'} |"
