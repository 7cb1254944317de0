"""A disk that is full at any moment of a build: always an error, never a swap."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import StorageError
from index.store import Store
from index.verify import faults
from tests.conftest import mounted
from tests.soak.conftest import Record, counted
from tests.soak.processes import build, write_case

_DOCUMENTS = 250
"""Each takes a page of the disk at least, so there are more places to be full at than are tried."""
_DIGITS = 64
"""How many bytes shorter a manifest may be than another, since its figures have fewer digits."""


def many_documents(root: Path, revision: int) -> None:
    """Writes the case anew, with so many documents more."""
    write_case(root, revision)
    for at in range(_DOCUMENTS):
        text = f"Ledger {at} was red in revision {revision}.\n"
        (root / "documents" / f"{at:03}.txt").write_text(text, encoding="utf-8")


def sizes(store: Store, generation: str) -> list[int]:
    """The bytes in each file of a generation."""
    folder = store.folder / "generations" / generation
    return [path.stat().st_size for path in folder.rglob("*") if path.is_file()]


def assert_unchanged(store: Store, live: str) -> None:
    """The live index is what it was, whole, and nothing else lies about."""
    assert (found := store.open()).id == live
    assert list(faults(found)) == []
    assert [path.name for path in (store.folder / "generations").iterdir()] == [live]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes, which only root can mount."""
    with mounted(tmp_path / "disk", megabytes=4) as folder:
        yield folder


@counted(200, 4)
def test_a_disk_without_room_for_the_whole_index(
    count: int, disk: Path, root: Path, record_property: Record
) -> None:
    """It is full after no page, after the last but one, and at as many places between as there are to try."""
    many_documents(root, 1)
    store = Store(disk, root)
    live = build(disk, root).id
    many_documents(root, 2)
    room = shutil.disk_usage(disk).free
    page = resource.getpagesize()
    needed = sum(-(-size // page) for size in sizes(store, live)) + 1  # for the new pointer
    assert needed >= _DOCUMENTS
    filler = disk / "filler"
    for free in sorted({round(at * (needed - 1) / max(1, count - 1)) for at in range(count)}):
        filler.write_bytes(b"")
        filler.write_bytes(b"x" * (shutil.disk_usage(disk).free - free * page))
        with pytest.raises(StorageError) as raised:
            build(disk, root)
        assert str(raised.value) == (
            f"There is no space left for the index in {store.folder}. Free some and try again."
        )
        assert_unchanged(store, live)
    filler.unlink()
    assert shutil.disk_usage(disk).free == room
    assert build(disk, root).id == store.open().id != live
    record_property(
        f"a disk that is full after {count:,} different numbers of pages", "0 swaps, an error each"
    )


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Has the system refuse what this process writes to a file past so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@counted(200, 10)
def test_a_file_that_cannot_grow(count: int, data: Path, root: Path, record_property: Record) -> None:
    """At as many bytes as there are to try, up to nearly the end of the largest file."""
    store = Store(data, root)
    live = build(data, root).id
    most = max(sizes(store, live)) - _DIGITS
    write_case(root, 2)
    for at in range(count):
        with no_file_larger_than(at * most // max(1, count - 1)), pytest.raises(StorageError):
            build(data, root)
        assert_unchanged(store, live)
    assert build(data, root).id == store.open().id != live
    record_property(f"a file that cannot grow past {count:,} different sizes", "0 swaps, an error each")
