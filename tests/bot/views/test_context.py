"""A quote between what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.views.context import ContextLayout
from corpus.models import Document, Span
from index.models import Quote

TextsOf = Callable[[Any], list[str]]


def test_before_quote_and_after(make_document: Callable[..., Document], texts_of: TextsOf) -> None:
    """In the order of the document, each under its name."""
    document = make_document("One. Two. Three.", title="Day 3")
    quote = Quote(document, Span(5, 9), (), None, "line 1", 0.5)

    assert texts_of(ContextLayout(Span(0, 4), quote, Span(10, 16))) == [
        "### In context\n-# *Day 3*, line 1",
        "-# Before",
        "> One.",
        "-# The quote",
        "> Two.",
        "-# After",
        "> Three.",
    ]


def test_the_ends_of_a_document(make_document: Callable[..., Document], texts_of: TextsOf) -> None:
    """Where nothing stands before or after, it says so."""
    quote = Quote(make_document("Two."), Span(0, 4), (), None, "line 1", 0.5)
    texts = texts_of(ContextLayout(None, quote, None))

    assert texts[1] == "-# Before: nothing that can be quoted."
    assert texts[-1] == "-# After: nothing that can be quoted."


def test_of_what_is_too_long_the_nearest_is_shown(
    make_document: Callable[..., Document], texts_of: TextsOf
) -> None:
    """Before the quote that is the end, after it the beginning."""
    sentences = [f"Sentence {number} stands before." for number in range(60)]
    text = " ".join([*sentences, "The quote.", *sentences])
    start = text.index("The quote.")
    quote = Quote(make_document(text), Span(start, start + 10), (), None, "line 1", 0.5)

    texts = texts_of(ContextLayout(Span(0, start), quote, Span(start + 10, len(text))))

    assert texts[1:3] == ["-# Before, cut to fit", "> Sentence 59 stands before."]
    assert texts[-2] == "-# After, cut to fit"
    assert texts[-1].startswith("> Sentence 0 stands before. Sentence 1")


@given(st.text(st.sampled_from("*_`ab. \n\u202e"), min_size=30, max_size=4000))
def test_it_always_fits_into_a_message(text: str) -> None:
    """4,000 characters, whatever the words are."""
    document = Document("a.txt", text, "ab" * 32)
    third = len(text) // 3
    quote = Quote(document, Span(third, 2 * third), (), None, "line 1" * 50, 0.5)

    assert ContextLayout(Span(0, third), quote, Span(2 * third, len(text))).content_length() <= 4000
