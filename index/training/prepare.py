"""Makes the reader's training and validation examples from the labelled sets.

    python -m index.training.prepare --sets FOLDER --out FOLDER

`first.jsonl` has what the labelled sets give, for a first course; `second.jsonl` has our own questions
with a share of the others, for a second one; `validation.jsonl` has what is in neither.
Wrong passages are those that our own rankings put first: what a reader has to tell from an answer is
what the search offers it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from index.dense import DenseIndex
from index.encoder import SentenceEncoder
from index.fusion import reciprocal_rank_fusion
from index.sparse import SparseIndex
from index.terms import Analyzer
from index.training import sources, testimony
from index.training.examples import Collection, Example, Question, held_out, write_examples
from index.training.labelled import DOCUMENTS, HEARINGS, document_questions, hearing_questions

SEED = 20261124
_WRONG = {"squad2": 2, "policyqa": 1, "natural-questions": 3, "testimony": 1, HEARINGS: 3, DOCUMENTS: 3}
"""How many wrong passages go with each question of a set."""
_DEPTH = 10
"""Wrong passages come from among so many of the first that do not answer."""
_TESTIMONY = 5000
"""Questions made of testimony itself that are used."""
_REPEATED = 0.4
"""How many examples of the first course come again in the second, as a share of those that are new."""
_TYPO = 0.08


class Miner:
    """Finds the passages that the search would offer for a question."""

    def __init__(self, collection: Collection, encoder: SentenceEncoder | None) -> None:
        self._analyzer = Analyzer()
        texts = [collection.text(row) for row in range(len(collection.candidates))]
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
            yield [row for row, _ in reciprocal_rank_fusion(rankings)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, required=True, help="the folder of the labelled sets")
    parser.add_argument("--out", type=Path, required=True, help="where the examples go")
    arguments = parser.parse_args()
    encoder = SentenceEncoder()
    first, validation = labelled_examples(arguments.sets, encoder)
    second, apart = own_examples(arguments.sets, encoder)
    random.Random(SEED).shuffle(first)
    second += random.Random(SEED).sample(first, min(len(first), round(len(second) * _REPEATED)))
    validation += apart
    random.Random(SEED).shuffle(second)
    random.Random(SEED).shuffle(validation)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, made in (("first", first), ("second", second), ("validation", validation)):
        write_examples(arguments.out / f"{name}.jsonl", made)
        counted = Counter((each.source, bool(each.answers)) for each in made)
        print(name, len(made), json.dumps({f"{s} {a}": n for (s, a), n in sorted(counted.items())}))


def labelled_examples(sets: Path, encoder: SentenceEncoder) -> tuple[list[Example], list[Example]]:
    """The examples of the labelled sets: to learn from, and held out."""
    chance = random.Random(SEED)
    learnt, apart = list(sources.trec(sets, chance)), []
    for read in (sources.squad, sources.policies, sources.natural_questions):
        collection = Collection()
        made = examples_of(collection, list(read(sets, collection)), encoder, chance)
        learnt += made[0]
        apart += made[1]
    collection = Collection()
    asked: list[Question] = []
    for name, text in testimony.hearings(sets).items():
        asked += testimony.questions_of(name, collection.add(name, text), collection, chance)
    # Of its 40,000 passages, the wrong ones are found by words alone.
    made = examples_of(collection, chance.sample(asked, min(_TESTIMONY, len(asked))), None, chance)
    return learnt + made[0], apart + made[1]


def own_examples(sets: Path, encoder: SentenceEncoder) -> tuple[list[Example], list[Example]]:
    """The examples of our own questions: to learn from, and held out."""
    chance = random.Random(SEED)
    learnt: list[Example] = []
    apart: list[Example] = []
    for read in (partial(hearing_questions, sets), document_questions):
        collection = Collection()
        made = examples_of(collection, list(read(collection)), encoder, chance)
        learnt += made[0]
        apart += made[1]
    return learnt, apart


def examples_of(
    collection: Collection,
    questions: Sequence[Question],
    encoder: SentenceEncoder | None,
    chance: random.Random,
) -> tuple[list[Example], list[Example]]:
    """What is learnt of questions on a collection, and what is held out."""
    learnt: list[Example] = []
    apart: list[Example] = []
    miner = Miner(collection, encoder)
    for question, ranked in zip(questions, miner.ranked([each.text for each in questions]), strict=True):
        course = apart if held_out(question.group) else learnt
        course += _examples(collection, question, ranked, chance)
    return learnt, apart


def _examples(
    collection: Collection, question: Question, ranked: Sequence[int], chance: random.Random
) -> Iterator[Example]:
    asked = replace(question, text=mistyped(question.text, chance))
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
