"""Our own questions: on hearings, and on documents that were invented for the purpose.

The hearings are other people's, and no word of them is kept with the questions: an answer is the number of
a turn and a range of code points in it. The invented documents are ours and stand beside their questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from corpus.models import Span
from index.training.examples import Collection, Question
from index.training.sources import read_jsonl

HEARINGS, DOCUMENTS = "hearings", "documents"
FOLDER = Path(__file__).parent / "questions"
"""`hearings.jsonl`; `documents.jsonl` and the texts that it asks about, in `documents/`."""


@dataclass(frozen=True, slots=True)
class Place:
    """A part of an answer: a range of code points in a document, or in a turn, its spaces made single."""

    start: int
    end: int
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question on a document, or on an excerpt of a hearing; without answers, it does not say."""

    document: str
    question: str
    kind: str
    answers: tuple[tuple[Place, ...], ...] = ()
    """Alternatives, each of one or more places that answer together."""
    excerpt: tuple[int, int] | None = None
    """The numbers of the first and the last turn of the hearing that were read."""


def read_labelled(path: Path) -> list[Labelled]:
    """The questions of a file, one JSON object a line."""
    return TypeAdapter(list[Labelled]).validate_python(read_jsonl(path))


def document_questions(collection: Collection, folder: Path = FOLDER) -> Iterator[Question]:
    """Adds the invented documents to a collection, and yields the questions on them."""
    added: dict[str, range] = {}
    for labelled in read_labelled(folder / f"{DOCUMENTS}.jsonl"):
        name = labelled.document
        if name not in added:
            text = (folder / DOCUMENTS / name).read_text(encoding="utf-8")
            added[name] = collection.add(name, text)
        rows = _answering(collection, added[name], labelled, lambda place: Span(place.start, place.end))
        path = collection.candidates[added[name].start].document.path
        yield Question(DOCUMENTS, labelled.question, f"{DOCUMENTS}/{name}", rows, document=path)


def hearing_questions(sets: Path, collection: Collection, folder: Path = FOLDER) -> Iterator[Question]:
    """Adds the excerpts of hearings that are asked about to a collection, and yields the questions on them.

    Args:
        sets: the folder of the labelled sets, with the turns of the hearings.
    """
    turns = {
        (row["doc_id"], row["turn"]): (row["speaker"], " ".join(row["text"].split()))
        for row in read_jsonl(sets / "testimony-turns.jsonl.gz")
    }
    excerpts: dict[tuple[str, tuple[int, int]], tuple[range, dict[int, int]]] = {}
    for labelled in read_labelled(folder / f"{HEARINGS}.jsonl"):
        if labelled.excerpt is None:
            raise ValueError(f"The question {labelled.question!r} is on a hearing and has no excerpt.")
        key = (labelled.document, labelled.excerpt)
        if key not in excerpts:
            numbers = range(labelled.excerpt[0], labelled.excerpt[1] + 1)
            said = {number: turns[at] for number in numbers if (at := (labelled.document, number)) in turns}
            text, starts = transcript(said)
            excerpts[key] = collection.add(f"{labelled.document}/{numbers.start}", text), starts
        rows, starts = excerpts[key]
        found = _answering(collection, rows, labelled, partial(_in_turn, starts))
        path = collection.candidates[rows.start].document.path
        yield Question(HEARINGS, labelled.question, f"testimony/{labelled.document}", found, document=path)


def transcript(turns: dict[int, tuple[str | None, str]]) -> tuple[str, dict[int, int]]:
    """The text of numbered turns, a paragraph each, and where the words of each begin."""
    text, starts = "", {}
    for number, (speaker, words) in turns.items():
        text += f"{speaker}: " if speaker else ""
        starts[number] = len(text)
        text += words + "\n\n"
    return text, starts


def _in_turn(starts: dict[int, int], place: Place) -> Span:
    start = starts[place.turn] if place.turn is not None else 0
    return Span(start + place.start, start + place.end)


def _answering(
    collection: Collection, rows: range, labelled: Labelled, span_of: Callable[[Place], Span]
) -> dict[int, tuple[int, ...]]:
    """The rows that answer a question, each with the statements that do."""
    spans = [span_of(place) for places in labelled.answers for place in places]
    found = {}
    for row in rows:
        statements = collection.candidates[row].statements
        holding = tuple(at for at, each in enumerate(statements) if _within(each.span, spans))
        if holding:
            found[row] = holding
    return found


def _within(statement: Span, answers: Sequence[Span]) -> bool:
    """Whether most of a statement lies in one of the answers, or most of an answer in it."""
    return any(
        min(statement.end, answer.end) - max(statement.start, answer.start)
        > min(len(statement), len(answer)) / 2
        for answer in answers
    )
