"""From a question to an answer, seen from outside."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.quality.offline import offline
from corpus.library import load_case
from corpus.models import CaseCalibration
from index.build import build_index
from index.confidence import load_calibration
from index.errors import QuestionError
from index.models import Answer, Outcome
from index.overlap import OverlapReader
from index.rescaling import Rescaling
from index.searcher import QUOTES, Searcher
from index.store import Store
from tests.conftest import ARTICLE, TESTIMONY, CountingEncoder, words

QUESTIONS = [
    "Where was the red ledger?",
    "How much money was missing from the safe?",
    "Were the sprinklers switched off?",
    "Who was questioned and released?",
    "Hopper kitchen",
    "LEDGER!!",
]


def check(searcher: Searcher, found: Answer) -> None:
    """Holds an answer against everything that is promised of it."""
    documents = {document.path: document for document in searcher.generation.case}
    assert 0 <= found.confidence <= 1
    assert len(found.quotes) <= QUOTES
    assert found.outcome is not Outcome.NOTHING or found.quotes == ()
    assert len({(quote.document.path, quote.span) for quote in found.quotes}) == len(found.quotes)
    scores = [quote.score for quote in found.quotes]
    assert scores == sorted(scores, reverse=True)
    for quote in found.quotes:
        assert 0 <= quote.score <= 1
        assert quote.document is documents[quote.document.path]
        assert quote.text == quote.document.text[quote.span.start : quote.span.end]
        assert quote.document.quotable(quote.span)
        assert searcher.generation.recheck(quote.receipt) == quote.text
        assert 1 <= len(quote.highlights) <= 3
        end = quote.span.start
        for highlight in quote.highlights:
            assert end <= highlight.start < highlight.end <= quote.span.end
            end = highlight.end


@pytest.mark.parametrize("question", QUESTIONS)
def test_keeps_every_promise(searcher: Searcher, question: str) -> None:
    """Quotes slice their documents, highlights lie in them, the best is first."""
    found = searcher.search(question)
    assert found.question == question
    check(searcher, found)


@given(
    st.lists(
        st.sampled_from([*words(TESTIMONY + ARTICLE), "napoleon", "?", "“", "😀", "ﾞ", "\u202e"]), min_size=1
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_keeps_every_promise_whatever_is_asked(searcher: Searcher, asked: list[str]) -> None:
    """Or says in a sentence that there is nothing to look for."""
    try:
        found = searcher.search(" ".join(asked))
    except QuestionError as error:
        assert str(error).endswith((".", "?"))  # noqa: PT017 - either may come of it
        return
    check(searcher, found)


def test_nothing_that_is_asked_leaves_the_machine(searcher: Searcher) -> None:
    """Nor is a document's source fetched."""
    with offline():
        answers = [searcher.search(question) for question in QUESTIONS]
    assert "https://example.org/hearings/1" in {
        quote.document.provenance.source for answer in answers for quote in answer.quotes
    }


def test_the_answer_is_quoted_with_its_speaker(searcher: Searcher) -> None:
    """Not counsel, whose words are nearer to the question."""
    best = searcher.search("How much money was missing from the safe?").quotes[0]
    assert (best.document.path, best.speaker) == ("hearing.txt", "Jane Hopper")
    highlighted = " ".join(span.of(best.document.text) for span in best.highlights)
    assert "About four thousand pounds were missing from the safe." in highlighted


def test_prose_has_no_speaker(searcher: Searcher) -> None:
    """It is the author's, who is not named."""
    best = searcher.search("Were the sprinklers switched off for repairs?").quotes[0]
    assert (best.document.path, best.speaker) == ("press/article.txt", None)
    assert best.locator == "lines 1–3"


def test_an_alias_finds_what_the_record_calls_otherwise(
    case_dir: Path, store: Store, encoder: CountingEncoder
) -> None:
    """Without any other word of the question in the record."""
    (case_dir / "documents" / "memo.txt").write_text("Kratsios shared it with the industry.\n")
    case_file = case_dir / "case.toml"
    stated = '[aliases]\n"Michael Kratsios" = ["Kratsios", "Cratesius"]'
    case_file.write_text(case_file.read_text().replace("[aliases]", stated))
    searcher = Searcher(build_index(load_case(case_dir), store, encoder), encoder, OverlapReader(encoder))
    found = searcher.search("cratesius")
    assert found.quotes[0].document.path == "memo.txt"
    check(searcher, found)


def test_what_the_record_has_no_word_of_is_not_quoted(searcher: Searcher) -> None:
    """However many words are asked."""
    found = searcher.search("Did Napoleon invade Portugal before Wellington landed?")
    assert found.outcome is not Outcome.QUOTE


def test_a_case_moves_the_thresholds(searcher: Searcher, encoder: CountingEncoder) -> None:
    """The same answer is a quote, the nearest, or nothing, at the same confidence."""
    question = "Where was the red ledger?"
    found = searcher.search(question)
    assert 0 < found.confidence < 1
    outcomes = []
    for stated in (
        CaseCalibration(quote=found.confidence),
        CaseCalibration(quote=1.0, nearest=found.confidence),
        CaseCalibration(quote=1.0, nearest=1.0),
    ):
        moved = Searcher(searcher.generation.calibrated(stated), encoder, OverlapReader(encoder))
        answer = moved.search(question)
        assert answer.confidence == found.confidence
        outcomes.append((answer.outcome, len(answer.quotes)))
    assert outcomes == [
        (Outcome.QUOTE, len(found.quotes)),
        (Outcome.NEAREST, len(found.quotes)),
        (Outcome.NOTHING, 0),
    ]


