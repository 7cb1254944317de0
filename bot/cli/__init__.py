"""The command `exhibit`: the composition root."""

from __future__ import annotations

import errno
import io
import os
import sys

import typer

from bot.cli import asking, calibrating, corpora, doctor, evaluating, indexing, serving
from bot.cli.output import complain
from corpus.errors import ExhibitError

app = typer.Typer(
    name="exhibit",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Answers questions about a case by quoting the record: word for word, with who said it and where it "
    "stands. When the record does not say, Exhibit says so.",
    epilog="Start with: exhibit ask 'What is distillation?'   In a browser, without a token: exhibit demo",
)
app.command("ask")(asking.ask)
app.command("answer")(asking.answer)
app.command("eval")(evaluating.evaluate)
app.command("calibrate")(calibrating.calibrate)
app.command("quote")(corpora.quote)
app.add_typer(corpora.app, name="corpus")
app.add_typer(indexing.app, name="index")
app.command("run")(serving.run)
app.command("demo")(serving.demo)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Runs the command line; exit code 0, 1 after a sentence that explains, 2 for wrong usage."""
    _settle_encoding()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except ExhibitError as error:
        complain(str(error))
        sys.exit(1)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EPIPE):
            raise
        if error.errno == errno.ENOSPC:
            complain("There is no space left where the output goes. Free some and try again.")
        # What is still buffered has nowhere to go, and Python would say so once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _settle_encoding() -> None:
    """What goes to a file or a program is UTF-8; what a terminal cannot show is shown as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
