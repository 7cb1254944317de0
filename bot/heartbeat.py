"""The heartbeat file: by its age, another process sees whether the bot's event loop runs.

Nothing heavy is imported here: a container looks at the file several times a minute.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

FILE_NAME = "heartbeat"
BEAT_SECONDS = 5.0
"""Between two beats."""
STALE_SECONDS = 30.0
"""From this age on, the event loop counts as frozen: no beat is late by so much on a busy machine."""

_WORDS = (
    "Exhibit touches this file every few seconds for as long as its event loop runs.\n"
    "`exhibit health` looks at how old it is. It holds nothing else and can be deleted.\n"
)


def beat(folder: Path) -> None:
    """Sets the age of the heartbeat file in a data folder to zero. On a full disk, this still works.

    Raises:
        OSError: if the file is not there and cannot be written, or may not be touched.
    """
    path = folder / FILE_NAME
    try:
        os.utime(path)
    except FileNotFoundError:
        path.write_text(_WORDS, encoding="utf-8")


def stop(folder: Path) -> None:
    """Removes the heartbeat file, so that a bot that was stopped doesn't pass for one that runs."""
    (folder / FILE_NAME).unlink(missing_ok=True)


def age(folder: Path) -> float | None:
    """How many seconds ago the last beat in a data folder was; None if there is none.

    A beat that is as far in the future, because the clock was set back, counts the same; the next mends it.

    Raises:
        OSError: if the folder may not be looked into.
    """
    try:
        return abs(time.time() - (folder / FILE_NAME).stat().st_mtime)
    except FileNotFoundError:
        return None
