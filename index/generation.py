"""One complete, immutable index on disk, every file of it verified before it is used.

    manifest.json           every other file with its size and SHA-256
    case.json               the case and its documents' provenance
    documents/<sha256>.txt  the text of each document as it was read
    passages.json           spans, and the key of each vector
    vectors.faiss           row i is passage i
    vocabulary.json         how often each word stands in the passages
    words/                  BM25

A generation is complete in itself and never changed: quotes are checked against the text in it, so
an answer never mixes two states of the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from corpus.models import Case, CaseCalibration, Document, Passage
from index.dense import DenseIndex
from index.durable import sync_tree, write
from index.errors import DamagedIndexError, IndexingError, ReceiptError
from index.leases import Lease
from index.manifest import FORMAT, FileEntry, Manifest
from index.models import Receipt
from index.sparse import SparseIndex
from index.spelling import Count

REBUILD = "Run `exhibit index build` to build it anew."
MANIFEST = "manifest.json"
_CASE = "case.json"
_PASSAGES = "passages.json"
_VECTORS = "vectors.faiss"
_VOCABULARY = "vocabulary.json"
_WORDS = "words"
_COUNTS = TypeAdapter(dict[str, Count])


@dataclass(frozen=True, slots=True)
class Index:
    """What is computed from a case's documents: row i of each part belongs to passage i."""

    passages: tuple[Passage, ...]
    keys: tuple[str, ...]
    dense: DenseIndex
    sparse: SparseIndex
    counts: Mapping[str, Count]


