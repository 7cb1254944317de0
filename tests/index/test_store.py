"""Generations on disk: swapped in whole, and the old one lives through every failure."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import CaseError
from corpus.library import load_case
from index.build import build_index
from index.durable import write
from index.errors import DamagedIndexError, IndexingError, NoIndexError, StorageError
from index.generation import Generation, read_generation
from index.models import Receipt
from index.store import Store
from tests.conftest import CountingEncoder, FailingSync, less_and_less_full


def generations(store: Store) -> set[str]:
    """What lies in the folder of generations, finished or not."""
    return {path.name for path in (store.folder / "generations").iterdir()}


def add(case_dir: Path, name: str, words: str = "The ledger was red.") -> None:
    """Puts another document into the case."""
    (case_dir / "documents" / name).write_text(words, encoding="utf-8")


@pytest.fixture
def build(case_dir: Path, store: Store, encoder: CountingEncoder) -> Callable[[], str]:
    """Builds the index of the case as it is, and gives the generation's name."""
    return lambda: build_index(load_case(case_dir), store, encoder).id


def test_there_is_none_at_first(store: Store) -> None:
    """Which is no damage."""
    for read in (store.open, store.manifest):
        with pytest.raises(NoIndexError) as raised:
            read()
        assert str(raised.value) == "There is no index of this case yet. Run `exhibit index build`."


def test_each_case_has_a_place_of_its_own(tmp_path: Path) -> None:
    """By its whole path; however it is named, it is the same."""
    data = tmp_path / "data"
    one = Store(data, tmp_path / "a" / "case").folder
    assert one == Store(data, tmp_path / "a" / ".." / "a" / "case").folder
    assert one != Store(data, tmp_path / "b" / "case").folder
    assert one.parent == data / "indexes"
    assert one.name.startswith("case-")


def test_a_path_that_is_none_is_refused(tmp_path: Path) -> None:
    """Before anything is written."""
    with pytest.raises(CaseError):
        Store(tmp_path, Path("~nobody-by-this-name"))


def test_the_last_build_is_live_and_the_one_before_it_stays(
    case_dir: Path, store: Store, build: Callable[[], str]
) -> None:
    """For whoever is still reading it; older ones and what killed builds left are removed."""
    (store.folder / "generations" / ".building-killed").mkdir(parents=True)
    built = [build()]
    assert generations(store) == set(built)
    (store.folder / "generations" / ".building-killed").mkdir()
    for at in range(3):
        add(case_dir, f"{at}.txt")
        built.append(build())
        assert store.open().id == store.manifest().generation == built[-1]
        assert generations(store) == set(built[-2:])
    assert sorted(built) == built


def test_a_generation_that_was_never_live_goes(store: Store, build: Callable[[], str]) -> None:
    """It is newer than the live one where its build was killed just before the swap; that one stays all the same."""
    build()
    live = build()
    folder = store.folder / "generations"
    shutil.copytree(folder / live, folder / "99991231T235959999999-killed")
    built = build()
    assert generations(store) == {live, built}


def test_a_generation_that_is_read_stays(store: Store, build: Callable[[], str]) -> None:
    """However many builds go by, since quotes are checked against its folder; then it is removed."""
    build()
    read = store.open()
    quoted = read.passages[0]
    document = next(each for each in read.case if each.path == quoted.document)
    built = [build() for _ in range(3)]
    assert generations(store) == {read.id, *built[-2:]}
    assert read.recheck(Receipt(document.sha256, quoted.span)) == quoted.span.of(document.text)
    del read
    built.append(build())
    assert generations(store) == set(built[-2:])


