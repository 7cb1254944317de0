"""Figures equal to a count by hand; questions that cannot be read are named by their line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import ExhibitError
from corpus.models import Document, Span
from index.evaluation import Labelled, Verdict, figures_of, judge, read_questions
from index.models import Answer, Outcome, Quote


def quote(text: str, *highlights: str) -> Quote:
    """A quote of a whole text."""
    spans = tuple(Span(at := text.index(words), at + len(words)) for words in highlights)
    return Quote(Document("a.txt", text, "0" * 64), Span(0, len(text)), spans, None, "line 1", 0.5)


def answer(
    *quotes: Quote, outcome: Outcome = Outcome.QUOTE, confidence: float = 0.5, ms: float = 1.0
) -> Answer:
    """An answer of quotes."""
    return Answer("?", outcome, confidence, quotes, ms)


def judged(gold: str, *quotes: Quote) -> tuple[bool, bool, bool]:
    """Whether quotes hit: by highlight, by passage, by any of five passages."""
    verdict = judge(Labelled("1", "?", True, (gold,)), answer(*quotes))
    return verdict.hit, verdict.passage_hit, verdict.passage_hit_5


def numbered(count: int) -> str:
    """So many different words."""
    return " ".join(f"w{at}" for at in range(count))


@pytest.mark.parametrize(
    ("highlight", "gold", "expected"),
    [
        ("The ledger was red.", "the LEDGER was red", True),
        ("a b c d", "a b x y", True),
        ("a b c d e", "a b x y", False),
        ("a a a a", "a b c d", False),
        ("a", "a b c", True),
        ("a", "a b c d", False),
        (numbered(60), numbered(9), True),
        (numbered(61), numbered(9), False),
        (numbered(61), numbered(22), True),
        (numbered(40), numbered(9) + " x", True),
        (numbered(40), numbered(8) + " x y", False),
        ("…", "…", False),
    ],
)
def test_a_highlight_hits_by_f1_or_by_nine_tenths(highlight: str, gold: str, expected: bool) -> None:
    """F1 of a half; or nine tenths of the gold in sixty words. Each word counts once."""
    assert judged(gold, quote(highlight, highlight))[0] is expected


def test_highlights_count_together() -> None:
    """And nothing else of the quote does."""
    text = "He left. The ledger was red. It rained. The safe was open."
    assert judged(
        "The ledger was red. The safe was open.", quote(text, "The ledger was red.", "The safe was open.")
    )[0]
    assert not judged("The ledger was red. The safe was open.", quote(text, "He left."))[0]


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        (numbered(250), numbered(10), True),
        (numbered(251), numbered(10), False),
        (numbered(250), numbered(9) + " x", True),
        (numbered(250), numbered(8) + " x y", False),
    ],
)
def test_a_passage_hits_by_nine_tenths_in_250_words(text: str, gold: str, expected: bool) -> None:
    """However much else is in it."""
    assert judged(gold, quote(text)) == (False, expected, expected)


def test_only_the_first_five_quotes_count() -> None:
    """And for the first figures, only the first."""
    miss, hit = quote("It rained."), quote("The ledger was red.", "The ledger was red.")
    assert judged("The ledger was red.", miss, miss, miss, miss, hit) == (False, False, True)
    assert judged("The ledger was red.", miss, miss, miss, miss, miss, hit) == (False, False, False)
    assert judged("The ledger was red.") == (False, False, False)


def test_any_of_several_gold_quotes_will_do() -> None:
    """None of them is better."""
    labelled = Labelled("1", "?", True, ("It rained.", "The ledger was red."))
    assert judge(labelled, answer(quote("The ledger was red.", "The ledger was red."))).hit
    assert not judge(Labelled("1", "?", True), answer(quote("It rained.", "It rained."))).hit


HIT = quote("The ledger was red.", "The ledger was red.")
MISS = quote("It rained.", "It rained.")


def verdict(answerable: bool, given: Answer) -> Verdict:
    """Of a question that the ledger answers, or of one that nothing does."""
    return judge(Labelled("1", "?", answerable, ("The ledger was red.",) if answerable else ()), given)


@pytest.mark.parametrize(
    ("answerable", "given", "right"),
    [
        (True, answer(HIT), True),
        (True, answer(HIT, outcome=Outcome.NEAREST), False),
        (True, answer(MISS), False),
        (True, answer(outcome=Outcome.NOTHING), False),
        (False, answer(MISS), False),
        (False, answer(MISS, outcome=Outcome.NEAREST), True),
        (False, answer(outcome=Outcome.NOTHING), True),
    ],
)
def test_what_is_right(answerable: bool, given: Answer, right: bool) -> None:
    """A hit given as a quote; where the record has no answer, anything but a quote."""
    assert verdict(answerable, given).right is right


def test_figures_are_those_counted_by_hand() -> None:
    """Four questions with an answer and two without."""
    verdicts = [
        verdict(True, answer(HIT, MISS, confidence=0.9, ms=10)),
        verdict(True, answer(MISS, HIT, confidence=0.8, ms=20)),
        verdict(True, answer(HIT, outcome=Outcome.NEAREST, confidence=0.4, ms=30)),
        verdict(True, answer(outcome=Outcome.NOTHING, confidence=0.1, ms=60)),
        verdict(False, answer(MISS, confidence=0.8, ms=50)),
        verdict(False, answer(MISS, outcome=Outcome.NEAREST, confidence=0.1, ms=40)),
    ]
    assert figures_of(verdicts, 7, 1).to_json() == {
        "questions": 7,
        "missing": 1,
        "quotes": 7,
        "not_verbatim": 1,
        "highlight_hit@1": 2 / 4,
        "passage_hit@1": 2 / 4,
        "passage_hit@5": 3 / 4,
        "answered": 2 / 4,
        "right_answerable": 1 / 4,
        "right_unanswerable": 1 / 2,
        "balanced": (1 / 4 + 1 / 2) / 2,
        # Pairs won: 0.9 both, 0.8 one and a half, 0.4 one, 0.1 a half.
        "auroc": (2 + 1.5 + 1 + 0.5) / 8,
        "p50_ms": 40,
        "p95_ms": 60,
    }


def test_of_nothing_there_is_no_share() -> None:
    """Rather than a zero, which would look like a figure."""
    assert set(figures_of([], 0, 0).to_json().values()) == {0, None}
    only = figures_of([verdict(True, answer(HIT))], 1, 0)
    assert (only.right_answerable, only.right_unanswerable, only.balanced, only.auroc) == (
        1.0,
        None,
        1.0,
        None,
    )


def questions(tmp_path: Path, data: str | bytes) -> Path:
    """A file of questions."""
    path = tmp_path / "questions.jsonl"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_reads_questions(tmp_path: Path) -> None:
    """In order; what a line leaves out is its number, unanswerable, and no gold."""
    rows = [
        {
            "id": "a",
            "question": "Who?",
            "answerable": True,
            "gold": ["G", {"text": "H", "document": "x"}],
            "note": 1,
        },
        {"id": 7, "question": "Why?", "gold": "G", "exchange": {"text": "E"}},
        {"question": "When? 😀"},
        {"question": "Where?", "id": None, "gold": None, "exchange": [{"text": "E"}, "F"]},
    ]
    lines = [json.dumps(row) for row in rows]
    path = questions(tmp_path, "\ufeff" + "\r\n\n".join(lines) + "\n\n")
    assert read_questions(path) == [
        Labelled("a", "Who?", True, ("G", "H")),
        Labelled(7, "Why?", False, ("G", "E")),
        Labelled("5", "When? 😀"),
        Labelled("7", "Where?", False, ("E", "F")),
    ]


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85", "\x7f"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, char: str) -> None:
    """JSON may hold the other line ends of Unicode as they are."""
    path = questions(tmp_path, json.dumps({"question": f"a{char}b"}, ensure_ascii=False))
    assert read_questions(path) == [Labelled("1", f"a{char}b")]


GOOD = '{"question": "Why?"}\n'
NO_QUESTION = 'has no question: it needs {"question": "…"}.'
MISTAKE = "has a mistake at {}. `exhibit eval --help` says what belongs there."


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "is not JSON: EOF while parsing an object at line 1 column 1."),
        ("Why?", "is not JSON: expected value at line 1 column 1."),
        ("[" * 100_000, "is not JSON: recursion limit exceeded at line 1 column 202."),
        ("3", NO_QUESTION),
        ("{}", NO_QUESTION),
        ('{"question": 3}', NO_QUESTION),
        ('["question"]', NO_QUESTION),
        ('{"question": "a", "gold": [3]}', MISTAKE.format("gold")),
        ('{"question": "a", "gold": {"quote": "b"}}', MISTAKE.format("gold")),
        ('{"question": "a", "exchange": 3}', MISTAKE.format("exchange")),
        ('{"question": "a", "answerable": "no"}', MISTAKE.format("answerable")),
        ('{"question": "a", "id": [1]}', MISTAKE.format("id")),
    ],
)
def test_names_the_line_that_is_wrong(tmp_path: Path, line: str, sentence: str) -> None:
    """In one sentence, whatever is in it."""
    path = questions(tmp_path, GOOD + "\n" + line)
    with pytest.raises(ExhibitError) as raised:
        read_questions(path)
    assert str(raised.value) == f"Line 3 of {path} {sentence}"


@pytest.mark.parametrize("line", ['{"question": "\\ud800"}', '{"question": ' + "9" * 5000 + "}"])
def test_what_is_no_text_or_number_is_no_json(tmp_path: Path, line: str) -> None:
    """Half of a surrogate pair could not be written out again."""
    path = questions(tmp_path, line)
    with pytest.raises(ExhibitError, match=r"^Line 1 of .* is not JSON: "):
        read_questions(path)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "has no questions. Put one JSON object a line in it."),
        (" \n\n", "has no questions. Put one JSON object a line in it."),
        (
            '{"question": "a", "id": "x"}\n{"question": "b", "id": "x"}',
            "has the id x more than once. Give each question its own.",
        ),
        (
            '{"question": "a", "id": "2"}\n{"question": "b"}',
            "has the id 2 more than once. Give each question its own.",
        ),
        (b'{"question": "caf\xe9"}', "is not UTF-8: see byte 17. Save it as UTF-8."),
    ],
)
def test_says_what_is_wrong_with_the_file(tmp_path: Path, data: str | bytes, sentence: str) -> None:
    """Naming it."""
    path = questions(tmp_path, data)
    with pytest.raises(ExhibitError) as raised:
        read_questions(path)
    assert str(raised.value) == f"{path} {sentence}"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """In the system's own words."""
    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "gone", "No such file or directory")):
        with pytest.raises(ExhibitError) as raised:
            read_questions(path)
        assert str(raised.value) == f"{path} cannot be read: {reason}."
