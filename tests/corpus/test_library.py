"""Cases on disk: what is taken, what is left, and what is said of the rest."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import CaseError, DocumentError, EmptyCaseError
from corpus.library import (
    DEFAULT_CASE,
    Problem,
    case_files,
    documents_folder,
    has_words,
    inspect_case,
    load_case,
    resolved,
)
from corpus.models import Case, Kind, Party, Provenance, Span
from tests.corpus.texts import document, spoken

NOBODY = 65534


def made(root: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with files in it."""
    for path, words in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(words if isinstance(words, bytes) else words.encode())
    return root


def paths(case: Case) -> list[str]:
    """Where the documents of a case lie."""
    return [each.path for each in case]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="exhibit-test-"))
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def as_nobody(open_folder: Path) -> Iterator[None]:
    """The rest of the test has no more rights than permissions give: root would read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        if not os.access(open_folder, os.R_OK | os.X_OK, effective_ids=True):
            pytest.skip("the folder for temporary files is closed to other users: permissions are not tested")
        yield
    finally:
        os.seteuid(0)


def test_reads_a_case_with_everything(case_dir: Path) -> None:
    """Title, court, parties and aliases come from case.toml."""
    case = load_case(case_dir)
    assert (case.root, case.name, case.title) == (case_dir, "harbour", "The Harbour Fire")
    assert (case.court, case.parties) == ("County Court", (Party("Jane Hopper", "witness"),))
    assert case.aliases == (("Jane Hopper", "Hopper", "Mrs Hopper"),)
    assert paths(case) == ["hearing.txt", "press/article.txt"]


def test_a_header_is_read_and_never_quoted(case_dir: Path) -> None:
    """It stays in the text, marked."""
    hearing = load_case(case_dir).documents[0]
    assert hearing.provenance == Provenance(
        title="Hearing of 3 March 2025",
        date="2025-03-03",
        source="https://example.org/hearings/1",
        kind=Kind.TESTIMONY,
    )
    assert len(hearing.unquotable) == 1
    assert hearing.unquotable[0].of(hearing.text).startswith("title: Hearing of 3 March 2025\n")
    assert hearing.unquotable[0].of(hearing.text).endswith("\nkind: testimony\n")


def test_case_toml_wins_over_the_header(tmp_path: Path) -> None:
    """Field by field; the label of a kind is the case's."""
    root = made(
        tmp_path,
        {
            "documents/a.txt": "title: Old\ndate: 2024\nkind: press\n\nBody.",
            "case.toml": '[labels]\norder = "Court order"\n[[documents]]\npath = "a.txt"\ntitle = "New"\nkind = "order"\n',
        },
    )
    assert load_case(root).documents[0].provenance == Provenance(
        title="New", date="2024", kind=Kind.ORDER, label="Court order"
    )


def test_stated_boilerplate_is_marked_in_that_document_only(tmp_path: Path) -> None:
    """Another document may say the same words in earnest."""
    root = made(
        tmp_path,
        {
            "a.txt": "The Gazette\nBody.",
            "b.txt": "The Gazette\nBody.",
            "case.toml": '[[documents]]\npath = "a.txt"\nboilerplate = ["The Gazette"]\n',
        },
    )
    first, second = load_case(root)
    assert spoken(first.text, *first.unquotable) == ["The Gazette"]
    assert second.unquotable == ()


def test_text_and_digest_are_the_bytes(tmp_path: Path) -> None:
    """Nothing is normalised on the way."""
    data = "\ufeffZwölf\r\nBoxkämpfer\rjagen\u2028Viktor\n".encode()
    only = load_case(made(tmp_path, {"a.txt": data})).documents[0]
    assert only.text.encode() == data
    assert only.sha256 == hashlib.sha256(data).hexdigest()
    assert only.unquotable == (Span(0, 1),)


