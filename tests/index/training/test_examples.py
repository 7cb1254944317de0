"""Examples are cut by the code that cuts a case, and survive being written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.training import examples
from index.training.examples import (
    Collection,
    Example,
    Question,
    held_out,
    read_examples,
    write_examples,
)

TEXT = "Ash grows here. Oak grows there, by the river. Nobody planted either of them."


def test_finds_the_statements_that_hold_an_answer() -> None:
    """By the words of the answer, in the rows of the document alone."""
    collection = Collection()
    first = collection.add("a", TEXT)
    collection.add("b", "By the river there was nothing.")
    assert collection.answering(first, ["by the river"]) == {first.start: (1,)}
    assert collection.answering(first, ["by the sea"]) == {}


def test_an_answer_that_the_segmenter_cuts_begins_in_its_statement() -> None:
    """The statement with the beginning of a long answer holds it."""
    collection = Collection()
    rows = collection.add("a", TEXT)
    assert collection.answering(rows, ["by the river. Nobody planted either"]) == {rows.start: (1,)}


def test_documents_of_one_name_stay_apart() -> None:
    """Two contexts of one article are two documents."""
    collection = Collection()
    collection.add("a", TEXT)
    collection.add("a", "Elm.")
    assert len({document.path for document in collection.documents}) == 2


def test_puts_a_question_to_a_row() -> None:
    """The spans are those of the statements in the text that is read."""
    collection = Collection()
    rows = collection.add("a", TEXT)
    example = collection.example(Question("s", "Where is oak?", "g", {rows.start: (1,)}), rows.start)
    assert [example.text[start:end] for start, end in example.spans] == [
        "Ash grows here.",
        "Oak grows there, by the river.",
        "Nobody planted either of them.",
    ]
    assert example.answers == (1,)


def test_examples_survive_being_written(tmp_path: Path) -> None:
    """Whatever is in them."""
    made = [
        Example("s", 'Wo\u2028? "q"', "Tëxt\n\n🙂", ((0, 4),), (0,)),
        Example("s", "q", "t", (), ()),
    ]
    write_examples(tmp_path / "x.jsonl", made)
    assert list(read_examples(tmp_path / "x.jsonl")) == made


def test_what_is_held_out_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name of the group alone, about as many as asked for; more of them with a larger share."""
    groups = [f"testimony/{number}" for number in range(2000)]
    apart = {group for group in groups if held_out(group)}
    assert 240 < len(apart) < 360
    monkeypatch.setattr(examples, "HELD_OUT", 0.3)
    assert apart < {group for group in groups if held_out(group)}
