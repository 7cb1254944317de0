"""`python -m bot run` as a process of its own: how it starts, ends and comes back."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.running import open_bot
from bot.settings import Settings
from corpus.library import DEFAULT_CASE
from index.searcher import Searcher
from tests.loopback.conftest import TOKEN, connected
from tests.loopback.discord_server import LoopbackDiscord
from tests.loopback.people import Person, text_of

ROOT = Path(__file__).parents[2]
QUESTION = "What did Musk say distillation means?"
SENTENCE = "It means using one AI model to train another AI model."
EDIT = "/webhooks/*/messages/@original"
STARTS_WITHIN = 120.0
STOPS_WITHIN = 10.0
"""Seconds after SIGTERM; then a container engine kills."""

# `python -m bot`, told beforehand where Discord is; -P, so that this folder hides no package.
_PROGRAM = """\
import runpy, sys, discord.gateway, discord.http, yarl
discord.http.Route.BASE, gateway = sys.argv.pop(1), sys.argv.pop(1)
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""
# The same, but each search takes for ever.
_HANGING = f"""\
import threading, index.searcher
index.searcher.Searcher.search = lambda *_: threading.Event().wait()
{_PROGRAM}"""
# The same, but it takes for ever to open the index.
_OPENING = f"""\
import time, bot.cli.opening
def open_at_once(_):
    print("opening", flush=True)
    time.sleep(600)
bot.cli.opening.Opener.open_at_once = open_at_once
{_PROGRAM}"""


class Exhibit:
    """Starts `exhibit run` and ends what is left of it.

    Args:
        folder: where it runs; its data is below, where `settings` has it.
    """

    def __init__(self, discord_server: LoopbackDiscord, folder: Path) -> None:
        self.discord = discord_server
        self._folder = folder
        self._started: list[asyncio.subprocess.Process] = []

    @property
    def written(self) -> str:
        """What the processes wrote, to standard output and standard error."""
        return (self._folder / "written").read_text("utf-8")

    async def run(
        self, token: str = TOKEN, program: str = _PROGRAM, **environment: str
    ) -> asyncio.subprocess.Process:
        """Starts one."""
        with (self._folder / "written").open("ab") as written:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-c", program),
                *(self.discord.api, self.discord.gateway.address, "run"),
                cwd=self._folder,
                env={
                    **os.environ,
                    "PYTHONPATH": str(ROOT),
                    "EXHIBIT_DATA": str(self._folder / "data"),
                    "DISCORD_TOKEN": token,
                    **environment,
                },
                stdout=written,
                stderr=written,
            )
        self._started.append(process)
        return process

    async def connect(self, program: str = _PROGRAM) -> asyncio.subprocess.Process:
        """Starts one, and waits until it is on Discord."""
        process = await self.run(program=program)
        await self.discord.until(lambda: self.discord.gateway.connected, STARTS_WITHIN)
        return process

    def wait_for(self, words: str) -> None:
        """Returns when they have written these words.

        Raises:
            AssertionError: if they don't in the time that a start may take.
        """
        deadline = time.monotonic() + STARTS_WITHIN
        while words not in self.written:
            assert time.monotonic() < deadline, self.written
            time.sleep(0.05)

    async def end(self) -> None:
        """Kills those that still run."""
        for process in self._started:
            if process.returncode is None:
                process.kill()
                await process.wait()


@pytest.fixture
async def exhibit(discord_server: LoopbackDiscord, tmp_path: Path) -> AsyncIterator[Exhibit]:
    """The command, against the loopback Discord, with data below the test's own folder."""
    started = Exhibit(discord_server, tmp_path)
    yield started
    await started.end()


async def test_sigterm_ends_it_in_time_and_after_the_questions_under_way(
    exhibit: Exhibit, you: Person, discord_server: LoopbackDiscord
) -> None:
    """Those that are being searched for, and one whose answer is being sent."""
    process = await exhibit.connect()
    held = discord_server.hold("PATCH", EDIT)
    sending = you.ask(QUESTION)
    await discord_server.until(held.arrived.is_set)
    first, *searching = [you.ask(QUESTION) for _ in range(6)]
    await you.answer(first)

    stopped_at = time.perf_counter()
    process.send_signal(signal.SIGTERM)
    for asked in searching:
        assert SENTENCE in text_of(await you.answer(asked))
    held.released.set()

    assert await asyncio.wait_for(process.wait(), STOPS_WITHIN) == 0
    assert time.perf_counter() - stopped_at < STOPS_WITHIN
    assert SENTENCE in text_of(await you.answer(sending))
    assert [len(you.edits(asked)) for asked in (sending, first, *searching)] == [1] * 7
    assert "Traceback" not in exhibit.written


