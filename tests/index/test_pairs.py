"""Questions and texts become token numbers that know which statement they are in."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from corpus.models import Span
from index.encoder import model_folder
from index.pairs import LENGTH, OUTSIDE, PairTokenizer, padded

TEXT = "Musk: It means that. Savit: So this is yes."
SPANS = (Span(6, 20), Span(28, 43))


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer(model_folder() / "tokenizer.json")


@pytest.fixture(scope="module")
def words() -> Tokenizer:
    """The same vocabulary, to read token numbers back."""
    return Tokenizer.from_file(str(model_folder() / "tokenizer.json"))


def test_puts_question_and_text_side_by_side(tokenizer: PairTokenizer, words: Tokenizer) -> None:
    """[CLS] question [SEP] text [SEP], the question on side 0 and the text on side 1."""
    [pair] = tokenizer.pairs("What is it?", [(TEXT, SPANS)])
    tokens = [words.id_to_token(number) for number in pair.tokens]
    assert tokens[:6] == ["[CLS]", "what", "is", "it", "?", "[SEP]"]
    assert tokens[-1] == "[SEP]"
    assert pair.sides == (0,) * 6 + (1,) * (len(tokens) - 6)


def test_knows_the_statement_of_each_token(tokenizer: PairTokenizer, words: Tokenizer) -> None:
    """Labels, question and separators are in none."""
    [pair] = tokenizer.pairs("What is it?", [(TEXT, SPANS)])
    by_statement = {
        number: [
            words.id_to_token(token)
            for token, at in zip(pair.tokens, pair.statements, strict=True)
            if at == number
        ]
        for number in (0, 1)
    }
    assert by_statement == {0: ["it", "means", "that", "."], 1: ["so", "this", "is", "yes", "."]}
    assert pair.statements[:6] == (OUTSIDE,) * 6


def test_cuts_a_long_text_at_its_end(tokenizer: PairTokenizer) -> None:
    """A pair never grows over the limit, and keeps the question and the separator at its end."""
    [short, long] = tokenizer.pairs("What?", [("end", [Span(0, 3)]), ("word " * 600, [Span(0, 2999)])])
    assert len(long.tokens) == LENGTH
    assert long.tokens[-1] == short.tokens[-1]


def test_cuts_a_long_question(tokenizer: PairTokenizer) -> None:
    """A question of any length leaves room for the text."""
    [pair] = tokenizer.pairs("why " * 500, [("The end.", [Span(0, 8)])])
    assert pair.statements.count(0) == 3


def test_fills_up_the_shorter_ones(tokenizer: PairTokenizer) -> None:
    """What is filled up is masked and in no statement."""
    pairs = tokenizer.pairs("What?", [(TEXT, SPANS), ("It.", [Span(0, 3)])])
    batch = padded(pairs)
    length = len(pairs[1].tokens)
    assert batch.tokens.shape == (2, len(pairs[0].tokens))
    assert batch.mask[1].tolist() == [1] * length + [0] * (batch.mask.shape[1] - length)
    assert set(batch.statements[1, length:].tolist()) == {OUTSIDE}
