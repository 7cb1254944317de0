"""The crossing into worker threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.asker import Asker
from bot.errors import BotError, BusyError
from bot.state import KeptAnswer, KeptQuote, State
from corpus.library import load_case
from corpus.models import Span
from index.build import build_index
from index.encoder import Encoder
from index.errors import QuestionError, ReceiptError
from index.filters import Filter
from index.models import Answer, Outcome, Receipt
from index.overlap import OverlapReader
from index.searcher import QUOTES, Searcher
from index.store import Store

QUESTION = "Did you see the red ledger?"


class SlowSearcher(Searcher):
    """Answers when it is told to, and remembers in which thread it was asked."""

    def __init__(self, searcher: Searcher) -> None:
        self.generation = searcher.generation
        self._searcher = searcher
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.threads: list[str] = []

    def search(self, question: str, limit: int = QUOTES, where: Filter | None = None) -> Answer:
        self.threads.append(threading.current_thread().name)
        self.started.set()
        assert self.go_on.wait(10)
        return self._searcher.search(question, limit, where)


@pytest.fixture
async def asker(searcher: Searcher) -> AsyncIterator[Asker]:
    """An asker over the small case."""
    opened = Asker(searcher, queue_size=2)
    yield opened
    await opened.close()


@pytest.fixture
async def slow(searcher: Searcher) -> AsyncIterator[SlowSearcher]:
    """A slow searcher; it goes on at the end of the test at the latest."""
    made = SlowSearcher(searcher)
    yield made
    made.go_on.set()


async def test_a_question_is_answered(asker: Asker, searcher: Searcher) -> None:
    """With the searcher's own answer."""
    answer = await asker.ask(QUESTION)

    assert answer.outcome is Outcome.QUOTE
    assert answer.quotes == searcher.search(QUESTION).quotes


async def test_what_the_searcher_refuses_is_passed_on(asker: Asker) -> None:
    """A question without words is the asker's to hear of."""
    with pytest.raises(QuestionError):
        await asker.ask("")


async def test_the_event_loop_is_free_meanwhile(slow: SlowSearcher) -> None:
    """The search is in another thread, one question at a time."""
    asker = Asker(slow, queue_size=2)
    asked = [asyncio.create_task(asker.ask(QUESTION)) for _ in range(2)]
    await asyncio.to_thread(slow.started.wait, 10)
    assert not any(task.done() for task in asked)

    slow.go_on.set()
    await asyncio.gather(*asked)
    await asker.close()

    assert len(set(slow.threads)) == 1
    assert slow.threads[0].startswith("search")


async def test_one_question_too_many_is_refused_at_once(slow: SlowSearcher) -> None:
    """One is answered, two wait, the fourth is told to come back; then there is room again."""
    asker = Asker(slow, queue_size=2)
    asked = [asyncio.create_task(asker.ask(QUESTION)) for _ in range(3)]
    await asyncio.to_thread(slow.started.wait, 10)

    with pytest.raises(BusyError, match=r"^2 questions are waiting already\. Ask again in a minute\.$"):
        await asker.ask(QUESTION)

    slow.go_on.set()
    await asyncio.gather(*asked)
    assert (await asker.ask(QUESTION)).outcome is Outcome.QUOTE
    await asker.close()


async def test_a_full_queue_does_not_hold_up_reading(slow: SlowSearcher) -> None:
    """A button is answered while questions wait."""
    asker = Asker(slow, queue_size=2)
    asked = asyncio.create_task(asker.ask(QUESTION))
    await asyncio.to_thread(slow.started.wait, 10)
    document = slow.generation.case.documents[0]
    span = Span(document.text.index("Yes."), document.text.index("Yes.") + 4)

    quote = await asker.quote(Receipt(document.sha256[:16], span))

    assert (quote.text, asked.done()) == ("Yes.", False)
    slow.go_on.set()
    await asker.close()
    assert asked.done()


async def test_closing_answers_what_was_asked(slow: SlowSearcher) -> None:
    """Nothing that was taken is dropped, and nothing more is taken."""
    asker = Asker(slow, queue_size=2)
    asked = asyncio.create_task(asker.ask(QUESTION))
    await asyncio.to_thread(slow.started.wait, 10)
    closing = asyncio.create_task(asker.close())
    await asyncio.sleep(0)

    with pytest.raises(BotError, match="being restarted"):
        await asker.ask(QUESTION)
    assert not closing.done()
    slow.go_on.set()
    await closing

    assert (await asked).outcome is Outcome.QUOTE


