"""The choice of a reader by the name of the file."""

from __future__ import annotations

import pytest

from corpus import readers
from corpus.errors import DocumentError


@pytest.mark.parametrize("path", ["a.txt", "press/B.TXT", "a.md", "a.b.markdown", "..md/c.Md"])
def test_text_and_markdown_are_read(path: str) -> None:
    """Whatever the case of the suffix."""
    assert readers.read(path, b"Words.") == "Words."


@pytest.mark.parametrize("path", ["a.pdf", "txt", ".txt", "a.txt.gz", "a"])
def test_other_files_are_not(path: str) -> None:
    """The sentence says which are."""
    with pytest.raises(DocumentError) as raised:
        readers.read(path, b"Words.")
    assert (
        str(raised.value)
        == f"{path} is of a kind that cannot be read. Convert it to one of .txt, .md, .markdown."
    )
