"""`exhibit backup` and `exhibit restore`, as somebody moves a bot to another machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.backup.replacing import STAGING
from bot.state import FILE_NAME, State
from corpus.library import DEFAULT_CASE
from index.searcher import Searcher
from tests.bot.cli.conftest import Exhibit

QUESTION = "What was on the kitchen table?"


@pytest.fixture
async def used(quick: Searcher, tmp_path: Path) -> Searcher:
    """The small case with its index, and the state of a bot that has run."""
    async with State.open(tmp_path / "data") as state:
        await state.note("commands", "abc")
    return quick


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "exhibit.zip"


@pytest.mark.usefixtures("used")
def test_a_backup_from_beginning_to_end(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, case_dir: Path, backup: Path
) -> None:
    """Made, checked, restored to another machine, refused there a second time, and forced."""
    asked = exhibit("ask", QUESTION, "--json", "--case", case_dir).json
    made = exhibit("backup", backup, "--case", case_dir)
    assert (made.code, made.err) == (0, "")
    first, second = made.out.splitlines()
    assert first == f"{backup} is written and checked, {backup.stat().st_size / 1e6:.1f} MB."
    held = "the case harbour (2 documents with case.toml)", "1 index and the bot's state"
    assert second.startswith(f"It holds {held[0]}, {held[1]}; made by Exhibit ")
    assert exhibit("backup", backup, "--verify").out == f"{backup} is what was written.\n{second}\n"
    again = exhibit("backup", backup, "--case", case_dir)
    assert (again.code, again.out) == (1, "")
    assert again.err == f"{backup} is there already. Choose another name, or use --force to replace it.\n"
    assert exhibit("backup", backup, "--case", case_dir, "--force").code == 0

    new, data = tmp_path / "new" / "harbour", tmp_path / "new" / "data"
    monkeypatch.setenv("EXHIBIT_DATA", str(data))
    restored = exhibit("restore", backup, "--case", new)
    assert restored.code == 0
    assert restored.out == f"Restored to {new}: {held[0]}.\nRestored to {data}: {held[1]}.\n"
    assert restored.err == f"Start Exhibit with EXHIBIT_CASE={new} to answer from it.\n"
    monkeypatch.setenv("EXHIBIT_CASE", str(new))
    assert exhibit("ask", QUESTION, "--json").json | {"elapsed_ms": 0} == asked | {"elapsed_ms": 0}

    refused = exhibit("restore", backup)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(
        f"The data folder {data} is not empty. Set EXHIBIT_DATA to another one, or "
    )
    forced = exhibit("restore", backup, "--force")
    assert (forced.code, forced.out, forced.err) == (0, restored.out, "")


@pytest.mark.usefixtures("used")
def test_data_alone(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, case_dir: Path, backup: Path
) -> None:
    """Where the documents come from somewhere else."""
    assert exhibit("backup", backup, "--case", case_dir).code == 0
    monkeypatch.setenv("EXHIBIT_DATA", str(tmp_path / "new"))
    without = exhibit("restore", backup)
    assert (without.code, without.out) == (1, "")
    assert without.err == (
        "This backup holds the case harbour. Name a folder for it with --case, or restore the rest alone with"
        " --data-only.\n"
    )
    alone = exhibit("restore", backup, "--data-only")
    assert (alone.code, alone.err) == (0, "")
    assert alone.out == f"Restored to {tmp_path / 'new'}: 1 index and the bot's state.\n"


def test_the_case_that_ships_needs_no_folder(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, backup: Path
) -> None:
    """It is on the other machine too."""
    made = exhibit("backup", backup)
    name = DEFAULT_CASE.name
    assert (
        f"It holds the case {name} (1 document with case.toml), no index and no state of the bot; "
        in made.out
    )
    monkeypatch.setenv("EXHIBIT_DATA", str(tmp_path / "new"))
    restored = exhibit("restore", backup)
    assert (restored.code, restored.err) == (0, "")
    assert restored.out == f"Restored to {tmp_path / 'new'}: no index and no state of the bot.\n"


def test_what_is_left_out_is_said(
    exhibit: Exhibit, used: Searcher, letters: Searcher, case_dir: Path, backup: Path
) -> None:
    """And the rest is copied."""
    (letters.generation.folder / "vectors.faiss").write_bytes(b"x")
    made = exhibit("backup", backup, "--case", case_dir)
    assert made.code == 0
    assert used.generation.folder.is_dir()
    assert made.err.startswith(f"The index in {letters.generation.folder.parent.parent} is left out. ")
    assert "1 index and the bot's state" in made.out


@pytest.mark.parametrize("command", [("backup", "--verify"), ("restore",)])
@pytest.mark.parametrize("content", [None, b"", b"PK damaged"])
def test_what_is_no_backup_is_a_sentence(
    exhibit: Exhibit, tmp_path: Path, backup: Path, command: tuple[str, ...], content: bytes | None
) -> None:
    """Whichever command is given it, and nothing is made."""
    if content is not None:
        backup.write_bytes(content)
    result = exhibit(*command, backup)
    assert (result.code, result.out) == (1, "")
    reason = (
        "cannot be read: No such file or directory." if content is None else "is not a backup, or is damaged"
    )
    assert result.err.startswith(f"{backup} {reason}")
    assert not (tmp_path / "data").exists()


def test_a_restore_that_was_cut_short_is_ended_by_the_next_command(exhibit: Exhibit, tmp_path: Path) -> None:
    """Whichever it is, as it was settled that the new comes in the place of the old."""
    staging = tmp_path / "data" / STAGING
    for name in ("new", "old"):
        (staging / name).mkdir(parents=True)
    (staging / "new" / FILE_NAME).write_bytes(b"new")
    (staging.parent / FILE_NAME).write_bytes(b"old")
    (staging / "ready.json").write_text(
        f'{{"parts": [{{"folder": ".", "made": 0, "entries": {{"{FILE_NAME}": true}}}}]}}'
    )
    assert exhibit("corpus", "list").code == 0
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE_NAME]
    assert (tmp_path / "data" / FILE_NAME).read_bytes() == b"new"
