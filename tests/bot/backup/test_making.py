"""A backup is complete or not there, and the bot does not notice that it is made."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.backup.archive import What
from bot.backup.making import back_up
from bot.backup.restoring import Destination, restore
from bot.errors import BackupError
from bot.state import FILE_NAME, State
from corpus.errors import CaseError
from corpus.library import DEFAULT_CASE, load_case
from index.build import build_index
from index.models import Answer
from index.searcher import Searcher
from index.store import Store
from tests.bot.backup.conftest import tree, unpack
from tests.conftest import CountingEncoder, FailingSync, less_and_less_full


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the backup goes; nothing else is there."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "exhibit.zip"


@pytest.fixture
def build(case_dir: Path, store: Store, encoder: CountingEncoder) -> Callable[[], str]:
    """Builds the index of the small case again, and gives the generation's name."""
    return lambda: build_index(load_case(case_dir), store, encoder).id


def test_everything_is_in_it(
    data: Path, case_dir: Path, target: Path, kept: tuple[str, Answer], searcher: Searcher
) -> None:
    """Documents, case.toml, index and state; of the documents, those that Exhibit reads."""
    del kept
    (case_dir / "NOTICE").write_text("Not read.")
    (case_dir / "documents" / ".hidden.txt").write_text("Not read either.")
    (data / "heartbeat").write_text("Nor this.")
    made = back_up(data, case_dir, target)
    contents, members = unpack(target)
    assert (made.contents, made.left_out) == (contents, ())
    generation = searcher.generation.folder
    of_index = {
        f"{path.relative_to(data)}": path.read_bytes()
        for path in (searcher.generation.folder.parent.parent / "CURRENT", *generation.rglob("*"))
        if path.is_file()
    }
    of_case = {
        f"case/{name}": (case_dir / name).read_bytes()
        for name in tree(case_dir)
        if name.endswith((".txt", ".toml"))
    }
    del of_case["case/documents/.hidden.txt"]
    assert {name: content for name, content in members.items() if name != FILE_NAME} == of_index | of_case
    assert contents.count(What.STATE) == 1
    assert (contents.case.name, contents.case.shipped) == ("harbour", False)
    assert contents.case.index == Store(data, case_dir).folder.name


def test_only_its_owner_may_read_it(data: Path, case_dir: Path, target: Path) -> None:
    """Whatever the umask is; and nothing else is left beside it."""
    before = os.umask(0)
    try:
        back_up(data, case_dir, target)
    finally:
        os.umask(before)
    assert stat.filemode(target.stat().st_mode) == "-rw-------"
    assert list(tree(target.parent)) == [target.name]


def test_only_the_live_generation_is_in_it(
    data: Path, case_dir: Path, target: Path, build: Callable[[], str]
) -> None:
    """Nobody reads an older one when the bot starts again."""
    build()
    live = build()
    back_up(data, case_dir, target)
    assert {name.split("/")[3] for name in unpack(target)[1] if "/generations/" in name} == {live}


def test_without_data_there_are_the_documents(data: Path, case_dir: Path, target: Path) -> None:
    """Before anything was asked; also of the case that ships."""
    assert not data.exists()
    assert {member.what for member in back_up(data, case_dir, target).contents.members.values()} == {
        What.CASE_FILE,
        What.DOCUMENT,
    }
    assert back_up(data, DEFAULT_CASE, target, force=True).contents.case.shipped
    assert not data.exists()


def test_a_file_that_is_there_is_replaced_only_by_force(data: Path, case_dir: Path, target: Path) -> None:
    """And never anything that is no file."""
    target.write_text("mine")
    with pytest.raises(BackupError) as raised:
        back_up(data, case_dir, target)
    assert (
        str(raised.value) == f"{target} is there already. Choose another name, or use --force to replace it."
    )
    assert target.read_text() == "mine"
    back_up(data, case_dir, target, force=True)
    assert unpack(target)[0].count(What.DOCUMENT) == 2
    for force in (False, True):
        with pytest.raises(BackupError) as raised:
            back_up(data, case_dir, target.parent, force=force)
        assert str(raised.value) == f"{target.parent} is there already. Choose another name."


def test_what_a_killed_backup_left_goes(data: Path, case_dir: Path, target: Path) -> None:
    """It lies aside, under one name."""
    aside = target.parent / f".{target.name}.part"
    aside.mkdir()
    (aside / "archive").write_bytes(b"half")
    back_up(data, case_dir, target)
    assert list(tree(target.parent)) == [target.name]


def test_a_damaged_index_is_left_out(
    data: Path, case_dir: Path, target: Path, searcher: Searcher, letters: Searcher
) -> None:
    """It can be built anew, and the rest cannot wait for that; one that was never built is no loss."""
    (searcher.generation.folder / "vectors.faiss").write_bytes(b"x")
    (data / "indexes" / "never").mkdir()
    made = back_up(data, case_dir, target)
    folder = Store(data, case_dir).folder
    sentence = "vectors.faiss of the index is damaged. Run `exhibit index build` to build it anew."
    assert made.left_out == (f"The index in {folder} is left out. {sentence}",)
    assert made.contents.indexes == [letters.generation.folder.parent.parent.name]


async def test_a_damaged_state_is_an_error(
    data: Path, case_dir: Path, target: Path, kept: tuple[str, Answer]
) -> None:
    """Nothing can build it anew."""
    del kept
    (data / FILE_NAME).write_bytes(b"no database" * 999)
    with pytest.raises(
        BackupError, match=r"^The bot's state \S+ cannot be copied \(file is not a database\): "
    ):
        back_up(data, case_dir, target)
    assert tree(target.parent) == {}


