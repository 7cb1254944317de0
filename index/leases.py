"""Which generations are in use, so that no build removes one that is read."""

from __future__ import annotations

import fcntl
import os
import shutil
import weakref
from pathlib import Path


class Lease:
    """Holds a folder for as long as this object lives, in whichever way its process ends.

    It is a shared lock on the folder itself, so any number may hold it, and holding writes nothing.

    Raises:
        OSError: if the folder is not there, or is being removed.
    """

    def __init__(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        let_go = weakref.finalize(self, os.close, descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            let_go()
            raise


def remove_unused(folder: Path) -> None:
    """Removes a folder with everything in it, unless somebody holds it or it cannot be removed."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    else:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)
