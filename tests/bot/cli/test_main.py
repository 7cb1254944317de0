"""The command as a whole: help, exit codes, and no traceback for anything that a user can cause."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.application import app
from corpus.library import DEFAULT_CASE
from tests.bot.cli.conftest import Exhibit

ROOT = Path(__file__).parent.parent.parent.parent
ARTICLE = "wired-musk-distillation-testimony.txt"
COMMANDS = [
    *("ask", "answer", "eval", "quote", "backup", "restore", "run", "demo", "doctor", "health"),
    *("corpus list", "corpus show", "corpus check", "index build", "index status", "index verify"),
]


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs `python -m bot` from another folder."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        check=False,
        cwd="/",
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        timeout=120,
    )


@pytest.mark.parametrize("command", ["", "corpus", "index", *COMMANDS])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_a_help(command: str, flag: str) -> None:
    """Which teaches: exit code 0, and at least a sentence."""
    result = CliRunner().invoke(app, [*command.split(), flag])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Usage: " in result.stdout
    assert ". " in " ".join(result.stdout.split())


def test_the_help_names_every_command() -> None:
    """Each where it belongs."""
    for group in ("", "corpus", "index"):
        shown = CliRunner().invoke(app, [*group.split(), "--help"]).stdout
        for command in COMMANDS:
            above, _, name = command.rpartition(" ")
            assert (f"│ {name} " in shown) == (above == group)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["ask"],
        ["ask", "Why?", "--nonsense"],
        ["ask", "Why?", "again"],
        ["answer"],
        ["eval"],
        ["quote"],
        ["corpus"],
        ["corpus", "nonsense"],
        ["corpus", "show"],
        ["index"],
        ["index", "nonsense"],
        ["demo", "--port", "-1"],
        ["demo", "--port", "x"],
        ["demo", "--port", "65536"],
        ["doctor", "--case"],
        ["backup"],
        ["restore"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    """With the usage, or the help where nothing at all was asked."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "Usage: " in result.output or "─ Error ─" in result.output


def test_a_failure_is_one_sentence_and_exit_code_1(exhibit: Exhibit) -> None:
    """On standard error; standard output is for answers."""
    result = exhibit("corpus", "list", "--case", "/nowhere")
    assert (result.code, result.out) == (1, "")
    assert result.err == "There is no folder /nowhere. Name the folder of a case.\n"


def test_a_setting_that_cannot_be_used_is_a_sentence(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naming its variable."""
    monkeypatch.setenv("EXHIBIT_THREADS", "many")
    result = exhibit("corpus", "list")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("EXHIBIT_THREADS is 'many', which cannot be used")


def test_the_case_is_the_named_one_then_the_settings_then_the_shipped(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, case_dir: Path, tmp_path: Path
) -> None:
    """In this order."""
    shipped = [ARTICLE]
    assert [row["document"] for row in exhibit("corpus", "list", "--json").json] == shipped
    monkeypatch.setenv("EXHIBIT_CASE", str(case_dir))
    assert [row["document"] for row in exhibit("corpus", "list", "--json").json] == [
        "hearing.txt",
        "press/article.txt",
    ]
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "note.md").write_text("It rained.\n")
    named = exhibit("corpus", "list", "--json", "--case", tmp_path / "bare")
    assert [row["document"] for row in named.json] == ["note.md"]


def test_answers_from_any_folder() -> None:
    """As a program of its own, with the real model, and nothing but JSON on standard output."""
    data = os.environ["EXHIBIT_DATA"]
    found = process("ask", "What did Musk say distillation means?", "--json", EXHIBIT_DATA=data)
    assert found.returncode == 0
    quote = json.loads(found.stdout)["quotes"][0]
    text = (DEFAULT_CASE / "documents" / ARTICLE).read_bytes().decode()
    assert quote["text"] == text[quote["start"] : quote["end"]]
    assert "It means using one AI model to train another AI model." in quote["text"]
    assert b"The index is being built" in found.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("corpus", "list", "--case", os.fsdecode(b"/caf\xe9")),
        ("corpus", "list", "--case", "~nobody-by-this-name"),
        ("corpus", "list", "--case", "/" + "x" * 300),
        ("corpus", "check", "--case", "/dev/null"),
        ("corpus", "show", os.fsdecode(b"caf\xe9")),
        ("answer", os.fsdecode(b"/caf\xe9")),
        ("eval", "/dev/null"),
        ("index", "verify"),
        ("backup", os.fsdecode(b"/caf\xe9/b.zip")),
        ("backup", "/" + "x" * 300),
        ("backup", "b.zip", "--case", os.fsdecode(b"/caf\xe9")),
        ("backup", "--verify", os.fsdecode(b"/caf\xe9")),
        ("restore", "/dev/null"),
        ("restore", "/" + "x" * 300),
    ],
)
def test_no_traceback(exhibit: Exhibit, arguments: tuple[str, ...]) -> None:
    """Whatever is typed, also bytes that are no text."""
    result = exhibit(*arguments)
    assert (result.code, result.out) == (1, "")
    assert result.err.count("\n") == 1
    assert result.err.endswith(".\n")


@pytest.mark.parametrize("command", ["ask", "quote"])
def test_words_that_are_not_utf8_are_wrong_usage(exhibit: Exhibit, command: str) -> None:
    """They could neither be looked for nor be shown."""
    result = exhibit(command, os.fsdecode(b"caf\xe9"))
    assert (result.code, result.out) == (2, "")
    assert "It is not UTF-8. Set your terminal to UTF-8 and type it again." in result.err


def test_output_is_utf8_whatever_the_locale_is() -> None:
    """What a program reads has to be the record, character for character."""
    shown = process("corpus", "show", ARTICLE, "--json", PYTHONIOENCODING="ascii", EXHIBIT_DATA="/nowhere")
    assert shown.returncode == 0
    passages = json.loads(shown.stdout.decode())["passages"]
    assert any("OpenAI’s lawyer, William Savitt" in passage["text"] for passage in passages)
    assert "’".encode() in shown.stdout


# The first writes while the command runs, the second is small enough to be written when it ends.
@pytest.mark.parametrize("arguments", [["corpus", "show", ARTICLE], ["corpus", "list", "--json"]])
def test_a_reader_that_goes_away_is_no_error(arguments: list[str]) -> None:
    """As with `exhibit corpus show … | head -1`, however much there is to write."""
    command = [sys.executable, "-m", "bot", *arguments]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as started:
        assert started.stdout
        started.stdout.close()
        _, errors = started.communicate(timeout=120)
    assert errors == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_output_to_a_full_disk_is_a_sentence() -> None:
    """It would otherwise end in a traceback, or in nothing."""
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "bot", "corpus", "show", ARTICLE, "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            cwd="/",
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            timeout=120,
        )
    assert ended.returncode == 1
    assert ended.stderr == b"There is no space left where the output goes. Free some and try again.\n"
