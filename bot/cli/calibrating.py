"""`exhibit calibrate`."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.cli.asking import Questions, answers
from bot.cli.opening import open_searcher
from bot.cli.options import CaseOption, JsonOption, case_folder
from bot.cli.output import console, figure_text, json_line, notice, table
from bot.settings import Settings
from corpus.case_file import NAME, answers_toml, write_answers
from corpus.errors import ExhibitError
from corpus.library import SHIPPED_CASES, resolved
from corpus.models import CaseCalibration
from index.confidence import Calibration, load_calibration
from index.evaluation import judge
from index.fitting import ANSWERABLE, PRECISION
from index.questions import read_questions
from index.rescaling import FOLDS, Fit, Rescaling, check_labels, fit


def calibrate(
    questions: Questions,
    case: CaseOption = None,
    precision: Annotated[
        float,
        typer.Option(
            "--precision",
            min=0.5,
            max=0.99,
            help="The share of the answers given as a quote that should answer.",
        ),
    ] = PRECISION,
    answerable: Annotated[
        float,
        typer.Option(
            "--answerable",
            min=0.05,
            max=0.95,
            help="The share of people's questions that the record answers.",
        ),
    ] = ANSWERABLE,
    write: Annotated[bool, typer.Option("--write", help=f"Put what is fitted into {NAME}.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fit confidence, and what is given as a quote, to a case's own questions.

    The file is that of `exhibit eval`: questions with "answerable" and "gold".
    Ten first quotes or more have to answer, ten or more must not, and the record
    must have no answer to five or more. docs/quality.md tells what is fitted.

    Example: exhibit calibrate questions.jsonl --case my-case --write
    """
    settings = Settings.load()
    root = resolved(case_folder(settings, case))
    if write and root.is_relative_to(SHIPPED_CASES.resolve()):
        raise ExhibitError(
            "The case that ships is not written to. Copy its folder, and name that with --case."
        )
    asked = read_questions(questions)
    check_labels(asked)
    shipped = load_calibration(settings.reader)
    searcher = open_searcher(settings, root, replace(shipped, quote=0.0, nearest=0.0))
    verdicts = [judge(each, found) for each, found in answers(searcher, asked)]
    fitted = fit(verdicts, shipped.quote, precision, answerable)
    if not as_json:
        _print(fitted)
    _check(fitted, precision)
    stated = _stated(fitted, searcher.generation.case.calibration, shipped, settings.reader)
    if write:
        write_answers(root / NAME, stated)
    if as_json:
        print(json_line(_as_json(fitted, stated, root / NAME if write else None)))
    else:
        console().print(Text(f"\n{answers_toml(stated).rstrip()}"))
    if write:
        notice(f"This is in {root / NAME} now; a bot that is running takes it up when it is started again.")
    else:
        notice(f"Nothing is changed yet: use --write, or put [answers] into {NAME} yourself.")
    notice("Once it is in use, `exhibit eval` on these questions is no test: it was fitted to them.")


def _check(fitted: Fit, precision: float) -> None:
    """Looks whether what was fitted holds on questions that it was not fitted to.

    Raises:
        ExhibitError: if it makes quotes worse.
    """
    reached, shipped = (
        "none" if figures.quote_precision is None else f"{figures.quote_precision:.0%}"
        for figures in (fitted.figures, fitted.shipped)
    )
    if fitted.worsens(precision):
        raise ExhibitError(
            f"On questions that were not fitted to, {reached} of the quotes answer, and {shipped} as it"
            " ships. So few questions cannot tell where to put the threshold; add some."
        )
    if (fitted.figures.quote_precision or 0.0) < precision:
        notice(f"On questions that were not fitted to, {reached} of the quotes answer, not {precision:.0%}.")


def _stated(fitted: Fit, old: CaseCalibration, shipped: Calibration, reader: str) -> CaseCalibration:
    """What the case should state; the same passages as before are shown as the nearest."""
    nearest = shipped.nearest
    if old.nearest is not None and shipped.suits(old, reader):
        nearest = Rescaling(old.scale, old.shift).inverse().one(old.nearest)
    return fitted.calibration(nearest, shipped.base(reader))


def _as_json(fitted: Fit, stated: CaseCalibration, written: Path | None) -> dict[str, object]:
    return {
        "shipped": asdict(fitted.shipped),
        "thresholds_only": asdict(fitted.thresholds_only),
        "rescaled": asdict(fitted.rescaled),
        "rescales": fitted.rescales,
        "answers": asdict(stated),
        "written": str(written) if written else None,
    }


def _print(fitted: Fit) -> None:
    out = console()
    rows = table("figure", "as it ships", "fitted")
    before, after = asdict(fitted.shipped), asdict(fitted.figures)
    for name in before:
        rows.add_row(name, figure_text(before[name]), figure_text(after[name]))
    out.print(rows)
    out.print()
    out.print(
        f"Nothing is judged on what it was fitted to: the questions are cut into {FOLDS} parts, and each is"
        " judged by what the others ask for."
    )
    if not fitted.rescales:
        out.print(
            "Confidence stays as it ships, since moving it brought it no nearer to what came of the other"
            " questions."
        )
