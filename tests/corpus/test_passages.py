"""What is indexed: every word that may be quoted, in passages that are never cut inside a sentence."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.library import DEFAULT_CASE, load_case
from corpus.models import Document, Passage, Span
from corpus.passages import Sizes, paragraphs_of, passages_of, quotable_spans
from corpus.sentences import sentences
from tests.corpus.texts import TEXTS, as_read, document, spoken

SIZES = st.sampled_from([Sizes(), Sizes(150, 80, 60), Sizes(60, 20, 30), Sizes(10, 5, 5)])


def read(text: str) -> Document:
    """A document as the library reads it; a text that it refuses is passed over."""
    try:
        return as_read(text)
    except DocumentError:
        assume(False)
        raise


def words(text: str, found: list[Passage]) -> list[str]:
    """The words of passages."""
    return spoken(text, *(passage.span for passage in found))


@given(TEXTS, SIZES)
def test_passages_are_in_order_and_may_be_quoted(text: str, sizes: Sizes) -> None:
    """Disjoint, without white space at their ends, and each is a piece of its document."""
    made = read(text)
    end = 0
    for passage in passages_of(made, (), sizes):
        assert passage.document == made.path
        assert end <= passage.span.start < passage.span.end <= len(text)
        assert made.quotable(passage.span)
        assert passage.span.of(text).strip() == passage.span.of(text)
        end = passage.span.end


@given(TEXTS, SIZES)
def test_passages_hold_every_word_that_may_be_quoted(text: str, sizes: Sizes) -> None:
    """Notes between turns, labels and signs too; headers and boilerplate never."""
    made = read(text)
    held = {
        at for passage in passages_of(made, (), sizes) for at in range(passage.span.start, passage.span.end)
    }
    quotable = {at for stretch in quotable_spans(made) for at in range(stretch.start, stretch.end)}
    assert {at for at in quotable if not text[at].isspace()} <= held <= quotable


@given(TEXTS, SIZES)
def test_no_passage_is_cut_inside_a_sentence(text: str, sizes: Sizes) -> None:
    """As the segmenter sees each paragraph."""
    made = read(text)
    ends = {end for passage in passages_of(made, (), sizes) for end in (passage.span.start, passage.span.end)}
    for paragraph in paragraphs_of(made):
        for sentence in sentences(text, paragraph):
            assert not ends & set(range(sentence.start + 1, sentence.end))


@given(TEXTS, SIZES)
def test_a_passage_is_too_long_only_where_one_sentence_is(text: str, sizes: Sizes) -> None:
    """Its label counts with it."""
    made = read(text)
    for passage in passages_of(made, (), sizes):
        if len(passage.span) > sizes.most:
            inside = [
                sentence
                for paragraph in paragraphs_of(made)
                if paragraph.overlaps(passage.span)
                for sentence in sentences(text, paragraph)
                if passage.span.holds(sentence)
            ]
            assert max(map(len, inside)) > sizes.most or inside[0].of(text).rstrip(".:*_") in ("Q", "A")


@given(TEXTS, SIZES)
def test_a_question_outside_a_passage_stands_before_it(text: str, sizes: Sizes) -> None:
    """It may be quoted itself."""
    made = read(text)
    for passage in passages_of(made, (), sizes):
        if passage.question:
            assert passage.question.end <= passage.span.start
            assert made.quotable(passage.question)


def test_the_article_in_passages() -> None:
    """The exchange stands in one passage, with the line that introduces it."""
    article = load_case(DEFAULT_CASE).documents[0]
    found = words(article.text, passages_of(article))
    exchange = next(passage for passage in found if "Do you know what distillation is?" in passage)
    assert exchange.endswith("Musk: partially.")
    assert "Here’s the exchange, as best as WIRED can capture:" in exchange
    assert not any("Dorchester" in passage or "Physical Address" in passage for passage in found)


def test_short_exchanges_share_a_passage() -> None:
    """In the order of the transcript, with everybody who speaks in it."""
    text = "Ms Lee: Were you there?\n\nMr Doe: I was.\n\nMs Lee: When?\n\nMr Doe: At ten.\n"
    (only,) = passages_of(document(text))
    assert (only.span.of(text), only.speakers, only.question) == (text.strip(), ("Ms Lee", "Mr Doe"), None)


def test_an_exchange_is_kept_whole_where_it_fits() -> None:
    """A passage ends before it rather than in it."""
    text = "Ms Lee: Were you there at all?\n\nMr Doe: I was there.\n\nMs Lee: When was that?\n\nMr Doe: At ten o'clock.\n"
    assert words(text, passages_of(document(text), (), Sizes(most=70))) == [
        "Ms Lee: Were you there at all?\n\nMr Doe: I was there.",
        "Ms Lee: When was that?\n\nMr Doe: At ten o'clock.",
    ]


def test_a_long_exchange_is_cut_between_turns_and_keeps_its_question() -> None:
    """Each further piece has the question that it answers; a note between turns is kept too."""
    text = (
        "Ms Lee: Where were you that night?\n\nMr Doe: I was at home with my wife.\n\n(Pause)\n\n"
        "Mr Roe: He was not at home.\n\nMr Doe: I was, as I said.\n"
    )
    found = passages_of(document(text), (), Sizes(most=80))
    assert words(text, found) == [
        "Ms Lee: Where were you that night?\n\nMr Doe: I was at home with my wife.",
        "(Pause)\n\nMr Roe: He was not at home.\n\nMr Doe: I was, as I said.",
    ]
    assert [passage.question and passage.question.of(text) for passage in found] == [
        None,
        "Ms Lee: Where were you that night?",
    ]


def test_a_long_answer_is_cut_between_sentences() -> None:
    """Its first piece has the label, and all of them the question."""
    text = (
        "Ms Lee: Why?\n\nMr Doe: It was late at night. It was dark in the house. It was cold in the yard.\n"
    )
    found = passages_of(document(text), (), Sizes(most=60))
    assert words(text, found) == [
        "Ms Lee: Why?\n\nMr Doe: It was late at night.",
        "It was dark in the house. It was cold in the yard.",
    ]
    assert found[1].question == Span(0, 12)
    assert found[1].speakers == ("Mr Doe",)


def test_a_letter_that_labels_a_long_turn_is_not_cut_from_it() -> None:
    """A segmenter takes "A." for a sentence."""
    answer = f"A. It was {'so ' * 20}late."
    text = f"Q. Why?\n{answer} It was dark.\n"
    assert words(text, passages_of(document(text), (), Sizes(most=40))) == ["Q. Why?", answer, "It was dark."]


def test_of_a_long_question_the_end_is_repeated() -> None:
    """There the question is put; what leads up to it is left."""
    text = f"Ms Lee: {'It was a long and dark night. ' * 6}So where were you?\n\nMr Doe: At home. I had gone to bed.\n"
    found = passages_of(document(text), (), Sizes(most=60, question=30))
    assert found[-1].question
    assert found[-1].question.of(text) == "So where were you?"


def test_short_paragraphs_are_joined_and_long_ones_are_cut_evenly() -> None:
    """No crumb is left over at the end."""
    short = "One is here.\n\nTwo is here.\n\nThree is here.\n"
    assert words(short, passages_of(document(short))) == [short.strip()]
    long = "It is so. " * 21
    assert [len(words) for words in words(long, passages_of(document(long), (), Sizes(most=100)))] == [
        79,
        79,
        49,
    ]


def test_quotable_spans_are_what_the_marks_leave() -> None:
    """None of them empty."""
    made = document("abcdefgh", Span(0, 2), Span(2, 3), Span(5, 6))
    assert spoken(made.text, *quotable_spans(made)) == ["de", "gh"]
    assert list(quotable_spans(document(""))) == []
    assert list(quotable_spans(document("ab", Span(0, 2)))) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_do_not_change_what_is_cut(end: str) -> None:
    """Windows' own are two code points and still one line end."""
    text = (
        "Ms Lee: Were you there?\n\nMr Doe: I was.\n\n(Pause)\n\nIt rained all night long.\n\nAll day too.\n"
    )
    text = text.replace("\n", end)
    assert [found.split() for found in words(text, passages_of(document(text), (), Sizes(most=45)))] == [
        ["Ms", "Lee:", "Were", "you", "there?", "Mr", "Doe:", "I", "was."],
        ["(Pause)", "It", "rained", "all", "night", "long."],
        ["All", "day", "too."],
    ]


def test_a_very_long_line_and_many_empty_ones() -> None:
    """A megabyte of each, and nothing is lost."""
    text = "\n" * 300_000 + "It is so. " * 30_000 + "\r\n" * 150_000 + "so " * 100_000
    found = passages_of(document(text))
    assert "".join("".join(passage.span.of(text).split()) for passage in found) == "".join(text.split())
    assert max(len(passage.span) for passage in found[:-1]) <= Sizes().most
