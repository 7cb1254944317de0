"""The sentences that are shown as the answer."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.models import Document
from corpus.passages import passages_of
from corpus.statements import outline_of
from index.highlights import chosen, spans_of
from index.reader import Candidate, Reading

PROSE = "One is here. Two is here. Three is here. Four is here. Five is here."
EXCHANGE = """\
Ms Ada Lovelace: You were tired that night. Did you sleep?

Jane Hopper: No. Not at all until four.

Ms Ada Lovelace: Was it dark?

Jane Hopper: Yes.
"""


def candidate_of(text: str) -> Candidate:
    document = Document("a.txt", text, "0" * 64)
    [passage] = passages_of(document)
    return Candidate(document, passage, outline_of(document).within(passage.span))


def highlighted(text: str, shares: Sequence[float]) -> list[str]:
    candidate = candidate_of(text)
    assert len(candidate.statements) == len(shares)
    return [span.of(text) for span in spans_of(candidate, chosen(candidate, Reading(tuple(shares), 0.0)))]


def test_shows_the_best_sentence() -> None:
    """One that stands out is shown alone."""
    assert highlighted(PROSE, [0.1, 0.7, 0.1, 0.05, 0.05]) == ["Two is here."]


def test_shows_neighbours_that_are_nearly_as_good() -> None:
    """On either side, as long as they are good enough."""
    shown = highlighted(PROSE, [0.05, 0.3, 0.4, 0.2, 0.05])
    assert shown == ["Two is here.", "Three is here.", "Four is here."]


def test_shows_at_most_three() -> None:
    """Even where all are equally good."""
    assert len(highlighted(PROSE, [0.2] * 5)) == 3


def test_does_not_cross_into_another_turn() -> None:
    """An answer is one speaker's."""
    assert highlighted(EXCHANGE, [0.0, 0.45, 0.05, 0.5, 0.0, 0.0]) == ["Not at all until four."]


def test_shows_a_curt_answer_with_its_question() -> None:
    """ "Yes." says nothing by itself."""
    assert highlighted(EXCHANGE, [0.0, 0.0, 0.0, 0.0, 0.1, 0.9]) == ["Was it dark?", "Yes."]


def test_shows_only_the_last_sentence_of_a_long_question() -> None:
    """That is where the question is put."""
    assert highlighted(EXCHANGE, [0.0, 0.0, 0.9, 0.1, 0.0, 0.0]) == ["Did you sleep?", "No."]


def test_shows_the_answer_to_a_question_that_was_matched() -> None:
    """Counsel's words are no evidence; who is asked says what it is."""
    assert highlighted(EXCHANGE, [0.9, 0.05, 0.0, 0.05, 0.0, 0.0]) == [
        "You were tired that night.",
        "No.",
    ]
    assert highlighted(EXCHANGE, [0.0, 0.0, 0.0, 0.0, 0.9, 0.1]) == ["Was it dark?", "Yes."]


REPORT = """\
Nobody had asked the pilot. "Did you read the manual?" the lawyer said.

"Partially," he said.

He keeps bees.
"""
DIARY = (
    "The lamp was lit at nine. It went out before midnight. I went up the stairs at one."
    " But I may have slept first. The keeper came home."
)


def test_an_answer_that_only_assents_is_curt_however_long() -> None:
    """ "I think that's right, yes." says no more than "Yes."."""
    text = "Ms Ada Lovelace: The lamp was out by then?\n\nJane Hopper: I think that is right, my Lady, yes.\n"
    assert highlighted(text, [0.1, 0.9]) == [
        "The lamp was out by then?",
        "I think that is right, my Lady, yes.",
    ]


def test_a_curt_sentence_of_a_report_comes_with_the_one_before() -> None:
    """Its question stands there."""
    assert highlighted(REPORT, [0.0, 0.1, 0.9, 0.0]) == [
        '"Did you read the manual?" the lawyer said.',
        '"Partially," he said.',
    ]


def test_widens_to_what_a_sentence_speaks_of() -> None:
    """ "It" is the lamp of the sentence before."""
    assert highlighted(DIARY, [0.05, 0.9, 0.05, 0.0, 0.0]) == [
        "The lamp was lit at nine.",
        "It went out before midnight.",
    ]


def test_widens_to_what_is_taken_back() -> None:
    """The reservation in the next sentence is part of what was said."""
    assert highlighted(DIARY, [0.0, 0.0, 0.9, 0.05, 0.05]) == [
        "I went up the stairs at one.",
        "But I may have slept first.",
    ]


def test_widening_stops_at_three_sentences() -> None:
    """However much would still go with them."""
    text = "Ash fell. It fell on oak. It fell on elm. It fell on me. But not on you."
    assert len(highlighted(text, [0.0, 0.3, 0.4, 0.3, 0.0])) == 3


def test_a_question_whose_answer_is_elsewhere_is_shown_itself() -> None:
    """Then there is nothing better in the passage."""
    candidate = candidate_of(EXCHANGE)
    alone = Candidate(candidate.document, candidate.passage, candidate.statements[:2])
    shown = spans_of(alone, chosen(alone, Reading((0.2, 0.8), 0.0)))
    assert [span.of(EXCHANGE) for span in shown] == ["Did you sleep?"]


def test_a_passage_without_statements_has_no_highlight() -> None:
    """Then there is nothing to choose from."""
    candidate = candidate_of(PROSE)
    empty = Candidate(candidate.document, candidate.passage, ())
    assert spans_of(empty, chosen(empty, Reading((), 0.0))) == ()
