"""The reader that ships: its weights, its arithmetic, and what it makes of a passage."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from corpus.library import DEFAULT_CASE, load_case
from corpus.passages import passages_of
from corpus.statements import outline_of
from index.errors import ModelError
from index.pairs import OUTSIDE, Pair
from index.query import Query
from index.reader import Candidate
from index.trained import SHA256, WEIGHTS, TrainedReader, reading_of, statement_scores


@pytest.fixture(scope="module")
def reader() -> TrainedReader:
    return TrainedReader()


def query_of(question: str) -> Query:
    """A query of which the trained reader reads only the text."""
    return Query(question, np.zeros(1, dtype=np.float32), (), ())


def candidates() -> list[Candidate]:
    """The passages of the article that ships."""
    case = load_case(DEFAULT_CASE)
    [document] = case.documents
    outline = outline_of(document, case.aliases)
    passages = passages_of(document, case.aliases)
    return [Candidate(document, passage, outline.within(passage.span)) for passage in passages]


def test_a_statement_scores_the_mean_of_its_tokens() -> None:
    """Tokens outside of statements and of the pair do not count; a statement without tokens cannot win."""
    pair = Pair((1, 2, 3, 4), (0, 1, 1, 1), (OUTSIDE, 0, 0, 2))
    scores = statement_scores(np.array([9, 1, 3, 5, 7], dtype=np.float32), pair, 3)
    assert scores.tolist() == [2.0, -np.inf, 5.0]


def test_shares_and_margin() -> None:
    """Shares are a softmax; the margin is their log sum over "none"."""
    reading = reading_of(np.array([0.0, np.log(3), -np.inf], dtype=np.float32), 1.0)
    assert reading.shares == pytest.approx((0.25, 0.75, 0.0))
    assert reading.margin == pytest.approx(np.log(4) - 1)


def test_nothing_to_choose_from() -> None:
    """A passage whose statements were all cut off is no answer."""
    assert reading_of(np.array([-np.inf], dtype=np.float32), 2.0).margin == -2.0


def test_the_weights_are_the_ones_that_belong_here() -> None:
    """What ships is what the code expects."""
    assert hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() == SHA256


@pytest.mark.parametrize("change", ["flip", "cut", "missing"])
def test_refuses_other_weights(tmp_path: Path, change: str) -> None:
    """Damaged or missing weights are a sentence, not a wrong answer."""
    data = bytearray(WEIGHTS.read_bytes())
    path = tmp_path / "reader.onnx"
    if change != "missing":
        data[len(data) // 2] ^= 1
        path.write_bytes(data if change == "flip" else data[:-1])
    with pytest.raises(ModelError, match="Install Exhibit again"):
        TrainedReader(1, path)


def test_finds_the_statement_that_answers(reader: TrainedReader) -> None:
    """With the words of the question elsewhere than in the answer."""
    offered = candidates()
    readings = reader.read(query_of("Why did Anthropic block OpenAI's access?"), offered)
    best = max(range(len(offered)), key=lambda at: readings[at].margin)
    at = int(np.argmax(readings[best].shares))
    said = offered[best].statements[at].span.of(offered[best].document.text)
    assert said.startswith("In August 2025, Anthropic blocked OpenAI")


def test_reads_each_passage_by_itself(reader: TrainedReader) -> None:
    """What else is read at the same time, and in which order, does not change a reading."""
    offered = candidates()
    query = query_of("What did OpenAI tell the House committee?")
    together = [reading.margin for reading in reader.read(query, offered)]
    backwards = [reading.margin for reading in reader.read(query, offered[::-1])][::-1]
    alone = [reader.read(query, [candidate])[0].margin for candidate in offered]
    assert together == pytest.approx(backwards, abs=1e-4)
    assert together == pytest.approx(alone, abs=1e-4)


def test_nothing_to_read(reader: TrainedReader) -> None:
    """No passages, no readings."""
    assert reader.read(query_of("What?"), []) == []
