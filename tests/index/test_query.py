"""A question becomes terms, a vector and weights; it is mended, and never a document."""

from __future__ import annotations

import pytest

from index.errors import QuestionError
from index.query import MOST, Interpreter
from index.sparse import SparseIndex
from index.spelling import count_words
from index.terms import Analyzer
from tests.conftest import CountingEncoder, words

ROWS = [
    "Sir Patrick Vallance kept a diary in the evening.",
    "OpenAI wrote to the committee about distillation.",
    "Michael Kratsios shared a note. Mr Gove did not.",
]


@pytest.fixture
def interpreter() -> Interpreter:
    analyzer = Analyzer()
    return Interpreter(
        CountingEncoder([*words(" ".join(ROWS)), "glove", "diary"]),
        SparseIndex([analyzer.terms(row) for row in ROWS]),
        count_words(ROWS),
        [("OpenAI", "Open AI", "OAI"), ("Michael Kratsios", "Kratsios", "Cratesius")],
    )


def test_keeps_a_question_that_the_record_spells_alike(interpreter: Interpreter) -> None:
    """White space is folded; nothing else changes."""
    assert interpreter.interpret("Who  kept a\ndiary?").text == "Who kept a diary?"


def test_mends_names(interpreter: Interpreter) -> None:
    """A near spelling becomes the record's, punctuation and all else stay."""
    assert interpreter.interpret("Did valance's diary survive?").text == "Did vallance diary survive?"


def test_leaves_words_that_the_model_knows(interpreter: Interpreter) -> None:
    """A glove is not a misspelt Gove."""
    assert interpreter.interpret("did the glove fit?").text == "did the glove fit?"


def test_puts_the_canonical_name_for_an_alias_that_the_record_does_not_have(interpreter: Interpreter) -> None:
    """The reader and the vectors see the name as the record has it."""
    assert interpreter.interpret("what did OAI write").text == "what did OpenAI write"


def test_an_alias_counts_as_the_name(interpreter: Interpreter) -> None:
    """Every spelling of a name is looked for, as one word of the question."""
    query = interpreter.interpret("what did Kratsios share")
    assert {"kratsio", "cratesius", "michael"} <= query.groups[0]
    assert query.coverage({"cratesius"}) > 0


def test_coverage_is_the_weighted_share_of_words(interpreter: Interpreter) -> None:
    """All words: 1; none: 0; a rare word weighs more than a common one."""
    query = interpreter.interpret("diary committee")
    assert query.coverage({"diari", "committe"}) == pytest.approx(1.0)
    assert query.coverage({"fish"}) == 0.0
    assert query.coverage({"diari"}) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("", "The question is empty."),
        (" \n\t ", "The question is empty."),
        ("🙂🙂 ❤️", "There are no words in that question."),
        ("?!…", "There are no words in that question."),
        ("who saw \ud83d it", "The question has characters that are no text."),
        ("what is it", "There is nothing in that question to look for."),
        ("x" * (MOST + 1), f"The question has {MOST + 1:,} characters"),
    ],
)
def test_says_why_a_question_cannot_be_asked(interpreter: Interpreter, question: str, sentence: str) -> None:
    """Each way of asking nothing gets a sentence of its own."""
    with pytest.raises(QuestionError) as raised:
        interpreter.interpret(question)
    assert str(raised.value).startswith(sentence)
