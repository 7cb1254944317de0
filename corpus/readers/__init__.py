"""From a file's bytes to text: one module a format.

A reader takes bytes and returns the text, unchanged where the format is text itself. To add a
format, write its module and name its suffixes here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from corpus.errors import DocumentError
from corpus.readers import plain

Reader = Callable[[str, bytes], str]

READERS: Mapping[str, Reader] = {".txt": plain.read, ".md": plain.read, ".markdown": plain.read}


def read(path: str, data: bytes) -> str:
    """The text of a document.

    Args:
        path: its POSIX path below `documents/`, for the choice of a reader and for messages.
        data: its bytes.

    Raises:
        DocumentError: if the format is unknown or the bytes do not hold to it.
    """
    suffix = PurePosixPath(path).suffix.lower()
    if suffix not in READERS:
        known = ", ".join(READERS)
        raise DocumentError(f"{path} is of a kind that cannot be read. Convert it to one of {known}.")
    return READERS[suffix](path, data)
