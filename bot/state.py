"""What the bot remembers between restarts: which quotes an answer had, for its More button.

Kept are places in the record, never the question nor who asked. SQLite, one file.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiosqlite

from bot.errors import BotError
from corpus.models import Document, Span
from index.models import Answer, Outcome, Place, Quote, Receipt

FILE_NAME = "state.sqlite3"
KEPT_DAYS = 30
SCHEMA_VERSION = 1
_SCHEMA = f"""
BEGIN;
CREATE TABLE answer (
    id TEXT PRIMARY KEY, created INTEGER NOT NULL, outcome TEXT NOT NULL, quotes TEXT NOT NULL
);
CREATE INDEX answer_created ON answer (created);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """A `Place` without its document."""

    path: str
    receipt: Receipt
    locator: str

    def of(self, document: Document) -> Place:
        """The place again.

        Raises:
            ValueError: if it is none in `document`.
        """
        return Place(document, self.receipt.span, self.locator)


@dataclass(frozen=True, slots=True)
class KeptQuote:
    """A `Quote` without its document."""

    receipt: Receipt
    highlights: tuple[Span, ...]
    speaker: str | None
    locator: str
    score: float
    question: Span | None
    path: str = ""
    """Tells apart documents that are the same."""
    also: tuple[KeptPlace, ...] = ()

    def of(self, document: Document, also: tuple[Place, ...] = ()) -> Quote:
        """The quote again, with the other places that there still are.

        Raises:
            ValueError: if it does not stand in `document`.
        """
        return Quote(
            document,
            self.receipt.span,
            self.highlights,
            self.speaker,
            self.locator,
            self.score,
            self.question,
            also,
        )


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The outcome of an answer and where its quotes stand, best first."""

    outcome: Outcome
    quotes: tuple[KeptQuote, ...]


class State:
    """The open state file; `State.open` opens it."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator[Self]:
        """The state in a folder, which is made where there is none.

        Raises:
            BotError: if its file cannot be used, or a newer Exhibit wrote it.
        """
        path = folder / FILE_NAME
        try:
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
            connection = await aiosqlite.connect(path)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(path, error) from error
        try:
            await _prepare(connection, path)
            yield cls(connection)
        finally:
            await connection.close()

    async def keep(self, answer: Answer) -> str:
        """Keeps where an answer's quotes stand, and lets go of what is older than `KEPT_DAYS`.

        Returns:
            the identifier to ask `kept` for: 16 hexadecimal digits.

        Raises:
            sqlite3.Error: if it cannot be written.
        """
        identifier = secrets.token_hex(8)
        now = int(time.time())
        quotes = json.dumps([_to_json(quote) for quote in answer.quotes])
        try:
            await self._connection.execute(
                "DELETE FROM answer WHERE created < ?", (now - KEPT_DAYS * 86_400,)
            )
            await self._connection.execute(
                "INSERT INTO answer VALUES (?, ?, ?, ?)", (identifier, now, answer.outcome.value, quotes)
            )
            await self._connection.commit()
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                await self._connection.rollback()
            raise
        return identifier

    async def kept(self, identifier: str) -> KeptAnswer | None:
        """The answer that `keep` gave this identifier; None if it is let go."""
        query = "SELECT outcome, quotes FROM answer WHERE id = ?"
        async with self._connection.execute(query, (identifier,)) as rows:
            row = await rows.fetchone()
        if row is None:
            return None
        return KeptAnswer(Outcome(row[0]), tuple(_from_json(quote) for quote in json.loads(row[1])))

    async def note(self, name: str, value: str, *, durable: bool = False) -> None:
        """Keeps one value under a name, for as long as the file lives.

        Args:
            durable: whether it outlives a loss of power too; else only the end of the process.

        Raises:
            sqlite3.Error: if it cannot be written.
        """
        try:
            await self._connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))
            await self._connection.commit()
            if durable:  # a checkpoint waits for the disk, as a commit does not
                async with self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)"):
                    pass
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                await self._connection.rollback()
            raise

    async def noted(self, name: str) -> str | None:
        """The value that `note` kept last."""
        async with self._connection.execute("SELECT value FROM note WHERE name = ?", (name,)) as rows:
            row = await rows.fetchone()
        return str(row[0]) if row else None


async def _prepare(connection: aiosqlite.Connection, path: Path) -> None:
    try:
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = NORMAL")
        async with connection.execute("PRAGMA user_version") as rows:
            row = await rows.fetchone()
        version = int(row[0]) if row else 0
        if version == 0:
            await connection.executescript(_SCHEMA)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    if version > SCHEMA_VERSION:
        raise BotError(
            f"{path} was written by a newer Exhibit (its format is {version}; this Exhibit knows "
            f"{SCHEMA_VERSION}): upgrade Exhibit, or move the file away."
        )


def _unusable(path: Path, error: OSError | sqlite3.Error) -> BotError:
    reason = getattr(error, "strerror", None) or str(error)
    return BotError(
        f"The bot's state {path} cannot be used ({reason}): check the folder's permissions and space, "
        "or move the file away to begin anew."
    )


def _to_json(quote: Quote) -> dict[str, Any]:
    return {
        "sha256": quote.document.sha256,
        "span": [quote.span.start, quote.span.end],
        "highlights": [[span.start, span.end] for span in quote.highlights],
        "speaker": quote.speaker,
        "locator": quote.locator,
        "score": quote.score,
        "question": [quote.question.start, quote.question.end] if quote.question else None,
        "path": quote.document.path,
        "also": [
            {
                "path": place.document.path,
                "sha256": place.document.sha256,
                "span": [place.span.start, place.span.end],
                "locator": place.locator,
            }
            for place in quote.also
        ],
    }


def _from_json(stored: dict[str, Any]) -> KeptQuote:
    return KeptQuote(
        receipt=Receipt(stored["sha256"], Span(*stored["span"])),
        highlights=tuple(Span(*span) for span in stored["highlights"]),
        speaker=stored["speaker"],
        locator=stored["locator"],
        score=stored["score"],
        question=Span(*stored["question"]) if stored["question"] else None,
        path=stored.get("path", ""),
        also=tuple(
            KeptPlace(place["path"], Receipt(place["sha256"], Span(*place["span"])), place["locator"])
            for place in stored.get("also", [])
        ),
    )
