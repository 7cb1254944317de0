"""What `case.toml` may say of a case, and the sentence that tells when it says something else."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import CaseError
from corpus.models import Kind

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


class CaseFile(_Table):
    """`case.toml`, whole. Everything is optional."""

    title: str = ""
    court: str = ""
    parties: tuple[PartyTable, ...] = ()
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    labels: dict[Kind, str] = Field(default_factory=dict)
    documents: tuple[DocumentTable, ...] = ()


def read_case_file(path: Path) -> CaseFile:
    """The contents of a `case.toml`; an empty one where the file does not exist.

    Raises:
        CaseError: if it is not TOML in UTF-8 or has a field that is not known or not of its type.
    """
    try:
        loaded = tomllib.loads(path.read_bytes().decode("utf-8").removeprefix("\ufeff"))
    except FileNotFoundError:
        return CaseFile()
    except OSError as error:
        raise CaseError(f"{path} cannot be read: {error.strerror}.") from error
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
