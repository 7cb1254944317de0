"""The bot as Discord sees it: what it asks for, what it registers, how it ends."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from structlog.testing import capture_logs

from bot.asker import Asker
from bot.client import ExhibitBot
from bot.errors import BotError
from corpus.library import load_case
from index.build import build_index
from index.filters import Filter
from index.models import Answer
from index.overlap import OverlapReader
from index.searcher import QUOTES, Searcher
from index.store import Store
from tests.conftest import CountingEncoder

QUESTION = "Did you see the red ledger?"


class OvertakenSearcher(Searcher):
    """While it finds an answer, another searcher takes its place."""

    def __init__(self, searcher: Searcher, asker: Asker, other: Searcher) -> None:
        self.generation = searcher.generation
        self._searcher = searcher
        self._asker = asker
        self._other = other

    def search(self, question: str, limit: int = QUOTES, where: Filter | None = None) -> Answer:
        answer = self._searcher.search(question, limit, where)
        self._asker.swap(self._other)
        return answer


def registrations(env: simcord.Env) -> int:
    """How often the commands were registered."""
    return sum(
        request.method == "PUT" and request.path.endswith("/commands") for request in env.http_requests
    )


async def test_it_asks_for_no_privileged_intent_and_can_ping_nobody(bot: ExhibitBot) -> None:
    """Servers, and messages that mention it or are sent to it; mentions are off for every request."""
    assert bot.intents == discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
    mentions = bot.allowed_mentions
    assert mentions is not None
    assert (mentions.everyone, mentions.users, mentions.roles, mentions.replied_user) == (False,) * 4


async def test_it_keeps_no_message(
    bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """What people say is not held in memory either."""
    await you.send(channel, "hello")

    assert list(bot.cached_messages) == []


async def test_it_registers_its_commands_once(env: simcord.Env, bot: ExhibitBot) -> None:
    """Not again at a restart: Discord limits how often; again when they have changed."""
    assert registrations(env) == 1

    await env.restart_bot(ExhibitBot(bot.asker, bot.state, bot.settings, bot.metrics))
    assert registrations(env) == 1

    changed = ExhibitBot(bot.asker, bot.state, bot.settings, bot.metrics)
    changed.tree.remove_command("about")
    await env.restart_bot(changed)
    assert registrations(env) == 2


async def test_it_registers_all_commands(channel: simcord.ChannelHandle, you: simcord.MemberActor) -> None:
    """Three slash commands; the message menu has its own tests."""
    assert sorted(you.available_commands(channel)) == ["about", "ask", "sources"]


async def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    bot: ExhibitBot,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk is full: there is no More button, but there is an answer, and the log says why."""

    async def fail(_: object) -> str:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(bot.state, "keep", fail)
    with capture_logs() as logs:
        result = await you.slash(channel, "ask", question=QUESTION)

    assert result.response is not None
    row = result.response.components[0]["components"][-1]["components"]
    assert [button["label"] for button in row] == ["Context", "Receipt", "Source: example.org"]
    assert [(entry["event"], entry.get("error")) for entry in logs] == [
        ("failed", "sqlite3.OperationalError"),
        ("asked", None),
    ]


@pytest.mark.usefixtures("clock")
async def test_nothing_that_was_asked_is_logged(
    env: simcord.Env, bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """Neither when all is well nor when it is not."""
    with capture_logs() as logs:
        await you.slash(channel, "ask", question="the secretly of and")
        await you.slash(channel, "ask", question=f"secretly {QUESTION}")
        assert bot.user is not None
        await you.send(channel, f"{bot.user.mention} secretly the ledger?")
        env.inject_error("PATCH", "/webhooks/*", status=500, times=None)
        await you.slash(channel, "ask", question="secretly ledger?")

    assert len(env.errors) == 1
    assert {entry["event"] for entry in logs} == {"asked", "delivery_put_off", "not_delivered"}
    assert "secretly" not in str(logs)


async def test_a_defect_in_an_event_is_logged(
    env: simcord.Env,
    bot: ExhibitBot,
    monkeypatch: pytest.MonkeyPatch,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
) -> None:
    """With a reference like any other, and the bot lives on."""

    async def fail(_: discord.Message) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(bot, "on_message", fail)
    with capture_logs() as logs:
        await you.send(channel, "hello")

    assert [(entry["event"], entry["error"]) for entry in logs] == [("failed", "builtins.RuntimeError")]
    assert len(env.errors) == 1


async def test_closing_sends_the_answers_that_are_under_way(bot: ExhibitBot, scripted: Any) -> None:
    """Nothing new is taken; what was taken is finished before the connection goes."""
    order: list[str] = []

    async def handle() -> None:
        await bot.answer(QUESTION)
        await asyncio.sleep(0.05)
        order.append("sent")

    handling = asyncio.create_task(handle())
    await asyncio.sleep(0)
    await bot.close()
    order.append("closed")
    await handling

    assert order == ["sent", "closed"]
    assert scripted.asked == [QUESTION]
    with pytest.raises(BotError, match="being restarted"):
        await bot.answer(QUESTION)


async def test_an_answer_is_checked_against_the_record_that_was_asked(
    bot: ExhibitBot,
    searcher: Searcher,
    case_dir: Path,
    store: Store,
    encoder: CountingEncoder,
    texts_of: Callable[[Any], list[str]],
) -> None:
    """Not against one that was rebuilt meanwhile, where its document stands no more."""
    (case_dir / "documents" / "hearing.txt").unlink()
    rebuilt = build_index(load_case(case_dir), store, encoder)
    other = Searcher(rebuilt, encoder, OverlapReader(encoder))
    bot.asker.swap(OvertakenSearcher(searcher, bot.asker, other))

    shown = "\n".join(texts_of(await bot.answer(QUESTION)))

    assert "The red ledger was on the kitchen table." in shown
    assert bot.asker.generation is rebuilt


async def test_closing_does_not_wait_for_what_hangs(
    bot: ExhibitBot, scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given up in time for a container engine, and the log says how much was left."""
    monkeypatch.setattr("bot.client._DRAIN_SECONDS", 0.01)

    async def handle() -> None:
        await bot.answer(QUESTION)
        await asyncio.Event().wait()

    handling = asyncio.create_task(handle())
    await asyncio.sleep(0)
    with capture_logs() as logs:
        await asyncio.wait_for(bot.close(), 10)

    with pytest.raises(asyncio.CancelledError):
        await handling
    assert [(entry["event"], entry["questions"]) for entry in logs] == [("left_unanswered", 1)]
    assert scripted.asked == [QUESTION]
