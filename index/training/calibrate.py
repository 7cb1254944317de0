"""Fits what is made of a reader's scores: the order of passages, and the confidence of the first.

    python -m index.training.calibrate --sets FOLDER --examples FOLDER [--out FILE]

The questions are those of the articles, sites and hearings that `index.training.prepare` held out: no
training question and no right answer comes from them. They are asked of an index of their set, through
the searcher itself, each one twice: as it is, and with the passages that answer it left out, as if the
record did not say. Half of the groups are fitted on, and the figures printed are of the other half.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from corpus.models import Case, Span
from index.build import build_index
from index.confidence import SHIPPED, Calibration, Signals, Weights
from index.encoder import SentenceEncoder
from index.errors import QuestionError
from index.generation import Generation
from index.highlights import chosen
from index.overlap import OverlapReader
from index.reader import Reader
from index.searcher import Ranked, Searcher
from index.store import Store
from index.trained import TrainedReader
from index.training import sources, testimony
from index.training.examples import Collection, Question
from index.training.prepare import HELD_OUT, SEED, mistyped

_QUESTIONS = 60
"""The most questions of a source."""
_PRECISION = 0.9
"""The share of the answers given as quotes that should answer."""
_NEAREST = 0.05
_ANSWERABLE = 0.7
"""The share of people's questions that a record is taken to answer; the questions asked are weighed to it."""
_UNFITTED = Weights(bias=0.0, margin=1.0, fused=3.0, cosine=1.0, coverage=1.0, named=0.5)

Rows = dict[tuple[str, Span], int]
Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking a question once."""

    group: str
    answerable: bool
    """Whether the index had an answer."""
    ranked: tuple[Ranked, ...]
    right: tuple[bool, ...]
    """For each passage whether it answers."""
    found: tuple[bool, ...]
    """For each passage whether what is highlighted in it answers."""


def held_out_sets(folder: Path, groups: frozenset[str]) -> Iterator[tuple[Collection, list[Question]]]:
    """Each labelled set with its questions that were held out, a bounded number a source."""
    chance = random.Random(SEED)
    for read in (sources.squad, sources.policies, sources.natural_questions):
        collection = Collection()
        questions = [each for each in read(folder, collection) if each.group in groups]
        yield collection, chance.sample(questions, min(_QUESTIONS, len(questions)))
    collection = Collection()
    asked: dict[str, list[Question]] = {"testimony": [], "recalled": []}
    for name, text in testimony.hearings(folder).items():
        if f"testimony/{name}" in groups:
            for each in testimony.questions_of(name, collection.add(name, text), collection, chance):
                asked[each.source].append(each)
    yield (
        collection,
        [one for each in asked.values() for one in chance.sample(each, min(_QUESTIONS, len(each)))],
    )


def index_of(collection: Collection, folder: Path, encoder: SentenceEncoder) -> Generation:
    """An index of the documents of a collection."""
    case = Case(folder, folder.name, folder.name, tuple(collection.documents))
    return build_index(case, Store(folder, folder), encoder)


def ask(
    searcher: Searcher, collection: Collection, question: Question, rows: Rows, *, left_out: bool
) -> Asked:
    """Asks a question, with or without the passages that answer it or may do so."""
    answers = {_place(collection, row): answers for row, answers in question.rows.items()}
    hidden = {rows[_place(collection, row)] for row in (*question.rows, *question.near) if left_out}
    chance = random.Random(question.text)
    ranked = searcher.ranked(mistyped(question.text, chance), set(rows.values()) - hidden)
    right, found = [], []
    for each in ranked:
        gold = answers.get((each.candidate.document.path, each.candidate.passage.span), ())
        wanted = {each.candidate.statements[at] for at in gold}
        right.append(bool(gold))
        found.append(not wanted.isdisjoint(chosen(each.candidate, each.reading)))
    answerable = any(question.rows.values()) and not left_out
    return Asked(question.group, answerable, tuple(ranked), tuple(right), tuple(found))


def _place(collection: Collection, row: int) -> tuple[str, Span]:
    candidate = collection.candidates[row]
    return candidate.document.path, candidate.passage.span


def collect(
    folder: Path,
    groups: frozenset[str],
    encoder: SentenceEncoder,
    reader: Reader,
    generations: Callable[[Collection], Generation],
) -> list[Asked]:
    """Asks every held-out question twice."""
    unfitted = Calibration(_UNFITTED, _UNFITTED, quote=1.0, nearest=0.0)
    asked = []
    for collection, questions in held_out_sets(folder, groups):
        generation = generations(collection)
        rows = {(each.document, each.span): at for at, each in enumerate(generation.passages)}
        searcher = Searcher(generation, encoder, reader, unfitted)
        for question in questions:
            try:
                asked += [ask(searcher, collection, question, rows, left_out=hide) for hide in (False, True)]
            except QuestionError:
                continue
        print(f"{questions[0].source}: {len(questions)} questions of {len(rows)} passages", flush=True)
    return asked


def fit(signals: Sequence[Signals], labels: Sequence[bool], weights: Figures | None = None) -> Weights:
    """Logistic regression, hardly regularised."""
    model = LogisticRegression(C=100.0, max_iter=2000).fit(matrix(signals), labels, weights)
    return Weights(float(model.intercept_[0]), *map(float, model.coef_[0]))


def matrix(signals: Sequence[Signals]) -> Figures:
    """Signals by row, of shape (signals, 5)."""
    return np.asarray([astuple(each) for each in signals], dtype=np.float64)


def reordered(asked: Asked, rank: Weights) -> Asked:
    """The same passages in the order of other weights."""
    order = sorted(range(len(asked.ranked)), key=lambda at: -rank.probability(asked.ranked[at].signals))
    return Asked(
        asked.group,
        asked.answerable,
        tuple(asked.ranked[at] for at in order),
        tuple(asked.right[at] for at in order),
        tuple(asked.found[at] for at in order),
    )


def calibration_of(asked: Sequence[Asked]) -> Calibration:
    """Order, confidence and threshold, fitted on the same questions."""
    every = [
        (ranked.signals, right) for one in asked for ranked, right in zip(one.ranked, one.right, strict=True)
    ]
    rank = fit([signals for signals, _ in every], [right for _, right in every])
    tops = [reordered(one, rank) for one in asked if one.ranked]
    found = [one.found[0] for one in tops]
    weights = weights_of(tops)
    confidence = fit([one.ranked[0].signals for one in tops], found, weights)
    sure = np.asarray([confidence.probability(one.ranked[0].signals) for one in tops])
    return Calibration(rank, confidence, threshold(sure, np.asarray(found), weights), _NEAREST)


def weights_of(asked: Sequence[Asked]) -> Figures:
    """What each question counts, so that the share that has an answer is what people's questions have."""
    answerable = np.asarray([one.answerable for one in asked])
    share = answerable.mean()
    weights: Figures = np.where(answerable, _ANSWERABLE / share, (1 - _ANSWERABLE) / (1 - share))
    return weights


