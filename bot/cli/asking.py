"""`exhibit ask` and `exhibit answer`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

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
from bot.cli.output import json_line, messages, notice, print_answer, written
from bot.settings import Settings
from index.errors import QuestionError, ReceiptError
from index.filters import Filter
from index.models import Answer, Citation, Outcome
from index.questions import Labelled, read_questions
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
    with written(out) as file:
        for each, found in answers(searcher, asked):
            _recheck(searcher, found)
            print(json_line(found.to_json(each.id)), file=file, flush=True)


def answers(searcher: Searcher, asked: Sequence[Labelled]) -> Iterator[tuple[Labelled, Answer]]:
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
        if not stands(searcher, found, at):
            raise ReceiptError(f"{quote.document.path} has changed. Run `exhibit index build`.")


def stands(searcher: Searcher, found: Answer, at: int) -> bool:
    """Whether a quote of an answer, and each other place of it, is word for word what is stored there."""
    quote = found.quotes[at]
    shown: list[Citation] = [quote, *quote.also]
    return all(searcher.generation.recheck(each.receipt) == each.text for each in shown)