async def test_closing_does_not_wait_for_what_takes_too_long(
    slow: SlowSearcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search that hangs is left to its thread; one that has not begun never does."""
    monkeypatch.setattr("bot.asker._LAST_SECONDS", 0.01)
    asker = Asker(slow, queue_size=2)
    asked = [asyncio.create_task(asker.ask(QUESTION)) for _ in range(2)]
    await asyncio.to_thread(slow.started.wait, 10)

    await asyncio.wait_for(asker.close(), 10)

    assert not asked[0].done()
    slow.go_on.set()
    assert (await asked[0]).outcome is Outcome.QUOTE
    with pytest.raises(asyncio.CancelledError):
        await asked[1]


async def test_another_searcher_takes_over(
    asker: Asker, case_dir: Path, store: Store, encoder: Encoder
) -> None:
    """From the next question on, the new record is asked."""
    (case_dir / "documents" / "extra.txt").write_text("The zebra crossed the harbour at noon.")
    await asker.ask(QUESTION)

    asker.swap(Searcher(build_index(load_case(case_dir), store, encoder), encoder, OverlapReader(encoder)))

    answer = await asker.ask("When did the zebra cross the harbour?")
    assert answer.quotes[0].document.path == "extra.txt"
    assert (asker.passages("extra.txt"), asker.passages("missing.txt")) == (1, 0)


async def test_a_changed_text_fails_the_receipt(asker: Asker) -> None:
    """What is on the disk is what counts, for a quote and for the question shown with it."""
    answer = await asker.ask(QUESTION)
    await asker.recheck(answer.quotes)
    document = answer.quotes[0].document
    stored = asker.generation.folder / "documents" / f"{document.sha256}.txt"
    stored.write_text(stored.read_text(encoding="utf-8").replace("red", "tan"), encoding="utf-8")

    with pytest.raises(ReceiptError, match=r"^The stored text of hearing\.txt has been changed\."):
        await asker.recheck(answer.quotes)
    with pytest.raises(ReceiptError):
        await asker.quote(answer.quotes[0].receipt)
    with pytest.raises(ReceiptError):
        await asker.context(answer.quotes[0].receipt)


async def test_a_quote_comes_with_its_surroundings(asker: Asker) -> None:
    """What stands before and after it, and where it stands itself."""
    document = asker.generation.document((await asker.ask(QUESTION)).quotes[0].document.sha256)
    words = "I do not know who brought it."
    start = document.text.index(words)

    before, quote, after = await asker.context(Receipt(document.sha256, Span(start, start + len(words))))

    assert (quote.text, quote.locator) == (words, "line 14")
    assert before is not None
    assert before.of(document.text).endswith("Jane Hopper:")
    assert after is not None
    assert after.of(document.text).startswith("I was asleep until the alarm.")


@pytest.mark.parametrize("span", [Span(0, 5), Span(0, 10**9), Span(3, 3)])
async def test_a_place_that_cannot_be_quoted_is_refused(asker: Asker, span: Span) -> None:
    """The header, past the end, and nothing at all."""
    document = next(held for held in asker.generation.case if held.path == "hearing.txt")

    with pytest.raises(ReceiptError, match=r"^hearing\.txt has nothing to quote there\."):
        await asker.quote(Receipt(document.sha256[:16], span))


async def test_a_withdrawn_document_is_not_revived(asker: Asker) -> None:
    """A kept answer whose document is gone says so."""
    gone = KeptQuote(Receipt("ab" * 32, Span(0, 5)), (), None, "line 1", 0.5, None)

    with pytest.raises(ReceiptError, match="no longer"):
        await asker.revive(KeptAnswer(Outcome.QUOTE, (gone,)))


async def test_a_kept_place_that_does_not_fit_is_not_revived(asker: Asker) -> None:
    """The same document, but the place is none of its quotable ones."""
    document = next(held for held in asker.generation.case if held.path == "hearing.txt")
    header = KeptQuote(Receipt(document.sha256, Span(0, 5)), (), None, "line 1", 0.5, None)

    with pytest.raises(ReceiptError, match=r"^These quotes no longer stand in the record\. Ask again\.$"):
        await asker.revive(KeptAnswer(Outcome.QUOTE, (header,)))


async def test_a_changed_copy_fails_the_receipt(letters: Searcher) -> None:
    """Where else the words stand is said only if they stand there."""
    asker = Asker(letters, queue_size=2)
    [copied] = [quote for quote in (await asker.ask("Who was paid?")).quotes if quote.also]
    await asker.recheck([copied])
    place = next(place for place in copied.also if place.document.sha256 != copied.document.sha256)
    stored = asker.generation.folder / "documents" / f"{place.document.sha256}.txt"
    stored.write_text("Something else.", encoding="utf-8")

    with pytest.raises(ReceiptError, match="has been changed"):
        await asker.recheck([copied])
    await asker.recheck([replace(copied, also=())])
    await asker.close()


async def test_a_kept_answer_has_its_other_places(letters: Searcher, tmp_path: Path) -> None:
    """Each in its own document, also where two are the same to the byte."""
    asker = Asker(letters, queue_size=2)
    answer = await asker.ask("Who was paid?")
    async with State.open(tmp_path / "state") as state:
        kept = await state.kept(await state.keep(answer))

    assert kept is not None
    assert await asker.revive(kept) == answer.quotes
    await asker.close()


async def test_a_withdrawn_copy_is_no_longer_named(letters: Searcher, tmp_path: Path) -> None:
    """The quote is still in the record, and its other places are those that are left."""
    answer = letters.search("Who was paid?")
    [copied] = [quote for quote in answer.quotes if quote.also]
    gone, *left = copied.also
    case = letters.generation.case
    documents = tuple(document for document in case if document is not gone.document)
    letters.generation = replace(letters.generation, case=replace(case, documents=documents))
    async with State.open(tmp_path / "state") as state:
        kept = await state.kept(await state.keep(replace(answer, quotes=(copied,))))
    asker = Asker(letters, queue_size=2)

    assert kept is not None
    assert await asker.revive(kept) == (replace(copied, also=tuple(left)),)
    await asker.close()
