"""How good answers are, measured on questions whose answers are known.

A first quote is a hit when its highlights say what a gold quote says: word F1 of at least 0.5, or
nine tenths of the gold's words inside highlights of at most 60 words. It is a passage hit when its
text has nine tenths of a gold quote's words in at most 250. An answer is right when it is a hit
given as a quote, or, where the record has no answer, when it is not given as one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, StrictBool, StrictInt, ValidationError

from corpus.errors import ExhibitError
from index.models import Answer, Outcome, Quote

_F1 = 0.5
_RECALL = 0.9
_HIGHLIGHT_WORDS = 60
_PASSAGE_WORDS = 250
_BEST = 5


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with what is known of its answer; `gold` are alternative quotes that answer it."""

    id: str | int
    question: str
    answerable: bool = False
    gold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one answer did."""

    labelled: Labelled
    answer: Answer
    hit: bool
    passage_hit: bool
    passage_hit_5: bool

    @property
    def right(self) -> bool:
        quoted = self.answer.outcome is Outcome.QUOTE
        return self.hit and quoted if self.labelled.answerable else not quoted


def read_questions(path: Path) -> list[Labelled]:
    """The questions of a JSON Lines file.

    Each line has a `question`; `id`, `answerable`, `gold` and `exchange` may be left out. Gold quotes
    are strings or objects with a `text`.

    Raises:
        ExhibitError: if the file cannot be read, naming the line.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ExhibitError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ExhibitError(f"{path} is not UTF-8: see byte {error.start}. Save it as UTF-8.") from error
    # Only a line feed ends a line: JSON may hold the other line ends of Unicode as they are.
    lines = enumerate(text.removeprefix("\ufeff").split("\n"), start=1)
    rows = [(number, line) for number, line in lines if line.strip()]
    questions = [_labelled(path, number, line) for number, line in rows]
    twice = [name for name, count in Counter(each.id for each in questions).items() if count > 1]
    if twice:
        raise ExhibitError(f"{path} has the id {twice[0]} more than once. Give each question its own.")
    if not questions:
        raise ExhibitError(f"{path} has no questions. Put one JSON object a line in it.")
    return questions


class _Text(BaseModel):
    text: str


_Stated = list[str | _Text] | str | _Text | None


class _Row(BaseModel):
    """One line of a file of questions; what else it has is left alone."""

    model_config = ConfigDict(frozen=True)

    question: str
    id: str | StrictInt | None = None
    answerable: StrictBool = False
    gold: _Stated = None
    exchange: _Stated = None


def _labelled(path: Path, number: int, line: str) -> Labelled:
    try:
        row = _Row.model_validate_json(line)
    except ValidationError as error:
        raise ExhibitError(f"Line {number} of {path} {_mistake(error)}") from error
    name = str(number) if row.id is None else row.id
    return Labelled(name, row.question, row.answerable, (*_texts(row.gold), *_texts(row.exchange)))


def _mistake(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "json_invalid":
        return f"is not JSON: {first['ctx']['error']}."
    if field in ("", "question"):
        return 'has no question: it needs {"question": "…"}.'
    return f"has a mistake at {field}. `exhibit eval --help` says what belongs there."


def _texts(stated: _Stated) -> list[str]:
    items = stated if isinstance(stated, list) else [stated] if stated else []
    return [item if isinstance(item, str) else item.text for item in items]


def judge(labelled: Labelled, answer: Answer) -> Verdict:
    """Holds one answer against what is known."""
    quotes = answer.quotes[:_BEST]
    first = quotes[0] if quotes else None
    passage_hits = [any(_holds(quote, gold) for gold in labelled.gold) for quote in quotes]
    return Verdict(
        labelled,
        answer,
        first is not None and any(_says(first, gold) for gold in labelled.gold),
        passage_hits[:1] == [True],
        any(passage_hits),
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _overlap(said: Sequence[str], gold: Sequence[str]) -> tuple[float, float]:
    """Precision and recall of the words of a gold quote."""
    both = sum((Counter(said) & Counter(gold)).values())
    return both / max(1, len(said)), both / max(1, len(gold))


def _says(quote: Quote, gold: str) -> bool:
    said = _words(" ".join(span.of(quote.document.text) for span in quote.highlights))
    wanted = _words(gold)
    precision, recall = _overlap(said, wanted)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return bool(wanted) and (f1 >= _F1 or (recall >= _RECALL and len(said) <= _HIGHLIGHT_WORDS))


def _holds(quote: Quote, gold: str) -> bool:
    said, wanted = _words(quote.text), _words(gold)
    return bool(wanted) and len(said) <= _PASSAGE_WORDS and _overlap(said, wanted)[1] >= _RECALL


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a set of verdicts; None where there is nothing to take a share of."""

    questions: int
    missing: int
    quotes: int
    not_verbatim: int
    highlight_hit_1: float | None
    passage_hit_1: float | None
    passage_hit_5: float | None
    answered: float | None
    right_answerable: float | None
    right_unanswerable: float | None
    balanced: float | None
    auroc: float | None
    p50_ms: float | None
    p95_ms: float | None

    def to_json(self) -> dict[str, float | None]:
        """By the names that they are usually given."""
        names = {name: name.replace("hit_", "hit@") for name in asdict(self)}
        return {names[name]: value for name, value in asdict(self).items()}


def figures_of(verdicts: Sequence[Verdict], asked: int, not_verbatim: int) -> Figures:
    """The figures of an evaluation.

    Args:
        asked: how many questions there were.
        not_verbatim: how many quotes did not stand in the stored documents.
    """
    known = [verdict for verdict in verdicts if verdict.labelled.answerable]
    unknown = [verdict for verdict in verdicts if not verdict.labelled.answerable]
    elapsed = sorted(verdict.answer.elapsed_ms for verdict in verdicts)
    rights = [_share([verdict.right for verdict in group]) for group in (known, unknown)]
    both = [right for right in rights if right is not None]
    return Figures(
        questions=asked,
        missing=asked - len(verdicts),
        quotes=sum(len(verdict.answer.quotes) for verdict in verdicts),
        not_verbatim=not_verbatim,
        highlight_hit_1=_share([verdict.hit for verdict in known]),
        passage_hit_1=_share([verdict.passage_hit for verdict in known]),
        passage_hit_5=_share([verdict.passage_hit_5 for verdict in known]),
        answered=_share([verdict.answer.outcome is Outcome.QUOTE for verdict in known]),
        right_answerable=rights[0],
        right_unanswerable=rights[1],
        balanced=sum(both) / len(both) if both else None,
        auroc=_area_under_roc(
            [verdict.answer.confidence for verdict in known],
            [verdict.answer.confidence for verdict in unknown],
        ),
        p50_ms=elapsed[len(elapsed) // 2] if elapsed else None,
        p95_ms=elapsed[int(len(elapsed) * 0.95)] if elapsed else None,
    )


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None


def _area_under_roc(good: Sequence[float], bad: Sequence[float]) -> float | None:
    """How often an answerable question has more confidence than an unanswerable one; ties count half."""
    if not good or not bad:
        return None
    wins = sum((one > other) + 0.5 * (one == other) for one in good for other in bad)
    return wins / (len(good) * len(bad))