def threshold(confidence: Figures, found: NDArray[np.bool_], weights: Figures) -> float:
    """The lowest confidence from which on the share of right answers is what is wanted."""
    order = np.argsort(-confidence)
    precision = np.cumsum(found[order] * weights[order]) / np.cumsum(weights[order])
    enough = np.flatnonzero(precision >= _PRECISION)
    return round(float(confidence[order][enough[-1]]) if len(enough) else 1.0, 3)


def expected_calibration_error(
    confidence: Figures, found: NDArray[np.bool_], weights: Figures, bins: int = 10
) -> float:
    """The mean distance of confidence from the share that is right, over bins of equal width.

    Naeini, Cooper, Hauskrecht: Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015.
    """
    numbers = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(float(np.average((confidence - found)[numbers == at], weights=weights[numbers == at])))
        * weights[numbers == at].sum()
        for at in range(bins)
        if (numbers == at).any()
    ]
    return float(sum(gaps) / weights.sum())


def report(asked: Sequence[Asked], calibration: Calibration) -> dict[str, float]:
    """The figures of a calibration on questions that it was not fitted on."""
    tops = [reordered(one, calibration.rank) for one in asked if one.ranked]
    answerable = [one for one in tops if one.answerable]
    weights = weights_of(tops)
    confidence = np.asarray([calibration.confidence.probability(one.ranked[0].signals) for one in tops])
    found = np.asarray([one.found[0] for one in tops])
    quoted = confidence >= calibration.quote
    return {
        "questions": len(tops),
        "passage_first": float(np.mean([one.right[0] for one in answerable])),
        "highlight_first": float(np.mean([one.found[0] for one in answerable])),
        "auroc": float(roc_auc_score(found, confidence)),
        "expected_calibration_error": expected_calibration_error(confidence, found, weights),
        "quoted": float(np.average(quoted, weights=weights)),
        "precision": float(np.average(found[quoted], weights=weights[quoted])) if quoted.any() else 0.0,
        "recall": float(quoted[found].mean()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, required=True, help="the folder of the labelled sets")
    parser.add_argument("--examples", type=Path, required=True, help="what index.training.prepare wrote")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    arguments = parser.parse_args()
    groups = sorted(json.loads((arguments.examples / HELD_OUT).read_text(encoding="utf-8")))
    encoder = SentenceEncoder()
    fitted: dict[str, Calibration] = {}
    with tempfile.TemporaryDirectory() as folder:
        built: dict[int, Generation] = {}

        def generations(collection: Collection) -> Generation:
            size = len(collection.candidates)
            if size not in built:
                built[size] = index_of(collection, Path(folder) / str(size), encoder)
            return built[size]

        readers: tuple[Reader, ...] = (TrainedReader(), OverlapReader(encoder))
        for reader in readers:
            asked = collect(arguments.sets, frozenset(groups), encoder, reader, generations)
            halves = [[one for one in asked if groups.index(one.group) % 2 == half] for half in (0, 1)]
            for half in (0, 1):
                figures = report(halves[1 - half], calibration_of(halves[half]))
                print(
                    reader.name,
                    json.dumps({name: round(value, 3) for name, value in figures.items()}),
                    flush=True,
                )
            fitted[reader.name] = calibration_of(asked)
            adapter = TypeAdapter(dict[str, Calibration])
            arguments.out.write_bytes(adapter.dump_json(fitted, indent=1) + b"\n")


if __name__ == "__main__":
    main()
