"""What a case's own questions make of confidence and of the threshold of a quote."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from corpus.errors import ExhibitError
from corpus.models import CaseCalibration, Document, Span
from index.evaluation import Verdict
from index.models import Answer, Outcome, Quote
from index.questions import Labelled
from index.rescaling import MINIMUM, UNANSWERABLE, Fit, Rescaling, check_labels, fit

DOCUMENT = Document("a.txt", "Words.", "0" * 64)
SHOWN = (Quote(DOCUMENT, Span(0, 6), (Span(0, 6),), None, "line 1", 1.0),)


def judged(confidence: float, number: int, *, hit: bool, answerable: bool, gold: str = "") -> list[Verdict]:
    """As many verdicts, each on a question with a gold quote of its own unless one is named."""
    made = []
    for at in range(number):
        name = f"{confidence} {hit} {answerable} {at}"
        wanted = (gold or name,) if answerable else ()
        answer = Answer(name, Outcome.QUOTE, confidence, SHOWN, 0.0)
        made.append(Verdict(Labelled(name, name, answerable, wanted), answer, hit, hit, hit))
    return made


def halves(high: float, low: float) -> list[Verdict]:
    """Of 20 answers with the high confidence 15 are right, of 20 with the low one 5 are; half are answerable."""
    return [
        *judged(high, 15, hit=True, answerable=True),
        *judged(high, 5, hit=False, answerable=False),
        *judged(low, 5, hit=True, answerable=True),
        *judged(low, 15, hit=False, answerable=False),
    ]


def fitted(verdicts: Sequence[Verdict], precision: float = 0.7) -> Fit:
    """A fit in which every question counts once."""
    return fit(verdicts, 0.5, precision, 0.5)


def test_too_sure_a_confidence_is_drawn_together() -> None:
    """Two confidences are brought to the mean of Platt's targets, 21/22 and 1/22: 320/440 and 120/440."""
    found = fitted(halves(0.99, 0.01))
    assert found.rescales
    assert found.rescaling.scale == pytest.approx(math.log(320 / 120) / math.log(99), abs=1e-4)
    assert found.rescaling.shift == pytest.approx(0, abs=1e-4)
    assert found.quote == pytest.approx(320 / 440, abs=1e-4)
    assert found.figures == found.rescaled
    assert found.figures.ece < found.shipped.ece
    assert found.figures.brier < found.shipped.brier


def test_figures_of_what_ships_can_be_counted() -> None:
    """Of 20 quotes 15 are right; confidence is 0.24 too high or too low everywhere."""
    shipped = fitted(halves(0.99, 0.01)).shipped
    assert (shipped.quotes, shipped.coverage, shipped.quote_precision) == (20, 0.5, 0.75)
    assert shipped.ece == pytest.approx(0.24)
    assert shipped.brier == pytest.approx((15 * 0.01**2 + 5 * 0.99**2) / 20)


def test_a_confidence_that_is_right_is_left_alone() -> None:
    """Only the threshold is moved: to the lowest confidence of what may be quoted."""
    found = fitted(halves(0.75, 0.25))
    assert (found.rescales, found.rescaling, found.quote) == (False, Rescaling(), 0.75)
    assert found.figures == found.thresholds_only
    assert (found.figures.quotes, found.figures.quote_precision) == (20, 0.75)
    assert found.calibration(0.02, "overlap 1") == CaseCalibration(0.75, 0.02, 1.0, 0.0, "overlap 1")


def test_answers_without_an_answer_count_by_their_share() -> None:
    """If people ask nine answerable questions to one, nine tenths of 15 + 5 quotes are 15*9 to 5*1."""
    verdicts = halves(0.75, 0.25)
    shipped = fit(verdicts, 0.5, 0.7, 0.9).shipped
    assert shipped.quote_precision == pytest.approx(15 * 9 / (15 * 9 + 5))
    assert shipped.coverage == pytest.approx((15 * 9 + 5) / (20 * 9 + 20))


def test_nothing_is_judged_on_its_own_question_in_other_words() -> None:
    """The ten right answers have one gold quote: without them, nothing tells that an answer may be quoted."""
    wrong = judged(0.1, 10, hit=False, answerable=False)
    together = judged(0.9, 10, hit=True, answerable=True, gold="The same.")
    apart = judged(0.9, 10, hit=True, answerable=True)
    assert fitted([*together, *wrong]).figures.quotes == 0
    assert fitted([*together, *wrong]).figures.quote_precision is None
    assert fitted([*apart, *wrong]).figures.quotes == 10


