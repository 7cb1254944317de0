"""New entries in the place of old ones: all or none, whatever happens on the way."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.backup.replacing import STAGING, Replacement, replacement, settle
from bot.errors import BackupError
from tests.bot.backup.conftest import tree
from tests.conftest import FailingSync

OLD = {
    "home/state": b"old",
    "home/state-wal": b"old",
    "home/indexes": None,
    "home/indexes/1": b"old",
    "home/mine": b"kept",
    "case": None,
    "case/documents": None,
    "case/documents/a.txt": b"old",
    "case/notes": b"kept",
    "home": None,
}
NEW = {
    "home/state": b"new",
    "home/indexes": None,
    "home/indexes/2": b"new",
    "home/mine": b"kept",
    "case": None,
    "case/documents": None,
    "case/documents/b.txt": b"new",
    "case/case.toml": b"new",
    "case/notes": b"kept",
    "home": None,
}


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A folder with the old home and the old case."""
    grow(tmp_path, OLD)
    return tmp_path


def grow(folder: Path, wanted: dict[str, bytes | None]) -> None:
    """Makes files and folders."""
    for name, content in wanted.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            (folder / name).mkdir(exist_ok=True)
        else:
            (folder / name).write_bytes(content)


def make(new: Replacement, folders: Path) -> None:
    """Makes the new entries."""
    home, case = new.new(folders / "home"), new.new(folders / "case")
    (home / "state").write_bytes(b"new")
    (home / "indexes").mkdir()
    (home / "indexes" / "2").write_bytes(b"new")
    (case / "documents").mkdir()
    (case / "documents" / "b.txt").write_bytes(b"new")
    (case / "case.toml").write_bytes(b"new")


def entries(folders: Path) -> dict[Path, dict[str, bool]]:
    """What is replaced."""
    return {
        folders / "home": {"state-wal": False, "state": True, "indexes": True},
        folders / "case": {"case.toml": True, "documents": True},
    }


def replace(folders: Path) -> None:
    """Replaces the old with the new."""
    with replacement(folders / "home", entries(folders)) as new:
        make(new, folders)
        new.commit()


def test_the_new_comes_in_the_place_of_the_old(folders: Path) -> None:
    """What is not named stays, and what no new one comes for goes."""
    replace(folders)
    assert tree(folders) == NEW


def test_folders_that_are_not_there_are_made(tmp_path: Path) -> None:
    """With those above them; the first is its owner's only."""
    replace(tmp_path / "far" / "away")
    kept = {"home/mine", "case/notes"}
    assert tree(tmp_path / "far" / "away") == {name: NEW[name] for name in NEW.keys() - kept}
    assert (tmp_path / "far" / "away" / "home").stat().st_mode & 0o777 == 0o700


def test_one_folder_may_be_both(tmp_path: Path) -> None:
    """The home and the case, each with its own entries."""
    grow(tmp_path, {"state": b"old"})
    with replacement(tmp_path, {tmp_path: {"state": True, "documents": True}}) as new:
        grow(new.new(tmp_path), {"state": b"new", "documents/a.txt": b"new"})
        new.commit()
    assert tree(tmp_path) == {"state": b"new", "documents": None, "documents/a.txt": b"new"}


def test_links_are_replaced_not_followed(folders: Path) -> None:
    """What they lead to is somebody else's."""
    (folders / "case" / "documents" / "a.txt").unlink()
    (folders / "case" / "documents").rmdir()
    (folders / "case" / "documents").symlink_to(folders / "home")
    replace(folders)
    assert tree(folders) == NEW


def test_without_a_commit_everything_stays(folders: Path) -> None:
    """Also when something fails on the way; and a folder that was made goes."""
    with replacement(folders / "home", entries(folders)) as new:
        make(new, folders)
        assert {name: content for name, content in tree(folders).items() if STAGING not in name} == OLD
        assert ((folders / "home" / STAGING).stat().st_mode & 0o777) == 0o700
    assert tree(folders) == OLD
    with pytest.raises(FileExistsError), replacement(folders / "home", entries(folders)) as new:
        new.new(folders / "case").mkdir()
    assert tree(folders) == OLD
    with replacement(folders / "not" / "there", {folders / "not" / "there": {"state": True}}):
        pass
    assert tree(folders / "not") == {}


