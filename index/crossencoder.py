"""Another reader: a sentence-transformers CrossEncoder that the operator names.

Such a model gives a question and a text one score. It is trained on passages, so the score of the
whole passage says how surely it answers (Nogueira and Cho, "Passage Re-ranking with BERT", 2019,
arXiv:1901.04085); the scores of its statements say which of them does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.statements import Statement
from index.encoder import load_cross_encoder, model_folder, weights_sha256
from index.errors import ModelError
from index.query import Query
from index.reader import Candidate, Reading

_BATCH = 32
_ASKED = 60
"""How many of a question turn's last words are read before its answer: what is asked stands at its end."""
_NOTHING = -10.0
"""The log odds of a passage without a statement that might answer."""


class CrossEncoderReader:
    """Scores passages and statements with a CrossEncoder on the CPU. For one thread.

    Args:
        model: a folder, or a name on the model hub; see `index.encoder.model_folder`.

    Raises:
        ModelError: if the model is missing, is no CrossEncoder with one score, or cannot be loaded.
    """

    def __init__(self, model: str, threads: int = 2) -> None:
        folder = cross_encoder_folder(model)
        self.name = model
        self._model = load_cross_encoder(folder, threads)

    def read(self, query: Query, candidates: Sequence[Candidate]) -> list[Reading]:
        """See `Reader`."""
        texts = [text for each in candidates for text in (each.reading()[0], *_statements(each))]
        scores = self._scores(query.text, texts)
        readings, start = [], 0
        for each in candidates:
            end = start + 1 + len(each.statements)
            readings.append(_reading(scores[start:end]))
            start = end
        return readings

    def _scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """The log odds that each text answers, of shape (len(texts),)."""
        scores = self._model.predict(
            [(question, text) for text in texts],
            batch_size=_BATCH,
            show_progress_bar=False,
            activation_fn=_unchanged,
        )
        return np.asarray(scores, dtype=np.float64)


def cross_encoder_folder(model: str) -> Path:
    """The folder of a CrossEncoder that the operator names, with what can be told without loading it.

    Raises:
        ModelError: if it is not there, has no safetensors weights, or is no CrossEncoder with one score.
    """
    folder = model_folder(model)
    weights_sha256(folder, bundled=False)
    try:
        config = json.loads((folder / "config.json").read_bytes())
        architectures = list(config.get("architectures") or ())
        # Transformers leaves them out where there are two, its default.
        labels = len(config.get("id2label") or range(2))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ModelError(
            f"The model {model} has no config.json that can be read. Name another one."
        ) from error
    if not any(str(each).endswith("ForSequenceClassification") for each in architectures):
        raise ModelError(
            f"The model {model} is no cross-encoder: it does not score a question with a text. Set"
            " EXHIBIT_READER to one that does, or leave it unset."
        )
    if labels != 1:
        raise ModelError(
            f"The cross-encoder {model} gives {labels} scores for a text, and a reader gives one. Set"
            " EXHIBIT_READER to one that ranks passages, or leave it unset."
        )
    return folder


def _unchanged(scores: object) -> object:
    """The model's own scores: these models are trained so that the sigmoid of one is a probability."""
    return scores


def _statements(candidate: Candidate) -> list[str]:
    text = candidate.document.text
    return [_in_context(text, statement) for statement in candidate.statements]


def _in_context(text: str, statement: Statement) -> str:
    """A statement, after the end of the question that it answers.

    "On the table." says nothing without its question. The statement before it would be another matter:
    this one would be credited with what that one says.
    """
    words = statement.span.of(text)
    if statement.asked is None:
        return words
    asked = statement.asked.words.of(text).split()[-_ASKED:]
    return f"{' '.join(asked)}\n{words}"


def _reading(scores: NDArray[np.float64]) -> Reading:
    """Of a passage's score and then its statements': shares are a softmax over the statements."""
    whole, statements = float(scores[0]), scores[1:]
    if not len(statements):
        return Reading((), _NOTHING)
    weights = np.exp(statements - statements.max())
    return Reading(tuple((weights / weights.sum()).tolist()), whole)