def test_what_shows_nothing_is_left_out() -> None:
    """Its confidence is none."""
    silent = Labelled("silent", "The?")
    nothing = Verdict(
        silent,
        Answer("The?", Outcome.NOTHING, 0.0, (), 0.0),
        hit=False,
        passage_hit=False,
        passage_hit_5=False,
    )
    assert fitted([*halves(0.99, 0.01), nothing]) == fitted(halves(0.99, 0.01))


def test_confidence_that_says_the_opposite_cannot_be_mended() -> None:
    """It is not turned round, and no threshold helps."""
    with pytest.raises(ExhibitError) as raised:
        fitted(halves(0.2, 0.8), precision=0.9)
    assert str(raised.value) == (
        "Of the surest answers to these questions, less than 90% are right, so no threshold gives that."
        " `exhibit eval --misses` shows what goes wrong; --precision asks for less."
    )


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        (
            MINIMUM - 1,
            20,
            "9 of the first quotes answer and 20 do not, and 10 of each are needed: with fewer, the fit would follow chance. Add questions that the record answers.",
        ),
        (
            20,
            MINIMUM - 1,
            "20 of the first quotes answer and 9 do not, and 10 of each are needed: with fewer, the fit would follow chance. Add harder questions.",
        ),
    ],
)
def test_too_few_to_fit_to(right: int, wrong: int, sentence: str) -> None:
    """Of either outcome."""
    verdicts = [
        *judged(0.9, right, hit=True, answerable=True),
        *judged(0.1, wrong, hit=False, answerable=False),
    ]
    with pytest.raises(ExhibitError) as raised:
        fitted(verdicts)
    assert str(raised.value) == sentence


REFUSALS = [Labelled(f"no {at}", "Did Napoleon invade Portugal?") for at in range(UNANSWERABLE)]
ANSWERED = Labelled("yes", "Where?", True, ("There.",))


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        (REFUSALS, "None of these questions has a gold quote, so no answer can be judged."),
        ([ANSWERED, *REFUSALS, Labelled(7, "Who?", True)], "Question 7 is answerable, but has no gold."),
        (
            [ANSWERED, *REFUSALS, Labelled(8, "Who?", False, ("She.",))],
            "Question 8 has gold, but is not answerable.",
        ),
        (
            [ANSWERED, *REFUSALS[1:]],
            "Too few of these questions have no answer in the record: 4, and 5 are needed, since only they show when to refuse.",
        ),
    ],
)
def test_labels_that_say_too_little_are_refused(questions: list[Labelled], sentence: str) -> None:
    """By name where it is one question's."""
    with pytest.raises(ExhibitError) as raised:
        check_labels(questions)
    assert str(raised.value).startswith(sentence)


def test_enough_labels_will_do() -> None:
    """One gold quote and five questions without an answer, as far as labels go."""
    check_labels([ANSWERED, *REFUSALS])


def test_rescaling_is_linear_in_log_odds() -> None:
    """Twice the log odds of 0.75, which are those of 0.9, and back again; extremes stay probabilities."""
    assert Rescaling(2.0).one(0.75) == pytest.approx(0.9)
    assert Rescaling(1.0, math.log(3)).one(0.5) == pytest.approx(0.75)
    moved = Rescaling(0.4, -1.5)
    assert moved.inverse().one(moved.one(0.2)) == pytest.approx(0.2)
    extremes = Rescaling(1e6, 1.0).of(np.asarray([0.0, 1.0]))
    assert extremes == pytest.approx([0.0, 1.0])


def test_the_same_passages_are_shown_as_nearest() -> None:
    """The threshold `nearest` moves with confidence, but not above that of a quote."""
    found = fitted(halves(0.99, 0.01))
    moved = found.calibration(0.02, "trained 1")
    assert moved.nearest == pytest.approx(found.rescaling.one(0.02), abs=1e-4)
    assert found.calibration(0.9999, "trained 1").nearest == moved.quote == found.quote


@pytest.mark.parametrize(
    ("reached", "shipped", "worse"),
    [(0.6, 0.8, True), (None, 0.8, True), (0.6, 0.6, False), (0.9, 0.95, False), (None, None, False)],
)
def test_worse_is_less_than_asked_for_and_than_what_ships(
    reached: float | None, shipped: float | None, worse: bool
) -> None:
    """On questions that were not fitted to."""
    found = fitted(halves(0.75, 0.25))
    found = replace(
        found,
        shipped=replace(found.shipped, quote_precision=shipped),
        thresholds_only=replace(found.thresholds_only, quote_precision=reached),
    )
    assert found.worsens(0.9) is worse
