"""`exhibit eval`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.cli.asking import Questions, answers, stands
from bot.cli.opening import open_searcher
from bot.cli.options import CaseOption, JsonOption, case_folder
from bot.cli.output import console, counted, difference_text, figure_text, json_line, notice, table
from bot.cli.report import KIND_FIGURES, SUFFIXES, Report
from bot.settings import Settings
from corpus.errors import ExhibitError
from index.comparison import Comparison, compare, read_run
from index.curves import reliability, risk_coverage
from index.evaluation import Miss, Verdict, judge
from index.figures import Figures, figures_by_kind, figures_of
from index.questions import read_questions
from index.searcher import Searcher


def _report_file(path: Path | None) -> Path | None:
    """Where a report may go, so that nobody finds out after minutes that it may not."""
    if path and path.suffix not in SUFFIXES:
        raise typer.BadParameter(f"{path} must end in {' or '.join(SUFFIXES)}.")
    if path and not path.parent.is_dir():
        raise typer.BadParameter(f"There is no folder {path.parent}. Make it first.")
    return path


def evaluate(
    questions: Questions,
    case: CaseOption = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="OLD.json",
            help="Compare with an earlier run: what --json printed then.",
            show_default=False,
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE",
            help="Write a report with plots, too: .html, or .md with two .svg files beside it.",
            callback=_report_file,
            show_default=False,
        ),
    ] = None,
    misses: Annotated[bool, typer.Option("--misses", help="List what went wrong.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure answers against questions whose answers are known.

    Each line of the file has, besides id and question, "answerable" (true or false), "gold": a
    list of alternative quotes that answer, and, if you like, "kind": a word by which figures are
    given apart. The figures are explained in docs/quality.md.

    Example: exhibit eval questions.jsonl --against old.json --report report.html
    """
    settings = Settings.load()
    asked = read_questions(questions)
    old = read_run(against) if against else None
    searcher = open_searcher(settings, case_folder(settings, case))
    verdicts = [
        judge(each, found, sum(not stands(searcher, found, at) for at in range(len(found.quotes))))
        for each, found in answers(searcher, asked)
    ]
    figures = figures_of(verdicts, len(asked))
    comparison = compare(old, figures, verdicts) if old else None
    if as_json:
        print(json_line(_as_json(figures, verdicts, comparison)))
    else:
        _print(figures, verdicts, comparison, misses=misses)
    if report:
        title = f"How good the answers are: {searcher.generation.case.title}"
        about = _about(searcher, settings, questions)
        Report(title, about, figures, verdicts, comparison).write(report)
        notice(f"The report is in {report}.")
    if figures.not_verbatim:
        raise ExhibitError(
            f"Quotes that do not stand in the record: {figures.not_verbatim}. Run `exhibit index verify`."
        )


def _as_json(
    figures: Figures, verdicts: Sequence[Verdict], comparison: Comparison | None
) -> dict[str, object]:
    pairs = [verdict.pair for verdict in verdicts]
    compared = {"against": comparison.to_json()} if comparison else {}
    return {
        **figures.to_json(),
        "by_kind": {kind: each.to_json() for kind, each in figures_by_kind(verdicts).items()},
        "risk_coverage": [asdict(point) for point in risk_coverage(pairs)],
        "reliability": [asdict(each) for each in reliability(pairs)],
        "results": [verdict.to_json() for verdict in verdicts],
        **compared,
    }


def _about(searcher: Searcher, settings: Settings, questions: Path) -> dict[str, str]:
    manifest = searcher.generation.manifest
    documents, passages = counted(len(manifest.documents), "document"), counted(manifest.passages, "passage")
    return {
        "questions": questions.name,
        "record": f"{documents}, {passages}",
        "model, reader": f"{manifest.model}, {settings.reader}",
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }


def _print(
    figures: Figures, verdicts: Sequence[Verdict], comparison: Comparison | None, *, misses: bool
) -> None:
    if comparison:
        _print_changes(comparison)
    else:
        rows = table("figure", "value")
        for name, value in figures.to_json().items():
            rows.add_row(name, figure_text(value))
        console().print(rows)
    kinds = figures_by_kind(verdicts)
    if kinds:
        rows = table("kind", *KIND_FIGURES)
        for kind, each in kinds.items():
            values = each.to_json()
            rows.add_row(Text(kind), *(figure_text(values[name]) for name in KIND_FIGURES))
        console().print()
        console().print(rows)
    if comparison:
        _print_flips(comparison)
    _print_misses([verdict for verdict in verdicts if verdict.miss], in_full=misses)


def _print_changes(comparison: Comparison) -> None:
    rows = table("figure", "old", "new", "difference")
    for change in comparison.changes:
        old, new = figure_text(change.old), figure_text(change.new)
        rows.add_row(change.name, old, new, difference_text(change.difference))
    console().print(rows)


def _print_flips(comparison: Comparison) -> None:
    out = console()
    for heading, flips in (
        ("Right now, and not before:", comparison.gained),
        ("Right before, and not now:", comparison.lost),
    ):
        if flips:
            out.print()
            out.print(Text(heading, style="bold"))
        for flip in flips:
            out.print(Text(f"  {flip.new.labelled.id}  {flip.new.labelled.question}"))
    for number, run in ((comparison.only_old, "the earlier run"), (comparison.only_new, "this run")):
        if number:
            notice(f"{counted(number, 'question')} only in {run} cannot be compared.")


def _print_misses(wrong: Sequence[Verdict], *, in_full: bool) -> None:
    out = console()
    out.print()
    if not wrong:
        out.print("Every answer is right.")
        return
    counts = Counter(verdict.miss for verdict in wrong)
    kinds = ", ".join(f"{counts[miss]} {miss}" for miss in Miss if counts[miss])
    out.print(f"Not right: {kinds}.{'' if in_full else ' --misses lists them.'}")
    for verdict in wrong if in_full else ():
        labelled, given = verdict.labelled, verdict.answer
        wanted = (labelled.gold or ("no gold quote is stated",)) if labelled.answerable else ("no quote",)
        out.print()
        out.print(Text(f"{labelled.id}  {labelled.question}", style="bold"))
        out.print(Text(f"{verdict.miss}; {given.outcome}, confidence {verdict.confidence:.2f}", style="dim"))
        out.print(Text(f"  said: {' '.join(verdict.said.split()) or 'nothing'}"))
        out.print(Text(f"  wanted: {' '.join(wanted[0].split())}"))
