"""What the command line prints: answers to standard output, everything about the work to standard error."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from bot.terminal import visible
from corpus.errors import ExhibitError
from corpus.models import Case
from index.build import BuildProgress
from index.models import Answer, Outcome, Quote

# Half of a surrogate pair is no Unicode, a terminal may obey a control character, and the rest are line ends
# to some readers of lines.
_NOT_AS_IT_IS = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LISTED_PLACES = 5
_HEADINGS = {
    Outcome.QUOTE: ("The record says:", "bold green"),
    Outcome.NEAREST: ("The record doesn't answer this. The nearest passages:", "bold yellow"),
    Outcome.NOTHING: ("The record doesn't say.", "bold yellow"),
}


class _Console(Console):
    """Gives the terminal nothing to obey but what is ours."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)


def console() -> Console:
    """Standard output, for what was asked for."""
    return _Console(highlight=False, markup=False, soft_wrap=True)


def messages() -> Console:
    """Standard error, for progress, notices and errors."""
    return _Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def complain(sentence: str) -> None:
    """Prints an error."""
    messages().print(Text(sentence, style="red"))


def notice(sentence: str) -> None:
    """Prints something to know that is no error."""
    messages().print(Text(sentence, style="dim"))


def json_line(value: object) -> str:
    """JSON on one line, whatever a reader takes for the end of a line."""
    return _NOT_AS_IT_IS.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


def counted(number: int, noun: str) -> str:
    """A number of things: "1 document", "1,200 documents"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def figure_text(value: float | None) -> str:
    """A figure: a count as it is, a share with three digits, a dash where there is none."""
    return "–" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"


def difference_text(value: float | None) -> str:
    """A difference of two figures with its sign; none where nothing is different."""
    shown = figure_text(value)
    if value is None or value <= 0:
        return "0.000" if shown == "-0.000" else shown
    return shown if shown == "0.000" else f"+{shown}"


@contextmanager
def encoding_bar() -> Iterator[BuildProgress]:
    """A progress bar for building an index; it appears only where there is something to encode."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    out = messages()
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task("Encoding passages", total=None, visible=False)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, visible=total > 0)

        yield advance


def print_answer(answer: Answer, case: Case) -> None:
    """An answer for a person: highlights in bold, each quote with its citation."""
    out = console()
    heading, style = _HEADINGS[answer.outcome]
    out.print(Text(heading, style=style))
    if answer.outcome is Outcome.NOTHING:
        held = f"It holds {counted(len(case), 'document')} of {case.title}; `exhibit corpus list` names them."
        out.print(Text(held, style="dim"))
    for quote in answer.quotes:
        out.print()
        out.print(marked(quote))
        out.print(Text(f"— {citation(quote)}", style="dim"))
        for line in _also(quote):
            out.print(Text(line, style="dim"))
    out.print()
    out.print(Text(f"confidence {answer.confidence:.2f}, {answer.elapsed_ms:.0f} ms", style="dim"))


def marked(quote: Quote) -> Text:
    """The words of a quote with its highlights in bold."""
    words, shown, at = quote.document.text, Text(), quote.span.start
    # Piece by piece: rich leaves carriage returns out, which moves what follows them.
    for span in quote.highlights:
        shown.append(words[at : span.start]).append(span.of(words), style="bold")
        at = span.end
    return shown.append(words[at : quote.span.end])


def citation(quote: Quote) -> str:
    """Who said it, in what, when, where; what is not known is said to be."""
    known = quote.document.provenance
    parts = [
        quote.speaker or "",
        quote.document.title,
        known.publisher if known.publisher not in quote.document.title else "",
        known.date or "date unknown",
        known.label,
        quote.locator,
        known.source,
    ]
    return ", ".join(part for part in parts if part)


def _also(quote: Quote) -> Iterator[str]:
    """Where else the quote stands, a line a place."""
    for place in quote.also[:_LISTED_PLACES]:
        parts = [place.document.title, place.locator, place.document.provenance.source]
        yield f"  Also in: {', '.join(part for part in parts if part)}"
    more = len(quote.also) - _LISTED_PLACES
    if more > 0:
        rest = "one more place" if more == 1 else f"{more:,} more places"
        yield f"  and in {rest}; `--json` names them all"


def table(*columns: str) -> Table:
    """An empty table in the one style."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


@contextmanager
def written(out: Path | None) -> Iterator[TextIO]:
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
