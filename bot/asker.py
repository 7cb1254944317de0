"""The one crossing from the event loop into worker threads.

Searching computes for a tenth of a second and more, so it has a thread of its own; reading stored
texts has another, so that a button never waits behind questions.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.asks import queued
from bot.errors import BotError, BusyError
from bot.state import KeptAnswer, KeptQuote
from corpus.context import locator, surroundings
from corpus.models import Document, Span
from index.errors import ReceiptError
from index.filters import Filter
from index.generation import Generation
from index.models import Answer, Quote, Receipt
from index.searcher import QUOTES, Searcher

_LAST_SECONDS = 1.0
"""How long closing waits for what is being computed."""

_T = TypeVar("_T")


class Asker:
    """Asks the searcher from the event loop, one question at a time, a bounded number waiting.

    Args:
        queue_size: how many questions may wait while one is answered.
    """

    def __init__(self, searcher: Searcher, queue_size: int) -> None:
        self._queue_size = queue_size
        self._searching = ThreadPoolExecutor(1, thread_name_prefix="search")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="read")
        self._asked: set[asyncio.Future[Answer]] = set()
        self._closed = False
        self.swap(searcher)

    def swap(self, searcher: Searcher) -> None:
        """Takes another searcher from the next question on; questions under way keep theirs."""
        self._searcher = searcher
        self._passages = Counter(passage.document for passage in searcher.generation.passages)
        spoken = Counter(name for passage in searcher.generation.passages for name in passage.speakers)
        self._speakers = tuple(name for name, _ in spoken.most_common())

    @property
    def generation(self) -> Generation:
        """The generation that questions are now asked of."""
        return self._searcher.generation

    @property
    def speakers(self) -> tuple[str, ...]:
        """Everybody who speaks in the record, who speaks most first."""
        return self._speakers

    @property
    def waiting(self) -> int:
        """How many questions wait while one is answered."""
        return max(0, len(self._asked) - 1)

    def passages(self, path: str) -> int:
        """How many passages of a document are indexed."""
        return self._passages[path]

    async def ask(self, question: str, where: Filter | None = None) -> Answer:
        """The answer to a question.

        Args:
            where: the part of the record to ask; None for all of it.

        Raises:
            BusyError: at once, if too many questions wait.
            BotError: if no more are taken.
            QuestionError: if there is nothing in the question to look for, or nothing to look at.
        """
        if self._closed:
            raise BotError("Exhibit is being restarted. Ask again in a minute.")
        if len(self._asked) > self._queue_size:
            raise BusyError(f"{self._queue_size} questions are waiting already. Ask again in a minute.")
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._searching, queued(self._searcher.search), question, QUOTES, where)
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        return await asked

    async def recheck(self, quotes: Sequence[Quote], generation: Generation | None = None) -> None:
        """Reads quotes, the questions shown with them and their other places from the disk once more.

        Args:
            generation: where the quotes are from; None is the one that questions are now asked of.

        Raises:
            ReceiptError: if any of them is not what it was.
        """
        await self._read(lambda: _recheck(generation or self.generation, quotes))

    async def quote(self, receipt: Receipt) -> Quote:
        """The quote of a receipt, rechecked, without highlights.

        Raises:
            ReceiptError: if it does not, or no longer, stand in the record.
        """
        return await self._read(lambda: _quote(self.generation, receipt))

    async def context(self, receipt: Receipt) -> tuple[Span | None, Quote, Span | None]:
        """What stands before a quote, the quote, and what stands after it, all rechecked.

        Raises:
            ReceiptError: if it does not, or no longer, stand in the record.
        """
        return await self._read(lambda: _context(self.generation, receipt))

    async def revive(self, kept: KeptAnswer) -> tuple[Quote, ...]:
        """The quotes of an answer that was kept, not rechecked; without other places that are withdrawn.

        Raises:
            ReceiptError: if one of them no longer stands in the record.
        """
        return await self._read(lambda: _revived(self.generation, kept))

    def refuse(self) -> None:
        """Takes no more questions; those under way, and all reading, go on."""
        self._closed = True

    async def close(self) -> None:
        """Takes no more questions, and gives those under way a moment; then nothing can be read.

        What is still being computed after that is left to its thread, and what waits is dropped.
        """
        self.refuse()
        if self._asked:
            await asyncio.wait(self._asked, timeout=_LAST_SECONDS)
        self._searching.shutdown(wait=False, cancel_futures=True)
        self._reading.shutdown(wait=False, cancel_futures=True)

    async def _read(self, read: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, read)


def _recheck(generation: Generation, quotes: Sequence[Quote]) -> None:
    for quote in quotes:
        shown = [quote.span, quote.question] if quote.question else [quote.span]
        _recheck_spans(generation, quote.document, shown)
        for place in quote.also:
            _recheck_spans(generation, place.document, [place.span])


def _recheck_spans(generation: Generation, document: Document, spans: Sequence[Span]) -> None:
    for span in spans:
        if generation.recheck(Receipt(document.sha256, span)) != span.of(document.text):
            raise ReceiptError(f"{document.path} has changed. Ask again.")


def _quote(generation: Generation, receipt: Receipt) -> Quote:
    generation.recheck(receipt)
    document = generation.document(receipt.sha256)
    place = locator(document, receipt.span)
    quote = Quote(document, receipt.span, (), speaker=None, locator=place, score=0.0)
    _recheck(generation, [quote])
    return quote


def _context(generation: Generation, receipt: Receipt) -> tuple[Span | None, Quote, Span | None]:
    quote = _quote(generation, receipt)
    before, after = surroundings(quote.document, quote.span)
    _recheck_spans(generation, quote.document, [span for span in (before, after) if span])
    return before, quote, after


def _revived(generation: Generation, kept: KeptAnswer) -> tuple[Quote, ...]:
    try:
        return tuple(_revived_quote(generation, quote) for quote in kept.quotes)
    except ValueError as error:
        raise ReceiptError("These quotes no longer stand in the record. Ask again.") from error


def _revived_quote(generation: Generation, kept: KeptQuote) -> Quote:
    held = {(document.path, document.sha256): document for document in generation.case}
    document = held.get((kept.path, kept.receipt.sha256)) or generation.document(kept.receipt.sha256)
    also = [(place, held.get((place.path, place.receipt.sha256))) for place in kept.also]
    return kept.of(document, tuple(place.of(other) for place, other in also if other))