def test_a_case_moves_confidence(searcher: Searcher, encoder: CountingEncoder) -> None:
    """By its log odds, unless a calibration is passed in."""
    question = "Where was the red ledger?"
    sure = searcher.search(question).confidence
    stated = CaseCalibration(scale=0.5, shift=1.0)
    generation = searcher.generation.calibrated(stated)
    moved = Searcher(generation, encoder, OverlapReader(encoder)).search(question)
    assert moved.confidence == pytest.approx(Rescaling(0.5, 1.0).one(sure))
    shipped = load_calibration("overlap")
    assert Searcher(generation, encoder, OverlapReader(encoder), shipped).search(question).confidence == sure


def test_headers_and_boilerplate_are_never_quoted(
    case_dir: Path, store: Store, encoder: CountingEncoder
) -> None:
    """Even where the question asks for just their words."""
    (case_dir / "documents" / "web.txt").write_text(
        "title: Zebra crossing\nsource: https://example.org/zebra\n\n"
        "12 Zebra St.\nDover, MA 01234\n\nThe ledger was red.\nAdvertisement\nIt was on the table.\n"
    )
    searcher = Searcher(build_index(load_case(case_dir), store, encoder), encoder, OverlapReader(encoder))
    for question in (
        "Zebra crossing",
        "12 Zebra St. Dover MA 01234",
        "advertisement",
        "hearing 2025-03-03 testimony",
    ):
        found = searcher.search(question)
        check(searcher, found)
        for quote in found.quotes:
            assert not any(
                word in quote.text for word in ("Zebra", "Dover", "Advertisement", "title:", "kind:")
            )


def test_gives_no_more_quotes_than_asked_for(searcher: Searcher) -> None:
    """The same ones, from the first."""
    question = "ledger safe sprinklers fire"
    everything = searcher.search(question).quotes
    assert len(everything) >= 2
    assert [quote.span for quote in searcher.search(question, limit=1).quotes] == [everything[0].span]


def test_the_same_question_has_the_same_answer(searcher: Searcher) -> None:
    """To the last figure, but for the time."""
    for question in QUESTIONS:
        first, second = (searcher.search(question).to_json() for _ in range(2))
        assert first | {"elapsed_ms": 0} == second | {"elapsed_ms": 0}


@pytest.mark.parametrize("question", ["", " \n", "😀😀", "?!", "what is it", "x" * 6000, "ﾞ"])
def test_a_question_with_nothing_to_look_for_is_refused(searcher: Searcher, question: str) -> None:
    """In one sentence, or two."""
    with pytest.raises(QuestionError) as raised:
        searcher.search(question)
    assert 1 <= str(raised.value).count(". ") + 1 <= 2
    assert str(raised.value).endswith(".")


def test_another_language_is_no_crash(searcher: Searcher) -> None:
    """The record doesn't say."""
    for question in (
        "Wo war das rote Buch?",
        "Где была книга?",
        "帳簿はどこにありましたか",
        "أين كان الدفتر",
    ):
        found = searcher.search(question)
        assert found.outcome is not Outcome.QUOTE
        check(searcher, found)


SCHOOLS = {
    "long.txt": "The Chief Medical Officer said that schools should stay open.\n",
    "short.txt": "Asked about universities, the CMO said that they should close.\n",
    "head.txt": "Schools should shut, the head of the schools said.\n",
    "rector.txt": "The chief rector of the universities said that universities should stay open.\n",
}


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("what did the CMO say about schools", "long.txt"),
        ("what did the chief medical officer say about universities", "short.txt"),
    ],
)
@pytest.mark.parametrize("explained", [True, False])
def test_a_short_form_that_the_record_explains_finds_the_long_one_and_the_other_way_round(
    tmp_path: Path, question: str, path: str, explained: bool
) -> None:
    """In passages that have only the other; where nothing explains it, somebody else's words are nearer."""
    documents = tmp_path / "schools" / "documents"
    documents.mkdir(parents=True)
    for name, text in SCHOOLS.items():
        (documents / name).write_text(text)
    appointed = "The Chief Medical Officer (CMO)" if explained else "A medical officer and one CMO"
    (documents / "letter.txt").write_text(f"{appointed} took up the post in May.\n")
    store, encoder = Store(tmp_path / "data", documents.parent), CountingEncoder([])
    generation = build_index(load_case(documents.parent), store, encoder)
    searcher = Searcher(generation, encoder, OverlapReader(encoder))
    found = searcher.search(question)
    assert (found.quotes[0].document.path == path) is explained
    check(searcher, found)


def test_a_letter_is_shown_once_and_its_contradiction_beside_it(letters: Searcher) -> None:
    """The other copies are named as places; the sum in the second letter is another."""
    found = letters.search("How much was Jane Hopper paid on the night of the fire?")
    check(letters, found)
    assert len(found.quotes) == 2
    shown = {
        frozenset((quote.document.path, *(place.document.path for place in quote.also))): quote
        for quote in found.quotes
    }
    assert set(shown) == {frozenset({"letter.txt", "copy.txt", "filed.txt"}), frozenset({"second.txt"})}
    for paths, quote in shown.items():
        sums = {
            text.upper().count("4,000 POUNDS") for text in (quote.text, *(each.text for each in quote.also))
        }
        assert sums == {0 if paths == {"second.txt"} else 1}
        for place in quote.also:
            assert letters.generation.recheck(place.receipt) == place.text


def test_copies_do_not_use_up_what_is_asked_for(letters: Searcher) -> None:
    """Two quotes are two that differ."""
    found = letters.search("How much was Jane Hopper paid on the night of the fire?", limit=2)
    assert len({"5,000" in quote.text for quote in found.quotes}) == 2
