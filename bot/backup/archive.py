"""The file that `exhibit backup` writes, and that it still is what was written.

    manifest.json                   what each other member is, its size and SHA-256
    state.sqlite3                   the bot's state
    indexes/<index>/CURRENT         of each case: which generation is live
    indexes/<index>/generations/…   that generation, see `index.generation`
    case/case.toml
    case/documents/…

It is a ZIP file whose comment holds the SHA-256 of the manifest. Checksums find damage. They are no
signature: whoever can write to the file can make another one that holds.
"""

from __future__ import annotations

import hashlib
import json
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.backup.disk import reading
from bot.errors import BackupError
from bot.state import FILE_NAME as STATE
from corpus.case_file import NAME as CASE_FILE

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
"""Bytes that are in memory at one time."""
_COMMENT = b"exhibit backup "
_MANIFEST_LIMIT = 64_000_000
_UNREADABLE = (BadZipFile, RuntimeError, ValueError, EOFError, OverflowError, zlib.error, struct.error)
"""What `zipfile` raises for a file that is none, or is damaged."""

Progress = Callable[[int, int], None]
"""Called with how many bytes are done and how many there are."""


class What(StrEnum):
    """What a member of a backup is."""

    STATE = "state"
    INDEX = "index"
    CASE_FILE = "case file"
    DOCUMENT = "document"


_PLACES = {
    What.STATE: (STATE,),
    What.INDEX: ("indexes", "", ""),
    What.CASE_FILE: ("case", CASE_FILE),
    What.DOCUMENT: ("case", "documents", ""),
}
"""The parts of the name of each; an empty one stands for any, and at the end for any number of them."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Table):
    """One file of a backup."""

    what: What
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class CaseEntry(_Table):
    """The case whose documents are in a backup."""

    name: str
    shipped: bool
    """Whether it is one that ships with Exhibit."""
    index: str
    """The name that the folder of its index has, whether or not it is in the backup."""


class Contents(_Table):
    """The table of contents of a backup."""

    format: int = Field(ge=1, le=FORMAT)
    exhibit: str
    """The version of Exhibit that made it."""
    created: datetime
    case: CaseEntry
    members: dict[str, Member]

    @property
    def size(self) -> int:
        """Bytes of all members."""
        return sum(member.size for member in self.members.values())

    @property
    def indexes(self) -> list[str]:
        """The names of the folders of the indexes in it."""
        found = (name.split("/")[1] for name, member in self.members.items() if member.what is What.INDEX)
        return list(dict.fromkeys(found))

    def count(self, what: What) -> int:
        """How many files of one sort are in it."""
        return sum(member.what is what for member in self.members.values())


class Archive:
    """An open backup, whose parts are those that its manifest names; `Archive.open` opens it."""

    def __init__(self, path: Path, zipped: ZipFile, contents: Contents) -> None:
        self.path = path
        self.contents = contents
        self._zipped = zipped

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Opens a backup and looks at everything but the bytes of its members.

        Raises:
            BackupError: if it cannot be read, is no backup, is damaged, names a file that it may not, or
                a newer Exhibit made it.
        """
        with _reading(path):
            zipped = ZipFile(path)
        with zipped:
            with _reading(path):
                contents = _contents(path, zipped)
                _check_members(path, zipped.infolist(), contents)
            yield cls(path, zipped, contents)

    def verify(self, on_progress: Progress | None = None) -> None:
        """Reads every member.

        Raises:
            BackupError: if one is not what was written.
        """
        done = 0
        for name in self.contents.members:
            for chunk in self.chunks(name):
                done += len(chunk)
                if on_progress:
                    on_progress(done, self.contents.size)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member; they are its own only if all could be taken.

        Raises:
            BackupError: if they are not what was written.
        """
        digest = hashlib.sha256()
        with _reading(self.path):
            member = self._zipped.open(name)
        with member:
            while chunk := self._read(member):
                digest.update(chunk)
                yield chunk
        if digest.hexdigest() != self.contents.members[name].sha256:
            raise _damaged(self.path)

    def _read(self, member: IO[bytes]) -> bytes:
        with _reading(self.path):
            return member.read(CHUNK)


def seal(zipped: ZipFile, contents: Contents) -> None:
    """Completes a backup to which every member has been written."""
    described = contents.model_dump_json(indent=1).encode()
    zipped.writestr(info(MANIFEST), described)
    zipped.comment = _COMMENT + hashlib.sha256(described).hexdigest().encode()


def info(name: str) -> ZipInfo:
    """A member to be written, which nobody else may read when it is unpacked with other tools."""
    made = ZipInfo(name)
    made.compress_type = ZIP_DEFLATED
    made.external_attr = (stat.S_IFREG | 0o600) << 16
    return made


def _contents(path: Path, zipped: ZipFile) -> Contents:
    if not zipped.comment.startswith(_COMMENT):
        raise BackupError(f"{path} is not a backup that `exhibit backup` made, or is damaged.")
    try:
        size = zipped.getinfo(MANIFEST).file_size
    except KeyError:
        raise _damaged(path) from None
    if size > _MANIFEST_LIMIT:
        raise BackupError(f"{path} is not restored: its table of contents is too large to be one.")
    with zipped.open(MANIFEST) as member:
        data = member.read(size)  # so that no more is unpacked, whatever there is
    if zipped.comment[len(_COMMENT) :] != hashlib.sha256(data).hexdigest().encode():
        raise _damaged(path)
    described = json.loads(data)
    written = described.get("format") if isinstance(described, dict) else None
    if isinstance(written, int) and written > FORMAT:
        raise BackupError(
            f"{path} was made by a newer Exhibit (its format is {written}; this Exhibit knows {FORMAT}):"
            " upgrade Exhibit."
        )
    return Contents.model_validate(described)


def _check_members(path: Path, found: list[ZipInfo], contents: Contents) -> None:
    """Holds what is in the file against what the manifest says.

    Raises:
        BackupError: if there is something else, or something that is not written to a disk.
    """
    for name, member in contents.members.items():
        if not _in_place(name, member.what):
            raise BackupError(f"{path} is not restored: {name!r} in it is no name that a backup may hold.")
    if sorted(each.filename for each in found) != sorted([MANIFEST, *contents.members]):
        raise BackupError(f"{path} is not restored: it holds other files than its table of contents says.")
    for each in found:
        if stat.S_IFMT(each.external_attr >> 16) not in (0, stat.S_IFREG):
            raise BackupError(f"{path} is not restored: {each.filename!r} in it is a link or no file.")
        if each.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise _damaged(path)
        if each.filename != MANIFEST and each.file_size != contents.members[each.filename].size:
            raise BackupError(
                f"{path} is not restored: {each.filename!r} in it has another size than its table of contents"
                " says."
            )


def _in_place(name: str, what: What) -> bool:
    parts, place = name.split("/"), _PLACES[what]
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        return False
    many = place[-1] == ""
    length = len(parts) >= len(place) if many else len(parts) == len(place)
    return length and all(wanted in ("", part) for wanted, part in zip(place, parts, strict=False))


def _damaged(path: Path) -> BackupError:
    return BackupError(f"{path} is damaged: it is not what was written. Use another backup.")


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turns what goes wrong while a backup is read into a sentence.

    Raises:
        BackupError: if something does.
    """
    try:
        with reading(path):
            yield
    except _UNREADABLE as error:
        raise BackupError(
            f"{path} is not a backup, or is damaged or cut short. Use another backup."
        ) from error