def test_only_one_at_a_time(folders: Path) -> None:
    """A second one is told so, as is everybody else, and does no harm to the first."""
    with replacement(folders / "home", entries(folders)) as new:
        make(new, folders)
        seconds: list[tuple[Callable[[Path], None], Path]] = [(settle, folders / "home"), (replace, folders)]
        for second, folder in seconds:
            with pytest.raises(BackupError) as raised:
                second(folder)
            assert str(raised.value) == (
                f"A backup is being restored into {folders / 'home'} just now. Wait until that is done."
            )
        other = folders / "other"
        with (
            pytest.raises(BackupError) as raised,
            replacement(other, {other: {}, folders / "case": {"documents": True}}),
        ):
            pass
        assert str(raised.value) == (
            f"Another restore into {folders / 'case'} is under way, or was cut short. If none is, delete"
            f" {folders / 'case' / STAGING}."
        )
        new.commit()
    assert tree(folders) == NEW | {"other": None}


def test_there_is_mostly_nothing_to_settle(folders: Path) -> None:
    """Nor is anything made then."""
    settle(folders / "home")
    settle(folders / "not-there")
    assert tree(folders) == OLD


def test_a_full_disk_at_any_sync_leaves_the_old(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the new, if only the last sync fails, after which nothing is left to be done."""
    monkeypatch.setattr(os, "fsync", counting := FailingSync(0))
    grow(folders / "reference", OLD)
    replace(folders / "reference")
    syncs = counting.calls
    assert syncs > 15
    for fail_at in range(1, syncs + 1):
        monkeypatch.setattr(os, "fsync", FailingSync(fail_at))
        with pytest.raises(OSError, match="No space left"):
            replace(folders)
        found = {name: what for name, what in tree(folders).items() if not name.startswith("reference")}
        assert found == (NEW if fail_at == syncs else OLD)


@pytest.mark.parametrize("broken", range(1, 10))
def test_a_rename_that_cannot_be_done_is_undone(
    folders: Path, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    """As of a folder that a disk is mounted on."""
    rename = Path.rename
    calls = 0

    def failing(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == broken:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="busy"):
        replace(folders)
    assert tree(folders) == OLD


def test_what_can_neither_be_done_nor_undone_is_kept_for_later(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said for as long as it lasts, and done as soon as it can be."""
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if "case" in self.parts or self.parts[-2] == "old":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="Input/output error"):
        replace(folders)
    with pytest.raises(BackupError) as raised:
        settle(folders / "home")
    assert str(raised.value) == (
        f"A restore into {folders / 'home'} was cut short, and cannot be finished: Input/output error. Mend"
        " that and try again, or restore again."
    )
    monkeypatch.undo()
    settle(folders / "home")
    assert tree(folders) == NEW


def test_a_journal_that_was_cut_short_is_taken_away(folders: Path) -> None:
    """Nothing else had been made by then."""
    staging = folders / "home" / STAGING
    for torn in (None, b"", b'{"parts":[{"fol'):
        staging.mkdir()
        if torn is not None:
            (staging / "staged.json").write_bytes(torn)
        settle(folders / "home")
        assert tree(folders) == OLD


def test_a_journal_that_is_damaged_later_is_a_sentence(folders: Path) -> None:
    """What was there is still somewhere, and nobody takes it away."""
    staging = folders / "home" / STAGING
    grow(folders, {f"home/{STAGING}/ready.json": b"{", f"home/{STAGING}/old/state": b"older"})
    before = tree(folders)
    with pytest.raises(BackupError) as raised:
        settle(folders / "home")
    assert str(raised.value) == (
        f"A restore was cut short, and {staging / 'ready.json'}, which says how to go on, is damaged. What was"
        f" there, as far as it was moved, is in {staging / 'old'}: move it back, and delete {staging}."
    )
    assert tree(folders) == before | {f"home/{STAGING}/LOCK": b""}
