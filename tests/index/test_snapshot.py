"""Copies of an index hold one state of it, whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.library import load_case
from index.build import build_index
from index.errors import DamagedIndexError, IndexingError, NoIndexError
from index.leases import Lease
from index.snapshot import index_folders, take_snapshot
from index.store import Store
from tests.conftest import CountingEncoder


@pytest.fixture
def build(case_dir: Path, store: Store, encoder: CountingEncoder) -> Callable[[], str]:
    """Builds the index of the case as it is, and gives the generation's name."""
    return lambda: build_index(load_case(case_dir), store, encoder).id


def test_the_folders_of_all_indexes(tmp_path: Path, store: Store, build: Callable[[], str]) -> None:
    """In the order of their names; none where there is no data."""
    assert index_folders(tmp_path / "data") == []
    build()
    other = store.folder.with_name("a-case")
    other.mkdir()
    (store.folder.parent / "file").write_text("")
    assert index_folders(tmp_path / "data") == [other, store.folder]


def test_a_copy_of_its_files_is_the_index(
    tmp_path: Path, case_dir: Path, store: Store, build: Callable[[], str]
) -> None:
    """The pointer, and every file of the live generation."""
    build()
    live = build()
    taken = take_snapshot(store.folder)
    assert taken.pointer == store.current()
    copy = Store(tmp_path / "other", case_dir)
    for name, path in taken.files.items():
        (copy.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy.folder / name)
    (copy.folder / "CURRENT").write_bytes(taken.pointer)
    assert copy.open().id == live
    assert copy.manifest() == store.manifest()


def test_it_stays_for_as_long_as_it_is_used(store: Store, build: Callable[[], str]) -> None:
    """However many builds go by."""
    first = build()
    taken = take_snapshot(store.folder)
    for _ in range(3):
        build()
    assert all(first in name and path.is_file() for name, path in taken.files.items())


def test_builds_that_go_by_before_that_do_no_harm(
    store: Store, build: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the pointer led to is removed before it could be held; so the newest one is taken."""
    build()
    built: list[str] = []

    def overtaken(folder: Path) -> Lease:
        if not built:
            built.extend(build() for _ in range(2))
        return Lease(folder)

    monkeypatch.setattr("index.snapshot.Lease", overtaken)
    assert all(built[-1] in name for name in take_snapshot(store.folder).files)


def test_where_nothing_was_built_there_is_none(store: Store) -> None:
    """Which is no damage."""
    store.folder.mkdir(parents=True)
    with pytest.raises(NoIndexError):
        take_snapshot(store.folder)


@pytest.mark.parametrize(
    "name", ["vectors.faiss", "passages.json", "manifest.json", "words/params.index.json"]
)
def test_damage_is_noticed(store: Store, build: Callable[[], str], name: str) -> None:
    """Changed, or gone."""
    build()
    path = store.open().folder / name
    whole = path.read_bytes()
    path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    with pytest.raises(DamagedIndexError):
        take_snapshot(store.folder)
    path.unlink()
    with pytest.raises(DamagedIndexError):
        take_snapshot(store.folder)
    shutil.rmtree(path.parent)
    with pytest.raises(IndexingError):
        take_snapshot(store.folder)
