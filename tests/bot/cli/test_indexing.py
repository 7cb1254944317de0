"""`exhibit index`, with the real model on the shipped article."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from corpus.library import DEFAULT_CASE
from index.store import Store
from tests.bot.cli.conftest import Exhibit


@pytest.fixture
def article_case(tmp_path: Path) -> Path:
    """A copy of the shipped case, which may be changed."""
    return shutil.copytree(DEFAULT_CASE, tmp_path / "case")


@pytest.fixture
def store(tmp_path: Path, article_case: Path) -> Store:
    """Where its index goes."""
    return Store(tmp_path / "data", article_case)


def test_an_index_from_beginning_to_end(exhibit: Exhibit, article_case: Path, store: Store) -> None:
    """Missing, built, fresh, verified, built again, stale, damaged, and built from scratch."""
    case = ("--case", article_case)
    assert exhibit("index", "status", "--json", *case).json == {
        "state": "missing",
        "reasons": ["it has never been built"],
    }
    missing = exhibit("index", "status", *case)
    assert (missing.code, missing.out) == (1, "missing: it has never been built\n")
    unverified = exhibit("index", "verify", *case)
    assert (unverified.code, unverified.out) == (1, "")
    assert unverified.err == "There is no index of this case yet. Run `exhibit index build`.\n"

    first = exhibit("index", "build", "--json", *case)
    assert (first.code, first.err) == (0, "")
    assert first.json["encoded"] == first.json["passages"] == len(store.open().passages)
    assert (first.json["model"], first.json["dimension"]) == ("all-MiniLM-L6-v2", 384)
    assert "files" not in first.json

    fresh = exhibit("index", "status", *case)
    assert (fresh.code, fresh.out.splitlines()[0]) == (0, "fresh")
    assert exhibit("index", "status", "--json", *case).json == {"state": "fresh", "reasons": []}
    verified = exhibit("index", "verify", *case)
    assert (verified.code, verified.err) == (0, "")
    assert verified.out.endswith(
        f" and {first.json['passages']} passages of 1 document are as they were written.\n"
    )

    again = exhibit("index", "build", *case)
    count = first.json["passages"]
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith(f"1 document, {count} passages\n0 encoded, {count} taken over, in ")
    assert f"model all-MiniLM-L6-v2, built {store.manifest().created:%Y-%m-%d %H:%M} UTC" in again.out
    assert again.out.splitlines()[-1] == f"generation {store.manifest().generation} in {store.folder}"

    (article_case / "documents" / "note.txt").write_text("The safe was empty.\n")
    stale = exhibit("index", "status", *case)
    assert (stale.code, stale.out) == (1, "stale: 1 document is new: note.txt\n")
    added = exhibit("index", "build", "--json", *case).json
    assert (added["encoded"], added["passages"]) == (1, count + 1)

    (store.open().folder / "vectors.faiss").write_bytes(b"x")
    reason = "vectors.faiss of the index is damaged. Run `exhibit index build` to build it anew."
    damaged = exhibit("index", "status", "--json", *case)
    assert (damaged.code, damaged.json) == (1, {"state": "damaged", "reasons": [reason]})
    refused = exhibit("index", "verify", *case)
    assert (refused.code, refused.out, refused.err) == (1, "", reason + "\n")
    mended = exhibit("index", "build", "--json", *case).json
    assert mended["encoded"] == mended["passages"] == count + 1
    assert exhibit("index", "verify", *case).code == 0


def test_an_index_of_another_version_is_stale(exhibit: Exhibit, article_case: Path, store: Store) -> None:
    """Not damaged: it is what was written."""
    generation = store.folder / "generations" / "older"
    generation.mkdir(parents=True)
    (generation / "manifest.json").write_bytes(b'{"format": 0}')
    digest = hashlib.sha256(b'{"format": 0}').hexdigest()
    (store.folder / "CURRENT").write_text(f'{{"generation":"older","manifest_sha256":"{digest}"}}')
    result = exhibit("index", "status", "--json", "--case", article_case)
    assert (result.code, result.json["state"]) == (1, "stale")
    assert result.json["reasons"] == [
        "The index is of another version of Exhibit. Run `exhibit index build` to build it anew."
    ]


@pytest.mark.parametrize("command", ["build", "status"])
def test_a_case_that_cannot_be_used_is_a_sentence(
    exhibit: Exhibit, article_case: Path, tmp_path: Path, command: str
) -> None:
    """Before a model is loaded or anything is written."""
    (article_case / "documents" / "bad.txt").write_bytes(b"caf\xe9")
    result = exhibit("index", command, "--case", article_case)
    assert (result.code, result.out) == (1, "")
    assert result.err == "bad.txt is not UTF-8: byte 3 is 0xE9. Save it as UTF-8 and try again.\n"
    assert not (tmp_path / "data").exists()


def test_a_model_that_is_none_is_a_sentence(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By the folder that was named."""
    monkeypatch.setenv("EXHIBIT_MODEL", str(tmp_path))
    for command in ("build", "status"):
        result = exhibit("index", command)
        assert (result.code, result.out) == (1, "")
        assert (
            result.err
            == f"The model in {tmp_path} has no model.safetensors. Only safetensors weights are used.\n"
        )


def test_data_that_cannot_be_written_is_a_sentence(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With the setting that mends it."""
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("EXHIBIT_DATA", str(tmp_path / "file"))
    result = exhibit("index", "build")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"The index cannot be written to {tmp_path / 'file'}/indexes/")
    assert result.err.endswith(": Not a directory. Set EXHIBIT_DATA to a folder that can be written to.\n")
