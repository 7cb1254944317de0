"""What the command line prints: answers to standard output, everything about the work to standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from corpus.models import Case
from index.build import BuildProgress
from index.models import Answer, Outcome, Quote

_HEADINGS = {
    Outcome.QUOTE: ("The record says:", "bold green"),
    Outcome.NEAREST: ("The record doesn't answer this. The nearest passages:", "bold yellow"),
    Outcome.NOTHING: ("The record doesn't say.", "bold yellow"),
}


def console() -> Console:
    """Standard output, for what was asked for."""
    return Console(highlight=False, markup=False, soft_wrap=True)


def messages() -> Console:
    """Standard error, for progress, notices and errors."""
    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def complain(sentence: str) -> None:
    """Prints an error."""
    messages().print(Text(sentence, style="red"))


def notice(sentence: str) -> None:
    """Prints something to know that is no error."""
    messages().print(Text(sentence, style="dim"))


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
    with Progress(*columns, console=messages(), transient=True) as progress:
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
        documents = "1 document" if len(case) == 1 else f"{len(case):,} documents"
        out.print(
            Text(f"It holds {documents} of {case.title}; `exhibit corpus list` names them.", style="dim")
        )
    for quote in answer.quotes:
        out.print()
        out.print(marked(quote))
        out.print(Text(f"— {citation(quote)}", style="dim"))
    out.print()
    out.print(Text(f"confidence {answer.confidence:.2f}, {answer.elapsed_ms:.0f} ms", style="dim"))


def marked(quote: Quote) -> Text:
    """The words of a quote with its highlights in bold."""
    text = Text(quote.text)
    for span in quote.highlights:
        text.stylize("bold", span.start - quote.span.start, span.end - quote.span.start)
    return text


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


def table(*columns: str) -> Table:
    """An empty table in the one style."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made
