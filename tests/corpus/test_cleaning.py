"""What is marked as boilerplate, and what stays evidence."""

from __future__ import annotations

import pytest
from hypothesis import given

from corpus.cleaning import boilerplate
from corpus.library import DEFAULT_CASE
from corpus.models import Span
from tests.corpus.texts import TEXTS, spoken


def marked(text: str, *stated: str) -> list[str]:
    """The lines of a text that are marked."""
    return spoken(text, *boilerplate(text, Span(0, len(text)), frozenset(stated)))


@pytest.mark.parametrize(
    "lines",
    [
        ["Physical Address", "304 North Cardinal St.", "Dorchester Center, MA 02124"],
        ["304 North Cardinal St.", "Dorchester Center, MA 02124"],
        ["Mailing address:", "P.O. Box 12", "Springfield, IL 62701-1234"],
        ["12B 5th Avenue, Suite 400", "New York, NY 10001"],
    ],
)
def test_marks_address_blocks(lines: list[str]) -> None:
    """With their heading, wherever they stand, and nothing around them."""
    text = "Before it.\n" + "\r\n".join(f"  {line} " for line in lines) + "\nAfter it."
    assert marked(text) == lines


@pytest.mark.parametrize(
    "text",
    [
        "She lived at 304 North Cardinal St., Dorchester Center, MA 02124, until the fire.",
        "The ledger was found at\n304 North Cardinal St.\nand nobody knows why.",
        "Dorchester Center, MA 02124",
        "Physical Address\nis a term of law.",
        "Where did he live?\nDorchester Center, MA 02124",
        "304 men went up the hill.\nDorchester Center, MA 02124",
        "Subscribe to the view that he lied.",
        "She asked him to log in and read more of it.",
    ],
)
def test_a_sentence_that_mentions_an_address_is_evidence(text: str) -> None:
    """Only whole lines are marked, and a town alone is no address."""
    assert marked(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "SKIP TO MAIN CONTENT",
        "© 2025 The Gazette",
        "All rights reserved.",
        "Page 2 of 3",
        "Log in",
    ],
)
def test_marks_the_furniture_of_web_pages(line: str) -> None:
    """Where it is a line of its own."""
    assert marked(f"One.\n {line}\nTwo.") == [line]
    assert marked(f"One.\nHe said: {line}\nTwo.") == []


def test_marks_what_the_maintainer_states() -> None:
    """Every line with just those words, and no other."""
    text = "The Gazette\nOne. The Gazette\n  The Gazette  \nThe Gazette!\n"
    assert marked(text, "The Gazette") == ["The Gazette", "The Gazette"]


def test_marks_the_address_of_the_shipped_article_and_nothing_else() -> None:
    """Its first six lines, twice the same address."""
    path = DEFAULT_CASE / "documents" / "wired-musk-distillation-testimony.txt"
    text = path.read_bytes().decode()
    block = ["Physical Address", "304 North Cardinal St.", "Dorchester Center, MA 02124"]
    assert marked(text) == block * 2
    assert boilerplate(text, Span(0, len(text)))[-1].end < text.index("While testifying")


@given(TEXTS)
def test_marks_whole_lines_in_order(text: str) -> None:
    """Disjoint, inside what was asked for, with nothing but white space beside them on their line."""
    within = Span(len(text) // 4, len(text))
    end = within.start
    for span in boilerplate(text, within, frozenset(["Yes.", "word"])):
        assert span.start >= end
        end = span.end
        before = max(text.rfind("\n", within.start, span.start), text.rfind("\r", within.start, span.start))
        assert text[max(before, within.start) : span.start].strip() == ""
        assert text[span.end : span.end + 1].isspace() or span.end == len(text)
