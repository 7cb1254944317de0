"""A rebuilt index is taken over while questions are asked, or refused while the old one serves on."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import AsyncIterator, Callable, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.asker import Asker
from bot.reloading import Reloader, reloading
from bot.state import State
from corpus.library import load_case
from corpus.models import CaseCalibration
from index.build import build_index
from index.errors import ReceiptError
from index.opening import reopen_index
from index.overlap import OverlapReader
from index.searcher import Searcher
from index.store import Store
from tests.conftest import CASE_FILE, CountingEncoder

QUESTION = "Did you see the red ledger?"
NEWS = "When did the zebra cross the harbour?"
Logs = list[MutableMapping[str, Any]]


class Reopen:
    """Opens the live generation as the command line does, and counts how often."""

    def __init__(self, case_dir: Path, store: Store, encoder: CountingEncoder) -> None:
        self._case_dir = case_dir
        self._store = store
        self._encoder = encoder
        self._reader = OverlapReader(encoder)
        self.calls = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def __call__(self) -> Searcher:
        self.calls += 1
        assert self.may_go_on.wait(60)
        generation = reopen_index(self._case_dir, self._store, self._encoder.sha256)
        return Searcher(generation, self._encoder, self._reader)


@pytest.fixture
def build(case_dir: Path, store: Store, encoder: CountingEncoder) -> Callable[[], str]:
    """Builds the index of the case as it is, and gives the generation's name."""
    return lambda: build_index(load_case(case_dir), store, encoder).id


@pytest.fixture
def add_news(case_dir: Path, build: Callable[[], str]) -> Callable[[], str]:
    """Adds the zebra's document to the case and builds its index."""

    def add() -> str:
        (case_dir / "documents" / "news.txt").write_text("The zebra crossed the harbour at noon.\n")
        return build()

    return add


@pytest.fixture
def reopen(case_dir: Path, store: Store, encoder: CountingEncoder) -> Reopen:
    """Opens the live generation."""
    return Reopen(case_dir, store, encoder)


@pytest.fixture
async def asker(build: Callable[[], str], reopen: Reopen) -> AsyncIterator[Asker]:
    """Asks the small case as it was when the test began."""
    build()
    opened = Asker(reopen(), queue_size=20)
    reopen.calls = 0
    yield opened
    await opened.close()


@pytest.fixture
async def reloader(asker: Asker, store: Store, reopen: Reopen) -> AsyncIterator[Reloader]:
    """Looks when it is told to."""
    made = Reloader(asker, store, reopen)
    yield made
    made.close()


async def test_a_rebuilt_index_is_taken_over(
    asker: Asker, reloader: Reloader, add_news: Callable[[], str]
) -> None:
    """From the next question on, with a line in the log."""
    await asker.ask(QUESTION)
    built = add_news()

    with capture_logs() as logs:
        await reloader.look()

    assert asker.generation.id == built
    assert (await asker.ask(NEWS)).quotes[0].document.path == "news.txt"
    [line] = logs
    assert line.pop("seconds") >= 0
    passages = len(asker.generation.passages)
    assert line == {
        "event": "index_reloaded",
        "log_level": "info",
        "generation": built,
        "documents": 3,
        "passages": passages,
    }


async def test_what_is_served_already_is_not_opened_again(
    reloader: Reloader, reopen: Reopen, add_news: Callable[[], str]
) -> None:
    """Neither at the first look, nor while nothing changes."""
    for _ in range(3):
        await reloader.look()
    assert reopen.calls == 0
    add_news()
    for _ in range(3):
        await reloader.look()
    assert reopen.calls == 1


async def test_a_build_before_the_first_look_is_not_missed(
    asker: Asker, store: Store, reopen: Reopen, add_news: Callable[[], str]
) -> None:
    """What counts is what is served, not what the pointer was when watching began."""
    built = add_news()
    late = Reloader(asker, store, reopen)
    await late.look()
    late.close()
    assert asker.generation.id == built


async def test_what_the_case_says_of_answers_is_read_with_it(
    case_dir: Path, asker: Asker, reloader: Reloader, add_news: Callable[[], str]
) -> None:
    """As at a start."""
    (case_dir / "case.toml").write_text(f"{CASE_FILE}\n[answers]\nquote = 0.9\n", encoding="utf-8")
    add_news()
    await reloader.look()
    assert asker.generation.case.calibration == CaseCalibration(quote=0.9)


async def test_questions_are_answered_while_it_is_read(
    asker: Asker, reloader: Reloader, reopen: Reopen, add_news: Callable[[], str]
) -> None:
    """By the old one; neither they nor the event loop wait."""
    old = asker.generation.id
    built = add_news()
    reopen.may_go_on.clear()
    looking = asyncio.create_task(reloader.look())

    answer = await asker.ask(QUESTION)
    await asker.recheck(answer.quotes)

    assert (asker.generation.id, looking.done()) == (old, False)
    reopen.may_go_on.set()
    await looking
    assert asker.generation.id == built


