"""What of a long quote is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import render
from bot.excerpt import Excerpt, excerpt
from corpus.models import Span

TEXT = " ".join(f"This is sentence number {number}, and it ends here." for number in range(1, 21))


def sentence(number: int) -> Span:
    """Where one sentence of `TEXT` stands."""
    words = f"This is sentence number {number}, and it ends here."
    start = TEXT.index(words)
    return Span(start, start + len(words))


def test_what_fits_is_shown_whole() -> None:
    """White space at the ends is not worth a line."""
    text = f"  {TEXT}\n"

    assert excerpt(text, Span(0, len(text)), [], 4000) == Excerpt(Span(2, 2 + len(TEXT)), False, False)
    assert excerpt(text, Span(0, len(text)), [], 4000).whole


def test_the_end_is_cut_between_sentences() -> None:
    """As many whole sentences as fit, from the beginning, and it says that there is more."""
    shown = excerpt(TEXT, Span(0, len(TEXT)), [sentence(2)], 220)

    assert shown == Excerpt(Span(0, sentence(4).end), begins_late=False, ends_early=True)
    assert not shown.whole


def test_what_answers_is_kept() -> None:
    """A highlight far down is where the excerpt begins."""
    shown = excerpt(TEXT, Span(0, len(TEXT)), [sentence(12)], 220)

    assert shown == Excerpt(Span(sentence(12).start, sentence(14).end), begins_late=True, ends_early=True)


def test_the_last_sentence_can_be_all_there_is_room_for() -> None:
    """Then only the beginning is missing."""
    shown = excerpt(TEXT, Span(0, len(TEXT)), [sentence(20)], 220)

    assert shown == Excerpt(sentence(20), begins_late=True, ends_early=False)


def test_a_sentence_that_is_too_long_is_cut_at_a_word() -> None:
    """There is no better place in it."""
    text = "word " * 500 + "end."

    shown = excerpt(text, Span(0, len(text)), [], 240)

    assert (shown.span.of(text), shown.ends_early) == (("word " * 40).strip(), True)


def test_a_word_that_is_too_long_is_cut_anyway() -> None:
    """A document may be one word of thousands of letters."""
    shown = excerpt("x" * 5000, Span(0, 5000), [], 240)

    assert shown == Excerpt(Span(0, 200), begins_late=False, ends_early=True)


def test_many_short_lines_count_for_their_height() -> None:
    """A message is not filled with hundreds of lines."""
    text = "No.\n" * 300

    assert excerpt(text, Span(0, len(text)), [], 1000).span.of(text).count("\n") < 40


@given(
    st.text(st.sampled_from("ab*_\\`. \n\u202e@:/"), min_size=1, max_size=900).filter(str.strip),
    st.integers(200, 500),
    st.data(),
)
def test_the_rendered_excerpt_always_fits(text: str, room: int, data: st.DataObject) -> None:
    """With all marks, bold included, and always a piece of the quote that is not empty."""
    quote = Span(
        *sorted(
            data.draw(
                st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(
                    lambda ends: ends[0] != ends[1]
                )
            )
        )
    )
    shown = excerpt(text, quote, [quote], room)

    assert quote.holds(shown.span)
    assert len(shown.span) > 0
    assert len(render.block_quote(shown.span.of(text), [Span(0, len(shown.span))])) <= room


@pytest.mark.parametrize("room", [200, 1000])
def test_an_excerpt_never_leaves_the_quote(room: int) -> None:
    """What stands around the quote in its document is not shown."""
    quote = Span(sentence(5).start, sentence(9).end)

    assert quote.holds(excerpt(TEXT, quote, [sentence(7)], room).span)
