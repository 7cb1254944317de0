"""Logs in one form, without what people wrote."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import configure_logs
from bot.settings import Settings


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leaves logging as it was found."""
    root, library = logging.getLogger(), logging.getLogger("discord")
    before = (root.level, list(root.handlers), library.level)
    yield
    structlog.reset_defaults()
    root.handlers[:] = before[1]
    root.setLevel(before[0])
    library.setLevel(before[2])


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


def test_the_level_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """What is below it is left out."""
    configure_logs(Settings(log_level="warning"))

    structlog.stdlib.get_logger("bot.client").info("ready")

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
