"""The reader that ships: a small cross-encoder trained for this. The only file that imports ONNX Runtime.

It puts question and passage side by side into MiniLM and scores every statement against "none of
these"; see `index/training/` for how it was trained and `docs/model-card.md` for on what.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from index.encoder import model_folder
from index.errors import ModelError
from index.pairs import OUTSIDE, Pair, PairTokenizer, padded
from index.query import Query
from index.reader import Candidate, Reading

WEIGHTS = Path(__file__).parent / "weights" / "reader.onnx"
SHA256 = "411007948620b825f079f28e83727bac9f965110b5962eac5cd24f98a92aaf57"


class TrainedReader:
    """Runs the trained network on the CPU. For one thread.

    Raises:
        ModelError: if the weights are missing or not the ones that belong here.
    """

    name = "trained"

    def __init__(self, threads: int = 2, weights: Path = WEIGHTS, sha256: str = SHA256) -> None:
        self._tokenizer = PairTokenizer(model_folder() / "tokenizer.json")
        options = onnxruntime.SessionOptions()
        # Pairs side by side keep the cores busier than the parts of one pair do.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        data = _verified(weights, sha256)
        self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    def read(self, query: Query, candidates: Sequence[Candidate]) -> list[Reading]:
        """See `Reader`."""
        pairs = self._tokenizer.pairs(query.text, [each.reading() for each in candidates])
        return list(self._pool.map(self.read_pair, pairs, [len(each.statements) for each in candidates]))

    def read_pair(self, pair: Pair, count: int) -> Reading:
        """What the network makes of one pair of `count` statements; safe for many threads.

        One pair a run: the scale of the 8-bit arithmetic is that of all that is run together, so
        what else is read would change the score.
        """
        batch = padded([pair])
        feed = {"tokens": batch.tokens, "mask": batch.mask, "sides": batch.sides}
        scores, none = self._session.run(["scores", "none"], feed)
        return reading_of(statement_scores(scores[0], pair, count), float(none[0]))


def _verified(weights: Path, sha256: str) -> bytes:
    try:
        data = weights.read_bytes()
    except OSError as error:
        raise ModelError(f"The reader's weights {weights} cannot be read. Install Exhibit again.") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(f"The reader's weights {weights} are damaged. Install Exhibit again.")
    return data


def statement_scores(scores: NDArray[np.float32], pair: Pair, count: int) -> NDArray[np.float32]:
    """The mean score of each statement's tokens, of shape (count,); minus infinity for one that is cut off.

    Args:
        scores: of the tokens, of shape (at least the pair's length,).
    """
    numbers = np.asarray(pair.statements)
    inside = numbers != OUTSIDE
    sums = np.bincount(numbers[inside], scores[: len(numbers)][inside], minlength=count)
    sizes = np.bincount(numbers[inside], minlength=count)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(sizes > 0, sums / sizes, -np.inf)
    return means.astype(np.float32)


def reading_of(statements: NDArray[np.float32], none: float) -> Reading:
    """Shares by softmax over the statements; the margin is their log sum of exponentials over "none"."""
    if not np.isfinite(statements).any():
        return Reading(tuple(0.0 for _ in statements), -float(none))
    top = float(statements.max())
    weights = np.exp(statements - top)
    return Reading(
        tuple((weights / weights.sum()).tolist()), top + float(np.log(weights.sum())) - float(none)
    )
