"""`exhibit corpus` and `exhibit quote`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from corpus.library import load_case
from corpus.passages import passages_of
from tests.bot.cli.conftest import Exhibit
from tests.conftest import TESTIMONY


def digest(case_dir: Path, path: str) -> str:
    """Of a document's bytes."""
    return hashlib.sha256((case_dir / "documents" / path).read_bytes()).hexdigest()


def test_lists_documents_as_json(exhibit: Exhibit, case_dir: Path) -> None:
    """With what is known of each; what is not is null."""
    rows = exhibit("corpus", "list", "--json", "--case", case_dir).json
    passages = {each.path: len(passages_of(each)) for each in load_case(case_dir)}
    assert rows == [
        {
            "document": "hearing.txt",
            "title": "Hearing of 3 March 2025",
            "publisher": None,
            "date": "2025-03-03",
            "kind": "testimony",
            "label": None,
            "source": "https://example.org/hearings/1",
            "characters": len(TESTIMONY),
            "sha256": digest(case_dir, "hearing.txt"),
            "passages": passages["hearing.txt"],
        },
        {
            "document": "press/article.txt",
            "title": "Archive lost in harbour fire",
            "publisher": "The Gazette",
            "date": None,
            "kind": "press",
            "label": "Press report",
            "source": None,
            "characters": 212 + 1,
            "sha256": digest(case_dir, "press/article.txt"),
            "passages": passages["press/article.txt"],
        },
    ]


def test_lists_documents_as_a_table(exhibit: Exhibit, case_dir: Path) -> None:
    """A date that is not known is said to be."""
    result = exhibit("corpus", "list", "--case", case_dir)
    heading, hearing, article = result.out.splitlines()
    assert (result.code, heading.split()) == (0, ["document", "title", "kind", "date", "passages"])
    assert hearing.split() == [
        "hearing.txt",
        *"Hearing of 3 March 2025".split(),
        "testimony",
        "2025-03-03",
        "1",
    ]
    assert article.split() == [
        "press/article.txt",
        *"Archive lost in harbour fire".split(),
        "press",
        "unknown",
        "1",
    ]


def test_what_looks_like_markup_in_a_title_is_its_text(exhibit: Exhibit, tmp_path: Path) -> None:
    """A document cannot colour the terminal."""
    (tmp_path / "a.txt").write_text("title: [red]Fire[/red] :fire:\n\nIt rained.\n")
    for command in (["list"], ["show", "a.txt"]):
        assert "[red]Fire[/red] :fire:" in exhibit("corpus", *command, "--case", tmp_path).out


def test_shows_how_a_document_is_cut(exhibit: Exhibit, case_dir: Path) -> None:
    """What is left out, and each passage with its speakers."""
    result = exhibit("corpus", "show", "hearing.txt", "--case", case_dir)
    lines = result.out.splitlines()
    assert (result.code, lines[0]) == (0, "Hearing of 3 March 2025")
    assert lines[1].startswith("not quoted, lines 1–5: 'title: Hearing of 3 March 2025")
    assert "lines 6–20 – Ms Ada Lovelace, Jane Hopper" in lines
    assert "Jane Hopper: About four thousand pounds were missing from the safe." in lines


def test_shows_a_document_as_json(exhibit: Exhibit, case_dir: Path) -> None:
    """Offsets of everything, in code points of its text."""
    shown = exhibit("corpus", "show", "hearing.txt", "--json", "--case", case_dir).json
    (marked,) = shown["unquotable"]
    assert TESTIMONY[marked["start"] : marked["end"]].endswith("kind: testimony\n")
    assert [sorted(passage) for passage in shown["passages"]] == [["end", "speakers", "start", "text"]]
    (passage,) = shown["passages"]
    assert passage["text"] == TESTIMONY[passage["start"] : passage["end"]]
    assert passage["speakers"] == ["Ms Ada Lovelace", "Jane Hopper"]


