"""The Makefile: each target sets up first, and each command is the one that is documented."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIGEST = """'^[A-Z0-9_]*SHA256 = "[0-9a-f]{64}"$'"""
TARGETS = {
    "setup": [],
    "demo": [".venv/bin/exhibit demo"],
    "run": [".venv/bin/exhibit run"],
    "test": [".venv/bin/python -m pytest --numprocesses=auto"],
    "check": [
        ".venv/bin/ruff check .",
        ".venv/bin/ruff format --check .",
        ".venv/bin/mypy",
        ".venv/bin/lint-imports --no-cache",
        ".venv/bin/hadolint Dockerfile",
    ],
    "security": [
        ".venv/bin/bandit --quiet --recursive --configfile pyproject.toml bot corpus index scripts",
        f"git ls-files -z | xargs -0 .venv/bin/detect-secrets-hook --no-verify --cores 1 --exclude-lines {DIGEST}",
        ".venv/bin/python -m scripts.check_licenses",
    ],
    "soak": [".venv/bin/python -m pytest -m soak"],
    "bench": [".venv/bin/exhibit eval eval/seed/questions.jsonl"],
}


def make(*arguments: str, path: str = os.environ["PATH"]) -> list[str]:
    """The lines that make prints, without what a make around the tests has handed down."""
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS")}
    program = shutil.which("make")
    assert program is not None
    done = subprocess.run(
        [program, "--no-print-directory", *arguments],
        cwd=ROOT,
        env=environment | {"PATH": path, "MAKELEVEL": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.rstrip() for line in done.stdout.splitlines()]


@pytest.mark.parametrize("target", TARGETS)
def test_target(target: str) -> None:
    """Set-up comes first, then the commands, and nothing else."""
    assert make("--dry-run", target, "PYTHON=python3") == [
        "python3 scripts/setup_venv.py",
        *TARGETS[target],
    ]


def test_peers_are_in_an_environment_of_their_own() -> None:
    """What they need is never installed beside Exhibit."""
    run = ".venv-peers/bin/python -m benchmarks.quality corpus/cases/musk-v-openai eval/seed/questions.jsonl"
    assert make("--dry-run", "peers", "PYTHON=python3", "ARGS=--out table.md") == [
        "python3 scripts/setup_venv.py --venv .venv-peers --lock benchmarks/quality/requirements.txt",
        f"{run} --out table.md",
    ]


def test_more_arguments_reach_the_command() -> None:
    """ARGS is for the command behind the target."""
    assert make("--dry-run", "demo", "PYTHON=python3", "ARGS=--port 8080")[-1] == (
        ".venv/bin/exhibit demo --port 8080"
    )


def test_help_names_every_target() -> None:
    """`make` alone tells what there is."""
    assert {line.split()[1] for line in make()} == {*TARGETS, "help", "peers", "lock", "clean"}


@pytest.mark.parametrize(
    ("usable", "chosen"),
    [(["python3", "python3.12"], "python3"), (["python3.12", "python3.11"], "python3.12"), ([], "python3")],
)
def test_the_first_python_that_will_do(usable: list[str], chosen: str, tmp_path: Path) -> None:
    """A python3 that is too old is passed over for a newer one; if none will do, it says so itself."""
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {0 if name in usable else 1}\n", encoding="utf-8")
        program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    assert make("--dry-run", "setup", path=path) == [f"{chosen} scripts/setup_venv.py"]
