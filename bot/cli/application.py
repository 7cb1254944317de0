"""The commands of `exhibit`, each where it belongs."""

from __future__ import annotations

import typer

from bot.cli import asking, backups, calibrating, corpora, doctor, evaluating, health, indexing, serving

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
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
app.command("run")(serving.run)
app.command("demo")(serving.demo)
app.command("doctor")(doctor.doctor)
app.command("health")(health.health)
