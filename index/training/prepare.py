"""Makes the reader's training and validation examples from the labelled sets.

    python -m index.training.prepare --sets FOLDER --out FOLDER

`first.jsonl` has what the labelled sets give, for a first course; `second.jsonl` has our own questions
with a share of the others, for a second one; `validation.jsonl` has what is in neither.
Wrong passages are those that our own rankings put first: what a reader has to tell from an answer is
what the search offers it. With a question whose labels are about one document, most come from that
document: what is near there and does not answer was seen by whoever labelled it, and what other documents
say may answer as well.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from index.dense import DenseIndex
from index.encoder import SentenceEncoder, Vectors
from index.fusion import reciprocal_rank_fusion
from index.sparse import SparseIndex
from index.terms import Analyzer
from index.training import sources, testimony
from index.training.examples import Collection, Example, Question, held_out, write_examples
from index.training.labelled import DOCUMENTS, HEARINGS, document_questions, hearing_questions

SEED = 20261124
_WRONG = {"squad2": 2, "policyqa": 1, "natural-questions": 3, "testimony": 1, HEARINGS: 1, DOCUMENTS: 1}
"""How many wrong passages of the whole collection go with each question of a set."""
_NEAR = 3
"""How many wrong passages of its own document go with a question whose labels are about that document."""
_DEPTH = 10
"""Wrong passages come from among so many of the first that do not answer."""
_TESTIMONY = 5000
"""Questions made of testimony itself that are used."""
_REPEATED = 0.3
"""How many questions of the first course come again in the second, as a share of those that are new."""
_TYPO = 0.08

Asked = list[Example]
"""The examples of one question."""


class Miner:
    """Finds the passages that the search would offer for a question."""

    def __init__(self, collection: Collection, encoder: SentenceEncoder | None) -> None:
        self._analyzer = Analyzer()
        texts = [collection.text(row) for row in range(len(collection.candidates))]
        self._sparse = SparseIndex([self._analyzer.terms(text) for text in texts])
        self._encoder = encoder
        self._dense = DenseIndex(encoder.encode(texts)) if encoder else None
        self._rows: dict[str, list[int]] = defaultdict(list)
        for row, candidate in enumerate(collection.candidates):
            self._rows[candidate.document.path].append(row)

    def ranked(self, questions: Sequence[Question]) -> Iterator[tuple[list[int], list[int]]]:
        """For each question the rows that are nearest to it, best first: of all, and of its document."""
        texts = [each.text for each in questions]
        vectors = self._encoder.encode(texts) if self._encoder else [None] * len(texts)
        for question, vector in zip(questions, vectors, strict=True):
            inside = self._rows.get(question.document, [])
            yield self._among(question, vector, None), self._among(question, vector, inside) if inside else []

    def _among(self, question: Question, vector: Vectors | None, among: Sequence[int] | None) -> list[int]:
        terms = self._analyzer.content_terms(question.text)
        rankings = [[row for row, _ in self._sparse.search(terms, 30, among)]]
        if self._dense is not None and vector is not None:
            rankings.append([row for row, _ in self._dense.search(vector, 30, among)])
        return [row for row, _ in reciprocal_rank_fusion(rankings)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, required=True, help="the folder of the labelled sets")
    parser.add_argument("--out", type=Path, required=True, help="where the examples go")
    arguments = parser.parse_args()
    encoder = SentenceEncoder()
    labelled, labelled_apart = labelled_examples(arguments.sets, encoder)
    own, own_apart = own_examples(arguments.sets, encoder)
    own += random.Random(SEED).sample(labelled, min(len(labelled), round(len(own) * _REPEATED)))
    first, second, validation = map(
        list, map(chain.from_iterable, (labelled, own, labelled_apart + own_apart))
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, made in (("first", first), ("second", second), ("validation", validation)):
        random.Random(SEED).shuffle(made)
        write_examples(arguments.out / f"{name}.jsonl", made)
        counted = Counter((each.source, bool(each.answers)) for each in made)
        print(name, len(made), json.dumps({f"{s} {a}": n for (s, a), n in sorted(counted.items())}))


def labelled_examples(sets: Path, encoder: SentenceEncoder) -> tuple[list[Asked], list[Asked]]:
    """The examples of the labelled sets: to learn from, and held out."""
    chance = random.Random(SEED)
    learnt: list[Asked] = [[each] for each in sources.trec(sets, chance)]
    apart: list[Asked] = []
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


def own_examples(sets: Path, encoder: SentenceEncoder) -> tuple[list[Asked], list[Asked]]:
    """The examples of our own questions: to learn from, and held out."""
    chance = random.Random(SEED)
    learnt: list[Asked] = []
    apart: list[Asked] = []
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
) -> tuple[list[Asked], list[Asked]]:
    """What is learnt of questions on a collection, and what is held out."""
    learnt: list[Asked] = []
    apart: list[Asked] = []
    miner = Miner(collection, encoder)
    for question, (ranked, inside) in zip(questions, miner.ranked(questions), strict=True):
        course = apart if held_out(question.group) else learnt
        course.append(_examples(collection, question, ranked, inside, chance))
    return learnt, apart


def _examples(
    collection: Collection,
    question: Question,
    ranked: Sequence[int],
    inside: Sequence[int],
    chance: random.Random,
) -> Asked:
    """What is made of a question.

    Args:
        ranked: the rows of all documents, best first.
        inside: those of its own document, where its labels are about that.
    """
    asked = replace(question, text=mistyped(question.text, chance))
    wrong = _wrong_ones(question, inside, _NEAR, chance)
    outside = [row for row in ranked if row not in set(inside)]
    wrong += _wrong_ones(question, outside, _WRONG[question.source], chance)
    return [collection.example(asked, row) for row in (*question.rows, *wrong)]


def _wrong_ones(question: Question, ranked: Sequence[int], count: int, chance: random.Random) -> list[int]:
    """So many of the first rows that do not answer a question."""
    wrong = [row for row in ranked if row not in question.rows and row not in question.near][:_DEPTH]
    return chance.sample(wrong, min(count, len(wrong)))


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
