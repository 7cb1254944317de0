"""Every sentence that may be quoted, with who says it and what it answers."""

from __future__ import annotations

from hypothesis import assume, given

from corpus.errors import DocumentError
from corpus.library import DEFAULT_CASE, load_case
from corpus.models import Span
from corpus.passages import passages_of, quotable_spans
from corpus.statements import outline_of
from tests.corpus.texts import TEXTS, as_read, document


@given(TEXTS)
def test_statements_are_in_order_and_may_be_quoted(text: str) -> None:
    """Disjoint, without white space at their ends, and together with the labels they are all that is said."""
    try:
        made = as_read(text)
    except DocumentError:
        assume(False)
        raise
    outline = outline_of(made)
    end = 0
    left = {
        at
        for stretch in quotable_spans(made)
        for at in range(stretch.start, stretch.end)
        if not text[at].isspace()
    }
    for statement in outline.statements:
        assert end <= statement.span.start < statement.span.end
        assert made.quotable(statement.span)
        assert statement.span.of(text).strip() == statement.span.of(text)
        end = statement.span.end
        left -= set(range(statement.span.start, statement.span.end))
        if statement.turn:
            assert statement.turn.words.holds(statement.span)
            left -= set(range(statement.turn.span.start, statement.turn.words.start))
    assert left == set()


@given(TEXTS)
def test_no_statement_reaches_over_the_end_of_a_passage(text: str) -> None:
    """So that every statement can be highlighted, and every passage has one."""
    try:
        made = as_read(text)
    except DocumentError:
        assume(False)
        raise
    outline = outline_of(made)
    inside = [outline.within(passage.span) for passage in passages_of(made)]
    assert all(inside)
    assert [statement for found in inside for statement in found] == list(outline.statements)


def test_knows_who_says_what_to_whom() -> None:
    """A question is answered by others; a note is nobody's; prose is the author's."""
    text = (
        "Savitt: You were there. Why?\nMusk: I had to be. It was late.\nSavitt: I see.\n"
        "Nobody in the room had seen anything like it before, and few of them would again.\n"
    )
    shown = [
        (
            statement.span.of(text),
            statement.turn.speaker if statement.turn else None,
            statement.asked.words.of(text) if statement.asked else None,
            statement.answered,
        )
        for statement in outline_of(document(text)).statements
    ]
    assert shown == [
        ("You were there.", "Savitt", None, True),
        ("Why?", "Savitt", None, True),
        ("I had to be.", "Musk", "You were there. Why?", False),
        ("It was late.", "Musk", "You were there. Why?", False),
        ("I see.", "Savitt", None, False),
        (
            "Nobody in the room had seen anything like it before, and few of them would again.",
            None,
            None,
            False,
        ),
    ]


def test_aliases_name_the_speaker() -> None:
    """As in the shipped case."""
    case = load_case(DEFAULT_CASE)
    outline = outline_of(case.documents[0], case.aliases)
    text = case.documents[0].text
    partially = next(each for each in outline.statements if each.span.of(text) == "partially.")
    assert partially.turn
    assert partially.turn.speaker == "Elon Musk"
    assert partially.asked
    assert partially.asked.speaker == "William Savitt"


def test_within_takes_whole_statements_only() -> None:
    """One that is cut at either end is left out."""
    text = "One is. Two is. Three is."
    outline = outline_of(document(text))
    assert [each.span.of(text) for each in outline.within(Span(0, 15))] == ["One is.", "Two is."]
    assert [each.span.of(text) for each in outline.within(Span(1, 24))] == ["Two is."]
    assert outline.within(Span(8, 14)) == ()
    assert outline.within(Span(8, 8)) == ()
