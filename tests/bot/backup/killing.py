"""Restores a backup over and over, killed one step later each time: python -m tests.bot.backup.killing FOLDER

FOLDER holds the backup, `backup.zip`, and in `old` what is there before, a folder `data` and a folder
`case`. A step is whatever is about to be done to a file of theirs. For each step, one line of JSON says
with which code the restore ended, what there was at once, and what there was after the next command.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path
from unittest.mock import patch

from bot.backup.replacing import STAGING, settle
from bot.backup.restoring import Destination, restore
from tests.bot.backup.conftest import tree

KILLED = 137
STEPS = {"open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod", "sqlite3.connect", "synced"}


def die_at(step: int, place: Path) -> None:
    """Has this process end right before a step, without another word."""
    left = step

    def look(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in STEPS and str(place) in str(arguments[0]):
            left -= 1
            if left == 0:
                os._exit(KILLED)

    sys.addaudithook(look)


def restore_until(step: int, folder: Path, place: Path) -> int:
    """Restores in a process of its own, until a step; the code that it ended with."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sync = os.fsync

    def synced(descriptor: int) -> None:
        sys.audit("synced", place)
        sync(descriptor)

    die_at(step, place)
    with patch.object(os, "fsync", synced):
        restore(folder / "backup.zip", Destination(place / "data", place / "case"), force=True)
    os._exit(0)


def digests(folder: Path) -> dict[str, str]:
    """What lies below a folder."""
    return {
        name: "" if content is None else hashlib.sha256(content).hexdigest()
        for name, content in tree(folder).items()
    }


def main(folder: Path) -> None:
    """Goes on until a restore comes to its end."""
    place = folder / "place"
    step, code = 0, KILLED
    while code == KILLED:
        step += 1
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(folder / "old", place)
        code = restore_until(step, folder, place)
        at_once = {name: digest for name, digest in digests(place).items() if STAGING not in name}
        settle(place / "data")
        sys.stdout.write(json.dumps({"code": code, "at_once": at_once, "later": digests(place)}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
