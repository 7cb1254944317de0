"""How one quote looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.views.quotes import date_of, kind_of, link_button, quote_displays, source_url, words_displays
from corpus.models import Document, Kind, Span
from index.models import Place, Quote

MakeQuote = Callable[..., Quote]
MakeDocument = Callable[..., Document]


def contents(displays: list[Any]) -> list[str]:
    """The text of each display."""
    return [display.content for display in displays]


def test_a_quote_is_its_words_and_where_they_stand(make_quote: MakeQuote) -> None:
    """The answering sentence in bold; below it speaker, title, publisher, date, place and label."""
    quote = make_quote(
        "Savitt: Did you?\nHopper: I did.",
        "I did.",
        speaker="Jane Hopper",
        title="Day 3",
        publisher="The Court",
        date="2025-03-03",
        label="Sworn testimony",
    )

    assert contents(quote_displays(quote, 4000, bold=True)) == [
        "> Savitt: Did you?\n> Hopper: **I did.**",
        "— **Jane Hopper** in *Day 3*, The Court\n-# 2025-03-03 · line 1 · Sworn testimony",
    ]


def test_what_is_not_known_is_said_to_be_unknown(make_quote: MakeQuote) -> None:
    """No title is its path, no date is unknown, no speaker is left out."""
    quote = make_quote("I did.", kind=Kind.UNKNOWN)

    assert contents(quote_displays(quote, 4000, bold=True))[1] == (
        "— *hearing.txt*\n-# date unknown · line 1 · kind unknown"
    )


def test_no_bold_where_nothing_answers(make_quote: MakeQuote) -> None:
    """The nearest passages have no sentence that stands out as an answer."""
    assert contents(quote_displays(make_quote("I did.", "I did."), 4000, bold=False))[0] == "> I did."


def test_the_question_that_it_answers_stands_above(make_document: Callable[..., Document]) -> None:
    """Where the passage begins after its question."""
    document = make_document("Lovelace: Did you see it?\nHopper: Yes.")
    quote = Quote(document, Span(26, 38), (), None, "line 2", 0.5, question=Span(0, 25))

    assert contents(quote_displays(quote, 4000, bold=True))[:2] == [
        "-# Asked: Lovelace: Did you see it?",
        "> Hopper: Yes.",
    ]


def test_a_long_quote_is_cut_at_a_sentence_and_says_so(make_quote: MakeQuote) -> None:
    """With all else, it keeps to the room it is given."""
    text = "This sentence is here many times over. " * 200
    displays = contents(quote_displays(make_quote(text, title="x" * 500), 900, bold=True))

    assert displays[0].endswith("many times over.")
    assert displays[1] == "-# … cut here; the whole passage is in the receipt."
    assert sum(map(len, displays)) <= 900


@pytest.mark.parametrize(
    ("answering", "note"),
    [
        ("Number 19 is here.", "-# … cut before this and here; the whole passage is in the receipt."),
        ("Number 39 is here.", "-# … cut before this; the whole passage is in the receipt."),
    ],
)
def test_a_cut_before_the_answer_says_so_too(make_quote: MakeQuote, answering: str, note: str) -> None:
    """What answers is shown, whatever must be left out for it."""
    text = " ".join(f"Number {number} is here." for number in range(40))
    words, cut = contents(words_displays(make_quote(text, answering), 320, bold=True))

    assert f"**{answering}**" in words
    assert cut == note


def test_nothing_that_is_known_of_a_document_is_more_than_text(make_quote: MakeQuote) -> None:
    """A title or a date may come from the document's own header."""
    hostile = "**[x](https://evil.example)**\n# @everyone"
    quote = make_quote(
        "I did.", title=hostile, publisher=hostile, date=hostile, label=hostile, source=hostile
    )

    attribution = contents(quote_displays(quote, 4000, bold=True))[-1]

    assert attribution.count("\n") == 2
    assert "\\*\\*\\[x\\](https\\:\\/\\/evil.example)\\*\\* # \\@everyone" in attribution


def also(make_document: MakeDocument, *known: dict[str, Any]) -> tuple[Place, ...]:
    """A place in a document of its own for each provenance."""
    documents = [make_document("I did.", f"{at}.txt", **each) for at, each in enumerate(known, start=1)]
    return tuple(Place(document, Span(0, 6), f"line {at}") for at, document in enumerate(documents, start=1))


def test_other_places_are_named(make_quote: MakeQuote, make_document: MakeDocument) -> None:
    """With a link where there is one, below everything else."""
    places = also(make_document, {"title": "Day 3", "source": "See https://example.org/a_(b)"}, {})
    quote = replace(make_quote("I did."), also=places)

    assert contents(quote_displays(quote, 4000, bold=True))[-1].splitlines()[2:] == [
        "-# Also in: *Day 3*, line 1 ([source](<https://example.org/a_%28b>)) · *2\\.txt*, line 2"
    ]


