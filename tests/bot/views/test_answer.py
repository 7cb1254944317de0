"""Answers as messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from discord import ui
from hypothesis import example, given
from hypothesis import strategies as st

from bot.views.answer import (
    MORE_NEAREST,
    MORE_QUOTES,
    NEAREST_COLOUR,
    NOTHING_COLOUR,
    QUOTE_COLOUR,
    AnswerLayout,
    MoreLayout,
)
from corpus.models import Case, Document, Provenance, Span
from index.models import Answer, Outcome, Place, Quote

KEPT = "0123456789abcdef"
MakeQuote = Callable[..., Quote]
TextsOf = Callable[[Any], list[str]]
hostile = st.text(st.sampled_from("ab*_`#-@<>:/.\n \u202e𝔘ש"), min_size=1, max_size=3000).filter(str.strip)


def case_of(*documents: Document) -> Case:
    """A case with these documents."""
    return Case(Path("harbour"), "harbour", "The Harbour Fire", documents)


def labels(layout: ui.LayoutView) -> list[str | None]:
    """What the buttons say."""
    return [
        item.item.label if isinstance(item, ui.DynamicItem) else item.label
        for item in layout.walk_children()
        if isinstance(item, ui.Button | ui.DynamicItem)
    ]


def colours(layout: ui.LayoutView) -> list[Any]:
    """The accent of each container."""
    return [item.accent_colour for item in layout.children if isinstance(item, ui.Container)]


def answer_of(outcome: Outcome, *quotes: Quote, question: str = "Did she?") -> Answer:
    """An answer with these quotes."""
    return Answer(question, outcome, 0.5, quotes, 1.0)


def test_an_answer_shows_the_question_and_the_best_quote(make_quote: MakeQuote, texts_of: TextsOf) -> None:
    """In green, the answering words in bold, with all buttons."""
    first = make_quote("Yes. It was red.", "It was red.", source="https://example.org/1")
    layout = AnswerLayout(answer_of(Outcome.QUOTE, first, make_quote("No.")), KEPT, case_of(first.document))

    assert texts_of(layout)[:2] == ["-# Question: Did she?", "> Yes. **It was red.**"]
    assert colours(layout) == [QUOTE_COLOUR]
    assert labels(layout) == ["Context", "More (1)", "Receipt", "Source: example.org"]


def test_the_nearest_passage_does_not_look_like_an_answer(make_quote: MakeQuote, texts_of: TextsOf) -> None:
    """Another colour, a heading that says so, and nothing in bold."""
    quote = make_quote("It was red.", "It was red.")
    layout = AnswerLayout(answer_of(Outcome.NEAREST, quote), None, case_of(quote.document))

    assert texts_of(layout)[1:3] == [
        "### The record doesn't answer this.\nThe passage nearest to the question, which is not an answer:",
        "> It was red.",
    ]
    assert colours(layout) == [NEAREST_COLOUR]
    assert labels(layout) == ["Context", "Receipt"]


def test_nothing_says_what_the_record_holds(
    make_document: Callable[..., Document], texts_of: TextsOf
) -> None:
    """How many documents, their titles, and where to see the rest."""
    documents = [make_document("Yes.", f"{number}.txt", title=f"Day {number}") for number in range(1, 8)]
    layout = AnswerLayout(answer_of(Outcome.NOTHING), None, case_of(*documents))

    assert texts_of(layout)[1] == (
        "### The record doesn't say.\n"
        "Nothing in it is near this question. It holds 7 documents on The Harbour Fire:\n"
        "- Day 1\n- Day 2\n- Day 3\n- Day 4\n- Day 5\n- and 2 more, in `/sources`"
    )
    assert colours(layout) == [NOTHING_COLOUR]
    assert labels(layout) == []


def test_one_document_is_one_document(make_document: Callable[..., Document], texts_of: TextsOf) -> None:
    """No "1 documents"."""
    layout = AnswerLayout(answer_of(Outcome.NOTHING), None, case_of(make_document("Yes.", "1.txt")))

    assert "It holds one document on The Harbour Fire:\n- 1\\.txt" in texts_of(layout)[1]


def test_no_more_without_more(make_quote: MakeQuote) -> None:
    """The button is there only where there are other quotes and they were kept."""
    quote = make_quote("Yes.")
    case = case_of(quote.document)

    assert "More (1)" not in labels(AnswerLayout(answer_of(Outcome.QUOTE, quote, quote), None, case))
    assert "More (0)" not in labels(AnswerLayout(answer_of(Outcome.QUOTE, quote), KEPT, case))


def test_more_shows_each_quote_with_its_buttons(make_quote: MakeQuote, texts_of: TextsOf) -> None:
    """Best first, below one heading."""
    quotes = [make_quote(f"Sentence {number}.", f"Sentence {number}.") for number in range(2, 6)]
    layout = MoreLayout(Outcome.QUOTE, quotes)

    assert texts_of(layout)[0] == MORE_QUOTES
    assert texts_of(layout)[1::2] == [f"> **Sentence {number}.**" for number in range(2, 6)]
    assert labels(layout) == ["Context", "Receipt"] * 4
    assert colours(layout) == [QUOTE_COLOUR]


def test_more_of_what_is_no_answer_says_so(make_quote: MakeQuote, texts_of: TextsOf) -> None:
    """Once more, in case it is read alone."""
    layout = MoreLayout(Outcome.NEAREST, [make_quote("Yes.", "Yes.")])

    assert texts_of(layout)[:2] == [MORE_NEAREST, "> Yes."]
    assert colours(layout) == [NEAREST_COLOUR]


def test_the_same_document_twice_is_shown_once(make_document: Callable[..., Document]) -> None:
    """Two equal buttons in one message are refused by Discord."""
    twins = [make_document("Yes.", path) for path in ("a.txt", "b.txt")]
    layout = MoreLayout(Outcome.QUOTE, [Quote(twin, Span(0, 4), (), None, "line 1", 0.5) for twin in twins])

    assert labels(layout) == ["Context", "Receipt"]


@given(hostile, hostile, hostile, st.sampled_from(Outcome), st.integers(0, 30))
@example("a " * 1000, "*" * 900, "a", Outcome.QUOTE, 30)
def test_every_message_keeps_to_discords_limits(
    text: str, title: str, question: str, outcome: Outcome, places: int
) -> None:
    """4,000 characters and 40 components, whatever the record and the question are."""
    known = Provenance(title, title, title, title, label=title)
    document = Document(title, text, "ab" * 32, known)
    asked = Span(0, 1) if len(text) > 1 else None
    linked = Document(title, text, "cd" * 32, Provenance(title, source="https://example.org/" + "(" * 480))
    also = tuple(Place(each, Span(0, 1), title) for each in [document, linked] * places)
    starts = range(min(len(text) - 1, 5)) if len(text) > 1 else [0]
    quotes = tuple(
        Quote(document, Span(start, len(text)), (Span(start, len(text)),), title, title, 0.5, asked, also)
        for start in starts
    )
    answer = Answer(question, outcome, 0.5, quotes, 1.0)

    for layout in (
        AnswerLayout(answer, KEPT, case_of(*[document] * 30)),
        MoreLayout(outcome, quotes[1:] or quotes),
    ):
        assert layout.content_length() <= 4000
        assert sum(1 for _ in layout.walk_children()) <= 40
        assert all(item.content for item in layout.walk_children() if isinstance(item, ui.TextDisplay))


@pytest.mark.parametrize("question", ["a" * 6000, "@everyone **look**\n# here", "\u202e"])
def test_the_question_is_shown_on_one_small_line(
    make_quote: MakeQuote, texts_of: TextsOf, question: str
) -> None:
    """However long it is and whatever is in it."""
    quote = make_quote("Yes.")
    layout = AnswerLayout(answer_of(Outcome.QUOTE, quote, question=question), None, case_of(quote.document))

    line = texts_of(layout)[0]
    assert line.startswith("-# Question: ")
    assert len(line) <= 320
    assert "\n" not in line
    assert "**look" not in line
