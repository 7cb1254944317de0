"""Copies of the bot's state, taken while the bot writes to it, and whether one can be used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import BackupError
from bot.state import FILE_NAME, SCHEMA_VERSION

_PATIENCE = 30.0
"""Seconds to wait for a write of the bot's to end."""


def copy_state(folder: Path, target: Path) -> None:
    """Copies the state in a folder as it is at one moment; the bot may go on writing.

    Args:
        target: a file that does not exist yet, or is empty.

    Raises:
        BackupError: if it cannot be copied or is damaged.
    """
    path = folder / FILE_NAME
    try:
        with (
            closing(_connect(path, "mode=rw", _PATIENCE)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # so that the copy is all in one file
            fault = _fault(copy)
    except sqlite3.Error as error:
        raise BackupError(
            f"The bot's state {path} cannot be copied ({error}): check its permissions and the free space."
        ) from error
    if fault:
        raise BackupError(f"The bot's state {path} is damaged ({fault}): restore a backup, or move it away.")


def check_state(path: Path) -> None:
    """Looks whether this Exhibit can use a copy of a state.

    Raises:
        BackupError: if it is damaged, or a newer Exhibit wrote it.
    """
    try:
        with closing(_connect(path, "immutable=1")) as state:
            fault = _fault(state)
            version = int(state.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        raise BackupError(f"The bot's state in the backup cannot be used ({error}).") from error
    if fault:
        raise BackupError(f"The bot's state in the backup is damaged ({fault}).")
    if version > SCHEMA_VERSION:
        raise BackupError(
            f"The bot's state in the backup was written by a newer Exhibit (its format is {version}; this"
            f" Exhibit knows {SCHEMA_VERSION}): upgrade Exhibit."
        )


def refuse_while_in_use(folder: Path) -> None:
    """Looks whether a bot has the state in a folder open; nobody can have one open that is damaged.

    Raises:
        BackupError: if one has.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return
    try:
        with closing(_connect(path, "mode=rw")) as state:
            # SQLite then wants the file for itself alone, and whoever has it open keeps a lock on it.
            state.execute("PRAGMA locking_mode = EXCLUSIVE")
            state.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise BackupError(f"A bot is running on {folder}. Stop it first, and restore again.") from error


def _connect(path: Path, parameters: str, patience: float = 0.0) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{parameters}", uri=True, timeout=patience)


def _fault(state: sqlite3.Connection) -> str:
    """What SQLite finds wrong first; empty if it finds nothing."""
    found = str(state.execute("PRAGMA integrity_check(1)").fetchone()[0])
    return "" if found == "ok" else " ".join(found.split())
