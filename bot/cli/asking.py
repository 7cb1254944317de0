"""`exhibit ask`, `answer` and `eval`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.progress import track

from bot.cli.opening import open_searcher
from bot.cli.options import (
    CaseOption,
    DocumentOption,
    JsonOption,
    KindOption,
    SinceOption,
    SpeakerOption,
    UntilOption,
    case_folder,
    utf8,
)
from bot.cli.output import console, json_line, messages, notice, print_answer, table
from bot.settings import Settings
from corpus.errors import ExhibitError
from index.errors import QuestionError, ReceiptError
from index.evaluation import Figures, Labelled, figures_of, judge, read_questions
from index.filters import Filter
from index.models import Answer, Outcome
from index.searcher import Searcher

Questions = Annotated[
    Path,
    typer.Argument(
        metavar="QUESTIONS.jsonl",
        help='One JSON object a line: {"id": "1", "question": "…"}.',
        show_default=False,
    ),
]


def ask(
    question: Annotated[str, typer.Argument(callback=utf8, help="What you want to know, in your own words.")],
    speaker: SpeakerOption = "",
    document: DocumentOption = "",
    kind: KindOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask one question: the passages that answer it, word for word, or that the record doesn't say.

    Example: exhibit ask "Did Musk admit that xAI trained on OpenAI models?"
    """
    settings = Settings.load()
    where = Filter.of(speaker, document, kind, since, until)
    searcher = open_searcher(settings, case_folder(settings, case))
    found = searcher.search(question, where=where)
    _recheck(searcher, found)
    if as_json:
        print(json_line(found.to_json()))
    else:
        print_answer(found, searcher.generation.case)


def answer(
    questions: Questions,
    case: CaseOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write there instead of to standard output.", show_default=False
        ),
    ] = None,
) -> None:
    """Answer many questions: one JSON answer a line, in order. Builds the index where it has to.

    Example: exhibit answer questions.jsonl --out answers.jsonl
    """
    settings = Settings.load()
    asked = read_questions(questions)
    searcher = open_searcher(settings, case_folder(settings, case))
    with _written(out) as file:
        for each, found in _answers(searcher, asked):
            _recheck(searcher, found)
            print(json_line(found.to_json(each.id)), file=file, flush=True)


def evaluate(questions: Questions, case: CaseOption = None, as_json: JsonOption = False) -> None:
    """Measure answers against questions whose answers are known.

    Each line of the file has, besides id and question, "answerable" (true or false) and "gold": a list of
    alternative quotes that answer. The figures are explained in docs/quality.md.
    """
    settings = Settings.load()
    asked = read_questions(questions)
    searcher = open_searcher(settings, case_folder(settings, case))
    verdicts = []
    not_verbatim = 0
    for each, found in _answers(searcher, asked):
        verdicts.append(judge(each, found))
        not_verbatim += sum(not _stands(searcher, found, at) for at in range(len(found.quotes)))
    figures = figures_of(verdicts, len(asked), not_verbatim)
    if as_json:
        print(json_line(figures.to_json()))
    else:
        _print_figures(figures)
    if not_verbatim:
        raise ExhibitError(
            f"Quotes that do not stand in the record: {not_verbatim}. Run `exhibit index verify`."
        )


def _answers(searcher: Searcher, asked: Sequence[Labelled]) -> Iterator[tuple[Labelled, Answer]]:
    """The answers in order; a question with nothing to look for is answered with nothing, and a notice."""
    out = messages()
    bar = track(asked, "Answering", console=out, transient=True, disable=not out.is_terminal)
    for each in bar:
        try:
            yield each, searcher.search(each.question)
        except QuestionError as error:
            notice(f"{each.id}: {error}")
            yield each, Answer(each.question, Outcome.NOTHING, 0.0, (), 0.0)


def _recheck(searcher: Searcher, found: Answer) -> None:
    """Reads every quote from the disk once more before it is given.

    Raises:
        ReceiptError: if one does not stand there.
    """
    for at, quote in enumerate(found.quotes):
        if not _stands(searcher, found, at):
            raise ReceiptError(f"{quote.document.path} has changed. Run `exhibit index build`.")


def _stands(searcher: Searcher, found: Answer, at: int) -> bool:
    quote = found.quotes[at]
    return searcher.generation.recheck(quote.receipt) == quote.text


@contextmanager
def _written(out: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears under its name only when it is complete."""
    if out is None:
        yield sys.stdout
        return
    try:
        if out.exists() and not out.is_file():  # a pipe or a device; a folder cannot be opened
            with out.open("w", encoding="utf-8") as file:
                yield file
            return
        beside = out.with_name(f".{out.name}.part")
        try:
            with beside.open("w", encoding="utf-8") as file:
                yield file
            beside.replace(out)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise ExhibitError(f"{out} cannot be written: {error.strerror}.") from error


def _print_figures(figures: Figures) -> None:
    rows = table("figure", "value")
    for name, value in figures.to_json().items():
        shown = "–" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"
        rows.add_row(name, shown)
    console().print(rows)
