"""Puts new entries of folders in the place of old ones, all of them or none, however it is cut short.

<folder>/.exhibit-restore/    in each folder, so on the same disk as what is replaced
    new/<entry>               made here, complete, and waited for until it is on the disk
    old/<entry>               what was there, until every new entry is in its place
    staged.json, ready.json   in the first folder: one of them, which says what is replaced
    LOCK                      in the first folder: held for as long as it goes on

It is a redo log. Renaming `staged.json` to `ready.json` settles it: from then on only renames are left,
for which even a full disk has room, and whatever cuts them short, `settle` does the rest. Before that,
`settle` takes away what was made.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from os.path import lexists
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import BackupError
from index.durable import sync, sync_tree, write

STAGING = ".exhibit-restore"
_STAGED = "staged.json"
_READY = "ready.json"


class _Part(BaseModel):
    """What is replaced in one folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str
    """Seen from the first folder; absolute, where it is another."""
    made: int
    """How many folders were not there before: this one, the one above it, and so on."""
    entries: dict[str, bool]
    """Name -> whether a new one comes in the place of the old one; else the old one only goes."""


class _Journal(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    parts: tuple[_Part, ...]


class Replacement:
    """New entries that are being made; `replacement` begins one."""

    def __init__(self, home: Path, journal: _Journal) -> None:
        self._home = home
        self._journal = journal

    def new(self, folder: Path) -> Path:
        """Where the new entries of a folder are to be made."""
        return folder / STAGING / "new"

    def commit(self) -> None:
        """Puts all that was made in its place.

        Raises:
            OSError: if it cannot be; then what was there is there again.
        """
        for part in self._journal.parts:
            staging = self._home / part.folder / STAGING
            sync_tree(staging)
            sync(staging.parent)
        _finish(self._home, self._journal)


@contextmanager
def replacement(home: Path, entries: Mapping[Path, Mapping[str, bool]]) -> Iterator[Replacement]:
    """Begins to replace entries of folders; without a `commit`, everything stays as it was.

    Args:
        home: the first of the folders, and the one to call `settle` with.
        entries: folder, made where it is not there -> name in it -> whether a new one is going to be
            made; else the old one goes.

    Raises:
        BackupError: if another replacement is under way.
        OSError: if a folder cannot be written to.
    """
    parts = tuple(
        _Part(
            folder="." if folder == home else str(folder.absolute()),
            made=sum(not each.exists() for each in (folder, *folder.parents)),
            entries=dict(names),
        )
        for folder, names in entries.items()
    )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(home):
        try:
            for folder in entries:
                if folder != home and lexists(folder / STAGING):
                    raise BackupError(
                        f"Another restore into {folder} is under way, or was cut short. If none is, delete"
                        f" {folder / STAGING}."
                    )
            write(home / STAGING / _STAGED, _Journal(parts=parts).model_dump_json().encode())
            for folder in entries:
                (folder / STAGING).mkdir(parents=True, exist_ok=True)
                (folder / STAGING).chmod(0o700)
                (folder / STAGING / "new").mkdir()
                (folder / STAGING / "old").mkdir()
            yield Replacement(home, _Journal(parts=parts))
        finally:
            _discard(home)


def settle(home: Path) -> None:
    """Brings a replacement that was cut short to its end, if there is one.

    Raises:
        BackupError: if one is under way, or this one cannot be brought to its end.
    """
    if not (home / STAGING).is_dir():
        return
    try:
        with _locked(home):
            if (home / STAGING / _READY).exists():
                _finish(home, _ready_journal(home / STAGING / _READY))
            _discard(home)
    except OSError as error:
        raise BackupError(
            f"A restore into {home} was cut short, and cannot be finished: {error.strerror or error}. Mend"
            " that and try again, or restore again."
        ) from error


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    (home / STAGING).mkdir(mode=0o700, exist_ok=True)
    lock = FileLock(home / STAGING / "LOCK", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BackupError(
            f"A backup is being restored into {home} just now. Wait until that is done."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _ready_journal(path: Path) -> _Journal:
    try:
        return _Journal.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise BackupError(
            f"A restore was cut short, and {path}, which says how to go on, is damaged. What was there, as"
            f" far as it was moved, is in {path.parent / 'old'}: move it back, and delete {path.parent}."
        ) from error


def _finish(home: Path, journal: _Journal) -> None:
    """Moves everything to its place, or everything back.

    Raises:
        OSError: if something cannot be moved to its place.
    """
    staged, ready = home / STAGING / _STAGED, home / STAGING / _READY
    try:
        if not ready.exists():
            staged.rename(ready)
            sync(ready.parent)
        for part in journal.parts:
            for name, comes in part.entries.items():
                _put(home / part.folder, name, comes)
            sync(home / part.folder)
    except OSError:
        for part in reversed(journal.parts):
            for name, comes in part.entries.items():
                _put_back(home / part.folder, name, comes)
        if ready.exists():
            ready.rename(staged)
        raise
    ready.rename(staged)
    sync(staged.parent)


def _put(folder: Path, name: str, comes: bool) -> None:
    target, new, old = _places(folder, name)
    if comes and not lexists(new):
        return  # it is in its place already
    if lexists(target):
        if lexists(old):
            _remove(target)  # somebody made it after this was cut short
        else:
            target.rename(old)
    if comes:
        new.rename(target)


def _put_back(folder: Path, name: str, comes: bool) -> None:
    target, new, old = _places(folder, name)
    if comes and lexists(target) and not lexists(new):
        target.rename(new)
    if lexists(old):
        if lexists(target):
            _remove(target)
        old.rename(target)


def _places(folder: Path, name: str) -> tuple[Path, Path, Path]:
    return folder / name, folder / STAGING / "new" / name, folder / STAGING / "old" / name


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _discard(home: Path) -> None:
    """Takes away what was made aside, unless it still has to be moved."""
    if (home / STAGING / _READY).exists():
        return
    try:
        parts = _Journal.model_validate_json((home / STAGING / _STAGED).read_bytes()).parts
    except (OSError, ValidationError):
        parts = ()  # it was cut short before anything else was made
    others = [home / part.folder for part in parts if home / part.folder != home]
    for folder in (*others, home):  # the one that names the others goes last
        shutil.rmtree(folder / STAGING, ignore_errors=True)
    for part in parts:
        folder = home / part.folder
        for made in (folder, *folder.parents)[: part.made]:
            with suppress(OSError):  # one in which there is something stays
                made.rmdir()
