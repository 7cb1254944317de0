"""Backups by hand, and what a folder holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.backup.archive import FORMAT, Archive, CaseEntry, Contents, Member, What, info, seal
from bot.state import State
from index.models import Answer
from index.searcher import Searcher

MEMBERS = {
    "case/case.toml": b'title = "The Harbour Fire"\n',
    "case/documents/hearing.txt": b"The red ledger was on the kitchen table.\n" * 9,
    "case/documents/press/café.md": b"It rained.\n",
    "indexes/harbour-00000000/CURRENT": b"{}",
    "indexes/harbour-00000000/generations/1/vectors.faiss": bytes(range(256)),
}


def what(name: str) -> What:
    """What a member of this name is."""
    if name.startswith("case/documents/"):
        return What.DOCUMENT
    return {"case": What.CASE_FILE, "indexes": What.INDEX}.get(name.split("/", maxsplit=1)[0], What.STATE)


def contents_of(members: Mapping[str, bytes], /, **changes: Any) -> Contents:
    """The table of contents of a backup with these members."""
    stated: dict[str, Any] = {
        "format": FORMAT,
        "exhibit": "0.1.0",
        "created": datetime(2025, 3, 3, tzinfo=UTC),
        "case": CaseEntry(name="harbour", shipped=False, index="harbour-00000000"),
        "members": {
            name: Member(what=what(name), size=len(data), sha256=hashlib.sha256(data).hexdigest())
            for name, data in members.items()
        },
    }
    return Contents.model_construct(**stated | changes)


def pack(path: Path, members: Mapping[str, bytes], contents: Contents | None = None) -> Path:
    """Writes a backup, sound or not."""
    with ZipFile(path, "w") as zipped:
        for name, data in members.items():
            zipped.writestr(info(name), data)
        seal(zipped, contents or contents_of(members))
    return path


def unpack(path: Path) -> tuple[Contents, dict[str, bytes]]:
    """All that a backup holds, verified."""
    with Archive.open(path) as archive:
        return archive.contents, {name: b"".join(archive.chunks(name)) for name in archive.contents.members}


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder: path -> bytes, or None for a folder."""
    return {
        path.relative_to(folder).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of the small case."""
    return tmp_path / "data"


@pytest.fixture
async def kept(data: Path, searcher: Searcher) -> tuple[str, Answer]:
    """An answer that the bot's state in the data folder remembers, beside the index of the small case."""
    answer = searcher.search("What was on the kitchen table?")
    async with State.open(data) as state:
        return await state.keep(answer), answer
