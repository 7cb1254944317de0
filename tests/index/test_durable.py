"""Writes that are on the disk when they return."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.durable import storage_errors, sync_tree, write
from index.errors import StorageError


def test_what_is_written_is_synced_before_write_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all its bytes, not only those that the buffer had passed on."""
    sizes: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: sizes.append(os.fstat(descriptor).st_size))
    for size in (0, 10, 100_000):
        write(tmp_path / "a", b"x" * size)
        assert (tmp_path / "a").read_bytes() == b"x" * size
    assert sizes == [0, 10, 100_000]


def test_a_tree_is_synced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file and every folder, the folder itself last."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_bytes(b"x")
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    sync_tree(tmp_path)
    expected = {path.stat().st_ino for path in (tmp_path, tmp_path / "b", tmp_path / "b" / "c")}
    assert set(synced) == expected
    assert synced[-1] == tmp_path.stat().st_ino


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_to_be_full(tmp_path: Path, number: int) -> None:
    """A full quota too."""
    with pytest.raises(StorageError) as raised, storage_errors(tmp_path):
        raise OSError(number, os.strerror(number))
    assert (
        str(raised.value) == f"There is no space left for the index in {tmp_path}. Free some and try again."
    )


def test_other_failures_are_passed_on_with_what_to_do(tmp_path: Path) -> None:
    """In the system's own words."""
    with pytest.raises(StorageError) as raised, storage_errors(tmp_path):
        raise PermissionError(errno.EACCES, "Permission denied")
    assert str(raised.value) == (
        f"The index cannot be written to {tmp_path}: Permission denied."
        " Set EXHIBIT_DATA to a folder that can be written to."
    )


def test_a_part_that_was_written_is_a_disk_without_space(small_disk: Path) -> None:
    """As numpy tells it, for whom the last page was too little."""
    array = np.zeros(shutil.disk_usage(small_disk).free // 8 + 1)
    with pytest.raises(StorageError, match="There is no space left"), storage_errors(small_disk):
        np.save(small_disk / "array.npy", array)
