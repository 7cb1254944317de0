"""`exhibit doctor`: each thing that is wrong, with its mend."""

from __future__ import annotations

import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from corpus.library import DEFAULT_CASE, load_case
from index.build import build_index
from index.encoder import model_folder
from index.store import Store
from index.trained import TrainedReader
from tests.bot.cli.conftest import Exhibit, Result
from tests.conftest import CountingEncoder


def checks(result: Result) -> dict[str, tuple[str, str]]:
    """What was looked at -> how it is, and what is said of it."""
    found = {}
    for line in result.out.splitlines():
        mark, rest = line[:6].strip(), line[6:].strip()
        what, _, sentence = rest.partition(": ")
        found[what] = (mark, sentence)
    return found


def test_a_sound_machine(exhibit: Exhibit, tmp_path: Path) -> None:
    """What is only needed for something is a note; nothing is wrong."""
    result = exhibit("doctor")
    found = checks(result)
    assert (result.code, result.err) == (0, "")
    assert list(found) == [
        "Python",
        "memory",
        "data folder",
        "model",
        "case",
        "index",
        "reader",
        "token",
        "demo",
    ]
    assert found["Python"] == ("ok", sys.version.split()[0])
    assert found["data folder"][1].startswith(f"{tmp_path / 'data'}, ")
    assert found["model"] == ("ok", "the one that ships, SHA-256 53aa51172d14…")
    assert found["case"][1].startswith("Musk v. OpenAI, 1 document in ")
    assert found["index"] == (
        "note",
        "There is no index of this case yet. Run `exhibit index build`. It is built at the next question.",
    )
    assert found["reader"] == ("ok", "the one that ships")
    assert found["token"][0] == "note"
    assert found["token"][1].endswith(" Only `exhibit run` needs it.")
    assert not (tmp_path / "data").exists()


def test_what_is_wrong_is_exit_code_1(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A case that is not there, and a model that is none."""
    result = exhibit("doctor", "--case", tmp_path / "gone")
    assert result.code == 1
    assert checks(result)["case"] == (
        "WRONG",
        f"There is no folder {tmp_path / 'gone'}. Name the folder of a case.",
    )
    monkeypatch.setenv("EXHIBIT_MODEL", str(tmp_path))
    result = exhibit("doctor")
    assert result.code == 1
    assert checks(result)["model"][0] == "WRONG"


def test_a_full_disk_is_wrong(exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With how much is left."""

    class Usage(NamedTuple):
        total: int
        used: int
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 9 * 10**8, 10**8))
    result = exhibit("doctor")
    assert result.code == 1
    assert checks(result)["data folder"] == (
        "WRONG",
        f"{tmp_path / 'data'}, 0.1 GB free. Free some, or set EXHIBIT_DATA to another disk.",
    )


def test_a_data_folder_that_cannot_be_written_to_is_wrong(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nor can the nearest folder that is there; root may write anywhere, so the system's answer is put in its mouth."""
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and access(path, mode))
    result = exhibit("doctor")
    assert result.code == 1
    assert checks(result)["data folder"] == (
        "WRONG",
        f"{tmp_path / 'data'} cannot be written to. Set EXHIBIT_DATA to one that can.",
    )


def test_a_token_is_seen_and_not_shown(exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a secret."""
    monkeypatch.setenv("DISCORD_TOKEN", "hunter2-hunter2")
    result = exhibit("doctor")
    assert checks(result)["token"] == ("ok", "set")
    assert "hunter2" not in result.out + result.err


def test_a_damaged_or_stale_index_is_a_note(exhibit: Exhibit, tmp_path: Path) -> None:
    """It mends itself."""
    store = Store(tmp_path / "data", DEFAULT_CASE)
    build_index(load_case(DEFAULT_CASE), store, CountingEncoder(["red"]))
    result = exhibit("doctor")
    assert (result.code, checks(result)["index"]) == (
        0,
        ("note", "stale: it was built with another model, counting. It is built anew at the next question."),
    )
    (store.folder / "CURRENT").write_bytes(b"?")
    result = exhibit("doctor")
    assert (result.code, checks(result)["index"][0]) == (0, "note")
    assert checks(result)["index"][1].startswith("The pointer to the live index is damaged.")


def test_the_reader_is_looked_at(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, cross_encoder: Path
) -> None:
    """The one without weights, a cross-encoder, and a model that is none."""
    monkeypatch.setenv("EXHIBIT_READER", "none")
    assert checks(exhibit("doctor"))["reader"] == ("ok", "overlap, which needs no weights")
    monkeypatch.setenv("EXHIBIT_READER", str(cross_encoder))
    assert checks(exhibit("doctor"))["reader"] == ("ok", f"the cross-encoder {cross_encoder}")
    monkeypatch.setenv("EXHIBIT_READER", str(model_folder()))
    result = exhibit("doctor")
    assert (result.code, checks(result)["reader"][0]) == (1, "WRONG")
    assert checks(result)["reader"][1].startswith(f"The model {model_folder()} is no cross-encoder: ")


def test_damaged_weights_of_the_reader_are_wrong(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Before the first question finds out."""
    (tmp_path / "reader.onnx").write_bytes(b"x")
    damaged = partial(TrainedReader, weights=tmp_path / "reader.onnx")
    monkeypatch.setattr("bot.cli.doctor.TrainedReader", damaged)
    result = exhibit("doctor")
    assert result.code == 1
    assert checks(result)["reader"] == (
        "WRONG",
        f"The reader's weights {tmp_path / 'reader.onnx'} are damaged. Install Exhibit again.",
    )