async def test_sigterm_ends_it_in_time_although_a_search_hangs(exhibit: Exhibit, you: Person) -> None:
    """Which nothing can cancel: it is not waited for, and the exit code is 0 all the same."""
    process = await exhibit.connect(_HANGING)
    asked = [you.ask(QUESTION) for _ in range(3)]
    await exhibit.discord.until(lambda: all(you.acknowledgements(each) for each in asked))

    process.send_signal(signal.SIGTERM)

    assert await asyncio.wait_for(process.wait(), STOPS_WITHIN) == 0
    assert "left_unanswered" in exhibit.written
    assert "Traceback" not in exhibit.written


async def test_sigterm_ends_it_while_it_opens_its_index(
    exhibit: Exhibit, discord_server: LoopbackDiscord
) -> None:
    """Long before it is on Discord, with exit code 0 and without another word."""
    process = await exhibit.run(program=_OPENING)
    await asyncio.to_thread(exhibit.wait_for, "opening")

    process.send_signal(signal.SIGTERM)

    assert await asyncio.wait_for(process.wait(), STOPS_WITHIN) == 0
    assert exhibit.written.endswith("opening\n")
    assert discord_server.requests == []


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_a_crash_loop_keeps_to_five_identifies_an_hour(
    exhibit: Exhibit, discord_server: LoopbackDiscord
) -> None:
    """Killed as soon as it is on Discord, six times: the sixth process lives, and says until when it waits."""
    gateway = discord_server.gateway
    for number in range(1, 6):
        process = await exhibit.connect()
        assert gateway.identifies == number
        process.kill()
        await process.wait()
        await discord_server.until(lambda: not gateway.connected)

    process = await exhibit.run()
    await asyncio.to_thread(exhibit.wait_for, "seconds=3")
    requests = len(discord_server.requests)
    process.send_signal(signal.SIGTERM)

    assert await asyncio.wait_for(process.wait(), STOPS_WITHIN) == 0
    assert (gateway.identifies, len(discord_server.requests)) == (5, requests)
    assert re.search(r"identify_waits .*until=\d{4}-\d\d-\d\dT", exhibit.written.splitlines()[-1])


async def test_the_buttons_of_a_message_outlive_the_process(
    exhibit: Exhibit, searcher: Searcher, settings: Settings, you: Person, discord_server: LoopbackDiscord
) -> None:
    """Which is killed without a warning; the next, here in this process, has the state that it left."""
    process = await exhibit.connect()
    message = await you.answer(you.ask(QUESTION))
    process.kill()
    await process.wait()
    await discord_server.until(lambda: not discord_server.gateway.connected)

    async with open_bot(searcher, settings, settings.data) as bot, connected(bot, discord_server):
        context = await you.answer(you.press(message, "Context"))
        more = await you.answer(you.press(message, "More"))
        receipt = await you.answer(you.press(message, "Receipt"))

    assert text_of(context).startswith("### In context")
    assert text_of(more).startswith("### More")
    [attachment] = receipt.attachments
    words = discord_server.backend.cdn.get(attachment["url"])
    [document] = (DEFAULT_CASE / "documents").iterdir()
    assert words is not None
    assert SENTENCE.encode() in words
    assert words in document.read_bytes()
    # The commands are registered already, and Discord limits how often.
    assert len(discord_server.sent("PUT", "/applications/*/commands")) == 1


async def test_a_wrong_token_is_one_sentence_and_exit_code_1(
    exhibit: Exhibit, discord_server: LoopbackDiscord
) -> None:
    """No traceback, and the token nowhere, not even in a log of everything."""
    token = "wr0ng.t0ken.indeed"
    process = await exhibit.run(token, EXHIBIT_LOG_LEVEL="debug")

    assert await asyncio.wait_for(process.wait(), STARTS_WITHIN) == 1

    assert exhibit.written.splitlines()[-1].startswith("Discord refused the token: copy the bot's token anew")
    assert "Traceback" not in exhibit.written
    assert token not in exhibit.written
    assert [(each.path, each.status) for each in discord_server.requests] == [("/users/@me", 401)]


async def test_its_health_is_seen_from_outside(exhibit: Exhibit, tmp_path: Path) -> None:
    """Over HTTP, and by `exhibit health`, which says so too when it has ended."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"

    async def health() -> int:
        checked = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot", "health"),
            env={**os.environ, "PYTHONPATH": str(ROOT), "EXHIBIT_DATA": str(tmp_path / "data")},
        )
        return await checked.wait()

    process = await exhibit.run(EXHIBIT_HEALTH_PORT=address.rpartition(":")[2])
    await asyncio.to_thread(exhibit.wait_for, "[bot.client] servers=")
    async with aiohttp.ClientSession(address) as outside:
        assert (await outside.get("/health/ready")).status == 200
        assert "exhibit_generation_passages" in await (await outside.get("/metrics")).text()
    assert await health() == 0

    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), STOPS_WITHIN) == 0
    assert await health() == 1
