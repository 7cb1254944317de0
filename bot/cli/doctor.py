"""`exhibit doctor`: what is missing or wrong on this machine, each with its mend."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import typer
from rich.text import Text

from bot.cli.options import CaseOption, case_folder
from bot.cli.output import console, counted
from bot.errors import TokenError
from bot.settings import Settings
from corpus.errors import ExhibitError
from corpus.library import load_case
from index.crossencoder import cross_encoder_folder
from index.encoder import model_folder, weights_sha256
from index.opening import status_of
from index.store import Store
from index.trained import TrainedReader

_SPACE = 500_000_000
"""Bytes that should be free for indexes."""
_MEMORY = 1_000_000_000
"""Bytes of memory that the model and a middling index want."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. What is not needed for everything is a note, not an error."""

    what: str
    well: bool
    sentence: str
    needed: bool = True


def doctor(case: CaseOption = None) -> None:
    """Look for what is missing or wrong on this machine, and how to mend it. Exit code 1 if anything is."""
    settings = Settings.load()
    out = console()
    failed = 0
    for check in _checks(settings, case_folder(settings, case)):
        mark, style = (
            ("ok", "green") if check.well else ("WRONG", "red") if check.needed else ("note", "yellow")
        )
        failed += check.needed and not check.well
        out.print(Text(f"{mark:6}", style=style), Text(f"{check.what}: {check.sentence}"))
    if failed:
        raise typer.Exit(1)


def _checks(settings: Settings, root: Path) -> Iterator[Check]:
    yield Check("Python", True, sys.version.split()[0])
    yield _memory()
    yield _data(settings.data)
    yield from _index(settings, root)
    yield _reader(settings)
    yield _token(settings)
    there = find_spec("simcord") is not None
    mend = "simcord is installed" if there else "simcord is not installed: pip install 'exhibit-bot[demo]'"
    yield Check("demo", there, mend, needed=False)


def _memory() -> Check:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Check("memory", total >= _MEMORY, f"{total / 1e9:.1f} GB; 1 GB is wanted", needed=False)


def _data(folder: Path) -> Check:
    """Whether indexes can be kept, tried on the nearest folder that is there."""
    there = next(parent for parent in (folder, *folder.parents) if os.access(parent, os.F_OK))
    if not os.access(there, os.W_OK):
        return Check(
            "data folder", False, f"{folder} cannot be written to. Set EXHIBIT_DATA to one that can."
        )
    free = shutil.disk_usage(there).free
    enough = free >= _SPACE
    mend = "" if enough else ". Free some, or set EXHIBIT_DATA to another disk."
    return Check("data folder", enough, f"{folder}, {free / 1e9:.1f} GB free{mend}")


def _index(settings: Settings, root: Path) -> Iterator[Check]:
    try:
        digest = weights_sha256(model_folder(settings.model), bundled=not settings.model)
        yield Check("model", True, f"{settings.model or 'the one that ships'}, SHA-256 {digest[:12]}…")
    except ExhibitError as error:
        yield Check("model", False, str(error))
        return
    try:
        loaded = load_case(root)
        yield Check("case", True, f"{loaded.title}, {counted(len(loaded), 'document')} in {loaded.root}")
    except ExhibitError as error:
        yield Check("case", False, str(error))
        return
    try:
        reasons = status_of(loaded, Store(settings.data, root), digest)
        stale = f"stale: {'; '.join(reasons)}. It is built anew at the next question."
        yield Check("index", not reasons, stale if reasons else "fresh", needed=False)
    except ExhibitError as error:
        yield Check("index", False, f"{error} It is built at the next question.", needed=False)


def _reader(settings: Settings) -> Check:
    if settings.reader == "overlap":
        return Check("reader", True, "overlap, which needs no weights")
    try:
        if settings.reader == "trained":
            TrainedReader(settings.threads)
            return Check("reader", True, "the one that ships")
        cross_encoder_folder(settings.reader)
        return Check("reader", True, f"the cross-encoder {settings.reader}")
    except ExhibitError as error:
        return Check("reader", False, str(error))


def _token(settings: Settings) -> Check:
    try:
        settings.token()
    except TokenError as error:
        return Check("token", False, f"{error} Only `exhibit run` needs it.", needed=False)
    return Check("token", True, "set", needed=False)
