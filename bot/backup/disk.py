"""What the operating system says while a backup is made or restored, in sentences."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.errors import BackupError


def private(path: Path) -> BinaryIO:
    """A new file to write to, which nobody but its owner may read.

    Raises:
        OSError: if it is there already or cannot be made.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Names what could not be read.

    Raises:
        BackupError: in the place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or path} cannot be read: {error.strerror or error}.") from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Names what could not be written.

    Raises:
        BackupError: in the place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BackupError(f"There is no space left for {path}. Free some and try again.") from error
        raise BackupError(
            f"{error.filename or path} cannot be written: {error.strerror or error}."
        ) from error
