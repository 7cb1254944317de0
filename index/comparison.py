"""Two runs over the same questions, held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypedDict

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from corpus.errors import ExhibitError
from index.curves import Pair
from index.evaluation import Verdict
from index.figures import Figures


class OldResult(BaseModel):
    """What an earlier run has of one question."""

    model_config = ConfigDict(frozen=True)

    id: str | int
    question: str
    answerable: bool
    outcome: str
    confidence: Annotated[float, Field(ge=0, le=1)]
    hit: bool
    right: bool
    miss: str | None
    said: str

    @property
    def pair(self) -> Pair:
        """Confidence, and whether the first quote answered."""
        return self.confidence, self.hit and self.answerable


class OldRun(BaseModel):
    """An earlier run, as `exhibit eval --json` printed it."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, JsonValue]

    results: tuple[OldResult, ...]

    def figure(self, name: str) -> float | None:
        """One of its figures; None where it has none of that name, or nothing to take a share of."""
        value = self.__pydantic_extra__.get(name)
        return value if isinstance(value, int | float) else None


class ChangeJSON(TypedDict):
    old: float | None
    new: float | None
    difference: float | None


class ComparisonJSON(TypedDict):
    figures: dict[str, ChangeJSON]
    gained: list[str | int]
    lost: list[str | int]
    only_old: int
    only_new: int


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in both runs."""

    name: str
    old: float | None
    new: float | None

    @property
    def difference(self) -> float | None:
        """New less old; None where either run has no such figure."""
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that one of the runs got right and the other did not."""

    old: OldResult
    new: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different between an earlier run and this one."""

    changes: tuple[Change, ...]
    gained: tuple[Flip, ...]
    """Right now, and not before."""
    lost: tuple[Flip, ...]
    """Right before, and not now."""
    only_old: int
    """How many questions only the earlier run was asked."""
    only_new: int
    old_pairs: tuple[Pair, ...]
    """Of the earlier run: confidence, and whether the first quote answered."""

    def to_json(self) -> ComparisonJSON:
        """The public form; questions by their ids."""
        return {
            "figures": {
                change.name: {"old": change.old, "new": change.new, "difference": change.difference}
                for change in self.changes
            },
            "gained": [flip.new.labelled.id for flip in self.gained],
            "lost": [flip.new.labelled.id for flip in self.lost],
            "only_old": self.only_old,
            "only_new": self.only_new,
        }


def read_run(path: Path) -> OldRun:
    """An earlier run.

    Raises:
        ExhibitError: if the file cannot be read, or is not what `exhibit eval --json` prints.
    """
    try:
        return OldRun.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ExhibitError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise ExhibitError(
            f"{path} is not what `exhibit eval --json` prints. Run it on the old version and keep its output."
        ) from error


def compare(old: OldRun, figures: Figures, verdicts: Sequence[Verdict]) -> Comparison:
    """Holds this run against an earlier one. A question is the same if its id and its words are."""
    before = {(result.id, result.question): result for result in old.results}
    now = {(verdict.labelled.id, verdict.labelled.question): verdict for verdict in verdicts}
    flips = [
        Flip(before[key], verdict)
        for key, verdict in now.items()
        if key in before and before[key].right is not verdict.right
    ]
    return Comparison(
        changes=tuple(Change(name, old.figure(name), new) for name, new in figures.to_json().items()),
        gained=tuple(flip for flip in flips if flip.new.right),
        lost=tuple(flip for flip in flips if flip.old.right),
        only_old=len(before.keys() - now.keys()),
        only_new=len(now.keys() - before.keys()),
        old_pairs=tuple(result.pair for result in old.results),
    )
