"""What a copy of an index needs: its pointer and the live generation, every checksum verified."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import DamagedIndexError, IndexingError
from index.generation import MANIFEST, REBUILD, read_manifest
from index.leases import Lease
from index.manifest import FileEntry
from index.store import GENERATIONS, INDEXES, Pointer, read_pointer


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of an index, which stays on the disk for as long as this object lives."""

    pointer: bytes
    """What `CURRENT` holds then."""
    files: Mapping[str, Path]
    """POSIX path below the folder of the index -> where to read it; all but `CURRENT`."""
    lease: Lease


def index_folders(data: Path) -> list[Path]:
    """The folders of all indexes in a data folder; in some there may be no index yet.

    Raises:
        OSError: if it cannot be read.
    """
    folder = data / INDEXES
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def take_snapshot(folder: Path) -> Snapshot:
    """The live state of the index in a folder, whatever is built there meanwhile.

    Raises:
        NoIndexError: if nothing has been built.
        DamagedIndexError: if anything is not what was written.
        IndexingError: if another version of Exhibit wrote it.
    """
    pointer = read_pointer(folder)
    while True:
        try:
            return _verified(folder, pointer)
        except IndexingError:
            # Builds that went by meanwhile may have removed it; then another one is live.
            tried, pointer = pointer, read_pointer(folder)
            if pointer == tried:
                raise


def _verified(folder: Path, pointer: Pointer) -> Snapshot:
    generation = folder / GENERATIONS / pointer.generation
    try:
        lease = Lease(generation)
        manifest = read_manifest(generation, pointer.manifest_sha256)
        for name, entry in manifest.files.items():
            if _entry(generation / name) != entry:
                raise DamagedIndexError(f"{name} of the index is damaged. {REBUILD}")
    except OSError as error:
        raise DamagedIndexError(f"The live index cannot be read whole. {REBUILD}") from error
    below = f"{GENERATIONS}/{pointer.generation}"
    files = {f"{below}/{name}": generation / name for name in (MANIFEST, *manifest.files)}
    return Snapshot(pointer.model_dump_json().encode(), files, lease)


def _entry(path: Path) -> FileEntry:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileEntry(size=file.tell(), sha256=digest)
