"""Copies are shown once; what differs in a word that counts is shown beside it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.duplicates import Group, grouped

ANSWER = "I paid Jane Hopper 4,000 pounds on the night of the fire."
LETTER = (
    f"Dear Ann, {ANSWER} She wouldn't tell me who had opened the safe, and I did not ask. "
    "The ledger, which is red, lay open on the kitchen table when I came in, and it was raining hard."
)
ENGLISH = frozenset("kitchen ledger bought brought employer employee agree agreed raining paid".split())


def is_word(word: str) -> bool:
    """Whether it is a word of the letter, or one of those it is mistaken for."""
    return word in ENGLISH


def shown(*passages: str, said: Sequence[Sequence[str]] = ()) -> list[Group]:
    """The groups of passages; nothing in them is highlighted but for `said`."""
    return grouped(passages, said or [[] for _ in passages], is_word)


ONCE = [Group(0, (1,))]
BOTH = [Group(0), Group(1)]


@pytest.mark.parametrize(
    "copy",
    [
        LETTER,
        LETTER.upper(),
        LETTER.replace(" ", "\n  "),
        LETTER.replace(".", " ;").replace(",", ""),
        LETTER.replace("n't", "n’t"),
        LETTER.replace("n't", " not"),
        LETTER.replace("4,000", "4000"),
        LETTER.replace("Hopper", "Hópper"),
        LETTER.replace("red", "«red»"),
        LETTER.replace("kitchen", "kit\u00adchen"),
        LETTER.replace("The ledger", "Uh, ledger"),
        f"> {LETTER.replace('. ', '. > ')}",
    ],
)
def test_the_same_words_are_shown_once(copy: str) -> None:
    """However they are set, and whichever was better."""
    assert shown(LETTER, copy) == shown(copy, LETTER) == ONCE


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("4,000", "5,000"),
        ("4,000", "4.000"),
        ("4,000 pounds", "£4,000"),
        ("did not ask", "did ask"),
        ("wouldn't", "would"),
        ("Hopper", "Cooper"),
        ("Jane Hopper", "Jane"),
        ("Ann", "Anne"),
        ("I did not ask.", "I did not ask?"),
        ("red", "blue"),
        ("when I came", "before I came"),
        ("when I came", "when only I came"),
        ("raining", "draining"),
        ("paid", "allegedly paid"),
        ("hard", "hard 👎"),
        ("hard", "-5"),
        ("4,000", "<4,000"),
        (LETTER, f"{LETTER} It stopped at noon."),
    ],
)
def test_what_differs_in_a_word_that_counts_is_shown_twice(words: str, others: str) -> None:
    """A number, a negation, a name, a hedge, a question, a sign, or any word in the place of another."""
    assert words in LETTER
    changed = LETTER.replace(words, others)
    assert shown(LETTER, changed) == shown(changed, LETTER) == BOTH


@pytest.mark.parametrize(
    ("word", "slip", "expected"),
    [
        ("ledger", "ledqer", ONCE),
        ("ledger", "leger", ONCE),
        ("kitchen", "ktichen", ONCE),
        ("kitchen", "ktihcen", BOTH),
        ("ledger", "ledgers", BOTH),
        ("ledger", "hedger", BOTH),
        ("red", "rod", BOTH),
        ("Hopper", "Hooper", BOTH),
    ],
)
def test_a_slip_inside_a_word_is_no_difference(word: str, slip: str, expected: list[Group]) -> None:
    """One letter, not at its ends, and not in a name or a short word."""
    assert shown(LETTER, LETTER.replace(word, slip)) == expected


@pytest.mark.parametrize(
    ("word", "other"), [("bought", "brought"), ("employer", "employee"), ("averred", "averted")]
)
def test_two_words_of_the_language_are_two_words(word: str, other: str) -> None:
    """Although they are one letter apart; and so are two that may both be words, as far as one knows."""
    assert shown(LETTER.replace("paid", word), LETTER.replace("paid", other)) == BOTH


def test_a_word_more_is_no_difference_outside_the_answer() -> None:
    """In the sentences that answer, every word counts."""
    longer = LETTER.replace("who had opened the safe", "who had opened the iron safe")
    answering = "She wouldn't tell me who had opened the {}safe, and I did not ask."
    assert shown(LETTER, longer, said=[[ANSWER], [ANSWER]]) == ONCE
    assert shown(LETTER, longer, said=[[answering.format("")], [answering.format("iron ")]]) == BOTH


def test_many_differences_make_another_text() -> None:
    """However harmless each of them is: to 42 words, two may be added, and not four."""
    few = LETTER.replace("ledger", "big ledger").replace("safe", "iron safe")
    many = few.replace("kitchen", "long kitchen").replace("raining", "still raining")
    assert shown(LETTER, few) == ONCE
    assert shown(LETTER, many) == BOTH


@pytest.mark.parametrize("words", ["Yes.", "I do not recall.", "", "…", "Yes, that is what I said."])
def test_few_words_are_never_the_same_thing_said(words: str) -> None:
    """Nobody knows what they were said of."""
    assert shown(words, words) == BOTH


def test_yes_to_another_question_is_another_answer() -> None:
    """The question is part of the passage: the same one makes the same answer."""
    seen, sold = (
        f"Ms Lovelace: Did you {word} the red ledger that night?\nJane Hopper: Yes."
        for word in ("see", "sell")
    )
    assert shown(seen, sold, seen) == [Group(0, (2,)), Group(1)]


def test_what_was_highlighted_before_comes_last() -> None:
    """The same sentence in another passage says nothing new; a shorter or a longer choice may."""
    first, second = "I sold the red ledger to Mr Cole.", "He paid for it in the morning, in cash."
    quoting = f"The Gazette wrote in May: {first} Nobody believed it."
    other = "Mr Cole never saw the ledger, he told the court."
    passages = (f"{first} {second}", quoting, f"{quoting} {second}", other)
    assert shown(
        *passages, said=[[first, second], [first], [first, second, "Nobody believed it."], [other]]
    ) == [
        Group(0),
        Group(2),
        Group(3),
        Group(1),
    ]


def test_few_words_highlighted_again_keep_their_place() -> None:
    """ "I do not recall." answers many questions."""
    passages = [f"Question {at}: what did you do on day {at}? I do not recall." for at in range(3)]
    assert shown(*passages, said=[["I do not recall."]] * 3) == [Group(0), Group(1), Group(2)]


WORDS = st.sampled_from("ledger safe Hopper Cole red 4 5 not paid opened kitchen kitchne fire".split())
PASSAGES = st.lists(WORDS, max_size=12).map(" ".join)


@st.composite
def rankings(draw: st.DrawFn) -> list[tuple[str, list[str]]]:
    """Passages of few words, many of them copies or nearly, each with highlights."""
    different = draw(st.lists(PASSAGES, min_size=1, max_size=4))
    passages = draw(st.lists(st.sampled_from(different) | PASSAGES, max_size=12))
    return [(passage, draw(st.lists(st.just(passage) | PASSAGES, max_size=2))) for passage in passages]


@given(rankings())
def test_nothing_is_lost(ranking: list[tuple[str, list[str]]]) -> None:
    """Every passage is shown or named as another place, once; the best one is first, and its group's best."""
    groups = shown(*(passage for passage, _ in ranking), said=[said for _, said in ranking])
    assert sorted(at for group in groups for at in (group.best, *group.others)) == list(range(len(ranking)))
    assert [group.best for group in groups[:1]] == [0][: len(ranking)]
    for group in groups:
        assert [group.best, *group.others] == sorted([group.best, *group.others])


@given(rankings())
def test_nothing_that_counts_is_hidden(ranking: list[tuple[str, list[str]]]) -> None:
    """The passages of a group have the same numbers, negations and names in the same order."""
    passages = [passage for passage, _ in ranking]
    counts = {"4", "5", "not", "Hopper", "Cole"}
    for group in shown(*passages, said=[said for _, said in ranking]):
        told = {
            tuple(word for word in passages[at].split() if word in counts)
            for at in (group.best, *group.others)
        }
        assert len(told) == 1


@given(st.lists(st.text(st.characters()) | st.sampled_from([LETTER, LETTER.upper()]), max_size=5))
def test_whatever_is_in_a_passage(passages: list[str]) -> None:
    """Each is in one group, and equal ones of enough words are in the same."""
    groups = grouped(passages, [[passage] for passage in passages], is_word)
    assert sorted(at for group in groups for at in (group.best, *group.others)) == list(range(len(passages)))
    letters = {at for at, passage in enumerate(passages) if passage.upper() == LETTER.upper()}
    assert sum(not letters.isdisjoint((group.best, *group.others)) for group in groups) == bool(letters)
