"""Questions whose answers are known, read from a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, StrictBool, StrictInt, ValidationError

from corpus.errors import ExhibitError


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with what is known of its answer; `gold` are alternative quotes that answer it."""

    id: str | int
    question: str
    answerable: bool = False
    gold: tuple[str, ...] = ()
    kind: str = ""
    """What sort of question it is, such as "why"; empty where nobody has said."""


def read_questions(path: Path) -> list[Labelled]:
    """The questions of a JSON Lines file.

    Each line has a `question`; `id`, `answerable`, `gold`, `exchange` and `kind` may be left out. Gold
    quotes are strings or objects with a `text`.

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
    kind: str | None = None


def _labelled(path: Path, number: int, line: str) -> Labelled:
    try:
        row = _Row.model_validate_json(line)
    except ValidationError as error:
        raise ExhibitError(f"Line {number} of {path} {_mistake(error)}") from error
    name = str(number) if row.id is None else row.id
    gold = (*_texts(row.gold), *_texts(row.exchange))
    return Labelled(name, row.question, row.answerable, gold, row.kind or "")


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
