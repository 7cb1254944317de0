"""A question becomes terms, a vector and weights; it is mended, and never a document."""

from __future__ import annotations

import math

import pytest

from index.acronyms import explanations
from index.errors import QuestionError
from index.query import MOST, Interpreter, Names
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
        Names([("OpenAI", "Open AI", "OAI"), ("Michael Kratsios", "Kratsios", "Cratesius")]),
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
    assert query.groups[0] == {
        frozenset(["kratsio"]),
        frozenset(["cratesius"]),
        frozenset(["michael", "kratsio"]),
    }
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


EXPLAINED = [
    "Our Chief Medical Officer (CMO) answered that it was nice. CMOs met.",
    "The officer of the chief was at the medical centre.",
    "The World Health Organization (WHO) wrote to those who asked.",
    "NICE (National Institute for Health and Care Excellence) advised us.",
    "It was nice, and nice again, and nice of them.",
    "The Chief Marketing Officer (CMO) sold it.",
    "Jane Harbour (“Harbour”) owned it.",
]
CMO, CMOS = frozenset(["cmo"]), frozenset(["cmos"])
MEDICAL, MARKETING = frozenset(["chief", "medic", "offic"]), frozenset(["chief", "market", "offic"])
WORLD = frozenset(["world", "health", "organiz"])
NATIONAL = frozenset(["nation", "institut", "health", "care", "excel"])


@pytest.fixture
def explaining() -> Interpreter:
    """An interpreter over a record that explains short forms."""
    counts = count_words(EXPLAINED)
    analyzer = Analyzer()
    return Interpreter(
        CountingEncoder(words(" ".join(EXPLAINED))),
        SparseIndex([analyzer.terms(row) for row in EXPLAINED]),
        counts,
        Names(explained=explanations(EXPLAINED, counts)),
    )


@pytest.mark.parametrize("asked", ["what did the CMO sell", "what did the cmo sell", "the ĆMÖ’s sale"])
def test_a_short_form_looks_for_what_it_stands_for(explaining: Interpreter, asked: str) -> None:
    """For both where the record has two; case and diacritics do not matter."""
    assert explaining.interpret(asked).groups[0] == {CMO, MEDICAL, MARKETING}


def test_what_it_stands_for_counts_only_as_a_whole(explaining: Interpreter) -> None:
    """An officer is no Chief Medical Officer."""
    query = explaining.interpret("cmo")
    assert query.coverage({"cmo"}) == query.coverage(MEDICAL) == query.coverage(MARKETING) == 1.0
    assert query.coverage({"chief", "offic"}) == 0.0
    assert query.terms == ["chief", "cmo", "market", "medic", "offic"]


def test_a_long_form_looks_for_its_short_one(explaining: Interpreter) -> None:
    """As each of its words, in the plural too where the record has that; not for the other long one."""
    query = explaining.interpret("what did the chief medical officer say")
    assert query.groups == tuple(
        frozenset([frozenset([term]), CMO, CMOS]) for term in ("chief", "medic", "offic")
    )
    assert query.coverage({"cmo"}) == 1.0
    assert explaining.interpret("was the chief an officer").groups == (
        frozenset([frozenset(["chief"])]),
        frozenset([frozenset(["offic"])]),
    )


def test_a_short_form_that_is_another_word_needs_its_capitals(explaining: Interpreter) -> None:
    """Nobody who asks who it was means the WHO; where everything is in capitals, nothing can be told."""
    assert explaining.interpret("Did WHO's letter help").groups[-1] == {WORLD}
    assert explaining.interpret("what is the WHO").groups == (frozenset([WORLD]),)
    assert explaining.interpret("what did NICE advise").groups[0] == {frozenset(["nice"]), NATIONAL}
    assert explaining.interpret("who was nice to us").groups[0] == {frozenset(["nice"])}
    assert explaining.interpret("WHO WAS NICE").groups == (frozenset([frozenset(["nice"])]),)


def test_what_stands_for_another_word_is_not_looked_for_by_it(explaining: Interpreter) -> None:
    """A question about the organisation is none about whoever is called who."""
    assert explaining.interpret("the World Health Organization").terms == ["health", "organiz", "world"]


def test_a_shortened_name_counts_as_the_full_one(explaining: Interpreter) -> None:
    """And asks for no more than itself."""
    assert explaining.interpret("jane harbour").coverage({"harbour"}) == 1.0
    assert explaining.interpret("harbour").terms == ["harbour"]


def test_what_is_looked_for_is_as_rare_as_its_commonest_form(explaining: Interpreter) -> None:
    """Words that have to be there together are as rare as the rarest of them."""
    query = explaining.interpret("medical cmo")
    assert query.weights[0] == pytest.approx(math.log1p(5.5 / 2.5))
    assert query.weights[1] == pytest.approx(math.log1p(5.5 / 2.5))
