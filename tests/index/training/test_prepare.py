"""Examples are what the search would offer, and what is held out stays out."""

from __future__ import annotations

import random

from index.training.examples import Collection, Example, Question, held_out
from index.training.labelled import DOCUMENTS
from index.training.prepare import Miner, examples_of, mistyped

TEXTS = {
    "elm": "The elm was planted by the river in 1820. Nobody knows who did it.",
    "oak": "The oak was planted by the river in 1910. A king did it.",
    "ash": "The ash tree fell in the great storm.",
    "bees": "Bees keep warm in winter by shivering together.",
}


def asked() -> tuple[Collection, list[Question]]:
    collection = Collection()
    rows = {name: collection.add(name, text).start for name, text in TEXTS.items()}
    return collection, [
        Question("squad2", "When was the elm planted?", "squad2/elm", {rows["elm"]: (0,)}),
        Question("squad2", "Who planted the oak?", "squad2/oak", {rows["oak"]: (1,)}),
    ]


def test_wrong_passages_are_those_that_are_near() -> None:
    """One that shares no word with the question teaches nothing."""
    collection, questions = asked()
    learnt, apart = examples_of(collection, questions, None, random.Random(1))
    for question in questions:
        [made] = [each for each in learnt + apart if each[0].question == question.text]
        answered = [each.text for each in made if each.answers]
        wrong = [each.text for each in made if not each.answers]
        assert answered == [collection.text(row) for row in question.rows]
        assert wrong
        assert TEXTS["bees"] not in wrong
        assert not set(wrong) & set(answered)


def test_a_group_is_learnt_from_or_held_out() -> None:
    """Never both."""
    collection, questions = asked()
    learnt, apart = examples_of(collection, questions, None, random.Random(1))
    groups = {question.text: question.group for question in questions}
    for examples, wanted in ((learnt, False), (apart, True)):
        for each in examples:
            assert held_out(groups[each[0].question]) == wanted


def test_a_slip_changes_one_word() -> None:
    """Once in a while, and always in the same way for the same seed."""
    question = "Why was the committee disbanded without warning?"
    slips = [mistyped(question, random.Random(seed)) for seed in range(400)]
    changed = [slip for slip in slips if slip != question]
    assert 12 < len(changed) < 60
    for slip in changed:
        assert sum(a != b for a, b in zip(slip.split(), question.split(), strict=True)) == 1
    assert slips == [mistyped(question, random.Random(seed)) for seed in range(400)]


def test_most_wrong_passages_are_of_the_document_that_was_labelled() -> None:
    """What another document says may answer as well: one of those at most."""
    collection = Collection()
    places = ("inn", "mill", "ford", "barn", "well", "gate", "lake", "road")
    text = "\n\n".join(
        f"The oak by the {place} was felled in the winter after the great storm of that year. " * 8
        for place in places
    )
    labelled, other = (collection.add(name, text) for name in ("labelled", "other"))
    question = Question(
        DOCUMENTS,
        "When was the oak by the inn felled?",
        "documents/oaks",
        {labelled[0]: (0,)},
        document=collection.candidates[labelled[0]].document.path,
    )
    _, inside = next(Miner(collection, None).ranked([question]))
    assert set(inside) == set(labelled)
    right, *wrong = made_of(collection, question)
    assert (right.text, right.answers) == (collection.text(labelled[0]), (0,))
    assert [each.answers for each in wrong] == [()] * 4
    assert collection.text(labelled[0]) not in {each.text for each in wrong[:3]}
    assert len({each.text for each in wrong[:3]}) == 3
    assert wrong[3].text in {collection.text(row) for row in other}


def made_of(collection: Collection, question: Question) -> list[Example]:
    learnt, apart = examples_of(collection, [question], None, random.Random(1))
    [made] = learnt + apart
    return made
