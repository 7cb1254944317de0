"""Structured logs, Exhibit's own and the libraries', in one form."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from bot.settings import Settings
from bot.terminal import visible


def configure_logs(settings: Settings) -> None:
    """Sends all logs to standard error, for a console or as a JSON object a line.

    discord.py never logs below "info": at "debug" it writes out what people send. Of the functions in a
    traceback, the log never has the variables, as both forms would by default: the token is one of them.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    tracebacks = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    as_json = settings.log_format == "json"
    final: list[structlog.typing.Processor] = (
        [tracebacks, structlog.processors.JSONRenderer()]
        if as_json
        else [
            _on_one_line,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    handler = _Handler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final],
        )
    )
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    handler.setLevel(level)  # some libraries give their loggers a lower one
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("discord").setLevel(max(level, logging.INFO))
    logging.getLogger("discord.client").addFilter(_not_about_voice)


def _on_one_line(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Keeps what a name or a message may hold from making lines of its own, or telling a terminal something.

    Of an exception there is no text yet. JSON needs none of this: it escapes what is no letter.
    """
    return {
        key: visible(value).replace("\n", "⟨U+000A⟩") if isinstance(value, str) else value
        for key, value in event.items()
    }


class _Handler(logging.StreamHandler[TextIO]):
    """Loses a line that cannot be written.

    Python would write, to the same stream, the error that is being handled just then, with its message.
    """

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - it is Python's name
        del record


def _not_about_voice(record: logging.LogRecord) -> bool:
    """Whether it is of use: the bot needs no voice, and discord.py warns at each start that it has none."""
    return "voice will NOT be supported" not in record.getMessage()
