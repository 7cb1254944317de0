"""Names are found in near spellings; words that merely look alike are left alone."""

from __future__ import annotations

import pytest

from index.spelling import Count, Spelling, count_words

RECORD = (
    "Mr Reynolds spoke to Sir Patrick Vallance. Mrs Morrison saw Mr Gove there. The vessels were full, "
    "and distillation was discussed. Mr Reynolds left. Some vessels stayed. Humza Yousaf came."
)


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(count_words([RECORD]))


def test_counts_words_and_capitals() -> None:
    """A word is counted however it is written, and so is how often it has a capital."""
    counted = count_words(["Ash trees. The ash's bark", "ASH"])
    assert counted["ash"] == Count(times=3, capital=2)


@pytest.mark.parametrize(
    ("asked", "recorded"),
    [
        ("renolds", "reynolds"),  # a letter less
        ("reynoldss", "reynolds"),  # a letter more
        ("valence", "vallance"),  # another letter, double letters aside
        ("morisson", "morrison"),  # doubled in the wrong place
        ("yuosaf", "yousaf"),  # two swapped
        ("distilation", "distillation"),  # a common word, double letters aside
        ("distillatoin", "distillation"),  # a long common word with two letters swapped
    ],
)
def test_finds_near_spellings(spelling: Spelling, asked: str, recorded: str) -> None:
    """One slip of the finger in a name, or in a long word, is forgiven."""
    assert spelling.near(asked) == recorded


@pytest.mark.parametrize(
    "asked",
    [
        "reynolds",  # is in the record
        "vennells",  # a name, near only to a common word
        "distinction",  # two letters away
        "gve",  # too short
        "2020s",  # no word
    ],
)
def test_leaves_other_words_alone(spelling: Spelling, asked: str) -> None:
    """What is in the record, or near nothing in it, stays as it is."""
    assert spelling.near(asked) is None


def test_takes_the_nearer_and_then_the_more_frequent() -> None:
    """Of several neighbours the nearest wins, and of equally near ones the most frequent."""
    spelling = Spelling(count_words(["Harris Harris Barris Harriss Harrit"]))
    assert spelling.near("harrisss") == "harris"
    assert spelling.near("harrik") == "harris"
