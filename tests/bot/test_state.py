"""What the bot remembers, and what it refuses to open."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import BotError
from bot.state import FILE_NAME, KEPT_DAYS, State
from corpus.models import Document, Span
from index.models import Answer, Outcome, Place, Quote

DAY = 86_400


@pytest.fixture
def answer(make_quote: Callable[..., Quote]) -> Answer:
    """An answer of two quotes to a question that must not be remembered."""
    first = make_quote("She saw it. It was red.", "It was red.", speaker="Jane Hopper")
    second = make_quote("Nobody came.")
    return Answer("Was the ledger secretly red?", Outcome.QUOTE, 0.9, (first, second), 1.0)


async def test_an_answer_is_kept_over_a_restart(tmp_path: Path, answer: Answer) -> None:
    """The same quotes come back after the file was closed and opened again."""
    async with State.open(tmp_path / "new" / "folder") as state:
        identifier = await state.keep(answer)

    async with State.open(tmp_path / "new" / "folder") as state:
        kept = await state.kept(identifier)

    assert kept is not None
    assert kept.outcome is Outcome.QUOTE
    assert tuple(quote.of(held.document) for quote, held in zip(kept.quotes, answer.quotes, strict=True)) == (
        answer.quotes
    )


async def test_the_question_that_a_quote_answers_is_kept(tmp_path: Path, answer: Answer) -> None:
    """A turn of the record, as a place in it."""
    quote = answer.quotes[0]
    asked = Quote(quote.document, Span(12, 23), (), None, "line 1", 0.5, question=Span(0, 11))
    async with State.open(tmp_path) as state:
        kept = await state.kept(await state.keep(Answer("?", Outcome.NEAREST, 0.1, (asked,), 1.0)))

    assert kept is not None
    assert kept.quotes[0].of(quote.document) == asked


async def test_other_places_are_kept(
    tmp_path: Path, answer: Answer, make_document: Callable[..., Document]
) -> None:
    """Each with its path, since documents may be the same."""
    copy = make_document("She saw it. It was red.", "copy.txt")
    quote = replace(answer.quotes[0], also=(Place(copy, Span(0, 11), "line 7"),))
    async with State.open(tmp_path) as state:
        kept = await state.kept(await state.keep(replace(answer, quotes=(quote,))))

    assert kept is not None
    [held] = kept.quotes
    [place] = held.also
    assert (held.path, place.path) == (quote.document.path, "copy.txt")
    assert held.of(quote.document, (place.of(copy),)) == quote


async def test_answers_without_other_places_are_still_read(tmp_path: Path, answer: Answer) -> None:
    """They were kept before quotes had any."""
    async with State.open(tmp_path) as state:
        identifier = await state.keep(answer)
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        [quotes] = connection.execute("SELECT quotes FROM answer").fetchone()
        older = [
            {key: held[key] for key in held if key not in {"path", "also"}} for held in json.loads(quotes)
        ]
        connection.execute("UPDATE answer SET quotes = ?", (json.dumps(older),))
    connection.close()

    async with State.open(tmp_path) as state:
        kept = await state.kept(identifier)

    assert kept is not None
    assert [held.of(quote.document) for held, quote in zip(kept.quotes, answer.quotes, strict=True)] == [
        *answer.quotes
    ]


async def test_nobody_can_read_what_was_asked(tmp_path: Path, answer: Answer) -> None:
    """Neither the question nor the record's words are in any of the files."""
    async with State.open(tmp_path) as state:
        await state.keep(answer)

    held = await asyncio.to_thread(lambda: b"".join(path.read_bytes() for path in tmp_path.iterdir()))
    assert b"secretly" not in held
    assert b"She saw it" not in held


async def test_an_unknown_answer_is_none(tmp_path: Path) -> None:
    """Such as one that was let go."""
    async with State.open(tmp_path) as state:
        assert await state.kept("0" * 16) is None


async def test_old_answers_are_let_go(
    tmp_path: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those older than `KEPT_DAYS`, when the next one is kept."""
    now = 1_800_000_000
    async with State.open(tmp_path) as state:
        monkeypatch.setattr("time.time", lambda: now - KEPT_DAYS * DAY - 1)
        old = await state.keep(answer)
        monkeypatch.setattr("time.time", lambda: now - KEPT_DAYS * DAY)
        younger = await state.keep(answer)
        monkeypatch.setattr("time.time", lambda: now)
        await state.keep(answer)

        assert await state.kept(old) is None
        assert await state.kept(younger) is not None


async def test_a_note_is_kept_until_the_next(tmp_path: Path) -> None:
    """One value a name."""
    async with State.open(tmp_path) as state:
        assert await state.noted("commands") is None
        await state.note("commands", "a")
        await state.note("commands", "b")

    async with State.open(tmp_path) as state:
        assert await state.noted("commands") == "b"


async def test_a_durable_note_does_not_wait_in_the_log(tmp_path: Path) -> None:
    """SQLite's own log is put on the disk only at a checkpoint: what stands in the database has been."""
    async with State.open(tmp_path / "state") as state:
        await state.note("one", "a")
        await state.note("two", "b", durable=True)
        await state.note("three", "c")
        (tmp_path / FILE_NAME).write_bytes((tmp_path / "state" / FILE_NAME).read_bytes())

    async with State.open(tmp_path) as lost:
        assert [await lost.noted(name) for name in ("one", "two", "three")] == ["a", "b", None]


async def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    """Downgrading never writes into what it does not understand."""
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()

    with pytest.raises(
        BotError, match=r"was written by a newer Exhibit \(its format is 7; .* upgrade Exhibit"
    ):
        async with State.open(tmp_path):
            pass


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """With its path and what to do."""
    (tmp_path / FILE_NAME).write_bytes(b"not a database" * 100)

    with pytest.raises(BotError, match=rf"{FILE_NAME} cannot be used \(file is not a database\): check"):
        async with State.open(tmp_path):
            pass


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """Such as one below a file."""
    (tmp_path / "file").touch()

    with pytest.raises(BotError, match=r"cannot be used \(Not a directory\)"):
        async with State.open(tmp_path / "file" / "state"):
            pass


async def test_a_failed_write_leaves_the_state_usable(tmp_path: Path, answer: Answer) -> None:
    """The disk may be full for a while."""
    async with State.open(tmp_path) as state:
        other = sqlite3.connect(tmp_path / FILE_NAME)
        other.execute("CREATE TRIGGER full BEFORE INSERT ON answer BEGIN SELECT RAISE(FAIL, 'full'); END")
        with pytest.raises(sqlite3.Error, match="full"):
            await state.keep(answer)
        other.execute("DROP TRIGGER full")
        other.close()

        assert await state.kept(await state.keep(answer)) is not None
