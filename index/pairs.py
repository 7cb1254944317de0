"""Questions with texts, as the token numbers that the trained reader takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.models import Span
from index.errors import ModelError

LENGTH = 288
"""The most tokens of a question and a text together; a longer text is cut at its end."""
_QUESTION = 64
"""The most tokens of a question."""

Integers = NDArray[np.int64]
OUTSIDE = -1
"""The statement number of a token that is in none: the question, a speaker's label, padding."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One question and one text: token numbers, which side each is on, and which statement it is in."""

    tokens: tuple[int, ...]
    sides: tuple[int, ...]
    statements: tuple[int, ...]


class PairTokenizer:
    """Makes `[CLS] question [SEP] text [SEP]`; safe for many threads.

    Args:
        file: a `tokenizer.json`.
    """

    def __init__(self, file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._start, self._stop = (self._number(token) for token in ("[CLS]", "[SEP]"))

    def _number(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise ModelError(f"The reader's tokenizer has no {token}. Install Exhibit again.")
        return int(number)

    def pairs(self, question: str, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[Pair]:
        """One pair a text.

        Args:
            texts: each with the spans of its statements, in order.
        """
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:_QUESTION]
        head = [self._start, *asked, self._stop]
        encoded = self._tokenizer.encode_batch([text for text, _ in texts], add_special_tokens=False)
        pairs = []
        for (_, spans), one in zip(texts, encoded, strict=True):
            ids = one.ids[: LENGTH - len(head) - 1]
            inside = _statement_numbers(one.offsets[: len(ids)], spans)
            pairs.append(
                Pair(
                    (*head, *ids, self._stop),
                    (*(0 for _ in head), *(1 for _ in ids), 1),
                    (*(OUTSIDE for _ in head), *inside, OUTSIDE),
                )
            )
        return pairs


def _statement_numbers(offsets: Sequence[tuple[int, int]], spans: Sequence[Span]) -> list[int]:
    """For each token the statement that it begins in."""
    numbers, at = [], 0
    for start, _ in offsets:
        while at < len(spans) and spans[at].end <= start:
            at += 1
        numbers.append(at if at < len(spans) and spans[at].start <= start else OUTSIDE)
    return numbers


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of one length: each array has the shape (pairs, longest)."""

    tokens: Integers
    mask: Integers
    sides: Integers
    statements: Integers


def padded(pairs: Sequence[Pair]) -> Batch:
    """Pairs side by side, the shorter ones filled up with token 0."""
    shape = (len(pairs), max(len(pair.tokens) for pair in pairs))
    tokens, mask, sides = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    statements = np.full(shape, OUTSIDE, dtype=np.int64)
    for row, pair in enumerate(pairs):
        length = len(pair.tokens)
        tokens[row, :length] = pair.tokens
        mask[row, :length] = 1
        sides[row, :length] = pair.sides
        statements[row, :length] = pair.statements
    return Batch(tokens, mask, sides, statements)