@pytest.mark.parametrize(
    ("room", "line"),
    [
        (700, f"-# Also in: {' · '.join(f'*Day {at}*, line {at}' for at in range(1, 9))} · and 22 more"),
        (400, "-# Also in: *Day 1*, line 1 · *Day 2*, line 2 · *Day 3*, line 3 · and 27 more"),
        (100, "-# Also in 30 more places."),
    ],
)
def test_many_other_places_are_counted(
    make_quote: MakeQuote, make_document: MakeDocument, room: int, line: str
) -> None:
    """As many are named as fit into a quarter of the room."""
    places = also(make_document, *({"title": f"Day {at}"} for at in range(1, 31)))
    quote = replace(make_quote("I did."), also=places)

    assert contents(quote_displays(quote, room, bold=True))[-1].splitlines()[-1] == line


def test_one_place_that_does_not_fit_is_one_place(make_quote: MakeQuote, make_document: MakeDocument) -> None:
    """No "1 more places"."""
    quote = replace(make_quote("I did."), also=also(make_document, {"title": "x" * 500}))

    assert contents(quote_displays(quote, 300, bold=True))[-1].endswith("\n-# Also in one more place.")


def test_nothing_that_is_known_of_another_place_is_more_than_text(
    make_quote: MakeQuote, make_document: MakeDocument
) -> None:
    """Its title and its source come from a document, too."""
    hostile = "**[x](https://evil.example)**\n# @everyone"
    [place] = also(make_document, {"title": hostile, "source": "https://a@evil.example"})
    quote = replace(make_quote("I did."), also=(replace(place, locator="<@1>"),))

    assert contents(quote_displays(quote, 4000, bold=True))[-1].splitlines()[2:] == [
        "-# Also in: *\\*\\*\\[x\\](https\\:\\/\\/evil.example)\\*\\* # \\@everyone*, \\<\\@1\\>"
    ]


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("https://example.org/a_(b)", "https://example.org/a_(b"),
        ("WIRED, https://example.org/a.", "https://example.org/a"),
        ("HTTP://EXAMPLE.ORG/a", "HTTP://EXAMPLE.ORG/a"),
        ("", None),
        ("Volume 3, page 4", None),
        ("javascript:alert(1)", None),
        ("ftp://example.org/a", None),
        ("https://", None),
        ("https://court.gov@elsewhere.example/a", None),
        ("https://exаmple.org/with-a-cyrillic-letter", None),
        ("https://elsewhere.example\\.court.gov/", None),
        ("https://elsewhere%2eexample/", None),
        ("https://court.gov,elsewhere.example/", None),
        ("https://example.org/\x1b[31m", None),
        ("https://exam\x07ple.org/", None),
        ("https://xn--exmple-cua.org/", "https://xn--exmple-cua.org/"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org:0/", None),
        ("https://[::1/", None),
        ("https://example.org:port/", None),
        ("https://example.org/" + "a" * 500, None),
    ],
)
def test_only_a_plain_web_address_becomes_a_link(source: str, url: str | None) -> None:
    """Everything else is shown as text, if at all."""
    assert source_url(source) == url


def test_a_link_says_where_it_leads(make_quote: MakeQuote) -> None:
    """The button shows the host; a source without a link is written out instead."""
    linked = make_quote("I did.", source="https://example.org/hearings/1")
    written = make_quote("I did.", source="Volume 3")

    button = link_button(linked)
    assert button is not None
    assert (button.label, button.url) == ("Source: example.org", "https://example.org/hearings/1")
    assert "Source" not in contents(quote_displays(linked, 4000, bold=True))[-1]
    assert link_button(written) is None
    assert contents(quote_displays(written, 4000, bold=True))[-1].endswith("\n-# Source: Volume 3")


@pytest.mark.parametrize(
    ("known", "date", "kind"),
    [
        ({"date": "May 2025", "kind": Kind.PRESS}, "May 2025", "Press"),
        ({"kind": Kind.PRESS, "label": "Press report"}, "date unknown", "Press report"),
        ({"kind": Kind.UNKNOWN}, "date unknown", "kind unknown"),
    ],
)
def test_dates_and_kinds_for_a_person(
    make_document: Callable[..., Document], known: dict[str, Any], date: str, kind: str
) -> None:
    """The evidence label, where there is one, says more than the kind."""
    document = make_document("I did.", **known)

    assert (date_of(document), kind_of(document)) == (date, kind)
