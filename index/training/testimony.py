"""Questions on testimony, made from the turns themselves: nobody has labelled them.

Counsel's question, changed as people change what they remember, must find the witness's answer. Every
other one must do so where the question itself has been cut out, so that more is learnt than to look for
the question's own words.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.models import Turn
from corpus.speakers import name_in
from corpus.statements import Statement
from index.reader import Candidate
from index.training.examples import Collection, Question
from index.training.sources import read_jsonl

_YOU = re.compile(r"\byou\b", re.IGNORECASE)
_YOUR = re.compile(r"\byour\b", re.IGNORECASE)


def hearings(folder: Path) -> dict[str, str]:
    """The text of each hearing day: a paragraph a turn."""
    turns: dict[str, list[str]] = defaultdict(list)
    for row in read_jsonl(folder / "testimony-turns.jsonl.gz"):
        words = " ".join(row["text"].split())
        turns[row["doc_id"]].append(f"{row['speaker']}: {words}" if row["speaker"] else words)
    return {name: "\n\n".join(rows) for name, rows in turns.items()}


def questions_of(name: str, rows: range, collection: Collection, chance: random.Random) -> Iterator[Question]:
    """The questions that one hearing's rows give."""
    for row in rows:
        near = frozenset(range(max(rows.start, row - 1), min(rows.stop, row + 2)))
        asked = _asked(collection.candidates[row], chance)
        if asked:
            words, answers, turn = asked
            unasked = turn if chance.random() < 0.5 else None
            yield Question("testimony", words, f"testimony/{name}", {row: answers}, near, unasked)


def _asked(each: Candidate, chance: random.Random) -> tuple[str, tuple[int, ...], Turn] | None:
    """Counsel's question as somebody recalls it, the statements that answer it, and counsel's turn."""
    text = each.document.text
    opening = [
        at
        for at, statement in enumerate(each.statements)
        if statement.asked and (at == 0 or each.statements[at - 1].turn is not statement.turn)
    ]
    chance.shuffle(opening)
    for at in opening:
        statement = each.statements[at]
        if statement.asked is None or statement.turn is None:
            continue
        question = statement.asked.words.of(text)
        last = re.split(r"(?<=[.?!])\s+", question.strip())[-1]
        words = last.split()
        answer = _answer(each.statements, at, text)
        if last.endswith("?") and 6 <= len(words) <= 45 and answer:
            return _changed(last, _surname(statement.turn.speaker), chance), answer, statement.asked
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
