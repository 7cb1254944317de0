"""Writes that are on the disk when they return."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StorageError


def write(path: Path, data: bytes) -> None:
    """Writes a file and waits until it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Waits until a folder is on the disk with everything below it."""
    for path in (*folder.rglob("*"), folder):
        sync(path)


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turns what the operating system says while `folder` is written to into a `StorageError`."""
    try:
        yield
    except OSError as error:
        # numpy says without a number that only a part was written, as it is when the space ends in its midst.
        if error.errno in (errno.ENOSPC, errno.EDQUOT, None):
            raise StorageError(
                f"There is no space left for the index in {folder}. Free some and try again."
            ) from error
        raise StorageError(
            f"The index cannot be written to {folder}: {error.strerror or error}."
            " Set EXHIBIT_DATA to a folder that can be written to."
        ) from error
