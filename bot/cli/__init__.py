"""The command `exhibit`: the composition root."""

from __future__ import annotations

import errno
import io
import os
import sys

from corpus.errors import ExhibitError

_TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h: nothing is to be mended, the same may work later."""


def main() -> None:
    """Runs the command line; exit code 0, 1 or 75 after a sentence that explains, 2 for wrong usage."""
    _settle_encoding()
    try:
        try:
            _run()
        finally:
            sys.stdout.flush()
    except ExhibitError as error:
        _complain(str(error))
        sys.exit(_exit_code(error))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EPIPE):
            raise
        if error.errno == errno.ENOSPC:
            _complain("There is no space left where the output goes. Free some and try again.")
        # What is still buffered has nowhere to go, and Python would say so once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run() -> None:
    """Runs the command that was typed, and exits.

    A container asks for its health several times a minute, and to import what the other commands need takes
    a second of two processors that the bot computes with. So that one command comes without it.
    """
    if sys.argv[1:] == ["health"]:
        from bot.cli.health import health

        health()
    else:
        from bot.cli.application import app

        app()


def _exit_code(error: ExhibitError) -> int:
    from bot.errors import UnreachableError

    return _TRY_LATER if isinstance(error, UnreachableError) else 1


def _complain(sentence: str) -> None:
    from bot.cli.output import complain

    complain(sentence)


def _settle_encoding() -> None:
    """What goes to a file or a program is UTF-8; what a terminal cannot show is shown as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
