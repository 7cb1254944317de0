"""Fits the calibration that ships, on questions that were held out from training.

    python -m index.training.calibrate --sets FOLDER [--readers trained overlap] [--data FOLDER] [--out FILE]

The questions are those of the articles, hearings and documents that `index.training.prepare` held out: no
training question and no right answer comes from them. They are asked through the searcher itself: our own
of their document alone, since that is what their labels are about; others of their whole set. Those of our
own that have no answer were written so; of the other sets each question is asked twice: as it is, and with
the passages that answer it left out, as if the record did not say.
The figures printed for each set are of a calibration that was fitted on the groups of the other half.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from corpus.models import Case, Span
from index.build import build_index
from index.confidence import SHIPPED, UNFITTED, Calibration, Weights
from index.encoder import SentenceEncoder
from index.errors import QuestionError
from index.evaluation import says
from index.fitting import Attempt, Trial, calibration_of, report
from index.generation import Generation
from index.highlights import spans_of
from index.overlap import OverlapReader
from index.reader import Reader
from index.searcher import READ, Ranked, Searcher
from index.store import Store
from index.trained import TrainedReader
from index.training import sources
from index.training.examples import Collection, Question, held_out
from index.training.labelled import DOCUMENTS, HEARINGS, document_questions, hearing_questions
from index.training.prepare import SEED, mistyped

_OWN, _OTHERS = 600, 80
"""The most questions of a set that is ours, and of one that is not."""
_TRIED = 20
"""How many passages are read for a question: more than will be, so that it can be told which to read."""
_UNFITTED = replace(
    UNFITTED,
    screen=Weights(
        bias=0.0, margin=0.0, fused=2.0, cosine=5.0, coverage=3.0, together=3.0, named=1.0, share=0.0
    ),
)
"""By which it is chosen what to read before anything has been fitted."""

READERS: dict[str, Callable[[SentenceEncoder], Reader]] = {
    TrainedReader.name: lambda _: TrainedReader(),
    OverlapReader.name: OverlapReader,
}

Rows = dict[tuple[str, Span], int]


def held_out_sets(folder: Path) -> Iterator[tuple[Collection, list[Question]]]:
    """Each set with its questions that were held out."""
    chance = random.Random(SEED)
    readers = (
        (partial(hearing_questions, folder), _OWN),
        (document_questions, _OWN),
        (partial(sources.squad, folder), _OTHERS),
        (partial(sources.natural_questions, folder), _OTHERS),
    )
    for read, most in readers:
        collection = Collection()
        questions = [each for each in read(collection) if held_out(each.group)]
        yield collection, chance.sample(questions, min(most, len(questions)))


def index_of(collection: Collection, folder: Path, encoder: SentenceEncoder) -> Generation:
    """An index of the documents of a collection."""
    case = Case(folder, folder.name, folder.name, tuple(collection.documents))
    return build_index(case, Store(folder, folder), encoder)


def ask(
    searcher: Searcher, collection: Collection, question: Question, rows: Rows, *, left_out: bool = False
) -> Trial:
    """Asks a question, with or without the passages that answer it or may do so."""
    gold = {_place(collection, row): _golds(collection, question, row) for row in question.rows}
    hidden = {_place(collection, row) for row in (*question.rows, *question.near) if left_out}
    among = {
        at
        for (document, span), at in rows.items()
        if document == (question.document or document) and (document, span) not in hidden
    }
    chance = random.Random(question.text)
    ranked = searcher.ranked(mistyped(question.text, chance), among)
    wanted = [gold.get((each.candidate.document.path, each.candidate.passage.span), []) for each in ranked]
    attempts = [
        Attempt(each.seen, each.signals, bool(texts), _found(each, texts))
        for each, texts in zip(ranked, wanted, strict=True)
    ]
    return Trial(question.group, any(question.rows.values()) and not left_out, tuple(attempts))


def _golds(collection: Collection, question: Question, row: int) -> list[str]:
    """What answers in a row: all that is labelled of our own questions, each statement alone of others."""
    candidate = collection.candidates[row]
    texts = [candidate.statements[at].span.of(candidate.document.text) for at in question.rows[row]]
    own = question.source in {HEARINGS, DOCUMENTS}
    return [" ".join(texts)] if own and texts else texts


def _found(ranked: Ranked, wanted: Sequence[str]) -> bool:
    text = ranked.candidate.document.text
    spans = spans_of(ranked.candidate, ranked.shown)
    said = " ".join(span.of(text) for span in spans)
    return any(says(said, gold) for gold in wanted)


def _place(collection: Collection, row: int) -> tuple[str, Span]:
    candidate = collection.candidates[row]
    return candidate.document.path, candidate.passage.span


def trials_of(searcher: Searcher, collection: Collection, questions: Sequence[Question]) -> Iterator[Trial]:
    """Asks the questions of a set."""
    rows = {(each.document, each.span): at for at, each in enumerate(searcher.generation.passages)}
    for question in questions:
        twins = (False,) if question.source in {HEARINGS, DOCUMENTS} else (False, True)
        for left_out in twins:
            try:
                yield ask(searcher, collection, question, rows, left_out=left_out)
            except QuestionError:
                continue


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, required=True, help="the folder of the labelled sets")
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument(
        "--data", type=Path, help="where the indexes of the sets are kept; nowhere by default"
    )
    parser.add_argument(
        "--out", type=Path, default=SHIPPED, help="where the readers' calibrations are put in"
    )
    arguments = parser.parse_args()
    encoder = SentenceEncoder()
    readers = [READERS[name](encoder) for name in arguments.readers]
    with tempfile.TemporaryDirectory() as folder:
        trials = ask_all(arguments.sets, arguments.data or Path(folder), encoder, readers)
    adapter = TypeAdapter(dict[str, Calibration])
    fitted = adapter.validate_json(arguments.out.read_bytes()) if arguments.out.exists() else {}
    fitted |= {name: _fitted(name, of_sets) for name, of_sets in trials.items()}
    arguments.out.write_bytes(adapter.dump_json(fitted, indent=1) + b"\n")


def ask_all(
    sets: Path, data: Path, encoder: SentenceEncoder, readers: Sequence[Reader]
) -> dict[str, dict[str, list[Trial]]]:
    """The trials of each reader, by set."""
    trials: dict[str, dict[str, list[Trial]]] = defaultdict(dict)
    for collection, questions in held_out_sets(sets):
        source = questions[0].source
        generation = index_of(collection, data / source, encoder)
        for reader in readers:
            searcher = Searcher(generation, encoder, reader, _UNFITTED, _TRIED)
            made = [one for one in trials_of(searcher, collection, questions) if one.attempts]
            trials[reader.name][source] = made
            print(reader.name, source, len(made), flush=True)
    return trials


def _fitted(reader: str, of_sets: dict[str, list[Trial]]) -> Calibration:
    """Fits a reader's calibration on all sets; prints what each half's does on the other, set by set.

    Every set counts the same, however many questions it has: none of them is what people ask, and they differ
    much in how hard they are.
    """
    weighed = {
        name: [replace(trial, weight=1 / len(trials)) for trial in trials] for name, trials in of_sets.items()
    }
    every = [trial for trials in weighed.values() for trial in trials]
    groups = sorted({trial.group for trial in every})
    halves = [frozenset(groups[half::2]) for half in (0, 1)]
    for half in halves:
        calibration = calibration_of([trial for trial in every if trial.group not in half], READ)
        for name, trials in weighed.items():
            figures = report([trial for trial in trials if trial.group in half], calibration, READ)
            print(reader, name, json.dumps({key: round(value, 3) for key, value in figures.items()}))
    return calibration_of(every, READ)


if __name__ == "__main__":
    main()
