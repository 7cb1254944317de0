"""What an operator sets, read from the environment once, by the composition root, and passed down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import platformdirs
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BotError, TokenError

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["console", "json"]


def _at_home(path: Path) -> Path:
    """A path with `~` written out.

    Raises:
        ValueError: if there is no such home, which pydantic tells of.
    """
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError("there is no such home folder") from error


HomePath = Annotated[Path, AfterValidator(_at_home)]


def _reader(name: str) -> str:
    """The one name of a reader: `none` is another word for the one without weights."""
    return "overlap" if name == "none" else name


class Settings(BaseSettings):
    """Every setting with its default; `EXHIBIT_THREADS` sets `threads`, and so on.

    An empty variable counts as unset, so that a compose file may pass on what it does not have.
    """

    model_config = SettingsConfigDict(
        env_prefix="EXHIBIT_", env_ignore_empty=True, frozen=True, populate_by_name=True
    )

    case: HomePath | None = None
    """The folder of the case; `None` is the case that ships."""
    data: HomePath = Field(default_factory=lambda: platformdirs.user_data_path("exhibit"))
    """Where indexes and the bot's state are kept."""
    model: str = ""
    """Another sentence-transformers model, a folder or a name; empty is the one that ships."""
    reader: Annotated[str, AfterValidator(_reader)] = "trained"
    """What reads the best passages with the question: `trained` ships, `overlap` or `none` needs no weights
    and is weaker; anything else is a sentence-transformers CrossEncoder, a folder or a name."""
    threads: int = Field(default_factory=lambda: min(2, os.cpu_count() or 1), ge=1)
    """Threads that the embedding model computes with."""
    queue_size: int = Field(default=50, ge=1)
    """Questions that may wait at one time; one more is told to come back."""
    log_level: LogLevel = "info"
    log_format: LogFormat = "console"
    log_questions: bool = False
    """Whether the log has the text of questions. Who asks is never in it."""
    health_host: str = "127.0.0.1"
    """The address that health and metrics are served on."""
    health_port: int | None = Field(default=None, ge=1, le=65535)
    """The port that they are served on; `None` serves none."""
    discord_token: SecretStr | None = Field(default=None, validation_alias="DISCORD_TOKEN")
    discord_token_file: HomePath | None = Field(default=None, validation_alias="DISCORD_TOKEN_FILE")

    @classmethod
    def load(cls, **values: Any) -> Self:
        """The settings of this environment, `values` overriding it.

        Raises:
            BotError: if a setting cannot be used; the sentence names its variable.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            raise BotError(_sentence(error)) from None

    def token(self) -> SecretStr:
        """The bot's token, from `DISCORD_TOKEN` or else from the file that `DISCORD_TOKEN_FILE` names.

        Raises:
            TokenError: if there is none, or its file cannot be read or is empty.
        """
        if self.discord_token and self.discord_token.get_secret_value().strip():
            return SecretStr(self.discord_token.get_secret_value().strip())
        if self.discord_token_file:
            return _read_token(self.discord_token_file)
        raise TokenError(
            "There is no Discord token: set DISCORD_TOKEN to your bot's token, or DISCORD_TOKEN_FILE to a "
            "file that holds it (get one at https://discord.com/developers/applications)."
        )


def _read_token(path: Path) -> SecretStr:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise TokenError(
            f"The token file {path} (DISCORD_TOKEN_FILE) is not a text file: put only your bot's token in it."
        ) from None
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise TokenError(
            f"The token file {path} (DISCORD_TOKEN_FILE) cannot be read ({reason}): "
            "check its path and its permissions."
        ) from None
    if not token:
        raise TokenError(f"The token file {path} (DISCORD_TOKEN_FILE) is empty: put your bot's token in it.")
    return SecretStr(token)


def _sentence(error: ValidationError) -> str:
    """What is wrong with the first setting that is wrong; a secret's value is never shown."""
    first = error.errors(include_url=False)[0]
    field = str(first["loc"][0]) if first["loc"] else "settings"
    name = field if field.startswith("DISCORD_") else f"EXHIBIT_{field.upper()}"
    value = "" if name == "DISCORD_TOKEN" else f" is {str(first['input'])!r}, which"
    reason = first["msg"][:1].lower() + first["msg"][1:]
    return f"{name}{value} cannot be used ({reason}): correct it, or leave it unset for its default."