async def test_the_old_index_is_let_go(
    build: Callable[[], str],
    reopen: Reopen,
    store: Store,
    add_news: Callable[[], str],
) -> None:
    """Its searcher, its vectors and its texts, once nothing that was asked of it is left; and its folder."""
    build()
    searcher = reopen()
    folder = searcher.generation.folder
    held = [weakref.ref(each) for each in (searcher, searcher.generation.dense, searcher.generation.lease)]
    asker = Asker(searcher, queue_size=2)
    reloader = Reloader(asker, store, reopen)
    del searcher
    assert len((await asker.ask(QUESTION)).quotes) > 0
    add_news()

    await reloader.look()

    assert [ref() for ref in held] == [None] * 3
    add_news()
    add_news()
    assert not folder.exists()
    await asker.close()
    reloader.close()


def damage(name: str) -> Callable[[Store], None]:
    """Damages one file of the live generation."""

    def harm(store: Store) -> None:
        path = store.folder / "generations" / store.manifest().generation / name
        path.write_bytes(path.read_bytes()[:-1])

    return harm


def damage_pointer(store: Store) -> None:
    (store.folder / "CURRENT").write_bytes(b"?")


def remove_pointer(store: Store) -> None:
    (store.folder / "CURRENT").unlink()


REBUILD = "Run `exhibit index build` to build it anew."


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (damage("vectors.faiss"), f"vectors.faiss of the index is damaged. {REBUILD}"),
        (damage("manifest.json"), f"The manifest of the index is damaged. {REBUILD}"),
        (damage_pointer, f"The pointer to the live index is damaged. {REBUILD}"),
        (remove_pointer, "There is no index of this case yet. Run `exhibit index build`."),
    ],
)
async def test_a_damaged_one_is_refused_once(
    asker: Asker,
    reloader: Reloader,
    store: Store,
    add_news: Callable[[], str],
    harm: Callable[[Store], None],
    reason: str,
) -> None:
    """With one line; the old one serves on, and the next build is taken."""
    old = asker.generation.id
    add_news()
    harm(store)

    with capture_logs() as logs:
        for _ in range(3):
            await reloader.look()

    assert logs == [
        {"event": "index_refused", "log_level": "warning", "reason": reason, "serving": old},
    ]
    answer = await asker.ask(QUESTION)
    await asker.recheck(answer.quotes)
    assert asker.generation.id == old
    built = add_news()
    await reloader.look()
    assert asker.generation.id == built


async def test_another_models_is_refused(
    case_dir: Path, asker: Asker, reloader: Reloader, store: Store
) -> None:
    """Its vectors mean something else than the questions'."""
    other = CountingEncoder(["red"])
    other.sha256 = "00" * 32
    old = asker.generation.id
    build_index(load_case(case_dir), store, other)

    with capture_logs() as logs:
        await reloader.look()

    assert [line["reason"] for line in logs] == [
        f"The index was built with another model, counting. {REBUILD}"
    ]
    assert asker.generation.id == old


async def test_a_defect_in_opening_ends_nothing(
    asker: Asker, store: Store, add_news: Callable[[], str]
) -> None:
    """It is logged as one, and the old index serves on."""

    def broken() -> Searcher:
        raise MemoryError

    old = asker.generation.id
    add_news()
    reloader = Reloader(asker, store, broken)
    with capture_logs() as logs:
        await reloader.look()
    reloader.close()

    assert [line["event"] for line in logs] == ["failed", "index_refused"]
    assert logs[0]["reference"] in logs[1]["reason"]
    assert (await asker.ask(QUESTION)).quotes[0].document.path == "hearing.txt"
    assert asker.generation.id == old


async def test_the_served_one_outlives_any_number_of_refused_builds(
    asker: Asker, reloader: Reloader, store: Store, add_news: Callable[[], str]
) -> None:
    """Its folder is what quotes are checked against, so no build removes it."""
    answer = await asker.ask(QUESTION)
    for _ in range(4):
        add_news()
        damage("vectors.faiss")(store)
        await reloader.look()

    await asker.recheck(answer.quotes)


async def test_the_buttons_of_older_answers_go_on(
    case_dir: Path, asker: Asker, reloader: Reloader, add_news: Callable[[], str], tmp_path: Path
) -> None:
    """As long as the record has their documents; then they say that it has not."""
    answer = await asker.ask(QUESTION)
    receipt = answer.quotes[0].receipt
    async with State.open(tmp_path / "state") as state:
        kept = await state.kept(await state.keep(answer))
    assert kept is not None
    add_news()
    await reloader.look()

    assert (await asker.quote(receipt)).text == answer.quotes[0].text
    assert (await asker.context(receipt))[1].text == answer.quotes[0].text
    assert [quote.text for quote in await asker.revive(kept)] == [quote.text for quote in answer.quotes]

    (case_dir / "documents" / "hearing.txt").unlink()
    add_news()
    await reloader.look()
    for refused in (asker.quote(receipt), asker.context(receipt), asker.revive(kept)):
        with pytest.raises(ReceiptError, match=r"not, or no longer, in the record\. Ask again\.$"):
            await refused


async def test_it_is_looked_for_as_long_as_it_is_open(
    asker: Asker, store: Store, reopen: Reopen, add_news: Callable[[], str]
) -> None:
    """Again and again, also after a refusal; afterwards nothing is left that would look."""
    async with asyncio.timeout(60), reloading(asker, store, reopen, every=0.01):
        for harm in (None, damage("case.json"), None):
            built = add_news()
            if harm:
                harm(store)
                continue
            while asker.generation.id != built:  # noqa: ASYNC110 - a swap sets no event
                await asyncio.sleep(0.01)
    assert asyncio.all_tasks() == {asyncio.current_task()}