def test_takes_nested_texts_and_leaves_the_rest(tmp_path: Path) -> None:
    """Sorted by path; hidden files and folders and what no reader knows are left."""
    files = (
        "b.txt",
        "a/z.md",
        "a/b/c.markdown",
        "C.TXT",
        ".hidden.txt",
        ".git/d.txt",
        "a/.x/e.txt",
        "f.pdf",
        "README",
    )
    root = made(tmp_path, {f"documents/{path}": "Words." for path in files})
    made(root, {"notes.txt": "Beside the documents."})
    assert paths(load_case(root)) == ["C.TXT", "a/b/c.markdown", "a/z.md", "b.txt"]


def test_a_bare_folder_is_a_case(tmp_path: Path) -> None:
    """Called by its name, without a case.toml."""
    root = made(tmp_path / "my case", {"a.txt": "Words."})
    case = load_case(root)
    assert (case.title, case.court, case.parties, case.aliases) == ("my case", "", (), ())
    assert documents_folder(root) == root
    assert paths(case) == ["a.txt"]


def test_follows_links_to_files_but_not_to_folders(tmp_path: Path) -> None:
    """A folder that is linked into itself has no end."""
    root = made(tmp_path / "case", {"a.txt": "Words.", ".parts/b": "Other words."})
    (root / "b.txt").symlink_to(".parts/b")
    (root / "loop").symlink_to(root)
    assert [each.text for each in load_case(root)] == ["Words.", "Other words."]


@pytest.mark.parametrize("link", ["documents", "documents/b.txt"])
def test_a_link_does_not_lead_out_of_the_case(tmp_path: Path, link: str) -> None:
    """A case from somebody else would have the operator's own files, or the token, quoted."""
    made(tmp_path, {"private/b.txt": "A token."})
    root = made(
        tmp_path / "case", {"case.toml": ""} if link == "documents" else {"documents/a.txt": "Words."}
    )
    (root / link).symlink_to(tmp_path / "private" / Path(link).relative_to("documents"))
    with pytest.raises(DocumentError) as raised:
        load_case(root)
    assert str(raised.value) == "b.txt is a link that leads out of the case. Put the text itself there."


@pytest.mark.parametrize(
    ("target", "reason"),
    [("loop.txt", "Too many levels of symbolic links"), ("gone.txt", "No such file or directory")],
)
def test_names_a_link_that_leads_nowhere(tmp_path: Path, target: str, reason: str) -> None:
    """It is not passed over: a document would be missing."""
    root = made(tmp_path, {"a.txt": "Words."})
    (root / "loop.txt").symlink_to(target)
    with pytest.raises(DocumentError) as raised:
        load_case(root)
    assert str(raised.value) == f"loop.txt cannot be read: {reason}. Mend that, or take it out."


def test_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    """Nobody may ever write into it."""
    root = made(tmp_path, {"a.txt": "Words."})
    os.mkfifo(root / "b.txt")
    with pytest.raises(DocumentError) as raised:
        load_case(root)
    assert str(raised.value) == "b.txt is not a regular file. Take it out, or put the text itself there."


