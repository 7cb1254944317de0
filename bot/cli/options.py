"""Options that several commands share, and what they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.backup.replacing import settle
from bot.settings import Settings
from corpus.library import DEFAULT_CASE

CaseOption = Annotated[
    Path | None,
    typer.Option(
        "--case",
        metavar="DIR",
        help="The folder of the case: documents/ with or without case.toml, or a bare folder of .txt and .md "
        "files. Default: EXHIBIT_CASE, or the case that ships.",
        show_default=False,
    ),
]
SpeakerOption = Annotated[
    str, typer.Option("--speaker", metavar="NAME", help="Only what this person says.", show_default=False)
]
DocumentOption = Annotated[
    str,
    typer.Option(
        "--document",
        metavar="NAME",
        help="Only documents with this in their path or title.",
        show_default=False,
    ),
]
KindOption = Annotated[
    str,
    typer.Option(
        "--kind",
        metavar="KIND",
        help="Only documents of this kind: testimony, filing, order, exhibit, press.",
        show_default=False,
    ),
]
SinceOption = Annotated[
    str,
    typer.Option("--since", metavar="DATE", help="Only documents of this day or later.", show_default=False),
]
UntilOption = Annotated[
    str,
    typer.Option(
        "--until", metavar="DATE", help="Only documents of this day or earlier.", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def utf8(text: str) -> str:
    """A text from the command line.

    Raises:
        BadParameter: if its bytes are no text.
    """
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise typer.BadParameter("It is not UTF-8. Set your terminal to UTF-8 and type it again.")
    return text


def case_folder(settings: Settings, named: Path | None) -> Path:
    """The folder of the case that is meant; a restore that was cut short is brought to its end first.

    Raises:
        BackupError: if one is under way, or cannot be brought to its end.
    """
    settle(settings.data)
    return named or settings.case or DEFAULT_CASE
