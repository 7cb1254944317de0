"""The documents of a case on disk."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus import readers
from corpus.case_file import NAME, CaseFile, DocumentTable, read_case_file
from corpus.cleaning import boilerplate
from corpus.errors import CaseError, DocumentError, EmptyCaseError
from corpus.header import FIELDS, provenance, read_header
from corpus.models import Case, Document, Kind, Party, Span
from corpus.passages import quotable_spans

SHIPPED_CASES = Path(__file__).parent / "cases"
DEFAULT_CASE = SHIPPED_CASES / "musk-v-openai"
DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a case that a maintainer should know."""

    document: str
    sentence: str
    fatal: bool
    """Whether the case cannot be used until it is mended."""


def load_case(root: Path) -> Case:
    """The case in a folder: `documents/` with or without `case.toml`, or a bare folder of documents.

    Raises:
        CaseError: if the folder or its `case.toml` cannot be used.
        DocumentError: for the first document that cannot be read.
        EmptyCaseError: if no document has any words to quote.
    """
    case, problems = inspect_case(root)
    fatal = [problem for problem in problems if problem.fatal]
    if fatal:
        others = "1 more document has" if len(fatal) == 2 else f"{len(fatal) - 1} more documents have"
        more = f" {others} problems too." if len(fatal) > 1 else ""
        raise DocumentError(fatal[0].sentence + more)
    if not any(has_words(document) for document in case):
        raise EmptyCaseError(f"{case.root} has no document with words in it. Put .txt or .md files there.")
    return case


def inspect_case(root: Path) -> tuple[Case, tuple[Problem, ...]]:
    """The case with every document that can be read, and what is wrong with it.

    Raises:
        CaseError: if the folder or its `case.toml` cannot be used.
    """
    root = resolved(root)
    try:
        if not root.is_dir():
            raise CaseError(f"There is no folder {root}. Name the folder of a case.")
        folder = documents_folder(root)
    except OSError as error:
        raise CaseError(f"The folder {root} cannot be read: {error.strerror}.") from error
    stated = read_case_file(root / NAME)
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in _files(folder):
        try:
            documents.append(_read_document(root, folder, path, stated))
        except DocumentError as error:
            problems.append(Problem(_shown(path), str(error), fatal=True))
    problems += _warnings(documents, stated)
    case = Case(
        root=root,
        name=root.name,
        title=stated.title or root.name,
        documents=tuple(documents),
        court=stated.court,
        parties=tuple(Party(party.name, party.role) for party in stated.parties),
        aliases=tuple((name, *spellings) for name, spellings in stated.aliases.items()),
        calibration=stated.answers.calibration(),
    )
    return case, tuple(problems)


def resolved(root: Path) -> Path:
    """The absolute path of a case's folder, whether or not it is there.

    Raises:
        CaseError: if it can be no folder's path.
    """
    try:
        found = root.expanduser().resolve()
        str(found).encode()
    except (OSError, RuntimeError, ValueError) as error:
        raise CaseError(
            f"{_shown(str(root))} is not the path of a folder. Name the folder of a case."
        ) from error
    return found


def documents_folder(root: Path) -> Path:
    """Where the documents of a case lie: `documents/` where there is one, or the folder itself."""
    inner = root / DOCUMENTS
    return inner if inner.is_dir() else root


def case_files(root: Path) -> dict[str, Path]:
    """Everything that a case is made of: POSIX path in a folder with `documents/` -> where it lies.

    Raises:
        CaseError: if the folder cannot be used.
        DocumentError: for the first of them whose name is no text or that is no regular file.
        EmptyCaseError: if there is no document.
    """
    root = resolved(root)
    try:
        if not root.is_dir():
            raise CaseError(f"There is no folder {root}. Name the folder of a case.")
        folder = documents_folder(root)
        found = {f"{DOCUMENTS}/{path}": folder / path for path in _files(folder)}
        if not found:
            raise EmptyCaseError(f"{root} has no documents. Name the folder of a case.")
        if (root / NAME).exists():
            found[NAME] = root / NAME
        for path, file in found.items():
            _check_file(root, file, path.removeprefix(f"{DOCUMENTS}/"))
    except OSError as error:
        raise CaseError(f"The folder {root} cannot be read: {error.strerror}.") from error
    return found


def has_words(document: Document) -> bool:
    """Whether there is a word in a document that may be quoted; signs alone are none."""
    return any(char.isalnum() for stretch in quotable_spans(document) for char in stretch.of(document.text))


def _files(folder: Path) -> Iterator[str]:
    """POSIX paths below `folder` of the files that a reader knows, sorted; hidden ones are left out."""
    found = []
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if not name.startswith(".") and path.suffix.lower() in readers.READERS:
                found.append(path.relative_to(folder).as_posix())
    yield from sorted(found)


def _refuse(error: OSError) -> None:
    raise CaseError(f"The folder {_shown(error.filename)} cannot be read: {error.strerror}.") from error


def _shown(path: str) -> str:
    """A path that can be printed, even if its bytes are no text."""
    return path.encode("utf-8", "backslashreplace").decode()


def _check_file(root: Path, file: Path, path: str) -> None:
    if _shown(path) != path:
        raise DocumentError(f"The name of {_shown(path)} is not UTF-8. Give the file another name.")
    if not stat.S_ISREG(file.stat().st_mode):
        raise DocumentError(f"{path} is not a regular file. Take it out, or put the text itself there.")
    if not file.resolve().is_relative_to(root):
        raise DocumentError(f"{path} is a link that leads out of the case. Put the text itself there.")


def _read_bytes(root: Path, file: Path, path: str) -> bytes:
    try:
        _check_file(root, file, path)
        return file.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}. Mend that, or take it out.") from error


def _read_document(root: Path, folder: Path, path: str, stated: CaseFile) -> Document:
    data = _read_bytes(root, folder / path, path)
    text = readers.read(path, data)
    header = read_header(path, text)
    table = next((entry for entry in stated.documents if entry.path == path), DocumentTable(path=path))
    fields = header.fields | {field: value for field in FIELDS if (value := getattr(table, field))}
    furniture = boilerplate(text, Span(header.span.end, len(text)), frozenset(table.boilerplate))
    return Document(
        path=path,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        provenance=provenance(fields, stated.labels),
        unquotable=(header.span, *furniture) if header.span else tuple(furniture),
    )


def _warnings(documents: list[Document], stated: CaseFile) -> Iterator[Problem]:
    paths = {document.path for document in documents}
    for table in stated.documents:
        if table.path not in paths:
            yield Problem(table.path, f"{NAME} describes {table.path}, which is not there.", fatal=False)
    first: dict[str, str] = {}
    for document in documents:
        if not has_words(document):
            yield Problem(document.path, f"{document.path} has no words to quote.", fatal=False)
        elif document.sha256 in first:
            same = f"{document.path} is the same, byte for byte, as {first[document.sha256]}."
            yield Problem(document.path, same, fatal=False)
        first.setdefault(document.sha256, document.path)
        unknown = [name for name in ("title", "date", "source") if not getattr(document.provenance, name)]
        if document.provenance.kind is Kind.UNKNOWN:
            unknown.append("kind")
        if unknown:
            yield Problem(document.path, f"{document.path} has no {', no '.join(unknown)}.", fatal=False)
