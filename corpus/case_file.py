"""What `case.toml` may say of a case, and the sentence that tells when it says something else."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import MutableMapping
from dataclasses import asdict
from pathlib import Path
from typing import Self, cast

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from tomlkit.exceptions import TOMLKitError

from corpus.errors import CaseError
from corpus.models import CaseCalibration, Kind

NAME = "case.toml"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PartyTable(_Table):
    """`[[parties]]`: somebody in the case."""

    name: str = Field(min_length=1)
    role: str = ""


class DocumentTable(_Table):
    """`[[documents]]`: what is known of one document; it wins over the document's own header."""

    path: str = Field(min_length=1)
    title: str = ""
    publisher: str = ""
    date: str = ""
    source: str = ""
    kind: str = ""
    label: str = ""
    boilerplate: tuple[str, ...] = ()


class AnswersTable(_Table):
    """`[answers]`: see `CaseCalibration`. `exhibit calibrate` writes it; people may set thresholds too."""

    quote: float | None = Field(default=None, strict=True, ge=0, le=1)
    nearest: float | None = Field(default=None, strict=True, ge=0, le=1)
    scale: float = Field(default=1.0, strict=True, gt=0, allow_inf_nan=False)
    shift: float = Field(default=0.0, strict=True, allow_inf_nan=False)
    base: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.quote is not None and self.nearest is not None and self.nearest > self.quote:
            raise PydanticCustomError("order", "nearest must not be greater than quote")
        return self

    def calibration(self) -> CaseCalibration:
        """The same, as the rest of Exhibit takes it."""
        return CaseCalibration(self.quote, self.nearest, self.scale, self.shift, self.base)


class CaseFile(_Table):
    """`case.toml`, whole. Everything is optional."""

    title: str = ""
    court: str = ""
    parties: tuple[PartyTable, ...] = ()
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    labels: dict[Kind, str] = Field(default_factory=dict)
    documents: tuple[DocumentTable, ...] = ()
    answers: AnswersTable = AnswersTable()


def read_case_file(path: Path) -> CaseFile:
    """The contents of a `case.toml`; an empty one where the file does not exist.

    Raises:
        CaseError: if it is not TOML in UTF-8 or has a field that is not known or not of its type.
    """
    try:
        return parse_case_file(path, path.read_bytes())
    except FileNotFoundError:
        return CaseFile()
    except OSError as error:
        raise CaseError(f"{path} cannot be read: {error.strerror}.") from error


def parse_case_file(path: Path, data: bytes) -> CaseFile:
    """What the bytes of a `case.toml` say.

    Args:
        path: where they are from, or go to; for the sentence of an error.

    Raises:
        CaseError: if they are not TOML in UTF-8 or have a field that is not known or not of its type.
    """
    try:
        loaded = tomllib.loads(data.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise CaseError(f"{path} is not UTF-8: see byte {error.start}. Save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:  # the TOML reader's own errors are ValueErrors too
        raise CaseError(f"{path} is not valid TOML: {error}.") from error
    try:
        return CaseFile.model_validate(loaded)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CaseError(f"{path} has a mistake at {where}: {first['msg'].lower()}.") from error


def answers_toml(calibration: CaseCalibration) -> str:
    """The `[answers]` that states a calibration, to be read by people too."""
    return f"[answers]\n{tomlkit.dumps(_stated(calibration))}"


def write_answers(path: Path, calibration: CaseCalibration) -> None:
    """Puts `[answers]` into a `case.toml`, made where there is none; the rest of it stays as it is written.

    Raises:
        CaseError: if it cannot be read or written; then it is what it was.
    """
    try:
        path = path.resolve()  # a link stays one
        old = path.read_bytes() if path.exists() else b""
        stated = parse_case_file(path, old)
        new = _with_answers(old.decode("utf-8"), calibration).encode()
        wanted = AnswersTable(**asdict(calibration))
        if parse_case_file(path, new) != stated.model_copy(update={"answers": wanted}):
            raise CaseError(f"{path} is written too unusually to be changed. Put [answers] into it by hand.")
        _replace(path, new)
    except OSError as error:
        raise CaseError(f"{path} cannot be written: {error.strerror}.") from error
    except TOMLKitError as error:
        raise CaseError(f"{path} cannot be changed: {error}. Put [answers] into it by hand.") from error


def _stated(calibration: CaseCalibration) -> dict[str, float | str]:
    """What is not as it would be without a word about it."""
    defaults = asdict(CaseCalibration())
    return {name: value for name, value in asdict(calibration).items() if value != defaults[name]}


def _with_answers(text: str, calibration: CaseCalibration) -> str:
    body = text.removeprefix("\ufeff")
    mark = text[: len(text) - len(body)]
    document = tomlkit.parse(body)
    if "answers" not in document:
        if body.strip():
            document.add(tomlkit.nl())
        document.add("answers", tomlkit.table())
    table = cast("MutableMapping[str, object]", document["answers"])
    stated = _stated(calibration)
    for name in table.keys() - stated.keys():
        del table[name]
    for name, value in stated.items():
        table[name] = value
    new = tomlkit.dumps(document)
    if body.count("\r\n") == body.count("\n") > 0:
        new = new.replace("\r\n", "\n").replace("\n", "\r\n")
    return mark + new


def _replace(path: Path, data: bytes) -> None:
    """Puts a file in the place of another, complete, or not at all."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
