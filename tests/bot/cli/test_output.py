"""What the command line prints."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from bot.cli.output import (
    citation,
    console,
    counted,
    difference_text,
    figure_text,
    json_line,
    marked,
    notice,
    print_answer,
    table,
)
from bot.terminal import visible
from corpus.models import Case, Document, Kind, Provenance, Span
from index.models import Answer, Outcome, Place, Quote
from index.searcher import Searcher

DOCUMENT = Document(
    "a.txt",
    "Why?\nBecause [bold]it[/bold] rained :fire:.\nSo.\n",
    "ab" * 32,
    Provenance(
        "The Hearing", "The Gazette", "2025-03-03", "https://example.org/1", Kind.PRESS, "Press report"
    ),
)
QUOTE = Quote(DOCUMENT, Span(5, 44), (Span(5, 44),), "Ann", "line 2", 0.5)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 documents"), (1, "1 document"), (2, "2 documents"), (1200, "1,200 documents")],
)
def test_counts_in_words(number: int, expected: str) -> None:
    """One is no plural."""
    assert counted(number, "document") == expected


@pytest.mark.parametrize(
    ("value", "shown", "signed"),
    [
        (None, "–", "–"),
        (0, "0", "0"),
        (3, "3", "+3"),
        (-3, "-3", "-3"),
        (0.0, "0.000", "0.000"),
        (0.1239, "0.124", "+0.124"),
        (-0.1239, "-0.124", "-0.124"),
        (0.0004, "0.000", "0.000"),
        (-0.0004, "-0.000", "0.000"),
    ],
)
def test_figures_and_their_differences(value: float | None, shown: str, signed: str) -> None:
    """A count stays one; a difference has its sign where it can be seen."""
    assert (figure_text(value), difference_text(value)) == (shown, signed)


@given(st.text(st.characters()))
def test_json_stays_on_one_line(text: str) -> None:
    """For every reader of lines, and as UTF-8, also with half of a surrogate pair in it."""
    line = json_line({"text": text})
    assert json.loads(line) == {"text": text}
    assert line.splitlines() == [line]
    assert json.loads(line.encode()) == {"text": text}


def test_json_is_readable() -> None:
    """Characters are themselves, not escapes."""
    assert json_line({"text": "“Zwölf” 😀", "none": None}) == '{"text": "“Zwölf” 😀", "none": null}'


def test_a_citation_has_all_that_is_known() -> None:
    """Who, in what, by whom, when, what it is, where, and its link."""
    assert citation(QUOTE) == (
        "Ann, The Hearing, The Gazette, 2025-03-03, Press report, line 2, https://example.org/1"
    )


def test_a_citation_says_that_a_date_is_not_known() -> None:
    """And leaves out the rest of what is not, or stands in the title already."""
    bare = Quote(Document("a.txt", "Words.", "0" * 64), Span(0, 6), (), None, "line 1", 0.5)
    assert citation(bare) == "a.txt, date unknown, line 1"
    titled = Document("a.txt", "Words.", "0" * 64, Provenance("The Gazette on fire", "The Gazette"))
    assert citation(Quote(titled, Span(0, 6), (), None, "line 1", 0.5)) == (
        "The Gazette on fire, date unknown, line 1"
    )


def test_highlights_are_bold_and_words_stay_words() -> None:
    """What looks like markup in the record is its text."""
    shown = marked(Quote(DOCUMENT, Span(0, 44), (Span(0, 4), Span(5, 12)), None, "line 1", 0.5))
    assert shown.plain == DOCUMENT.text[:44]
    assert [(span.start, span.end, span.style) for span in shown.spans] == [(0, 4, "bold"), (5, 12, "bold")]
    assert isinstance(shown, Text)


def test_highlights_are_where_they_are_whatever_ends_a_line() -> None:
    """A terminal is not given the carriage returns of a text, and what follows them does not move."""
    document = Document("a.txt", "One.\r\nTwo.\r\nThree.", "ab" * 32)
    shown = marked(Quote(document, Span(0, 18), (Span(6, 10), Span(12, 18)), None, "line 1", 0.5))
    assert shown.plain == "One.\nTwo.\nThree."
    assert [(span.start, span.end) for span in shown.spans] == [(5, 9), (10, 16)]


def test_a_terminal_obeys_nothing_in_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither an escape that sets its title nor a character that turns the line round; in tables too."""
    hostile = "a\x1b]0;mine\x9cb\x9b31mc\u202ed\x7f"
    document = replace(DOCUMENT, text=hostile)
    rows = table("title")
    rows.add_row(Text(visible(hostile)))

    console().print(marked(Quote(document, Span(0, len(hostile)), (), None, "line 1", 0.5)))
    console().print(rows)
    notice(hostile)

    shown = "a⟨U+001B⟩]0;mine⟨U+009C⟩b⟨U+009B⟩31mc⟨U+202E⟩d⟨U+007F⟩"
    written = capsys.readouterr()
    words, _, row = written.out.splitlines()
    assert (words, row.rstrip(), written.err) == (shown, shown, f"{shown}\n")


@pytest.mark.parametrize(
    ("outcome", "heading"),
    [
        (Outcome.QUOTE, "The record says:"),
        (Outcome.NEAREST, "The record doesn't answer this. The nearest passages:"),
    ],
)
def test_shows_an_answer(
    searcher: Searcher, capsys: pytest.CaptureFixture[str], outcome: Outcome, heading: str
) -> None:
    """Word for word, with its citation; what is nearest is plainly not an answer."""
    print_answer(Answer("Why?", outcome, 0.876, (QUOTE,), 12.3), searcher.generation.case)
    assert capsys.readouterr().out == (
        f"{heading}\n\n{QUOTE.text}\n— {citation(QUOTE)}\n\nconfidence 0.88, 12 ms\n"
    )


def test_says_where_else_a_quote_stands(searcher: Searcher, capsys: pytest.CaptureFixture[str]) -> None:
    """Five places, each with its link, and how many more."""
    bare = Document("b.txt", DOCUMENT.text, "cd" * 32)
    places = tuple(Place(bare if at else DOCUMENT, Span(5, 44), f"line {at + 2}") for at in range(7))
    for count, more in ((2, []), (6, ["one more place"]), (7, ["2 more places"])):
        quote = replace(QUOTE, also=places[:count])
        print_answer(Answer("Why?", Outcome.QUOTE, 0.9, (quote,), 1.0), searcher.generation.case)
        assert capsys.readouterr().out.splitlines()[5:-2] == [
            "  Also in: The Hearing, line 2, https://example.org/1",
            *(f"  Also in: b.txt, line {at + 2}" for at in range(1, min(count, 5))),
            *(f"  and in {each}; `--json` names them all" for each in more),
        ]


def test_says_what_the_record_holds_where_it_has_nothing(
    searcher: Searcher, capsys: pytest.CaptureFixture[str]
) -> None:
    """One document, or several."""
    nothing = Answer("Why?", Outcome.NOTHING, 0.01, (), 1.0)
    print_answer(nothing, searcher.generation.case)
    assert capsys.readouterr().out.splitlines()[:2] == [
        "The record doesn't say.",
        "It holds 2 documents of The Harbour Fire; `exhibit corpus list` names them.",
    ]
    print_answer(nothing, Case(searcher.generation.case.root, "x", "X", (DOCUMENT,)))
    assert "It holds 1 document of X;" in capsys.readouterr().out


def test_notices_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """On one line, however long."""
    notice("So it is. " * 30)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "So it is. " * 30 + "\n")