def test_names_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    """It could not be cited; the message can be printed."""
    root = made(tmp_path, {"a.txt": "Words."})
    try:
        (Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.txt"))).write_text("Words.")
    except OSError:
        pytest.skip("this file system takes no names but UTF-8: such a file cannot be made")
    with pytest.raises(DocumentError) as raised:
        load_case(root)
    assert str(raised.value) == "The name of caf\\udce9.txt is not UTF-8. Give the file another name."


def test_names_the_first_of_several_bad_documents_and_counts_the_others(tmp_path: Path) -> None:
    """With the byte; nothing is indexed without them."""
    root = made(
        tmp_path, {"a.txt": "Words.", "b.txt": b"caf\xe9", "c.txt": b"\0", "d.md": "---\nt: 'x\n---\n"}
    )
    with pytest.raises(DocumentError) as raised:
        load_case(root)
    assert str(raised.value) == (
        "b.txt is not UTF-8: byte 3 is 0xE9. Save it as UTF-8 and try again. 2 more documents have problems too."
    )
    (root / "d.md").unlink()
    with pytest.raises(DocumentError, match=r"try again\. 1 more document has problems too\.$"):
        load_case(root)


def test_an_inspection_shows_the_rest(tmp_path: Path) -> None:
    """Every document that can be read, and each problem with its document."""
    root = made(
        tmp_path, {"a.txt": "title: A\ndate: 1\nsource: S\nkind: order\n\nWords.", "b.txt": b"caf\xe9"}
    )
    case, problems = inspect_case(root)
    assert paths(case) == ["a.txt"]
    assert problems == (
        Problem("b.txt", "b.txt is not UTF-8: byte 3 is 0xE9. Save it as UTF-8 and try again.", fatal=True),
    )


def test_an_inspection_notes_what_looks_wrong(tmp_path: Path) -> None:
    """Copies, documents without words, descriptions of none, and what nobody has stated."""
    whole = "title: A\ndate: 1\nsource: S\nkind: order\n\nWords."
    root = made(
        tmp_path,
        {
            "a.txt": whole,
            "b.txt": whole,
            "c.txt": whole.replace("Words.", "…"),
            "d.txt": "title: D\n\nWords.",
            "case.toml": '[[documents]]\npath = "gone.txt"\n',
        },
    )
    _, problems = inspect_case(root)
    assert problems == (
        Problem("gone.txt", "case.toml describes gone.txt, which is not there.", fatal=False),
        Problem("b.txt", "b.txt is the same, byte for byte, as a.txt.", fatal=False),
        Problem("c.txt", "c.txt has no words to quote.", fatal=False),
        Problem("d.txt", "d.txt has no date, no source, no kind.", fatal=False),
    )


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"case.toml": 'title = "A"'},
        {"a.pdf": "Words."},
        {"a.txt": ""},
        {"a.txt": " \n\u2028\t"},
        {"a.txt": "title: A\n"},
        {"a.txt": "Advertisement\n"},
        {"a.txt": "😀 — !!! \u200b"},
    ],
)
def test_a_case_without_words_is_no_case(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    """Headers, boilerplate and signs are none."""
    root = made(tmp_path, files)
    with pytest.raises(EmptyCaseError) as raised:
        load_case(root)
    assert str(raised.value) == f"{root} has no document with words in it. Put .txt or .md files there."


@pytest.mark.parametrize(
    ("text", "marks", "expected"), [("ab cd", [(0, 2)], True), ("ab !", [(0, 2)], False)]
)
def test_words_count_only_where_they_may_be_quoted(
    text: str, marks: list[tuple[int, int]], expected: bool
) -> None:
    """Signs alone are no words."""
    assert has_words(document(text, *(Span(*mark) for mark in marks))) is expected


def test_a_folder_has_to_be_there(tmp_path: Path) -> None:
    """Neither nothing nor a file is a case."""
    file = made(tmp_path, {"a.txt": "Words."}) / "a.txt"
    for root in (tmp_path / "gone", file):
        with pytest.raises(CaseError) as raised:
            load_case(root)
        assert str(raised.value) == f"There is no folder {root}. Name the folder of a case."


@pytest.mark.parametrize("root", ["~nobody-by-this-name/case", "a\0b", "caf\udce9"])
def test_a_name_that_no_folder_can_have_is_refused(root: str) -> None:
    """In a sentence that can be printed."""
    with pytest.raises(CaseError) as raised:
        load_case(Path(root))
    sentence = str(raised.value)
    assert sentence.endswith(" is not the path of a folder. Name the folder of a case.")
    assert sentence.isprintable() or "\0" in root


def test_a_folder_linked_to_itself_is_refused(tmp_path: Path) -> None:
    """Python raises something else for it in each version."""
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(CaseError, match="loop"):
        load_case(tmp_path / "loop")


def test_a_name_that_is_too_long_is_refused() -> None:
    """The system's own word for it is passed on."""
    with pytest.raises(CaseError, match=r"cannot be read: File name too long\.$"):
        load_case(Path("/" + "x" * 300))


def test_a_path_is_resolved_from_home_and_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One folder, however it is named, is one case."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert resolved(Path("~/case")) == resolved(Path("x/../case")) == tmp_path.resolve() / "case"


def test_a_document_that_may_not_be_read_is_named(open_folder: Path, request: pytest.FixtureRequest) -> None:
    """By its path, with the reason."""
    made(open_folder, {"a.txt": "Words.", "press/b.txt": "Words."})
    (open_folder / "press" / "b.txt").chmod(0)
    request.getfixturevalue("as_nobody")
    with pytest.raises(DocumentError) as raised:
        load_case(open_folder)
    assert str(raised.value) == "press/b.txt cannot be read: Permission denied. Mend that, or take it out."


@pytest.mark.parametrize("closed", ["case/documents/press", "case/documents", "case"])
def test_a_folder_that_may_not_be_read_is_named(
    open_folder: Path, closed: str, request: pytest.FixtureRequest
) -> None:
    """Its documents would be missing without a word."""
    made(open_folder, {"case/documents/a.txt": "Words.", "case/documents/press/b.txt": "Words."})
    (open_folder / closed).chmod(0)
    request.getfixturevalue("as_nobody")
    with pytest.raises(CaseError) as raised:
        load_case(open_folder / "case")
    assert str(raised.value) == f"The folder {open_folder / closed} cannot be read: Permission denied."


def test_the_shipped_case_is_sound() -> None:
    """What is not known of its one document is a note, not a fault; the article ends in its own words."""
    case, problems = inspect_case(DEFAULT_CASE)
    assert (case.title, paths(case)) == ("Musk v. OpenAI", ["wired-musk-distillation-testimony.txt"])
    assert [problem.fatal for problem in problems] == [False]
    assert case.documents[0].provenance.source == ""
    assert case.documents[0].text.rstrip().endswith("hiring key researchers.")


def test_the_files_of_a_case(case_dir: Path) -> None:
    """Its case.toml and what is read as a document, as they lie in a folder that has both."""
    made(case_dir, {"NOTICE": "x", "documents/.hidden.txt": "x", "documents/picture.png": "x"})
    assert case_files(case_dir) == {
        name: case_dir / name
        for name in ("documents/hearing.txt", "documents/press/article.txt", "case.toml")
    }


def test_the_files_of_a_bare_folder(tmp_path: Path) -> None:
    """As they would lie in a folder with documents/, so that each document keeps its path."""
    root = made(tmp_path / "case", {"a.txt": "Words.", "letters/b.md": "Words."})
    assert case_files(root) == {
        "documents/a.txt": root / "a.txt",
        "documents/letters/b.md": root / "letters" / "b.md",
    }


def test_files_that_could_not_be_read_are_refused(tmp_path: Path) -> None:
    """In the same sentences as when they are."""
    root = tmp_path / "case"
    for error, sentence in (
        (CaseError, f"There is no folder {root}. Name the folder of a case."),
        (EmptyCaseError, f"{root} has no documents. Name the folder of a case."),
    ):
        with pytest.raises(error) as raised:
            case_files(root)
        assert str(raised.value) == sentence
        root.mkdir(exist_ok=True)
    made(tmp_path, {"elsewhere.txt": "x"})
    for make, sentence in (
        (
            os.mkfifo,
            "a.txt is not a regular file. Take it out, or put the text itself there.",
        ),
        (
            lambda path: path.symlink_to(tmp_path / "elsewhere.txt"),
            "a.txt is a link that leads out of the case. Put the text itself there.",
        ),
    ):
        make(root / "a.txt")
        with pytest.raises(DocumentError) as raised:
            case_files(root)
        assert str(raised.value) == sentence
        (root / "a.txt").unlink()
    (root / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    with pytest.raises(DocumentError) as raised:
        case_files(root)
    assert str(raised.value) == "The name of caf\\udce9.txt is not UTF-8. Give the file another name."
