"""From text to terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.models import Span
from index.terms import Analyzer, folded, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Musk’s models, trained", ["musk", "model", "train"]),
        ("MUSK'S", ["musk"]),
        ("Kraków naïve ﬁre Straße", ["krakow", "naiv", "fire", "strass"]),
        ("o’clock don't", ["oclock", "dont"]),
        ("x_y 3.5 INQ000207453", ["x", "y", "3", "5", "inq000207453"]),
        ("😀 — …", []),
        ("ﾞ red", ["red"]),
        ("", []),
    ],
)
def test_terms_are_folded_and_stemmed(text: str, expected: list[str]) -> None:
    """Case, diacritics, ligatures and possessives make no difference."""
    assert Analyzer().terms(text) == expected


def test_content_terms_carry_meaning() -> None:
    """Each once, in order, and none of the words that only hold a question together."""
    analyzer = Analyzer()
    assert analyzer.content_terms("What did Musk say about the Models, and which model?") == ["musk", "model"]
    assert analyzer.content_terms("Who is it, and what did they do?") == []


def test_words_say_where_they_stand() -> None:
    """With their possessive ending, which is not in the word."""
    text = "😀 Ann’s Café"
    assert words(text) == [("ann", Span(2, 7)), ("cafe", Span(8, 12))]


def test_folding_may_change_the_length() -> None:
    """Which is why words keep their place in the text itself."""
    assert folded("Éﬁß") == "efiss"


@given(st.text())
def test_any_text_has_terms(text: str) -> None:
    """As many as it has words, and the same for the same text in capitals where folding undoes them."""
    found = words(text)
    assert len(Analyzer().terms(text)) == len(found)
    for word, span in found:
        assert span.of(text)[0].isalnum()
        assert folded(word) == word
