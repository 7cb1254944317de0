"""`exhibit corpus` and `exhibit quote`: what is in the record, without searching it."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer
from rich.text import Text

from bot.cli.options import CaseOption, JsonOption, case_folder, utf8
from bot.cli.output import console, counted, json_line, table
from bot.settings import Settings
from bot.terminal import visible
from corpus.context import locator
from corpus.errors import CaseError, ExhibitError
from corpus.library import inspect_case, load_case
from corpus.lookup import Finding, Match, find_text
from corpus.models import Document
from corpus.passages import passages_of

app = typer.Typer(
    no_args_is_help=True, help="The documents of a case: what is in them, and what looks wrong."
)


@app.command("list")
def list_documents(case: CaseOption = None, as_json: JsonOption = False) -> None:
    """List the documents of the case with what is known of each."""
    settings = Settings.load()
    loaded = load_case(case_folder(settings, case))
    described = [_described(document, len(passages_of(document, loaded.aliases))) for document in loaded]
    if as_json:
        print(json_line(described))
        return
    rows = table("document", "title", "kind", "date", "passages")
    for row in described:
        shown = (row["document"], row["title"], row["kind"], row["date"] or "unknown", f"{row['passages']:,}")
        rows.add_row(*(Text(visible(value)) for value in shown))
    console().print(rows)


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="The document's path, as `exhibit corpus list` gives it.")],
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how one document is cut into passages, who speaks in each, and what is left out."""
    settings = Settings.load()
    loaded = load_case(case_folder(settings, case))
    found = next((each for each in loaded if each.path == document), None)
    if found is None:
        raise CaseError(f"There is no document {document}. `exhibit corpus list` names those there are.")
    passages = passages_of(found, loaded.aliases)
    if as_json:
        rows = [
            {
                "start": each.span.start,
                "end": each.span.end,
                "speakers": each.speakers,
                "text": each.span.of(found.text),
            }
            for each in passages
        ]
        marked = [{"start": span.start, "end": span.end} for span in found.unquotable]
        print(json_line(_described(found, len(passages)) | {"unquotable": marked, "passages": rows}))
        return
    out = console()
    out.print(Text(found.title, style="bold"))
    for span in found.unquotable:
        out.print(Text(f"not quoted, {locator(found, span)}: {span.of(found.text)!r:.60}", style="dim"))
    for each in passages:
        speakers = f" – {', '.join(each.speakers)}" if each.speakers else ""
        out.print(Text(f"\n{locator(found, each.span)}{speakers}", style="cyan"))
        out.print(Text(each.span.of(found.text)))


@app.command()
def check(case: CaseOption = None) -> None:
    """Say what looks wrong in the case. Exit code 1 if something keeps it from being used."""
    settings = Settings.load()
    loaded, problems = inspect_case(case_folder(settings, case))
    out = console()
    for problem in problems:
        style = "red" if problem.fatal else "yellow"
        out.print(Text(f"{'error' if problem.fatal else 'note'}: {problem.sentence}", style=style))
    fatal = sum(problem.fatal for problem in problems)
    by_kind = Counter(document.provenance.kind.value for document in loaded)
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(by_kind.items()))
    out.print(f"{counted(len(loaded), 'document')} can be read ({kinds or 'none'}), {fatal} cannot.")
    if fatal or not len(loaded):
        raise typer.Exit(1)


def quote(
    text: Annotated[str, typer.Argument(callback=utf8, help="The words to look for.")],
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Is this text in the record? Exactly, with where; nearly, with what differs; or not at all.

    Exit code 0 if it is there word for word, 1 if not.
    """
    if not text.strip():
        raise ExhibitError("There is no text to look for. Put the words in quotation marks.")
    settings = Settings.load()
    findings = find_text(load_case(case_folder(settings, case)), text)
    if as_json:
        print(json_line([_finding(each) for each in findings]))
    else:
        for each in findings:
            _print_finding(each)
    if findings[0].match is not Match.EXACT:
        raise typer.Exit(1)


def _described(document: Document, passages: int) -> dict[str, Any]:
    known = document.provenance
    return {
        "document": document.path,
        "title": document.title,
        "publisher": known.publisher or None,
        "date": known.date or None,
        "kind": known.kind.value,
        "label": known.label or None,
        "source": known.source or None,
        "characters": len(document.text),
        "sha256": document.sha256,
        "passages": passages,
    }


def _finding(found: Finding) -> dict[str, Any]:
    if found.document is None:
        return {"match": found.match.value}
    return {
        "match": found.match.value,
        "document": found.document.path,
        "start": found.span.start,
        "end": found.span.end,
        "locator": locator(found.document, found.span),
        "text": found.span.of(found.document.text),
        "likeness": round(found.likeness, 3),
        "differences": [{"given": each.given, "recorded": each.recorded} for each in found.differences],
    }


def _print_finding(found: Finding) -> None:
    out = console()
    if found.document is None:
        out.print(Text("Absent: the record has nothing like it.", style="bold yellow"))
        return
    exact = found.match is Match.EXACT
    heading = "Exact" if exact else f"Near ({found.likeness:.0%} alike)"
    where = f"{found.document.title}, {locator(found.document, found.span)}"
    out.print(Text(f"{heading}: {where}", style="bold green" if exact else "bold yellow"))
    if not exact:
        out.print(Text(found.span.of(found.document.text)))
        for each in found.differences:
            given, recorded = (repr(side) if side else "nothing" for side in (each.given, each.recorded))
            out.print(Text(f"  you have {given}, the record has {recorded}", style="dim"))
