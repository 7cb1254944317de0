"""Makes a backup, while the bot runs."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zipfile import ZipFile

from bot.backup.archive import CHUNK, FORMAT, Archive, CaseEntry, Contents, Member, Progress, What, info, seal
from bot.backup.disk import private, reading, writing
from bot.backup.states import copy_state
from bot.errors import BackupError
from bot.state import FILE_NAME as STATE
from corpus.case_file import NAME as CASE_FILE
from corpus.library import SHIPPED_CASES, case_files, resolved
from index.durable import sync
from index.errors import IndexingError, NoIndexError
from index.leases import Lease
from index.snapshot import index_folders, take_snapshot
from index.store import CURRENT, INDEXES, Store

_DISTRIBUTION = "exhibit-bot"


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a member comes from: a file, or the bytes themselves."""

    what: What
    content: Path | bytes
    size: int
    """Bytes, as far as is known before it is read."""
    lease: Lease | None = None
    """What keeps it where it is."""

    def chunks(self) -> Iterator[bytes]:
        if isinstance(self.content, bytes):
            yield self.content
            return
        with reading(self.content), self.content.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    contents: Contents
    left_out: tuple[str, ...]
    """A sentence for each index that could not be copied; it can be built anew."""


def back_up(
    data: Path, root: Path, target: Path, *, force: bool = False, on_progress: Progress | None = None
) -> Made:
    """Copies what is in a data folder, and the case, into one file, which is complete or not there.

    Args:
        root: the folder of the case.
        target: the file.
        force: whether to replace it if it is there.

    Raises:
        BackupError: if something cannot be read or the file cannot be written.
        CaseError: if the case cannot be read.
    """
    root = resolved(root)
    left_out: list[str] = []
    with writing(target):
        _refuse_existing(target, force)
        with _aside(target) as aside:
            with reading(data):
                sources = dict(_sources(data, root, aside, left_out))
            archive = aside / "archive"
            _write(archive, sources, _entry(data, root), on_progress)
            contents = _read_back(archive, target)
            _refuse_existing(target, force)
            archive.replace(target)
            sync(target.parent)
    return Made(contents, tuple(left_out))


def _refuse_existing(target: Path, force: bool) -> None:
    if force and target.is_file():
        return
    if target.exists():
        instead = ", or use --force to replace it" if target.is_file() else ""
        raise BackupError(f"{target} is there already. Choose another name{instead}.")


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A folder beside a file, for its owner only; what a killed backup left in it goes first."""
    folder = target.with_name(f".{target.name}.part")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sources(data: Path, root: Path, aside: Path, left_out: list[str]) -> Iterator[tuple[str, _Source]]:
    for name, path in case_files(root).items():
        what = What.CASE_FILE if name == CASE_FILE else What.DOCUMENT
        yield f"case/{name}", _Source(what, path, path.stat().st_size)
    for folder in index_folders(data):
        below = f"{INDEXES}/{folder.name}"
        try:
            taken = take_snapshot(folder)
        except NoIndexError:
            continue
        except IndexingError as error:
            left_out.append(f"The index in {folder} is left out. {error}")
            continue
        yield f"{below}/{CURRENT}", _Source(What.INDEX, taken.pointer, len(taken.pointer))
        for name, path in taken.files.items():
            yield f"{below}/{name}", _Source(What.INDEX, path, path.stat().st_size, taken.lease)
    if (data / STATE).exists():
        copy = aside / STATE
        copy_state(data, copy)
        yield STATE, _Source(What.STATE, copy, copy.stat().st_size)


def _entry(data: Path, root: Path) -> CaseEntry:
    shipped = root.is_relative_to(SHIPPED_CASES.resolve())
    return CaseEntry(name=root.name, shipped=shipped, index=Store(data, root).folder.name)


def _write(archive: Path, sources: dict[str, _Source], case: CaseEntry, on_progress: Progress | None) -> None:
    total = sum(source.size for source in sources.values())
    members: dict[str, Member] = {}
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if on_progress:
            on_progress(done, total)

    with private(archive) as file:
        with ZipFile(file, "w") as zipped:
            for name, source in sources.items():
                members[name] = _add(zipped, name, source, advance)
            made = datetime.now(UTC)
            seal(
                zipped, Contents(format=FORMAT, exhibit=_version(), created=made, case=case, members=members)
            )
        file.flush()
        os.fsync(file.fileno())


def _add(zipped: ZipFile, name: str, source: _Source, advance: Callable[[int], None]) -> Member:
    digest = hashlib.sha256()
    size = 0
    with zipped.open(info(name), "w", force_zip64=True) as member:
        for chunk in source.chunks():
            member.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            advance(len(chunk))
    return Member(what=source.what, size=size, sha256=digest.hexdigest())


def _read_back(archive: Path, target: Path) -> Contents:
    try:
        with Archive.open(archive) as written:
            written.verify()
            return written.contents
    except BackupError as error:
        raise BackupError(
            f"What was written for {target} is not what is there. Check the disk, and try again."
        ) from error


def _version() -> str:
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:  # it runs from its sources, without having been installed
        return "unknown"
