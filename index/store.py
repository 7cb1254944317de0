"""The generations of a case: built aside, verified, swapped in; what is damaged is refused.

<data>/indexes/<case>/
    CURRENT             which generation is live, and the digest of its manifest
    LOCK                held while a generation is built
    generations/<id>/   see `index.generation`; held by who reads it, see `index.leases`
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.library import resolved
from corpus.models import Case
from index.durable import storage_errors, sync, write
from index.errors import DamagedIndexError, IndexingError, NoIndexError
from index.generation import REBUILD, Generation, Index, read_generation, read_manifest, write_generation
from index.leases import remove_unused
from index.manifest import Manifest

INDEXES = "indexes"
CURRENT = "CURRENT"
GENERATIONS = "generations"


class Pointer(BaseModel):
    """Which generation of a case is live."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    generation: str
    manifest_sha256: str


def read_pointer(folder: Path) -> Pointer:
    """The pointer in the folder of a case's generations.

    Raises:
        NoIndexError: if nothing has been built.
        DamagedIndexError: if it is not what was written.
    """
    try:
        data = (folder / CURRENT).read_bytes()
        pointer = Pointer.model_validate_json(data)
    except FileNotFoundError as error:
        raise NoIndexError("There is no index of this case yet. Run `exhibit index build`.") from error
    except (OSError, ValidationError) as error:
        raise DamagedIndexError(f"The pointer to the live index is damaged. {REBUILD}") from error
    as_written = pointer.model_dump_json().encode() == data
    if not as_written or Path(pointer.generation).name != pointer.generation:
        raise DamagedIndexError(f"The pointer to the live index is damaged. {REBUILD}")
    return pointer


class Store:
    """The generations of one case.

    Args:
        data: the folder for everything that Exhibit writes.
        root: the folder of the case.

    Raises:
        CaseError: if `root` can be no folder's path.
    """

    def __init__(self, data: Path, root: Path) -> None:
        root = resolved(root)
        place = hashlib.sha256(str(root).encode()).hexdigest()[:8]
        self.folder = data / INDEXES / f"{root.name}-{place}"
        self._generations = self.folder / GENERATIONS
        self._current = self.folder / CURRENT

    def current(self) -> bytes | None:
        """What the pointer to the live generation holds, damaged or not; None if it cannot be read."""
        try:
            return self._current.read_bytes()
        except OSError:
            return None

    def manifest(self) -> Manifest:
        """The manifest of the live generation, without reading the rest of it.

        Raises:
            NoIndexError: if nothing has been built.
            DamagedIndexError: if the pointer or the manifest is not what was written.
        """
        pointer = read_pointer(self.folder)
        return read_manifest(self._generations / pointer.generation, pointer.manifest_sha256)

    def open(self) -> Generation:
        """The live generation, every checksum verified.

        Raises:
            NoIndexError: if nothing has been built.
            DamagedIndexError: if anything is not what was written.
            IndexingError: if another version of Exhibit wrote it.
        """
        pointer = read_pointer(self.folder)
        while True:
            try:
                return read_generation(self._generations / pointer.generation, pointer.manifest_sha256)
            except IndexingError:
                # Builds that went by meanwhile may have removed it; then another one is live.
                tried, pointer = pointer, read_pointer(self.folder)
                if pointer == tried:
                    raise

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held by who builds; a second one waits."""
        with storage_errors(self.folder):
            self._generations.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "LOCK")
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def write(self, draft: Manifest, case: Case, index: Index) -> Generation:
        """Writes a generation aside, reads it back verified, and makes it the live one.

        A failure at any point leaves the live generation as it was. Only with `lock` held.

        Args:
            draft: the manifest without its `files`.

        Raises:
            StorageError: if it cannot be written.
            DamagedIndexError: if what was read back is not what was written.
        """
        aside = self._generations / f".building-{draft.generation}"
        folder = self._generations / draft.generation
        before = self._live()
        try:
            with storage_errors(self.folder):
                digest = write_generation(aside, draft, case, index)
            read_generation(aside, digest)
            with storage_errors(self.folder):
                aside.replace(folder)
                sync(self._generations)
                self._point_to(Pointer(generation=draft.generation, manifest_sha256=digest))
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            if self._live() != draft.generation:
                shutil.rmtree(folder, ignore_errors=True)
        self._prune({draft.generation, before})
        return read_generation(folder, digest)

    def _point_to(self, pointer: Pointer) -> None:
        beside = self._current.with_suffix(".new")
        write(beside, pointer.model_dump_json().encode())
        beside.replace(self._current)
        sync(self.folder)

    def _live(self) -> str | None:
        """The name of the live generation, whole or not; None if nothing says which it is."""
        try:
            return read_pointer(self.folder).generation
        except IndexingError:
            return None

    def _prune(self, kept: Collection[str | None]) -> None:
        """Removes what killed builds left, and every generation that is neither kept nor read by anybody.

        A build that was killed just before its swap has left one that looks like any other and was never
        live: its name says nothing about that.
        """
        for leftover in self._generations.glob(".building-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        for folder in self._generations.iterdir():
            if folder.name not in kept:
                remove_unused(folder)
