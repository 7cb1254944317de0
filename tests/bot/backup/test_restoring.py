"""A backup comes back whole, on this machine or another, or nothing changes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.asker import Asker
from bot.backup.archive import info, seal
from bot.backup.making import back_up
from bot.backup.restoring import Destination, restore
from bot.errors import BackupError
from bot.state import FILE_NAME, SCHEMA_VERSION, State
from corpus.library import DEFAULT_CASE, load_case
from index.build import build_index
from index.models import Answer
from index.opening import open_index, status_of
from index.overlap import OverlapReader
from index.searcher import Searcher
from index.store import Store
from tests.bot.backup.conftest import MEMBERS, contents_of, pack, tree
from tests.bot.backup.killing import digests
from tests.conftest import CountingEncoder, FailingSync, less_and_less_full

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture
def backup(tmp_path: Path, data: Path, case_dir: Path, kept: tuple[str, Answer]) -> Path:
    """A backup of the small case with its index, and a state in which there is an answer."""
    del kept
    path = tmp_path / "backup.zip"
    back_up(data, case_dir, path)
    return path


@pytest.fixture
def to(tmp_path: Path) -> Destination:
    """Another machine, on which there is nothing yet."""
    return Destination(tmp_path / "other" / "data", tmp_path / "other" / "cases" / "harbour")


def refused(path: Path, to: Destination, *, force: bool = False) -> str:
    """Why a restore is refused, after which everything is as it was."""
    assert to.root is not None
    above = Path(os.path.commonpath([to.data, to.root]))
    before = tree(above)
    with pytest.raises(BackupError) as raised:
        restore(path, to, force=force)
    assert tree(above) == before
    return str(raised.value)


async def test_another_machine_answers_as_the_first_one_did(
    backup: Path, to: Destination, kept: tuple[str, Answer], searcher: Searcher, encoder: CountingEncoder
) -> None:
    """From other folders, without one passage encoded anew, and the buttons of its old messages work."""
    assert to.root is not None
    contents, went = restore(backup, to)
    assert (contents.case.name, went) == ("harbour", to)

    notices: list[str] = []
    encoded = list(encoder.encoded)
    generation = open_index(to.root, Store(to.data, to.root), encoder, notices.append)
    assert (notices, encoder.encoded, generation.id) == ([], encoded, searcher.generation.id)
    restored = Searcher(generation, encoder, OverlapReader(encoder))
    for question in ("What was on the kitchen table?", "How much money was missing?", "Who lit the fire?"):
        before, after = (replace(each.search(question), elapsed_ms=0.0) for each in (searcher, restored))
        assert after == before

    identifier, answer = kept
    async with State.open(to.data) as state:
        found = await state.kept(identifier)
    assert found is not None
    asker = Asker(restored, 1)
    assert await asker.revive(found) == answer.quotes
    await asker.close()


def test_the_documents_are_what_they_were(backup: Path, to: Destination, case_dir: Path) -> None:
    """With case.toml, byte for byte; what is of the bot's is its owner's only."""
    assert to.root is not None
    restore(backup, to)
    assert tree(to.root) == tree(case_dir)
    modes = {path.stat().st_mode & 0o777 for path in (to.data, *to.data.rglob("*"))}
    assert modes == {0o700, 0o600}


def test_a_bare_folder_comes_back_in_order(
    tmp_path: Path, data: Path, to: Destination, encoder: CountingEncoder
) -> None:
    """As documents/, with the same paths below it, so its index suits it."""
    assert to.root is not None
    bare = tmp_path / "harbour"
    (bare / "letters").mkdir(parents=True)
    (bare / "letters" / "1.txt").write_text("The ledger was red.")
    build_index(load_case(bare), Store(data, bare), encoder)
    back_up(data, bare, tmp_path / "backup.zip")
    restore(tmp_path / "backup.zip", to)
    assert tree(to.root) == {
        "documents": None,
        "documents/letters": None,
        "documents/letters/1.txt": b"The ledger was red.",
    }
    assert status_of(load_case(to.root), Store(to.data, to.root), encoder.sha256) == []


def test_an_index_that_does_not_suit_is_built_anew(
    backup: Path, to: Destination, encoder: CountingEncoder
) -> None:
    """Where the case has another name, of what there is; where the model is another, from the beginning."""
    notices: list[str] = []
    renamed = Destination(to.data, to.data.parent / "renamed")
    assert renamed.root is not None
    restore(backup, renamed)
    encoded = len(encoder.encoded)
    open_index(renamed.root, Store(renamed.data, renamed.root), encoder, notices.append)
    assert len(encoder.encoded) == encoded
    encoder.sha256 = "d0" * 32
    generation = open_index(renamed.root, Store(renamed.data, renamed.root), encoder, notices.append)
    assert len(encoder.encoded) == encoded + len(generation.passages)
    assert notices == [
        "The index is being built, since what case.toml says has changed.",
        "The index is being built, since it was built with another model, counting.",
    ]


def test_indexes_of_other_cases_come_back_too(
    tmp_path: Path, data: Path, case_dir: Path, letters: Searcher, to: Destination, searcher: Searcher
) -> None:
    """Under their names, as their cases may lie where they did; unless the restored one takes the place."""
    back_up(data, case_dir, tmp_path / "backup.zip")
    assert {searcher.generation.manifest.generation, letters.generation.manifest.generation} == {
        path.name for path in data.glob("indexes/*/generations/*")
    }
    restore(tmp_path / "backup.zip", to)
    other = letters.generation.folder.relative_to(data)
    assert Store(to.data, tmp_path / "letters").open().folder == to.data / other
    place = Destination(tmp_path / "third", tmp_path / "letters")
    assert place.root is not None
    shutil.rmtree(place.root)
    restore(tmp_path / "backup.zip", place)
    assert Store(place.data, place.root).open().id == searcher.generation.id
    assert len(list(place.data.glob("indexes/*"))) == 1


def test_the_case_that_ships_stays_where_it_is(tmp_path: Path, data: Path) -> None:
    """Its documents come with Exhibit; its index goes to where they lie, unless a folder is named."""
    back_up(data, DEFAULT_CASE, tmp_path / "backup.zip")
    before = tree(DEFAULT_CASE)
    for given in (None, DEFAULT_CASE):
        to = Destination(tmp_path / f"data-{given is None}", given)
        assert restore(tmp_path / "backup.zip", to)[1] == Destination(
            to.data, DEFAULT_CASE.resolve(), documents=False
        )
        assert tree(to.data) == {}
    assert tree(DEFAULT_CASE) == before
    restore(tmp_path / "backup.zip", Destination(tmp_path / "d", tmp_path / "copy"))
    assert tree(tmp_path / "copy").items() <= before.items()
    assert [each.sha256 for each in load_case(tmp_path / "copy")] == [
        each.sha256 for each in load_case(DEFAULT_CASE)
    ]


def test_another_case_has_to_be_told_where_to(backup: Path, tmp_path: Path) -> None:
    """The one that ships is not written to."""
    for root, sentence in (
        (
            None,
            "This backup holds the case harbour. Name a folder for it with --case, or restore the rest alone with --data-only.",
        ),
        (
            DEFAULT_CASE,
            "The case that ships is not written to. Name another folder with --case, or use --data-only.",
        ),
    ):
        with pytest.raises(BackupError) as raised:
            restore(backup, Destination(tmp_path / "new", root))
        assert str(raised.value) == sentence
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("named", [True, False])
def test_data_alone(backup: Path, to: Destination, case_dir: Path, searcher: Searcher, named: bool) -> None:
    """For a machine that has the documents; a case that is not named is taken to lie where it did."""
    given = Destination(to.data, to.root if named else None, documents=False)
    assert restore(backup, given)[1] == given
    assert to.root is not None
    assert not to.root.exists()
    assert Store(to.data, to.root if named else case_dir).open().id == searcher.generation.id
    assert (to.data / FILE_NAME).is_file()


def test_a_folder_that_is_not_empty_is_left_alone(backup: Path, to: Destination) -> None:
    """The case's, or the data's; the backup itself may lie there, and one folder in the other."""
    assert to.root is not None
    to.root.mkdir(parents=True)
    (to.root / "mine.txt").write_text("Mine.")
    assert refused(backup, to) == (
        f"The folder {to.root} is not empty. Name another one with --case, use --force to replace its documents"
        " and case.toml, or --data-only to leave it as it is."
    )
    (to.root / "mine.txt").unlink()
    to.data.mkdir()
    (to.data / "mine.txt").write_text("Mine.")
    assert refused(backup, to) == (
        f"The data folder {to.data} is not empty. Set EXHIBIT_DATA to another one, or use --force to replace the"
        " indexes and the bot's state there."
    )
    (to.data / "mine.txt").unlink()
    inner = Destination(to.data, to.data / "case")
    assert inner.root is not None
    inner.root.mkdir()
    (inner.root / ".hidden").write_text("")
    restore(backup.rename(to.data / "backup.zip"), inner)
    assert set(os.listdir(to.data)) == {"backup.zip", "case", "indexes", FILE_NAME}  # noqa: PTH208
    assert set(os.listdir(inner.root)) == {".hidden", "documents", "case.toml"}  # noqa: PTH208


async def test_force_replaces_what_exhibit_keeps_and_nothing_else(
    backup: Path, data: Path, case_dir: Path, searcher: Searcher, kept: tuple[str, Answer]
) -> None:
    """Documents that came later go, and so does the state, with what SQLite keeps beside it."""
    before = tree(case_dir)
    (case_dir / "documents" / "later.txt").write_text("Later.")
    (case_dir / "NOTICE").write_text("Mine.")
    (data / "heartbeat").write_text("")
    for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
        (data / name).write_bytes(b"damaged" * 999)
    shutil.rmtree(searcher.generation.folder)
    restore(backup, Destination(data, case_dir), force=True)
    assert tree(case_dir) == before | {"NOTICE": b"Mine."}
    assert {name for name in tree(data) if "/" not in name} == {"heartbeat", "indexes", FILE_NAME}
    assert Store(data, case_dir).open().id == searcher.generation.id
    async with State.open(data) as state:
        assert await state.kept(kept[0]) is not None


def test_what_the_backup_lacks_is_not_there_afterwards(tmp_path: Path, to: Destination) -> None:
    """No case.toml, no state, no index: it is all as it was then."""
    assert to.root is not None
    files = {
        f"data/{FILE_NAME}": b"x",
        "data/indexes/a": b"x",
        "case/case.toml": b"x",
        "case/documents/b.txt": b"x",
    }
    for name, content in files.items():
        path = (to.data if name.startswith("data") else to.root).joinpath(*name.split("/")[1:])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    path = pack(tmp_path / "b.zip", {"case/documents/a.txt": b"Words."})
    restore(path, to, force=True)
    assert (tree(to.data), tree(to.root)) == ({}, {"documents": None, "documents/a.txt": b"Words."})


async def test_a_bot_that_runs_keeps_its_state(backup: Path, data: Path, case_dir: Path) -> None:
    """It would write to a file that is no longer there."""
    async with State.open(data) as state:
        sentence = refused(backup, Destination(data, case_dir), force=True)
        assert sentence == f"A bot is running on {data}. Stop it first, and restore again."
        await state.note("still", "there")


def test_a_state_that_cannot_be_used_is_not_restored(
    tmp_path: Path, to: Destination, data: Path, kept: tuple[str, Answer]
) -> None:
    """Of a newer Exhibit, or none at all, though its digest holds; what was there stays."""
    del kept
    with closing(sqlite3.connect(data / FILE_NAME)) as state:
        state.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        state.execute("PRAGMA journal_mode = DELETE")
    newer = (data / FILE_NAME).read_bytes()
    for content, reason in ((newer, "was written by a newer Exhibit"), (b"x" * 4096, "cannot be used")):
        path = pack(tmp_path / "b.zip", MEMBERS | {FILE_NAME: content})
        assert refused(path, to).startswith(f"The bot's state in the backup {reason} (")


@pytest.mark.parametrize("name", ["case/documents/hearing.txt", FILE_NAME, "manifest.json"])
def test_a_damaged_backup_changes_nothing(backup: Path, data: Path, case_dir: Path, name: str) -> None:
    """All of it is verified before anything is written, the last member as the first."""
    whole = backup.read_bytes()
    with ZipFile(backup) as zipped:
        member = zipped.getinfo(name)
    middle = member.header_offset + 50 + len(name) + member.compress_size // 2
    backup.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    here = Destination(data, case_dir)
    assert "damaged" in refused(backup, here, force=True)
    backup.write_bytes(whole[:middle])
    assert "cut short" in refused(backup, here, force=True)


def test_more_than_there_is_room_for_is_refused(to: Destination, tmp_path: Path) -> None:
    """By what its table of contents says, before anything is unpacked."""
    member = contents_of({"case/documents/a.txt": b""}).members["case/documents/a.txt"]
    large = {"case/documents/a.txt": member.model_copy(update={"size": 10**18})}
    path = tmp_path / "b.zip"
    with ZipFile(path, "w") as zipped:
        zipped.writestr(info("case/documents/a.txt"), b"")
        seal(zipped, contents_of({}, members=large))
        zipped.infolist()[0].file_size = 10**18
    assert refused(path, to).startswith("What is in the backup takes 1,000,000,000,000.0 MB, and ")


def test_names_that_cannot_be_beside_each_other_are_refused(tmp_path: Path, to: Destination) -> None:
    """A file where a folder is, or a name that is too long."""
    for names in (("a.txt", "a.txt/b.txt"), ("x" * 300,)):
        path = pack(tmp_path / "b.zip", {f"case/documents/{name}": b"x" for name in names})
        assert "cannot be written: " in refused(path, to)


def test_a_full_disk_at_any_sync_changes_nothing(
    backup: Path, tmp_path: Path, data: Path, case_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or everything, if only the very last sync fails."""
    (case_dir / "documents" / "later.txt").write_text("Later.")
    here = Destination(data, case_dir)
    before = tree(data) | tree(case_dir)
    monkeypatch.setattr(os, "fsync", counting := FailingSync(0))
    restore(
        backup,
        Destination(shutil.copytree(data, tmp_path / "d"), shutil.copytree(case_dir, tmp_path / "c")),
        force=True,
    )
    syncs = counting.calls
    assert syncs > 30
    for fail_at in range(1, syncs + 1):
        monkeypatch.setattr(os, "fsync", FailingSync(fail_at))
        with pytest.raises(BackupError) as raised:
            restore(backup, here, force=True)
        assert str(raised.value) == f"There is no space left for {data}. Free some and try again."
        changed = tree(data) | tree(case_dir) != before
        assert changed == (fail_at == syncs)
    assert "documents/later.txt" not in tree(case_dir)


