"""Our own questions point at the words that answer them."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from index.training.examples import Collection, Question
from index.training.labelled import (
    FOLDER,
    Labelled,
    Place,
    document_questions,
    hearing_questions,
    read_labelled,
    transcript,
)

TURNS = [
    ("Mr Keith", "Mr Stone, were you told\nin March?"),
    ("Mr Stone", "I was told twice. Nobody listened."),
    (None, "(Pause)"),
    ("Mr Keith", "Thank you."),
]


def answers_of(collection: Collection, question: Question) -> list[str]:
    found = []
    for row, answers in question.rows.items():
        candidate = collection.candidates[row]
        found += [candidate.statements[at].span.of(candidate.document.text) for at in answers]
    return found


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def test_finds_an_answer_in_the_turns_of_a_hearing(tmp_path: Path) -> None:
    """By the number of its turn and the place in it, spaces made single."""
    with gzip.open(tmp_path / "testimony-turns.jsonl.gz", "wt", encoding="utf-8") as file:
        for number, (speaker, text) in enumerate(TURNS):
            row = {"doc_id": "m/1", "turn": number, "speaker": speaker, "text": text}
            file.write(json.dumps(row) + "\n")
    answered = [[{"turn": 0, "start": 10, "end": 33}, {"turn": 1, "start": 0, "end": 17}]]
    rows = [
        {"document": "m/1", "excerpt": [0, 2], "kind": "yesno", "question": "Told?", "answers": answered},
        {"document": "m/1", "excerpt": [0, 2], "kind": "near-miss", "question": "Why?", "answers": []},
    ]
    write(tmp_path / "hearings.jsonl", rows)
    collection = Collection()
    told, why = hearing_questions(tmp_path, collection, tmp_path)
    assert answers_of(collection, told) == ["Mr Stone, were you told in March?", "I was told twice."]
    assert (told.group, told.source) == ("testimony/m/1", "hearings")
    assert why.rows == {}
    assert "Thank you." not in collection.documents[0].text


def test_a_question_on_a_hearing_needs_an_excerpt(tmp_path: Path) -> None:
    """Without one, it cannot be said what was read."""
    gzip.open(tmp_path / "testimony-turns.jsonl.gz", "wt").close()
    write(tmp_path / "hearings.jsonl", [{"document": "m/1", "kind": "", "question": "Told?"}])
    with pytest.raises(ValueError, match="has no excerpt"):
        list(hearing_questions(tmp_path, Collection(), tmp_path))


def test_a_transcript_has_a_paragraph_a_turn() -> None:
    """And knows where the words of each begin."""
    text, starts = transcript({4: ("Ada", "Yes."), 5: (None, "(Pause)")})
    assert text == "Ada: Yes.\n\n(Pause)\n\n"
    assert {number: text[start : start + 4] for number, start in starts.items()} == {4: "Yes.", 5: "(Pau"}


def test_every_answer_stands_in_its_invented_document() -> None:
    """In whole statements; those without an answer have none."""
    collection = Collection()
    labelled = read_labelled(FOLDER / "documents.jsonl")
    for each, question in zip(labelled, document_questions(collection), strict=True):
        text = (FOLDER / "documents" / each.document).read_text(encoding="utf-8")
        for place in (place for places in each.answers for place in places):
            assert 0 <= place.start < place.end <= len(text)
            assert text[place.start : place.end].strip() == text[place.start : place.end]
        assert bool(question.rows) == bool(each.answers), each.question


@pytest.mark.parametrize("name", ["documents", "hearings"])
def test_no_question_is_asked_twice(name: str) -> None:
    """Of the same document."""
    labelled = read_labelled(FOLDER / f"{name}.jsonl")
    counted = Counter((each.document, each.question.lower()) for each in labelled)
    assert [asked for asked, times in counted.items() if times > 1] == []


def test_no_words_of_the_hearings_are_kept() -> None:
    """An answer on a hearing is turns and numbers."""
    for each in read_labelled(FOLDER / "hearings.jsonl"):
        assert isinstance(each, Labelled)
        assert each.excerpt is not None
        first, last = each.excerpt
        for place in (place for places in each.answers for place in places):
            assert isinstance(place, Place)
            assert place.turn is not None
            assert first <= place.turn <= last
