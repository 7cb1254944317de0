"""What case.toml may say, and what is said when it says something else."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import tomlkit

from corpus.case_file import (
    AnswersTable,
    CaseFile,
    DocumentTable,
    PartyTable,
    answers_toml,
    read_case_file,
    write_answers,
)
from corpus.errors import CaseError
from corpus.models import CaseCalibration, Kind


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
        b'[answers]\nquote = 1\nnearest = 0.1\nscale = 2\nshift = -0.5\nbase = "trained 0"\n'
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
        answers=AnswersTable(quote=1.0, nearest=0.1, scale=2.0, shift=-0.5, base="trained 0"),
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
        (
            b"[answers]\nquote = 1.5",
            "has a mistake at answers.quote: input should be less than or equal to 1.",
        ),
        (
            b"[answers]\nnearest = -0.1",
            "has a mistake at answers.nearest: input should be greater than or equal to 0.",
        ),
        (b"[answers]\nquote = '0.5'", "has a mistake at answers.quote: input should be a valid number."),
        (
            b"[answers]\nquote = nan",
            "has a mistake at answers.quote: input should be less than or equal to 1.",
        ),
        (
            b"[answers]\nquote = 0.5\nnearest = 0.6",
            "has a mistake at answers: nearest must not be greater than quote.",
        ),
        (b"[answers]\nscale = 0", "has a mistake at answers.scale: input should be greater than 0."),
        (b"[answers]\nshift = inf", "has a mistake at answers.shift: input should be a finite number."),
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


MOVED = CaseCalibration(quote=0.61, nearest=0.03, scale=1.25, shift=-0.4, base="trained 0")
TABLE = '[answers]\nquote = 0.61\nnearest = 0.03\nscale = 1.25\nshift = -0.4\nbase = "trained 0"\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, TABLE),
        ("", TABLE),
        ("# Ours.\ntitle = 'A' # short", f"# Ours.\ntitle = 'A' # short\n{TABLE}"),
        ("[[documents]]\npath = 'a'\n", f"[[documents]]\npath = 'a'\n\n{TABLE}"),
        (
            "[answers] # ours\nquote=0.5 # bold\n# both\nnearest = 0.1\n\n[labels]\npress = 'P'\n",
            (
                "[answers] # ours\nquote=0.61 # bold\n# both\nnearest = 0.03\n"
                "scale = 1.25\nshift = -0.4\nbase = \"trained 0\"\n\n[labels]\npress = 'P'\n"
            ),
        ),
        (
            "\ufefftitle = 'A'\r\n",
            f"\ufefftitle = 'A'\r\n\r\n{TABLE}".replace("\r", "").replace("\n", "\r\n"),
        ),
    ],
    ids=["no file", "empty", "no line end", "after tables", "in place", "from Windows"],
)
def test_writes_answers_and_leaves_the_rest_as_it_is_written(
    tmp_path: Path, old: str | None, new: str
) -> None:
    """Comments, order, line ends and all."""
    path = tmp_path / "case.toml"
    if old is not None:
        path.write_bytes(old.encode())
    write_answers(path, MOVED)
    assert path.read_bytes().decode() == new
    assert read_case_file(path).answers.calibration() == MOVED
    assert [each.name for each in tmp_path.iterdir()] == ["case.toml"]


def test_what_is_not_stated_any_more_goes(tmp_path: Path) -> None:
    """What would be so without a word is not written."""
    path = tmp_path / "case.toml"
    write_answers(path, MOVED)
    write_answers(path, CaseCalibration(quote=0.5))
    assert path.read_text() == answers_toml(CaseCalibration(quote=0.5)) == "[answers]\nquote = 0.5\n"


def test_writing_keeps_a_link_and_who_may_read(tmp_path: Path) -> None:
    """The file that is linked to is written, with its permissions."""
    path, link = tmp_path / "shared.toml", tmp_path / "case.toml"
    path.write_text("title = 'A'\n")
    path.chmod(0o640)
    link.symlink_to(path)
    write_answers(link, MOVED)
    assert link.is_symlink()
    assert path.read_text() == f"title = 'A'\n\n{TABLE}"
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("old", [b"title = ", b"titel = 'A'", b"\xff"])
def test_a_file_with_a_mistake_is_not_written(tmp_path: Path, old: bytes) -> None:
    """The mistake is named, as when it is read."""
    path = tmp_path / "case.toml"
    path.write_bytes(old)
    with pytest.raises(CaseError, match=rf"^{path} (is not|has a mistake)"):
        write_answers(path, MOVED)
    assert path.read_bytes() == old


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing beside it."""
    path = tmp_path / "case.toml"
    path.write_text("title = 'A'\n")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CaseError) as raised:
        write_answers(path, MOVED)
    assert str(raised.value) == f"{path} cannot be written: No space left on device."
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("case.toml", "title = 'A'\n")]


def test_no_other_word_of_it_may_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the TOML writer makes of it is read once more before it takes the old one's place."""
    path = tmp_path / "case.toml"
    path.write_text("title = 'A'\n")
    monkeypatch.setattr(tomlkit, "dumps", lambda _document: "title = 'B'\n")
    with pytest.raises(CaseError) as raised:
        write_answers(path, MOVED)
    assert str(raised.value) == (
        f"{path} is written too unusually to be changed. Put [answers] into it by hand."
    )
    assert path.read_text() == "title = 'A'\n"
