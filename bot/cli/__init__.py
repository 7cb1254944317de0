"""The command `exhibit`: the composition root."""

from __future__ import annotations

import os
import sys

import typer

from bot.cli import asking, corpora, doctor, indexing, serving
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
app.command("eval")(asking.evaluate)
app.command("quote")(corpora.quote)
app.add_typer(corpora.app, name="corpus")
app.add_typer(indexing.app, name="index")
app.command("run")(serving.run)
app.command("demo")(serving.demo)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Runs the command line; exit code 0, 1 after a sentence that explains, 2 for wrong usage."""
    try:
        app()
    except ExhibitError as error:
        complain(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has gone; what is still buffered has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
