"""Makes the reader's training and validation examples from the labelled sets.

    python -m index.training.prepare --sets FOLDER --out FOLDER

Wrong passages are those that our own rankings put first: what a reader has to tell from an answer is
what the search offers it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.dense import DenseIndex
from index.encoder import SentenceEncoder
from index.fusion import reciprocal_rank_fusion
from index.sparse import SparseIndex
from index.terms import Analyzer
from index.training import sources, testimony
from index.training.examples import Collection, Example, Question, write_examples

SEED = 20261124
HELD_OUT = "held-out.json"
"""The groups that no training example comes from."""
_WRONG = {"squad2": 1, "policyqa": 1, "natural-questions": 2, "testimony": 1, "recalled": 1}
"""How many wrong passages go with each question of a set."""
_DEPTH = 10
"""Wrong passages come from among so many of the first that do not answer."""
_HELD_OUT = 0.1
_TYPO = 0.08


class Miner:
    """Finds the passages that the search would offer for a question."""

    def __init__(self, collection: Collection, rows: range, encoder: SentenceEncoder | None) -> None:
        self._rows = rows
        self._analyzer = Analyzer()
        texts = [collection.text(row) for row in rows]
        self._sparse = SparseIndex([self._analyzer.terms(text) for text in texts])
        self._encoder = encoder
        self._dense = DenseIndex(encoder.encode(texts)) if encoder else None

    def ranked(self, questions: Sequence[str]) -> Iterator[list[int]]:
        """For each question the rows that are nearest to it, best first."""
        vectors = self._encoder.encode(questions) if self._encoder else None
        for at, question in enumerate(questions):
            terms = self._analyzer.content_terms(question)
            rankings = [[row for row, _ in self._sparse.search(terms, 30)]]
            if self._dense is not None and vectors is not None:
                rankings.append([row for row, _ in self._dense.search(vectors[at], 30)])
            yield [self._rows.start + row for row, _ in reciprocal_rank_fusion(rankings)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, required=True, help="the folder of the labelled sets")
    parser.add_argument("--out", type=Path, required=True, help="where the examples go")
    arguments = parser.parse_args()
    chance = random.Random(SEED)
    encoder = SentenceEncoder()
    training: list[Example] = list(sources.trec(arguments.sets, chance))
    validation: list[Example] = []
    held_out: list[str] = []
    for collection, rows, questions, dense in _collections(arguments.sets, chance):
        miner = Miner(collection, rows, encoder if dense else None)
        apart = _held_out(questions, chance)
        held_out += sorted(apart)
        for question, ranked in zip(questions, miner.ranked([each.text for each in questions]), strict=True):
            examples = _examples(collection, question, ranked, chance)
            (validation if question.group in apart else training).extend(examples)
    chance.shuffle(training)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / HELD_OUT).write_text(json.dumps(held_out, indent=1), encoding="utf-8")
    for name, made in (("training", training), ("validation", validation)):
        write_examples(arguments.out / f"{name}.jsonl", made)
        counted = Counter((each.source, bool(each.answers)) for each in made)
        print(name, len(made), json.dumps({f"{s} {a}": n for (s, a), n in sorted(counted.items())}))


def _collections(
    folder: Path, chance: random.Random
) -> Iterator[tuple[Collection, range, list[Question], bool]]:
    for read in (sources.squad, sources.policies, sources.natural_questions):
        collection = Collection()
        questions = list(read(folder, collection))
        yield collection, range(len(collection.candidates)), questions, True
    collection = Collection()
    questions = []
    for name, text in testimony.hearings(folder).items():
        rows = collection.add(name, text)
        questions += testimony.questions_of(name, rows, collection, chance)
    yield collection, range(len(collection.candidates)), questions, False


def _held_out(questions: Sequence[Question], chance: random.Random) -> frozenset[str]:
    """Whole articles, sites and hearings that no training example comes from."""
    groups = sorted({question.group for question in questions})
    return frozenset(chance.sample(groups, max(1, round(len(groups) * _HELD_OUT))))


def _examples(
    collection: Collection, question: Question, ranked: Sequence[int], chance: random.Random
) -> Iterator[Example]:
    asked = Question(
        question.source, mistyped(question.text, chance), question.group, question.rows, question.near
    )
    for row in question.rows:
        yield collection.example(asked, row)
    wrong = [row for row in ranked if row not in question.rows and row not in question.near][:_DEPTH]
    for row in chance.sample(wrong, min(_WRONG[question.source], len(wrong))):
        yield collection.example(asked, row)


def mistyped(question: str, chance: random.Random) -> str:
    """A question with a slip of the finger in it, once in a while."""
    words = question.split()
    long = [at for at, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not long or chance.random() > _TYPO:
        return question
    at = chance.choice(long)
    word, place = words[at], chance.randrange(1, len(words[at]) - 1)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    words[at] = chance.choice(
        (swapped, word[:place] + word[place + 1 :], word[:place] + word[place] + word[place:])
    )
    return " ".join(words)


if __name__ == "__main__":
    main()
