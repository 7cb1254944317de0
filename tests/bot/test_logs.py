"""Logs in one form, without what people wrote."""

from __future__ import annotations

import io
import json
import logging
from typing import Literal

import pytest
import structlog

from bot.logs import configure_logs
from bot.settings import Settings

pytestmark = pytest.mark.usefixtures("logging_restored")


def test_json_is_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Exhibit's own entries and the libraries' alike."""
    configure_logs(Settings(log_format="json"))

    structlog.stdlib.get_logger("bot.client").info("ready", servers=3)
    logging.getLogger("discord.client").warning("slow %s", "gateway")

    own, library = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (own["event"], own["level"], own["logger"], own["servers"]) == ("ready", "info", "bot.client", 3)
    assert (library["event"], library["level"], library["logger"]) == (
        "slow gateway",
        "warning",
        "discord.client",
    )
    assert own["timestamp"].endswith("Z")


def test_the_console_gets_lines_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Without colours, where no terminal is."""
    configure_logs(Settings(log_format="console"))

    structlog.stdlib.get_logger("bot.client").info("ready", servers=3)

    [line] = capsys.readouterr().err.splitlines()
    assert "[info     ] ready" in line
    assert line.endswith("servers=3")
    assert "\x1b" not in line


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_an_entry_is_one_line_and_tells_a_terminal_nothing(
    capsys: pytest.CaptureFixture[str], log_format: Literal["console", "json"]
) -> None:
    """Whatever a file is called, and whatever a library was told."""
    configure_logs(Settings(log_format=log_format))

    hostile = "a\x1b]0;mine\x07\n2026-01-01 [info] forged\u202e\x9b31m"
    structlog.stdlib.get_logger("bot.client").info("read", path=hostile)
    logging.getLogger("discord.client").warning("refused %s", hostile)

    logged = capsys.readouterr().err
    assert len(logged.splitlines()) == 2
    assert [char for char in logged if not char.isprintable()] == ["\n", "\n"]


def test_the_level_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """What is below it is left out, also where a library sets its own."""
    configure_logs(Settings(log_level="warning"))
    library = logging.getLogger("a_library_that_sets_its_own")
    library.setLevel(logging.DEBUG)

    structlog.stdlib.get_logger("bot.client").info("ready")
    library.debug("Building index from tokens")

    assert capsys.readouterr().err == ""


def test_that_the_bot_has_no_voice_is_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    """discord.py warns at every start of what the bot never needs."""
    configure_logs(Settings())

    logging.getLogger("discord.client").warning("PyNaCl is not installed, voice will NOT be supported")

    assert capsys.readouterr().err == ""


def test_discord_never_writes_out_what_people_send(capsys: pytest.CaptureFixture[str]) -> None:
    """At "debug" the library would log every message whole."""
    configure_logs(Settings(log_level="debug"))

    logging.getLogger("discord.gateway").debug("received %s", "a question")
    structlog.stdlib.get_logger("bot.client").debug("detail")

    assert "a question" not in (logged := capsys.readouterr().err)
    assert "detail" in logged


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_traceback_has_no_variables(
    capsys: pytest.CaptureFixture[str], log_format: Literal["console", "json"]
) -> None:
    """The token is one where discord.py logs that it cannot connect."""
    configure_logs(Settings(log_format=log_format))

    def identify(token: str) -> None:
        raise OSError(f"refused a token of {len(token)} letters")

    try:
        identify("yranac"[::-1])  # not as it is, since a traceback has the line
    except OSError:
        logging.getLogger("discord.client").exception("Attempting a reconnect")

    logged = capsys.readouterr().err
    assert "refused a token of 6 letters" in logged
    assert "canary" not in logged


def test_a_line_that_cannot_be_written_is_lost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python would write, in its place, the error that is being handled just then, and what it says."""
    configure_logs(Settings())
    closed = io.StringIO()
    closed.close()
    [handler] = logging.getLogger().handlers
    monkeypatch.setattr(handler, "stream", closed)

    try:
        int("what somebody asked")
    except ValueError:
        structlog.stdlib.get_logger("bot.client").info("ready")

    assert capsys.readouterr().err == ""
