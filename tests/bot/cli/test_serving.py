"""`exhibit run` and `exhibit demo`, as far as they come before there is a bot."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.errors import BotError, UnreachableError
from tests.bot.cli.conftest import Exhibit


def test_without_a_token_there_is_no_bot(exhibit: Exhibit, tmp_path: Path) -> None:
    """Said before a model is loaded or an index is built."""
    result = exhibit("run")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("There is no Discord token: set DISCORD_TOKEN to your bot's token, or ")
    assert result.err.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "is empty"),
        (b"\xff", "is not a text file"),
    ],
)
def test_a_token_file_that_holds_none_is_a_sentence(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    """Naming the file and its variable."""
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(path))
    result = exhibit("run")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"The token file {path} (DISCORD_TOKEN_FILE) {reason}")


@pytest.mark.parametrize("command", [["run"], ["demo", "--no-open"]])
def test_a_case_that_cannot_be_used_is_a_sentence(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    """Discord is never reached."""
    monkeypatch.setenv("DISCORD_TOKEN", "x")
    (tmp_path / "empty").mkdir()
    result = exhibit(*command, "--case", tmp_path / "empty")
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[-1] == (
        f"{tmp_path / 'empty'} has no document with words in it. Put .txt or .md files there."
    )


@pytest.mark.parametrize(("error", "code"), [(BotError("Mend it."), 1), (UnreachableError("Try later."), 75)])
def test_the_exit_code_says_whether_to_try_again(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, error: BotError, code: int
) -> None:
    """1 where the operator has to mend something, 75 where time may; `docs/exit-codes.md` has the table."""

    async def fail(*_: object) -> None:
        raise error

    monkeypatch.setenv("DISCORD_TOKEN", "x")
    opener = SimpleNamespace(open_at_once=lambda: None)
    monkeypatch.setattr("bot.cli.serving.Opener", lambda *_: opener)
    monkeypatch.setattr("bot.cli.serving._run", fail)

    result = exhibit("run")

    assert (result.code, result.err) == (code, f"{error}\n")