def test_a_document_that_is_not_there_is_a_sentence(exhibit: Exhibit, case_dir: Path) -> None:
    """With where to look."""
    result = exhibit("corpus", "show", "../case.toml", "--case", case_dir)
    assert (result.code, result.out) == (1, "")
    assert result.err == "There is no document ../case.toml. `exhibit corpus list` names those there are.\n"


def test_a_sound_case_passes_its_check(exhibit: Exhibit, case_dir: Path) -> None:
    """What is not known is a note."""
    result = exhibit("corpus", "check", "--case", case_dir)
    assert (result.code, result.out) == (
        0,
        "note: press/article.txt has no date, no source.\n2 documents can be read (1 press, 1 testimony), 0 cannot.\n",
    )


def test_a_broken_document_fails_the_check(exhibit: Exhibit, case_dir: Path) -> None:
    """All of them are shown, beside what can be read."""
    (case_dir / "documents" / "a.txt").write_bytes(b"caf\xe9")
    (case_dir / "documents" / "b.txt").write_bytes(b"\0")
    result = exhibit("corpus", "check", "--case", case_dir)
    assert result.code == 1
    assert result.out.splitlines()[:2] == [
        "error: a.txt is not UTF-8: byte 3 is 0xE9. Save it as UTF-8 and try again.",
        "error: b.txt is not text: byte 0 is NUL. Replace it with a text file.",
    ]
    assert result.out.splitlines()[-1] == "2 documents can be read (1 press, 1 testimony), 2 cannot."


def test_an_empty_case_fails_the_check(exhibit: Exhibit, tmp_path: Path) -> None:
    """There is nothing to ask."""
    (tmp_path / "case").mkdir()
    result = exhibit("corpus", "check", "--case", tmp_path / "case")
    assert (result.code, result.out) == (1, "0 documents can be read (none), 0 cannot.\n")


def test_an_exact_quote_is_found(exhibit: Exhibit, case_dir: Path) -> None:
    """With where it stands; exit code 0."""
    words = "Two employees were questioned"
    shown = exhibit("quote", words, "--case", case_dir)
    assert (shown.code, shown.out) == (0, "Exact: Archive lost in harbour fire, line 3\n")
    found = exhibit("quote", words, "--json", "--case", case_dir)
    text = (case_dir / "documents" / "press" / "article.txt").read_text()
    assert (found.code, found.json) == (
        0,
        [
            {
                "match": "exact",
                "document": "press/article.txt",
                "start": text.index(words),
                "end": text.index(words) + len(words),
                "locator": "line 3",
                "text": words,
                "likeness": 1.0,
                "differences": [],
            }
        ],
    )


def test_a_near_quote_shows_what_differs(exhibit: Exhibit, case_dir: Path) -> None:
    """It is not in the record as it is given: exit code 1."""
    words = "Three employees were questioned and released without charge."
    shown = exhibit("quote", words, "--case", case_dir)
    assert shown.code == 1
    heading, recorded, difference = shown.out.splitlines()
    assert heading.startswith("Near (9")
    assert heading.endswith(" alike): Archive lost in harbour fire, line 3")
    assert recorded == "Two employees were questioned and released without charge."
    assert difference == "  you have 'Three', the record has 'Two'"
    found = exhibit("quote", words, "--json", "--case", case_dir)
    assert (found.code, found.json[0]["match"]) == (1, "near")
    assert found.json[0]["differences"] == [{"given": "Three", "recorded": "Two"}]


@pytest.mark.parametrize("words", ["Napoleon was never there at all.", "title: Hearing of 3 March 2025"])
def test_an_absent_quote_is_said_to_be(exhibit: Exhibit, case_dir: Path, words: str) -> None:
    """A header is no part of the record."""
    shown = exhibit("quote", words, "--case", case_dir)
    assert (shown.code, shown.out) == (1, "Absent: the record has nothing like it.\n")
    assert exhibit("quote", words, "--json", "--case", case_dir).json == [{"match": "absent"}]


def test_nothing_cannot_be_looked_for(exhibit: Exhibit) -> None:
    """In a sentence."""
    result = exhibit("quote", " \n")
    assert (result.code, result.out) == (1, "")
    assert result.err == "There is no text to look for. Put the words in quotation marks.\n"