def test_a_disk_that_is_really_full_changes_nothing(
    small_disk: Path, backup: Path, case_dir: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one page left, two, and so on until it goes through."""
    monkeypatch.setattr("bot.backup.restoring._Plan.refuse_without_room", lambda _plan: None)
    here = Destination(shutil.copytree(data, small_disk / "data"), case_dir)
    (here.data / "mine").write_text("Mine.")
    before = tree(here.data), tree(case_dir)
    refusals = 0
    for _ in less_and_less_full(small_disk):
        try:
            restore(backup, here, force=True)
        except BackupError as error:
            assert str(error) == f"There is no space left for {here.data}. Free some and try again."  # noqa: PT017 - whether it is raised depends on the space
            refusals += 1
        else:
            break
        assert (tree(here.data), tree(case_dir)) == before
    assert refusals >= 10
    assert (here.data / "mine").read_text() == "Mine."


async def test_killed_at_any_step_it_is_the_old_or_the_new(tmp_path: Path, case_dir: Path) -> None:
    """The old, untouched, until all of the new is there; from then on the next command ends it."""
    kill = tmp_path / "kill"
    old = kill / "old" / "data"
    async with State.open(old) as state:
        await state.note("commands", "abc")
    pack(kill / "backup.zip", MEMBERS | {FILE_NAME: (old / FILE_NAME).read_bytes()})
    async with State.open(old) as state:
        await state.note("commands", "def")
    (old / "indexes").mkdir()
    (old / "heartbeat").write_text("Mine.")
    shutil.copytree(case_dir, kill / "old" / "case")
    rounds = killed_rounds(kill)
    assert [each["code"] for each in rounds] == [137] * (len(rounds) - 1) + [0]
    before, after = rounds[0]["later"], rounds[-1]["later"]
    assert before == digests(kill / "old")
    later = [each["later"] == after for each in rounds]
    assert [each["later"] for each in rounds if each["later"] not in (before, after)] == []
    assert later == sorted(later)
    assert all(each["at_once"] == before for each in rounds if each["later"] == before)
    assert min(Counter(later).values()) > 10


def killed_rounds(folder: Path) -> list[dict[str, Any]]:
    """What `killing` found, a round a step."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.bot.backup.killing", str(folder)],
        check=True,
        capture_output=True,
        cwd=ROOT,
        timeout=280,
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]