@pytest.mark.parametrize("spoil", ["link", "empty", "gone"])
def test_a_case_that_cannot_be_read_is_a_sentence(
    tmp_path: Path, data: Path, case_dir: Path, target: Path, spoil: str
) -> None:
    """Its own, and there is no backup then."""
    root = case_dir
    if spoil == "link":
        (case_dir / "documents" / "b.txt").symlink_to(tmp_path / "gone.txt")
        expected = f"The folder {case_dir} cannot be read: No such file or directory."
    elif spoil == "empty":
        root = tmp_path / "backups"
        expected = f"{root} has no documents. Name the folder of a case."
    else:
        root = tmp_path / "gone"
        expected = f"There is no folder {root}. Name the folder of a case."
    with pytest.raises(CaseError) as raised:
        back_up(data, root, target)
    assert str(raised.value) == expected
    assert tree(target.parent) == {}


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path, data: Path, case_dir: Path) -> None:
    """By its name."""
    with pytest.raises(BackupError) as raised:
        back_up(data, case_dir, tmp_path / "gone" / "b.zip")
    assert str(raised.value) == f"{tmp_path}/gone/.b.zip.part cannot be written: No such file or directory."
    for target in (case_dir / "case.toml" / "b.zip", tmp_path / ("x" * 300)):
        with pytest.raises(BackupError, match=r" cannot be written: "):
            back_up(data, case_dir, target)


async def test_the_bot_goes_on_answering(
    tmp_path: Path, data: Path, case_dir: Path, target: Path, kept: tuple[str, Answer]
) -> None:
    """What it keeps meanwhile it keeps, and every backup is a state that can be opened."""
    identifier, answer = kept
    async with State.open(data) as state:
        for at in range(5):
            making = asyncio.create_task(asyncio.to_thread(back_up, data, case_dir, target, force=True))
            later = [await state.keep(answer)]
            while not making.done():
                later.append(await state.keep(answer))
            await making
            to = Destination(tmp_path / f"data-{at}", tmp_path / f"case-{at}")
            restore(target, to)
            async with State.open(to.data) as restored:
                assert await restored.kept(identifier) is not None
            assert all([await state.kept(each) is not None for each in later])


def test_builds_that_go_by_do_no_harm(
    data: Path, case_dir: Path, target: Path, build: Callable[[], str]
) -> None:
    """What is being copied stays, however often it is replaced meanwhile, and is let go afterwards."""
    first = build()
    built: list[str] = []

    def overtake(_done: int, _total: int) -> None:
        if len(built) < 4:
            built.append(build())

    back_up(data, case_dir, target, on_progress=overtake)
    restore(target, to := Destination(data.parent / "new", data.parent / "copy" / "harbour"))
    assert to.root is not None
    assert Store(to.data, to.root).open().id == first
    built.append(build())
    folder = Store(data, case_dir).folder
    assert {path.name for path in (folder / "generations").iterdir()} == set(built[-2:])


def test_how_far_it_is(data: Path, case_dir: Path, target: Path, searcher: Searcher) -> None:
    """By bytes, up to all of them."""
    del searcher
    told: list[tuple[int, int]] = []
    made = back_up(data, case_dir, target, on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (made.contents.size, made.contents.size)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_full_disk_at_any_sync_leaves_the_old_backup(
    data: Path, case_dir: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the new one, if only the last sync fails, after which nothing is left to be done."""
    target.write_text("old")
    monkeypatch.setattr(os, "fsync", FailingSync(1))
    with pytest.raises(BackupError) as raised:
        back_up(data, case_dir, target, force=True)
    assert str(raised.value) == f"There is no space left for {target}. Free some and try again."
    assert tree(target.parent) == {target.name: b"old"}
    monkeypatch.undo()
    monkeypatch.setattr(os, "fsync", FailingSync(2))
    with pytest.raises(BackupError):
        back_up(data, case_dir, target, force=True)
    assert list(tree(target.parent)) == [target.name]
    assert unpack(target)[0].count(What.DOCUMENT) == 2


def test_a_disk_that_loses_what_is_written_is_noticed(
    data: Path, case_dir: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is read back before it gets its name."""
    sync = os.fsync

    def lossy(descriptor: int) -> None:
        sync(descriptor)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.ftruncate(descriptor, os.fstat(descriptor).st_size - 1)

    monkeypatch.setattr(os, "fsync", lossy)
    with pytest.raises(BackupError) as raised:
        back_up(data, case_dir, target)
    assert (
        str(raised.value)
        == f"What was written for {target} is not what is there. Check the disk, and try again."
    )
    assert tree(target.parent) == {}


def test_a_disk_that_is_really_full_leaves_no_half(
    small_disk: Path, data: Path, case_dir: Path, kept: tuple[str, Answer]
) -> None:
    """With no page left, one page, two, and so on until it goes through."""
    del kept
    target = small_disk / "backup.zip"
    refused = 0
    for _ in less_and_less_full(small_disk):
        try:
            back_up(data, case_dir, target)
        except BackupError as error:
            sentence = str(error)
            refused += 1
        else:
            break
        assert "space" in sentence
        assert set(tree(small_disk)) == {"filler"}
    assert refused >= 5
    assert unpack(target)[0].count(What.STATE) == 1
