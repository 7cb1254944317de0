"""Questions on testimony, made from the turns themselves: nobody has labelled them.

Counsel's question, changed as people change what they remember, must find the witness's answer; and
a few words of a statement, as people type them, must find the statement.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.speakers import name_in
from corpus.statements import Statement
from index.reader import Candidate
from index.terms import Analyzer
from index.training.examples import Collection, Question
from index.training.sources import read_jsonl

_YOU = re.compile(r"\byou\b", re.IGNORECASE)
_YOUR = re.compile(r"\byour\b", re.IGNORECASE)
_OPENERS = (
    "what did {name} say about {words}", "{name} {words}", "{words}", "{words}", "{words}?",
    "did {name} say {words}", "why {words}", "when {words}", "how {words}", "who {words}",
    "what about {words}", "{name} on {words}",
)  # fmt: skip


def hearings(folder: Path) -> dict[str, str]:
    """The text of each hearing day: a paragraph a turn."""
    turns: dict[str, list[str]] = defaultdict(list)
    for row in read_jsonl(folder / "testimony-turns.jsonl.gz"):
        words = " ".join(row["text"].split())
        turns[row["doc_id"]].append(f"{row['speaker']}: {words}" if row["speaker"] else words)
    return {name: "\n\n".join(rows) for name, rows in turns.items()}


def questions_of(name: str, rows: range, collection: Collection, chance: random.Random) -> Iterator[Question]:
    """The questions that one hearing's rows give."""
    analyzer = Analyzer()
    for row in rows:
        each = collection.candidates[row]
        near = frozenset(range(max(rows.start, row - 1), min(rows.stop, row + 2)))
        asked = _asked(each, chance)
        if asked:
            words, answers = asked
            yield Question("testimony", words, f"testimony/{name}", {row: answers}, near)
        recalled = _recalled(each, analyzer, chance)
        if recalled:
            words, at = recalled
            yield Question("recalled", words, f"testimony/{name}", {row: (at,)}, near)


def _asked(each: Candidate, chance: random.Random) -> tuple[str, tuple[int, ...]] | None:
    """Counsel's question as somebody recalls it, and the statements that answer it."""
    text = each.document.text
    opening = [
        at
        for at, statement in enumerate(each.statements)
        if statement.asked and (at == 0 or each.statements[at - 1].turn is not statement.turn)
    ]
    chance.shuffle(opening)
    for at in opening:
        statement = each.statements[at]
        question = statement.asked.words.of(text) if statement.asked else ""
        last = re.split(r"(?<=[.?!])\s+", question.strip())[-1]
        words = last.split()
        answer = _answer(each.statements, at, text)
        if last.endswith("?") and 6 <= len(words) <= 45 and answer and statement.turn:
            return _changed(last, _surname(statement.turn.speaker), chance), answer
    return None


def _answer(statements: Sequence[Statement], at: int, text: str) -> tuple[int, ...]:
    """The first statements of an answer: as many as make a few words, at most three; none if curt."""
    taken, length = [], 0
    for index in range(at, min(at + 3, len(statements))):
        if statements[index].turn is not statements[at].turn:
            break
        taken.append(index)
        length += len(statements[index].span.of(text).split())
        if length >= 12:
            break
    return tuple(taken) if length >= 5 else ()


def _changed(question: str, surname: str, chance: random.Random) -> str:
    """A question as somebody asks it who was not in the room: third person, some words gone."""
    if surname and chance.random() < 0.8:
        question = _YOUR.sub(f"{surname}'s", _YOU.sub(surname, question))
    kept = [word for word in question.split() if chance.random() > chance.choice((0.1, 0.25, 0.4))]
    return " ".join(kept) if len(kept) >= 4 else question


def _surname(speaker: str) -> str:
    return name_in(speaker).split()[-1]


def _recalled(each: Candidate, analyzer: Analyzer, chance: random.Random) -> tuple[str, int] | None:
    """A few words of a statement, as somebody types them, and which statement it is."""
    text = each.document.text
    at = chance.randrange(len(each.statements))
    statement = each.statements[at]
    words = re.findall(r"[\w'’-]+", statement.span.of(text))
    content = [word for word in words if analyzer.content_terms(word)]
    if statement.answered or not 5 <= len(content) <= 25:
        return None
    share = chance.uniform(0.35, 0.7)
    kept = [word for word in content if chance.random() < share][:9]
    if len(kept) < 3:
        return None
    opener = chance.choice(_OPENERS)
    speaker = _surname(statement.turn.speaker) if statement.turn else ""
    return opener.format(name=speaker, words=" ".join(kept)).lower().strip(), at
