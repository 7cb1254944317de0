"""What case.toml may say, and what is said when it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.case_file import CaseFile, DocumentTable, PartyTable, read_case_file
from corpus.errors import CaseError
from corpus.models import Kind


def test_no_file_is_an_empty_one(tmp_path: Path) -> None:
    """Everything in it is optional."""
    assert read_case_file(tmp_path / "case.toml") == CaseFile()


def test_reads_everything(tmp_path: Path) -> None:
    """Also with the byte order mark that some editors write."""
    path = tmp_path / "case.toml"
    path.write_bytes(
        b'\xef\xbb\xbftitle = "Harbour"\ncourt = "County Court"\n[[parties]]\nname = "Ann"\nrole = "witness"\n'
        b'[aliases]\n"Ann Lee" = ["Ann", "Lee"]\n[labels]\npress = "Press report"\n'
        b'[[documents]]\npath = "a.txt"\ntitle = "A"\npublisher = "P"\ndate = "2025"\nsource = "S"\n'
        b'kind = "press"\nlabel = "L"\nboilerplate = ["The Gazette"]\n'
    )
    assert read_case_file(path) == CaseFile(
        title="Harbour",
        court="County Court",
        parties=(PartyTable(name="Ann", role="witness"),),
        aliases={"Ann Lee": ("Ann", "Lee")},
        labels={Kind.PRESS: "Press report"},
        documents=(
            DocumentTable(
                path="a.txt",
                title="A",
                publisher="P",
                date="2025",
                source="S",
                kind="press",
                label="L",
                boilerplate=("The Gazette",),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"title = \xff", "is not UTF-8: see byte 8. Save it as UTF-8."),
        (b"title", "is not valid TOML: Expected '=' after a key in a key/value pair (at end of document)."),
        (b"title = 'A'\ntitle = 'B'", "is not valid TOML: Cannot overwrite a value (at end of document)."),
        (b"title = 3", "has a mistake at title: input should be a valid string."),
        (b"titel = 'A'", "has a mistake at titel: extra inputs are not permitted."),
        (b"[[documents]]\ntitle = 'A'", "has a mistake at documents.0.path: field required."),
        (
            b"[[documents]]\npath = 'a'\nkinds = 'x'",
            "has a mistake at documents.0.kinds: extra inputs are not permitted.",
        ),
        (
            b"[[parties]]\nname = ''",
            "has a mistake at parties.0.name: string should have at least 1 character.",
        ),
        (b"[aliases]\nAnn = 'Lee'", "has a mistake at aliases.Ann: input should be a valid tuple."),
    ],
)
def test_says_what_is_wrong_in_one_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    """With the file and the place in it."""
    path = tmp_path / "case.toml"
    path.write_bytes(data)
    with pytest.raises(CaseError) as raised:
        read_case_file(path)
    assert str(raised.value) == f"{path} {sentence}"


@pytest.mark.parametrize(
    "data",
    [b"title = " + b"[" * 5000, b"title = " + b"9" * 5000, b"[labels]\nmemo = 'Memo'"],
    ids=["deep", "long number", "label of no kind"],
)
def test_names_the_file_whatever_is_in_it(tmp_path: Path, data: bytes) -> None:
    """What the TOML reader itself stumbles over is no crash."""
    path = tmp_path / "case.toml"
    path.write_bytes(data)
    with pytest.raises(CaseError, match=rf"^{path} (is not valid TOML|has a mistake at labels)"):
        read_case_file(path)


def test_a_folder_is_no_case_file(tmp_path: Path) -> None:
    """The system's own word for it is passed on."""
    with pytest.raises(CaseError) as raised:
        read_case_file(tmp_path)
    assert str(raised.value) == f"{tmp_path} cannot be read: Is a directory."