class _Rows(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    keys: tuple[str, ...]
    passages: tuple[Passage, ...]


class _StoredCase(BaseModel):
    """A case as a generation keeps it: the text of each document lies in a file of its own."""

    model_config = ConfigDict(frozen=True)

    case: Case


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete, immutable index."""

    folder: Path
    manifest: Manifest
    case: Case
    passages: tuple[Passage, ...]
    keys: tuple[str, ...]
    """`passages[i].key(…)`, by which vectors are taken over into the next generation."""
    dense: DenseIndex
    sparse: SparseIndex
    counts: Mapping[str, Count]
    """How often each word stands in the passages."""
    lease: Lease = field(compare=False, repr=False)
    """Keeps the folder, from which quotes are checked, where it is."""

    @property
    def id(self) -> str:
        return self.manifest.generation

    def calibrated(self, calibration: CaseCalibration) -> Generation:
        """The same, with what the case says of answers now: that may change without a new index."""
        return replace(self, case=replace(self.case, calibration=calibration))

    def document(self, sha256: str) -> Document:
        """The document whose digest begins with `sha256`.

        Raises:
            ReceiptError: if no document's does, or several documents' do.
        """
        found = {document.sha256: document for document in reversed(self.case.documents)}
        matching = [document for digest, document in found.items() if digest.startswith(sha256)]
        if not sha256 or len(matching) != 1:
            raise ReceiptError("The document of this quote is not, or no longer, in the record. Ask again.")
        return matching[0]

    def recheck(self, receipt: Receipt) -> str:
        """Reads a quote's words from the disk once more, right before they are sent.

        Returns:
            the words at the receipt's span.

        Raises:
            ReceiptError: if the stored text is not what it was when it was indexed, or the span is
                not, or may not be, quoted from it.
        """
        document = self.document(receipt.sha256)
        name = _text_file(document)
        try:
            data = (self.folder / name).read_bytes()
        except OSError as error:
            raise ReceiptError(f"The stored text of {document.path} cannot be read. {REBUILD}") from error
        if hashlib.sha256(data).hexdigest() != self.manifest.files[name].sha256:
            raise ReceiptError(f"The stored text of {document.path} has been changed. {REBUILD}")
        text = data.decode("utf-8")
        span = receipt.span
        # The same bytes may be in the case twice, with other boilerplate stated of each.
        twins = [each for each in self.case if each.sha256 == document.sha256]
        if not span or span.end > len(text) or not any(twin.quotable(span) for twin in twins):
            raise ReceiptError(f"{document.path} has nothing to quote there. Ask again.")
        return span.of(text)


def write_generation(folder: Path, draft: Manifest, case: Case, index: Index) -> str:
    """Writes a generation into a folder that does not exist yet, and waits until it is on the disk.

    Args:
        draft: the manifest, whose `files` are filled in here.

    Returns:
        the SHA-256 of the manifest, with which `read_generation` reads it back.

    Raises:
        OSError: if the folder cannot be written.
    """
    _write_files(folder, case, index)
    manifest = draft.model_copy(update={"files": _entries(folder)})
    described = manifest.model_dump_json(indent=1).encode()
    write(folder / MANIFEST, described)
    sync_tree(folder)
    return hashlib.sha256(described).hexdigest()


def _text_file(document: Document) -> str:
    return f"documents/{document.sha256}.txt"


def _write_files(folder: Path, case: Case, index: Index) -> None:
    (folder / "documents").mkdir(parents=True)
    for document in case:
        write(folder / _text_file(document), document.text.encode())
    stored = _StoredCase(case=case).model_dump_json(exclude={"case": {"documents": {"__all__": {"text"}}}})
    write(folder / _CASE, stored.encode())
    rows = _Rows(keys=index.keys, passages=index.passages)
    write(folder / _PASSAGES, rows.model_dump_json().encode())
    write(folder / _VECTORS, index.dense.to_bytes())
    write(folder / _VOCABULARY, _COUNTS.dump_json(dict(sorted(index.counts.items()))))
    index.sparse.save(folder / _WORDS)


def _entries(folder: Path) -> dict[str, FileEntry]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _entry(path.read_bytes()) for path in files}


def _entry(data: bytes) -> FileEntry:
    return FileEntry(size=len(data), sha256=hashlib.sha256(data).hexdigest())


def read_manifest(folder: Path, digest: str) -> Manifest:
    """The manifest of the generation in a folder.

    Raises:
        DamagedIndexError: if its SHA-256 is not `digest`.
        IndexingError: if another version of Exhibit wrote it.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise DamagedIndexError(f"The live index has no manifest. {REBUILD}") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise DamagedIndexError(f"The manifest of the index is damaged. {REBUILD}")
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        raise IndexingError(f"The index is of another version of Exhibit. {REBUILD}") from error


def read_generation(folder: Path, manifest_sha256: str) -> Generation:
    """The generation in a folder.

    Raises:
        DamagedIndexError: if any file is not what was written.
        IndexingError: if another version of Exhibit wrote it.
    """
    try:
        lease = Lease(folder)
    except OSError as error:
        raise DamagedIndexError(f"The folder of the live index cannot be read. {REBUILD}") from error
    manifest = read_manifest(folder, manifest_sha256)
    if manifest.format != FORMAT:
        raise IndexingError(f"The index is of another version of Exhibit. {REBUILD}")
    data = {name: _verified(folder, name, entry) for name, entry in manifest.files.items()}
    try:
        case = _case_with_texts(data)
        rows = _Rows.model_validate_json(data[_PASSAGES])
        dense = DenseIndex.from_bytes(data[_VECTORS])
        counts = _COUNTS.validate_json(data[_VOCABULARY])
    except (KeyError, ValueError) as error:
        raise DamagedIndexError(f"The index is not complete. {REBUILD}") from error
    sparse = SparseIndex.load(folder / _WORDS, len(rows.passages))
    if not len(rows.passages) == len(rows.keys) == len(dense) == manifest.passages:
        raise DamagedIndexError(f"The parts of the index do not belong together. {REBUILD}")
    return Generation(folder, manifest, case, rows.passages, rows.keys, dense, sparse, counts, lease)


def _verified(folder: Path, name: str, entry: FileEntry) -> bytes:
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise DamagedIndexError(f"{name} of the index cannot be read. {REBUILD}") from error
    if _entry(data) != entry:
        raise DamagedIndexError(f"{name} of the index is damaged. {REBUILD}")
    return data


def _case_with_texts(data: dict[str, bytes]) -> Case:
    described = TypeAdapter(dict[str, dict[str, object]]).validate_json(data[_CASE])
    documents = TypeAdapter(list[dict[str, object]]).validate_python(described["case"]["documents"])
    for document in documents:
        document["text"] = data[f"documents/{document['sha256']}.txt"].decode("utf-8")
    return _StoredCase.model_validate({"case": described["case"] | {"documents": documents}}).case
