"""Questions on testimony, made from the testimony itself."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

from index.training.examples import Collection, Question
from index.training.testimony import hearings, questions_of

TURNS = [
    ("Mr Keith", "Mr Stone, did you warn the minister about the shortage of protective gowns in March?"),
    ("Mr Stone", "I warned him twice, in writing. He did not reply to either of my letters that month."),
    ("Mr Keith", "What did your department do about the shortage of gowns after you had warned him?"),
    ("Mr Stone", "Yes."),
    ("Mr Keith", "Was your department ever told why the order for gowns from Turkey was delayed so long?"),
    ("Mr Stone", "We were told that the supplier had never been paid the deposit which they had asked for."),
]


def made(seed: int) -> tuple[Collection, list[Question]]:
    collection = Collection()
    text = "\n\n".join(f"{speaker}: {words}" for speaker, words in TURNS)
    rows = collection.add("day", text)
    return collection, list(questions_of("day", rows, collection, random.Random(seed)))


def test_turns_become_a_transcript(tmp_path: Path) -> None:
    """A paragraph a turn, a day a document; what nobody says has no label."""
    rows = [
        {"doc_id": "d/1", "speaker": None, "text": "(10.00 am)"},
        {"doc_id": "d/1", "speaker": "Lady Hallett", "text": "Good\nmorning."},
        {"doc_id": "d/2", "speaker": "Mr Keith", "text": "My Lady."},
    ]
    with gzip.open(tmp_path / "testimony-turns.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, rows)))
    assert hearings(tmp_path) == {
        "d/1": "(10.00 am)\n\nLady Hallett: Good morning.",
        "d/2": "Mr Keith: My Lady.",
    }


def test_counsels_question_finds_the_witness_answer() -> None:
    """In the third person, and never a curt answer such as "Yes."."""
    asked = [(c, q) for c, questions in map(made, range(40)) for q in questions]
    assert asked
    for collection, question in asked:
        for row, answers in question.rows.items():
            statements = collection.candidates[row].statements
            text = collection.candidates[row].document.text
            said = [statements[at] for at in answers]
            assert all(each.turn and each.turn.speaker == "Mr Stone" for each in said)
            assert sum(len(each.span.of(text).split()) for each in said) >= 5
    assert any("Stone" in question.text for _, question in asked)


def test_every_other_question_is_cut_out() -> None:
    """Then the answer must be found without counsel's words, and the labels still point at it."""
    kept = {True: 0, False: 0}
    for collection, question in ((c, q) for c, questions in map(made, range(40)) for q in questions):
        [(row, answers)] = question.rows.items()
        candidate = collection.candidates[row]
        example = collection.example(question, row)
        said = [candidate.statements[at].span.of(candidate.document.text) for at in answers]
        assert [example.text[slice(*example.spans[at])] for at in example.answers] == said
        asked = candidate.statements[answers[0]].asked
        assert asked is not None
        there = asked.words.of(candidate.document.text) in example.text
        assert there == (question.unasked is None)
        kept[there] += 1
    assert min(kept.values()) >= 10


def test_the_same_seed_asks_the_same() -> None:
    """Examples can be made again."""
    assert [question.text for question in made(7)[1]] == [question.text for question in made(7)[1]]
