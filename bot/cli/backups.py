"""`exhibit backup` and `exhibit restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from bot.backup.archive import Archive, Contents, What
from bot.backup.archive import Progress as OnProgress
from bot.backup.making import back_up
from bot.backup.restoring import Destination
from bot.backup.restoring import restore as restore_backup
from bot.cli.options import CaseOption, case_folder
from bot.cli.output import console, counted, messages, notice
from bot.settings import Settings
from corpus.case_file import NAME
from corpus.library import resolved


def backup(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Where the backup goes: one file, a ZIP.", show_default=False),
    ],
    case: CaseOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Make none: check that the backup in FILE is what was written.")
    ] = False,
) -> None:
    """Copy the indexes, the bot's state and the case's documents into one file, while the bot runs.

    The file is only for you to read, and is read back and checked before it gets its name.

    Example: exhibit backup exhibit-2025-03-03.zip --case my-case
    """
    if verify:
        with _bar("Checking") as advance, Archive.open(file) as archive:
            archive.verify(advance)
            contents = archive.contents
        console().print(f"{file} is what was written.")
    else:
        settings = Settings.load()
        root = case_folder(settings, case)
        with _bar("Copying") as advance:
            made = back_up(settings.data, root, file, force=force, on_progress=advance)
        for sentence in made.left_out:
            notice(sentence)
        contents = made.contents
        console().print(f"{file} is written and checked, {file.stat().st_size / 1e6:.1f} MB.")
    _print(contents)


def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `exhibit backup` wrote.", show_default=False)
    ],
    case: Annotated[
        Path | None,
        typer.Option(
            "--case",
            metavar="DIR",
            help="The folder that the case's documents go to. Default: EXHIBIT_CASE; the case that ships"
            " needs none.",
            show_default=False,
        ),
    ] = None,
    data_only: Annotated[
        bool,
        typer.Option("--data-only", help="Leave the documents and case.toml as they are on this machine."),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Replace the indexes, the bot's state, the documents and case.toml that are there.",
        ),
    ] = False,
) -> None:
    """Put a backup into the data folder (EXHIBIT_DATA) and the case's folder, on this machine or another.

    It is checked before anything is written. If anything fails, what was there stays. Stop the
    bot first. An index that does not suit this machine is built anew at the next start.

    Example: EXHIBIT_DATA=data exhibit restore exhibit-2025-03-03.zip --case my-case
    """
    settings = Settings.load()
    to = Destination(settings.data, case or settings.case, documents=not data_only)
    with _bar("Checking") as advance:
        contents, to = restore_backup(file, to, force=force, on_progress=advance)
    if to.documents:
        console().print(f"Restored to {to.root}: {_documents(contents)}.")
    console().print(f"Restored to {to.data}: {_data(contents)}.")
    if to.root and to.root != resolved(case_folder(settings, None)):
        notice(f"Start Exhibit with EXHIBIT_CASE={to.root} to answer from it.")


@contextmanager
def _bar(doing: str) -> Iterator[OnProgress]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    out = messages()
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task(doing, total=None)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield advance


def _print(contents: Contents) -> None:
    made = f"made by Exhibit {contents.exhibit}, {contents.created:%Y-%m-%d %H:%M} UTC"
    console().print(f"It holds {_documents(contents)}, {_data(contents)}; {made}.")


def _documents(contents: Contents) -> str:
    described = f" with {NAME}" if contents.count(What.CASE_FILE) else ""
    return f"the case {contents.case.name} ({counted(contents.count(What.DOCUMENT), 'document')}{described})"


def _data(contents: Contents) -> str:
    found = len(contents.indexes)
    indexes = "no index" if not found else "1 index" if found == 1 else f"{found:,} indexes"
    state = "the bot's state" if contents.count(What.STATE) else "no state of the bot"
    return f"{indexes} and {state}"
