"""Is this text in the record?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.library import DEFAULT_CASE, load_case
from corpus.lookup import Difference, Finding, Match, find_text
from corpus.models import Case, Document, Span
from corpus.passages import passages_of
from tests.corpus.texts import TEXTS, as_read, document

ABSENT = (Finding(Match.ABSENT),)


def case(*documents: Document) -> Case:
    """A case of documents."""
    return Case(Path("/cases/x"), "x", "X", documents)


def test_finds_every_exact_place() -> None:
    """In every document, in order, also where they overlap."""
    first, second = document("aXa aXaXa", path="1.txt"), document("no aXa", path="2.txt")
    found = find_text(case(first, second), " aXa\n")
    assert found == (
        Finding(Match.EXACT, first, Span(0, 3), 1.0),
        Finding(Match.EXACT, first, Span(4, 7), 1.0),
        Finding(Match.EXACT, first, Span(6, 9), 1.0),
        Finding(Match.EXACT, second, Span(3, 6), 1.0),
    )


def test_an_exact_place_is_character_for_character() -> None:
    """Another apostrophe, case or line end is only near; a part of a word is exact."""
    article = load_case(DEFAULT_CASE)
    assert find_text(article, "Musk: partially.")[0].match is Match.EXACT
    assert find_text(article, "OpenAI’s lawyer, William Sav")[0].match is Match.EXACT
    for text in (
        "OpenAI's lawyer, William Savitt,",
        "openai’s lawyer, William Savitt,",
        "OpenAI’s lawyer,\nWilliam Savitt,",
    ):
        (found,) = find_text(article, text)
        assert (found.match, found.likeness) == (Match.NEAR, 1.0)
        assert found.document
        assert found.span.of(found.document.text) == "OpenAI’s lawyer, William Savitt,"


@pytest.mark.parametrize(
    ("text", "recorded", "differences"),
    [
        (
            "It means using an AI model to train another AI model",
            "It means using one AI model to train another AI model.",
            (Difference("an", "one"), Difference("model", "model.")),
        ),
        (
            "It is standard practice to use other systems to validate your AI.",
            "It is standard practice to use other AI systems to validate your AI.",
            (Difference("", "AI"),),
        ),
        (
            "Was any OpenAI technology used in any way to develop xAI?",
            "Was OpenAI technology used in any way to develop xAI?",
            (Difference("any", ""),),
        ),
    ],
)
def test_says_what_differs(text: str, recorded: str, differences: tuple[Difference, ...]) -> None:
    """Words that are other, missing or too many, and the recorded wording around them."""
    (found,) = find_text(load_case(DEFAULT_CASE), text)
    assert found.match is Match.NEAR
    assert found.document
    assert 0.8 <= found.likeness < 1
    assert (found.span.of(found.document.text), found.differences) == (recorded, differences)


@pytest.mark.parametrize(
    "text", ["", "  \n", "The moon is made of green cheese.", "x" * 100_000, "😀", "zzzzzzzzzzzzzzzz"]
)
def test_what_is_not_there_is_absent(text: str) -> None:
    """Also what is longer than the record."""
    assert find_text(load_case(DEFAULT_CASE), text) == ABSENT


def test_what_may_not_be_quoted_is_absent() -> None:
    """The address is in the file, but is no part of the record."""
    article = load_case(DEFAULT_CASE)
    assert "304 North Cardinal St." in article.documents[0].text
    assert find_text(article, "304 North Cardinal St.") == ABSENT
    assert find_text(article, "304 north Cardinal Street") == ABSENT


def test_a_text_that_begins_in_what_may_not_be_quoted_is_only_near() -> None:
    """What is found of it is the part that may."""
    article = load_case(DEFAULT_CASE)
    text = "MA 02124\n\nWhile testifying Thursday in federal court, Elon Musk appeared"
    assert text in article.documents[0].text
    (found,) = find_text(article, text)
    assert found.differences == (Difference("MA 02124", ""),)


def test_what_stands_beside_it_is_found_all_the_same() -> None:
    """A text with a word too many at its start is not lost because boilerplate stands there."""
    text = "12 Main St.\nDover, MA 01234\nHe went home that night, as everybody knows. Nobody else did."
    made = document(text, Span(0, 11), Span(12, 27))
    (found,) = find_text(case(made), "Well, he went home that night, as everybody knows.")
    assert (found.match, found.span.of(text)) == (Match.NEAR, "He went home that night, as everybody knows.")


def test_the_nearest_of_several_documents_come_first() -> None:
    """At most three."""
    words = "the quick brown fox jumps over the lazy dog again and again"
    near = [
        document(f"So {words.replace('quick', other)} it went on.", path=f"{at}.txt")
        for at, other in enumerate(["quack", "slow", "quiet", "sly"])
    ]
    found = find_text(case(*near), words)
    assert [finding.match for finding in found] == [Match.NEAR] * 3
    assert found[0].document == near[0]
    assert [finding.likeness for finding in found] == sorted(
        (finding.likeness for finding in found), reverse=True
    )


@given(TEXTS, st.data())
def test_every_passage_is_found_where_it_stands(text: str, data: st.DataObject) -> None:
    """And every place that is found has just those words, none of which is unquotable."""
    try:
        made = as_read(text)
    except DocumentError:
        assume(False)
        raise
    passages = passages_of(made)
    assume(passages)
    span = data.draw(st.sampled_from(passages)).span
    found = find_text(case(made), span.of(text))
    assert span in [finding.span for finding in found]
    for finding in found:
        assert finding.match is Match.EXACT
        assert finding.span.of(text) == span.of(text)
        assert made.quotable(finding.span)


@given(TEXTS, st.text(min_size=1))
def test_nothing_unquotable_is_ever_found(text: str, wanted: str) -> None:
    """Whatever is looked for."""
    try:
        made = as_read(text)
    except DocumentError:
        assume(False)
        raise
    for finding in find_text(case(made), wanted + text[: len(text) // 2]):
        assert finding.document is None or made.quotable(finding.span)
