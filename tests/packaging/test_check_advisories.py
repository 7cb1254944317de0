"""Advisories: what could not be looked up is never said to have passed."""

from __future__ import annotations

import json
import subprocess

import pytest

from scripts import check_advisories
from scripts.check_advisories import NOT_DONE

GOOD = {"name": "good", "version": "1.0", "vulns": []}
BAD = {"name": "bad", "version": "2.0", "vulns": [{"id": "GHSA-1", "fix_versions": ["2.1", "3.0"]}]}
OPEN = {"name": "open", "version": "1", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}
SKIPPED = {"name": "lost", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "code", "lines"),
    [
        ([GOOD, GOOD], 0, ["2 packages, nothing known against them"]),
        (
            [GOOD, BAD],
            1,
            ["bad 2.0: GHSA-1, mended in 2.1, 3.0", "1 known against 2 packages: upgrade with `make lock`."],
        ),
        (
            [SKIPPED, OPEN],
            1,
            [
                "open 1: PYSEC-2, mended in no version yet",
                "1 known against 1 packages: upgrade with `make lock`.",
            ],
        ),
        (
            [GOOD, SKIPPED],
            NOT_DONE,
            ["!! NOT DONE: the database of advisories could be asked about 1 of 2 packages."],
        ),
        (
            [GOOD],
            NOT_DONE,
            ["!! NOT DONE: the database of advisories could be asked about 1 of 2 packages."],
        ),
    ],
)
def test_verdicts(packages: list[dict[str, object]], code: int, lines: list[str]) -> None:
    """pip-audit itself ends with 0 where it had to skip every package."""
    report = json.dumps({"dependencies": packages, "fixes": []})
    assert check_advisories.verdict(report, "No known vulnerabilities found", asked=2) == (code, lines)


@pytest.mark.parametrize("report", ["", "null", "[]", "{}", "<html>"])
def test_what_is_no_report_is_not_done(report: str) -> None:
    """As where there is no network; the last line says why."""
    assert check_advisories.verdict(report, "WARNING: x\nERROR: no route\n", asked=2) == (
        NOT_DONE,
        ["!! NOT DONE: the database of advisories cannot be asked: ERROR: no route"],
    )


def test_every_package_is_looked_up_as_the_database_knows_it() -> None:
    """Once each, pinned, without what a build adds to a version."""
    wanted = check_advisories.wanted()
    names = [line.split("==")[0] for line in wanted]
    assert len(set(names)) == len(names)
    assert "torch==2.13.0" in wanted
    assert [line for line in wanted if "+" in line or ";" in line] == []


def test_no_answer_is_not_done(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, with an exit code of its own."""

    def hang(command: list[str], **_options: object) -> None:
        raise subprocess.TimeoutExpired(command, 600)

    monkeypatch.setattr("subprocess.run", hang)
    assert check_advisories.main() == NOT_DONE
    assert capsys.readouterr() == (
        "",
        "!! NOT DONE: the database of advisories cannot be asked: there is no answer after 600 seconds\n",
    )
