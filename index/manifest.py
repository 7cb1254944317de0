"""What a generation is made of, and whether that is still what the case is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version

from pydantic import BaseModel, ConfigDict, TypeAdapter

from corpus import passages
from corpus.models import Case

FORMAT = 1
"""Of the files of a generation. One of another format is rebuilt, never read."""
LIBRARIES = ("bm25s", "faiss-cpu", "numpy", "sentence-transformers", "sentencex", "torch")


class FileEntry(BaseModel):
    """One file of a generation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    sha256: str


class Manifest(BaseModel):
    """The table of contents of a generation; its own digest stands in the pointer to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    passage_format: int
    generation: str
    created: datetime
    case_sha256: str
    """Of everything the passages depend on: the documents, their metadata, the aliases."""
    documents: dict[str, str]
    """Path -> SHA-256 of the document's bytes."""
    passages: int
    characters: int
    model: str
    model_sha256: str
    dimension: int
    encoded: int
    """Passages that were encoded for this generation; the others' vectors were taken over."""
    seconds: float
    libraries: dict[str, str]
    files: dict[str, FileEntry]
    """POSIX path below the generation's folder -> size and digest."""


def library_versions() -> dict[str, str]:
    """The versions of the libraries that an index depends on."""
    return {name: version(name) for name in LIBRARIES}


def case_sha256(case: Case) -> str:
    """A digest of everything in a case that an index depends on, wherever its folder lies.

    Its calibration is left out: an index is searched alike, whatever is made of the confidence then.
    """
    described = TypeAdapter(Case).dump_json(
        case, exclude={"root": True, "calibration": True, "documents": {"__all__": {"text"}}}
    )
    return hashlib.sha256(described).hexdigest()


def stale_because(manifest: Manifest, case: Case, model_sha256: str) -> Iterator[str]:
    """Why an index is not, or no longer, the index of a case: a phrase a reason, none if it is fresh."""
    if (manifest.format, manifest.passage_format) != (FORMAT, passages.FORMAT):
        yield "it was built by another version of Exhibit"
    if manifest.model_sha256 != model_sha256:
        yield f"it was built with another model, {manifest.model}"
    now = {document.path: document.sha256 for document in case}
    before = manifest.documents
    changes = {
        "new": now.keys() - before.keys(),
        "gone": before.keys() - now.keys(),
        "changed": {path for path in now.keys() & before.keys() if now[path] != before[path]},
    }
    for what, paths in changes.items():
        if paths:
            named = ", ".join(sorted(paths)[:3]) + (", …" if len(paths) > 3 else "")
            yield f"{len(paths)} document{'s are' if len(paths) > 1 else ' is'} {what}: {named}"
    if now == before and manifest.case_sha256 != case_sha256(case):
        yield "what case.toml says has changed"
