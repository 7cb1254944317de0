"""Settings from the environment, and the sentences for what cannot be used."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest

from bot.errors import BotError, TokenError
from bot.settings import Settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes away what the machine that runs the tests has set."""
    for name in [name for name in os.environ if name.startswith(("EXHIBIT_", "DISCORD_"))]:
        monkeypatch.delenv(name)


def test_everything_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any variable, the shipped case and model, and the platform's data folder."""
    monkeypatch.setattr("os.cpu_count", lambda: 16)

    settings = Settings.load()

    assert settings.model_dump() == {
        "case": None,
        "data": platformdirs.user_data_path("exhibit"),
        "model": "",
        "reader": "trained",
        "threads": 2,
        "queue_size": 50,
        "log_level": "info",
        "log_format": "console",
        "log_questions": False,
        "health_host": "127.0.0.1",
        "health_port": None,
        "discord_token": None,
        "discord_token_file": None,
    }


def test_one_processor_gets_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model never gets more threads than there are processors."""
    monkeypatch.setattr("os.cpu_count", lambda: 1)

    assert Settings.load().threads == 1


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """`EXHIBIT_…` sets each field; `~` is the home folder."""
    monkeypatch.setenv("EXHIBIT_CASE", "~/harbour")
    monkeypatch.setenv("EXHIBIT_QUEUE_SIZE", "3")

    settings = Settings.load()

    assert (settings.case, settings.queue_size) == (Path.home() / "harbour", 3)


@pytest.mark.parametrize(
    ("value", "reader"),
    [("overlap", "overlap"), ("none", "overlap"), ("trained", "trained"), ("a/b", "a/b"), ("", "trained")],
)
def test_a_reader_is_one_of_two_or_a_models_name(
    monkeypatch: pytest.MonkeyPatch, value: str, reader: str
) -> None:
    """`none` is another word for the one without weights."""
    monkeypatch.setenv("EXHIBIT_READER", value)

    assert Settings.load().reader == reader


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compose file may pass on what it does not have."""
    monkeypatch.setenv("EXHIBIT_THREADS", "")

    assert Settings.load(threads=1).threads == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EXHIBIT_THREADS", "many"),
        ("EXHIBIT_THREADS", "0"),
        ("EXHIBIT_LOG_LEVEL", "loud"),
        ("EXHIBIT_HEALTH_PORT", "0"),
    ],
)
def test_what_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The sentence names the variable and its value, in one line."""
    monkeypatch.setenv(name, value)

    with pytest.raises(
        BotError, match=rf"^{name} is '{value}', which cannot be used \(.+\): correct it, .+\.$"
    ):
        Settings.load()


def test_the_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line break around it, as `echo` leaves one, does not matter."""
    monkeypatch.setenv("DISCORD_TOKEN", " a.b.c\n")

    assert Settings.load().token().get_secret_value() == "a.b.c"


def test_the_token_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`DISCORD_TOKEN_FILE` names a file, such as a container's secret."""
    file = tmp_path / "token"
    file.write_text("a.b.c\n")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(file))

    assert Settings.load().token().get_secret_value() == "a.b.c"


def test_no_token_says_where_to_get_one() -> None:
    """Both variables and the place where a token comes from."""
    with pytest.raises(TokenError, match=r"DISCORD_TOKEN .*DISCORD_TOKEN_FILE .*discord\.com/developers"):
        Settings.load().token()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b" \n", "is empty"),
        (b"\xff\xfe", "is not a text file"),
    ],
)
def test_a_token_file_that_is_no_use(tmp_path: Path, content: bytes | None, reason: str) -> None:
    """The sentence names the file and what is wrong with it."""
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(TokenError) as caught:
        Settings.load(discord_token_file=file).token()

    assert str(caught.value).startswith(f"The token file {file} (DISCORD_TOKEN_FILE) {reason}")


def test_the_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither printing the settings nor a mistake elsewhere in them gives it away."""
    monkeypatch.setenv("DISCORD_TOKEN", "s3cret")
    assert "s3cret" not in repr(Settings.load())

    monkeypatch.setenv("EXHIBIT_THREADS", "many")
    with pytest.raises(BotError) as caught:
        Settings.load()
    assert "s3cret" not in str(caught.value)


def test_a_home_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a traceback."""
    monkeypatch.setenv("EXHIBIT_CASE", "~nobody-of-that-name/case")
    with pytest.raises(BotError) as raised:
        Settings.load()
    assert "EXHIBIT_CASE is '~nobody-of-that-name/case', which cannot be used" in str(raised.value)
    assert "there is no such home folder" in str(raised.value)