def test_builds_that_go_by_while_it_is_opened_do_no_harm(
    store: Store, build: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the pointer led to is removed before it could be held; so the newest one is opened."""
    build()
    built: list[str] = []

    def overtaken(folder: Path, digest: str) -> Generation:
        with monkeypatch.context() as undone:
            undone.setattr("index.store.read_generation", read_generation)
            if not built:
                built.extend(build() for _ in range(2))
        return read_generation(folder, digest)

    monkeypatch.setattr("index.store.read_generation", overtaken)
    assert store.open().id == built[-1]


def test_the_pointer_is_read_as_it_is(store: Store, build: Callable[[], str]) -> None:
    """Damaged or not, so that a change of it is seen; None where there is none."""
    assert store.current() is None
    build()
    current = store.folder / "CURRENT"
    assert store.current() == current.read_bytes()
    current.write_bytes(b"?")
    assert store.current() == b"?"
    current.unlink()
    current.mkdir()
    assert store.current() is None


def test_any_damage_to_the_pointer_is_noticed(store: Store, build: Callable[[], str]) -> None:
    """Every byte of it counts; so does what is missing or too much."""
    build()
    current = store.folder / "CURRENT"
    whole = current.read_bytes()
    flipped = [
        whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]
        for at in range(len(whole))
        for bit in (1, 128)
    ]
    other = (whole[:-1], b"", b"{}", whole * 2, b"\xff", b"null", whole + b"\n", b" " + whole)
    for data in (*flipped, *other):
        current.write_bytes(data)
        for read in (store.open, store.manifest):
            with pytest.raises(DamagedIndexError, match=r"Run `exhibit index build` to build it anew\.$"):
                read()
    current.write_bytes(whole)
    assert store.open().manifest == store.manifest()


@pytest.mark.parametrize("name", ["../../elsewhere", "..", "", "a/b"])
def test_the_pointer_leads_nowhere_else(store: Store, build: Callable[[], str], name: str) -> None:
    """Only to a generation of this case."""
    build()
    current = store.folder / "CURRENT"
    current.write_text(current.read_text().replace(store.manifest().generation, name))
    with pytest.raises(DamagedIndexError):
        store.open()


def test_a_build_mends_whatever_was_damaged(store: Store, build: Callable[[], str]) -> None:
    """The pointer, or a file of the live generation."""
    first = build()
    (store.folder / "CURRENT").write_bytes(b"?")
    assert build() == store.open().id != first
    second = store.open()
    (second.folder / "vectors.faiss").write_bytes(b"?")
    with pytest.raises(DamagedIndexError):
        store.open()
    assert build() == store.open().id != second.id


def test_a_failure_at_any_sync_leaves_the_old_index_or_the_new_one(
    case_dir: Path, store: Store, build: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a half of either, and nothing lies about afterwards."""
    old = build()
    add(case_dir, "new.txt")
    monkeypatch.setattr(os, "fsync", counting := FailingSync(0))
    reference = Store(store.folder.parent.parent / "reference", case_dir)
    build_index(load_case(case_dir), reference, CountingEncoder(["red"]))
    syncs = counting.calls
    assert syncs > 20

    for fail_at in range(1, syncs + 1):
        monkeypatch.setattr(os, "fsync", FailingSync(fail_at))
        with pytest.raises(StorageError) as raised:
            build()
        assert str(raised.value) == (
            f"There is no space left for the index in {store.folder}. Free some and try again."
        )
        live = store.open()
        if live.id != old:
            # Only the very last sync comes after the swap.
            assert fail_at == syncs
        assert generations(store) <= {old, live.id}
    monkeypatch.undo()
    new = build()
    assert store.open().id == new
    assert "new.txt" in store.manifest().documents


@pytest.mark.parametrize("name", ["vectors.faiss", "passages.json", "case.json", "vocabulary.json"])
def test_a_disk_that_loses_what_is_written_leaves_the_old_index(
    case_dir: Path, store: Store, build: Callable[[], str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What was written is read back before it is live."""

    def lossy(path: Path, data: bytes) -> None:
        write(path, data[: len(data) // 2] if path.name == name else data)

    old = build()
    add(case_dir, "new.txt")
    monkeypatch.setattr("index.generation.write", lossy)
    with pytest.raises(DamagedIndexError):
        build()
    assert store.open().id == old
    assert generations(store) == {old}


@pytest.mark.parametrize("number", [errno.EIO, errno.EROFS, errno.EACCES])
def test_other_failures_are_sentences_too(
    store: Store, build: Callable[[], str], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """In the system's own words."""
    monkeypatch.setattr(os, "fsync", FailingSync(3, number))
    with pytest.raises(StorageError, match=os.strerror(number)):
        build()
    with pytest.raises(NoIndexError):
        store.open()


def test_data_that_is_a_file_is_a_sentence(case_dir: Path, tmp_path: Path, encoder: CountingEncoder) -> None:
    """Nothing can be made below it."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="Set EXHIBIT_DATA to a folder that can be written to"):
        build_index(load_case(case_dir), Store(tmp_path / "file", case_dir), encoder)


def test_a_disk_that_is_really_full_leaves_the_old_index(
    small_disk: Path, case_dir: Path, encoder: CountingEncoder
) -> None:
    """With no page left, one page, two, and so on until the build goes through."""
    store = Store(small_disk, case_dir)
    old = build_index(load_case(case_dir), store, encoder)
    add(case_dir, "new.txt")
    case = load_case(case_dir)
    refused = 0
    for _ in less_and_less_full(small_disk):
        try:
            build_index(case, store, encoder)
        except StorageError as error:
            full = f"There is no space left for the index in {store.folder}. Free some and try again."
            assert str(error) == full  # noqa: PT017 - whether it is raised depends on the space
            refused += 1
        else:
            break
        assert store.open().id == old.id
        assert generations(store) == {old.id}
    assert refused >= 10
    assert set(store.open().manifest.documents) == {document.path for document in case}


def test_indexing_errors_are_all_that_reading_raises(store: Store, build: Callable[[], str]) -> None:
    """A store without its generations, and one that is a file."""
    build()
    shutil.rmtree(store.folder / "generations")
    with pytest.raises(IndexingError):
        store.open()
    shutil.rmtree(store.folder)
    store.folder.write_text("x")
    with pytest.raises(IndexingError):
        store.open()
