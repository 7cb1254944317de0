"""Copies of the bot's state: whole at one moment, whatever is written meanwhile."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.backup.states import check_state, copy_state, refuse_while_in_use
from bot.errors import BackupError
from bot.state import FILE_NAME, SCHEMA_VERSION, State


class Writer(threading.Thread):
    """Writes two notes that are always the same, in one transaction, over and over."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._stopped = threading.Event()
        self._wrote = threading.Condition()
        self._count = 0

    def run(self) -> None:
        with closing(sqlite3.connect(self._path, timeout=60)) as connection:
            while not self._stopped.is_set():
                for name in ("first", "second"):
                    connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, str(self._count)))
                connection.commit()
                with self._wrote:
                    self._count += 1
                    self._wrote.notify_all()

    def wait(self) -> int:
        """Waits until it has written five times more; how often it has written by then."""
        with self._wrote:
            until = self._count + 5
            assert self._wrote.wait_for(lambda: self._count >= until, timeout=120)
            return self._count

    def stop(self) -> None:
        self._stopped.set()
        self.join()


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A folder with a state that nobody has open."""
    async with State.open(tmp_path) as state:
        await state.note("commands", "abc")
    return tmp_path


@pytest.fixture
def writer(folder: Path) -> Iterator[Writer]:
    """Writes to the state all the time."""
    thread = Writer(folder / FILE_NAME)
    thread.start()
    yield thread
    thread.stop()


def notes(path: Path) -> dict[str, str]:
    """The notes of a state that is not in use."""
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as state:
        return dict(state.execute("SELECT name, value FROM note"))


def files(folder: Path) -> list[Path]:
    """The file of a state, and what SQLite keeps beside it."""
    return sorted(folder.glob(f"{FILE_NAME}*"))


def test_a_copy_is_one_moment_of_what_is_being_written(folder: Path, writer: Writer) -> None:
    """Never between the two halves of a transaction, and all in one file."""
    counts = []
    for at in range(10):
        before = writer.wait()
        copy = folder / f"copy-{at}"
        copy_state(folder, copy)
        check_state(copy)
        found = notes(copy)
        assert found["first"] == found["second"]
        assert int(found["first"]) >= before - 1
        counts.append(int(found["first"]))
        assert [path.name for path in folder.glob(f"copy-{at}*")] == [copy.name]
    assert counts == sorted(set(counts))


async def test_a_copy_is_a_state(folder: Path, tmp_path: Path) -> None:
    """The bot opens it, and finds what was noted."""
    (tmp_path / "new").mkdir()
    copy_state(folder, tmp_path / "new" / FILE_NAME)
    async with State.open(tmp_path / "new") as state:
        assert await state.noted("commands") == "abc"


async def test_what_a_killed_bot_had_not_put_into_the_file_is_copied(folder: Path, tmp_path: Path) -> None:
    """SQLite keeps what was written last in a file beside it."""
    killed = tmp_path / "killed"
    killed.mkdir()
    async with State.open(folder) as state:
        await state.note("commands", "def")
        for path in files(folder):
            (killed / path.name).write_bytes(path.read_bytes())
    assert notes(killed / FILE_NAME) != {"commands": "def"}
    copy_state(killed, tmp_path / "copy")
    assert notes(tmp_path / "copy") == {"commands": "def"}


def test_a_damaged_state_is_not_copied(folder: Path, tmp_path: Path) -> None:
    """A copy of it could not be used either, and there may still be an older one that can."""
    path = folder / FILE_NAME
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(BackupError, match=r"^The bot's state \S+ (is damaged|cannot be copied) \(.*\): "):
        copy_state(folder, tmp_path / "copy")
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(BackupError) as raised:
        copy_state(folder, tmp_path / "other-copy")
    assert str(raised.value) == (
        f"The bot's state {path} cannot be copied (file is not a database): check its permissions and the free"
        " space."
    )


def test_only_a_sound_state_is_restored(folder: Path) -> None:
    """Whose tables can be read through, and none of a newer Exhibit."""
    path = folder / FILE_NAME
    check_state(path)
    with closing(sqlite3.connect(path)) as state:
        state.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(BackupError) as raised:
        check_state(path)
    assert str(raised.value) == (
        f"The bot's state in the backup was written by a newer Exhibit (its format is {SCHEMA_VERSION + 1};"
        f" this Exhibit knows {SCHEMA_VERSION}): upgrade Exhibit."
    )
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(BackupError) as raised:
        check_state(path)
    assert str(raised.value) == "The bot's state in the backup cannot be used (file is not a database)."


async def test_a_bot_that_has_it_open_is_noticed(folder: Path) -> None:
    """Even if it does nothing; and looking changes nothing."""
    before = (folder / FILE_NAME).read_bytes()
    refuse_while_in_use(folder)
    async with State.open(folder):
        with pytest.raises(BackupError) as raised:
            refuse_while_in_use(folder)
    assert str(raised.value) == f"A bot is running on {folder}. Stop it first, and restore again."
    refuse_while_in_use(folder)
    assert (folder / FILE_NAME).read_bytes() == before
    assert [path.name for path in files(folder)] == [FILE_NAME]


@pytest.mark.parametrize("content", [None, b"", b"no database" * 1000])
def test_what_is_no_state_is_in_nobodys_use(tmp_path: Path, content: bytes | None) -> None:
    """A restore is what mends it."""
    if content is not None:
        (tmp_path / FILE_NAME).write_bytes(content)
    refuse_while_in_use(tmp_path)
    assert not content or (tmp_path / FILE_NAME).read_bytes() == content
