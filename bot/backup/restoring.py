"""Restores a backup, on this machine or another."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bot.backup.archive import Archive, CaseEntry, Contents, Progress, What
from bot.backup.disk import private, writing
from bot.backup.replacing import Replacement, replacement, settle
from bot.backup.states import check_state, refuse_while_in_use
from bot.errors import BackupError
from bot.state import FILE_NAME as STATE
from corpus.case_file import NAME as CASE_FILE
from corpus.library import DOCUMENTS, SHIPPED_CASES, resolved
from index.store import INDEXES, Store

_OF_THE_CASE = (What.CASE_FILE, What.DOCUMENT)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a backup goes."""

    data: Path
    root: Path | None = None
    """The folder of the case; None if it is the one that ships, or not known."""
    documents: bool = True
    """Whether the documents of the case and its case.toml go there."""


def restore(
    path: Path, to: Destination, *, force: bool = False, on_progress: Progress | None = None
) -> tuple[Contents, Destination]:
    """Puts what is in a backup into a data folder and the folder of a case.

    All of it is verified before anything is written, and written aside before anything is replaced.
    What the folders hold besides stays there.

    Args:
        force: whether to replace what is there.

    Returns:
        what is in the backup, and where it went: to no `root` if that is not known, and without
        `documents` if the case is the one that ships.

    Raises:
        BackupError: if the backup may not be restored, or cannot be; then nothing has changed.
        CaseError: if `to.root` can be no folder's path.
    """
    settle(to.data)
    with Archive.open(path) as archive:
        plan = _Plan(archive.contents, _settled(archive.contents.case, to))
        with writing(to.data):
            if not force:
                plan.refuse_occupied(path)
            plan.refuse_without_room()
            archive.verify(on_progress)
            with replacement(plan.to.data, plan.entries()) as new:
                refuse_while_in_use(to.data)
                plan.extract(archive, new)
                new.commit()
        return archive.contents, plan.to


def _settled(case: CaseEntry, to: Destination) -> Destination:
    """Where the backup of a case goes, made certain."""
    shipped = SHIPPED_CASES.resolve()
    root, documents = to.root, to.documents
    if root is not None:
        root = resolved(root)
    elif case.shipped and (shipped / case.name).is_dir():
        root = shipped / case.name
    elif documents:
        raise BackupError(
            f"This backup holds the case {case.name}. Name a folder for it with --case, or restore the rest"
            " alone with --data-only."
        )
    if documents and root is not None and root.is_relative_to(shipped):
        if not case.shipped:
            raise BackupError(
                "The case that ships is not written to. Name another folder with --case, or use --data-only."
            )
        documents = False
    return Destination(to.data.absolute(), root, documents)


class _Plan:
    """What of a backup goes where."""

    def __init__(self, contents: Contents, to: Destination) -> None:
        self.to = to
        self._contents = contents
        self._data = to.data
        self._root = to.root if to.documents else None
        self._indexes = {name: name for name in contents.indexes}
        own = contents.case.index
        if to.root is not None and own in self._indexes:
            name = Store(to.data, to.root).folder.name
            self._indexes.pop(name, None)  # of a case that lay elsewhere, where this one comes to lie
            self._indexes[own] = name

    def _target(self, name: str) -> tuple[Path, tuple[str, ...]] | None:
        """The folder that a member goes to, and the parts of its path there; None if it is left out."""
        parts = name.split("/")
        what = self._contents.members[name].what
        if what in _OF_THE_CASE:
            return (self._root, tuple(parts[1:])) if self._root else None
        if what is What.STATE:
            return self._data, (STATE,)
        index = self._indexes.get(parts[1])
        return (self._data, (INDEXES, index, *parts[2:])) if index else None

    def entries(self) -> dict[Path, dict[str, bool]]:
        """As `replacement` takes them."""
        state = self._contents.count(What.STATE) > 0
        # What SQLite keeps beside the old state is no part of the new one.
        replaced = {f"{STATE}-wal": False, f"{STATE}-shm": False, STATE: state, INDEXES: bool(self._indexes)}
        entries = {self._data: replaced}
        if self._root:
            of_case = {CASE_FILE: self._contents.count(What.CASE_FILE) > 0, DOCUMENTS: True}
            entries[self._root] = entries.get(self._root, {}) | of_case
        return entries

    def refuse_occupied(self, path: Path) -> None:
        """Looks whether the folders are empty; the backup itself may lie in one, and one in the other.

        Raises:
            BackupError: if one is not.
        """
        if _occupied(self._data, {path, self._root}):
            raise BackupError(
                f"The data folder {self._data} is not empty. Set EXHIBIT_DATA to another one, or use --force"
                " to replace the indexes and the bot's state there."
            )
        if self._root and _occupied(self._root, {path, self._data}):
            raise BackupError(
                f"The folder {self._root} is not empty. Name another one with --case, use --force to replace"
                f" its {DOCUMENTS} and {CASE_FILE}, or --data-only to leave it as it is."
            )

    def refuse_without_room(self) -> None:
        """Looks whether there is room for what is going to be written.

        Raises:
            BackupError: if there is not.
        """
        needed: Counter[int] = Counter()
        for name, member in self._contents.members.items():
            if target := self._target(name):
                needed[_nearest(target[0]).stat().st_dev] += member.size
        for folder in self.entries():
            there = _nearest(folder)
            size, free = needed[there.stat().st_dev], shutil.disk_usage(there).free
            if size > free:
                raise BackupError(
                    f"What is in the backup takes {size / 1e6:,.1f} MB, and {free / 1e6:,.1f} MB are free for"
                    f" {folder}. Free some and try again."
                )

    def extract(self, archive: Archive, new: Replacement) -> None:
        """Makes the new entries."""
        for name in self._contents.members:
            if target := self._target(name):
                file = new.new(target[0]).joinpath(*target[1])
                file.parent.mkdir(parents=True, exist_ok=True)
                with private(file) if target[0] == self._data else file.open("xb") as out:
                    for chunk in archive.chunks(name):
                        out.write(chunk)
        for path in new.new(self._data).rglob("*"):
            if path.is_dir():
                path.chmod(0o700)
        state = new.new(self._data) / STATE
        if state.exists():
            check_state(state)


def _occupied(folder: Path, but_for: set[Path | None]) -> bool:
    if not folder.exists():
        return False
    exempt = {path.resolve() for path in but_for if path}
    return any(not path.name.startswith(".") and path.resolve() not in exempt for path in folder.iterdir())


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
