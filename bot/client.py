"""The bot as Discord sees it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import sys
from contextlib import AbstractContextManager
from typing import Any

import discord
import structlog
from discord import app_commands

from bot import failures
from bot.asker import Asker
from bot.asks import How, Stage, answered, asking, stage
from bot.commands import about, ask, ask_the_record, mention, sources
from bot.connecting import stay_connected
from bot.delivery import Delivery
from bot.errors import BotError
from bot.identifies import IdentifyBudget
from bot.metrics import Metrics
from bot.settings import Settings
from bot.state import KEPT_DAYS, State
from bot.views.answer import AnswerLayout, MoreLayout
from bot.views.buttons import ContextButton, MoreButton, ReceiptButton
from bot.views.sources import PageButton
from bot.waiting import Clock
from index.filters import Filter
from index.models import Answer

log = structlog.stdlib.get_logger(__name__)

_DRAIN_SECONDS = 8.0
"""How long closing waits for answers under way; container engines kill after 10."""


class Tree(app_commands.CommandTree["ExhibitBot"]):
    """The commands, with the one place where a failing one ends."""

    async def on_error(
        self, interaction: discord.Interaction[ExhibitBot], error: app_commands.AppCommandError, /
    ) -> None:
        await failures.tell(interaction, error)


class ExhibitBot(discord.Client):
    """Answers from the record on Discord. Needs no privileged intent and can ping nobody."""

    def __init__(self, asker: Asker, state: State, settings: Settings, metrics: Metrics) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            http_trace=metrics.http_trace(),
        )
        self.asker = asker
        self.state = state
        self.settings = settings
        self.metrics = metrics
        self.clock = Clock()
        self.delivery = Delivery(self.clock)
        self.identifies = IdentifyBudget(state, self.clock)
        self.tree = Tree(self)
        self.tree.add_command(ask.ask)
        self.tree.add_command(sources.sources)
        self.tree.add_command(about.about)
        self.tree.add_command(ask_the_record.ask_the_record)
        self._answering: set[asyncio.Task[object]] = set()

    async def setup_hook(self) -> None:
        self.add_dynamic_items(ContextButton, MoreButton, ReceiptButton, PageButton)
        await self._sync_commands()

    async def connect(self, *, reconnect: bool = True) -> None:  # noqa: ARG002 - it always does
        await stay_connected(self, self.clock)

    async def before_identify_hook(self, _shard: int | None, *, initial: bool = False) -> None:  # noqa: ARG002
        await self.identifies.spend()

    async def on_ready(self) -> None:
        log.info("ready", servers=len(self.guilds))

    async def on_message(self, message: discord.Message) -> None:
        await mention.answer_message(self, message)

    async def on_error(self, _event: str, /, *_args: Any, **_kwargs: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            self.metrics.erred(error)
            failures.sentence_for(error)

    def asking(self, how: How, question: str) -> AbstractContextManager[None]:
        """Counts and logs what comes of a question, which is answered and delivered inside."""
        return asking(self.metrics, how, question if self.settings.log_questions else None)

    async def answer(self, question: str, where: Filter | None = None) -> AnswerLayout:
        """The reply to a question, its quote checked just now.

        Args:
            where: the part of the record to ask; None for all of it.

        Raises:
            ExhibitError: if there is no answer to give; its message says why.
        """
        self._track_current_task()
        generation = self.asker.generation  # a rebuilt index may take its place while it is asked
        answer = await self.asker.ask(question, where)
        kept = await self._keep(answer)
        with stage(Stage.RECHECKING):
            await self.asker.recheck(answer.quotes[:1], generation)
        answered(answer)
        return AnswerLayout(answer, kept, generation.case)

    async def more(self, kept: str) -> MoreLayout:
        """The quotes after the first of an answer that was kept, checked just now.

        Raises:
            BotError: if the answer is let go.
            ReceiptError: if a quote no longer stands in the record.
        """
        self._track_current_task()
        answer = await self.state.kept(kept)
        if answer is None:
            raise BotError(f"These quotes are gone: I keep them for {KEPT_DAYS} days. Ask again.")
        quotes = (await self.asker.revive(answer))[1:]
        await self.asker.recheck(quotes)
        return MoreLayout(answer.outcome, quotes)

    async def close(self) -> None:
        """Answers what is under way, then leaves Discord."""
        self.asker.refuse()
        if self._answering:
            _, left = await asyncio.wait(self._answering, timeout=_DRAIN_SECONDS)
            for task in left:
                task.cancel()
            if left:
                log.warning("left_unanswered", questions=len(left))
        await super().close()

    def _track_current_task(self) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _keep(self, answer: Answer) -> str | None:
        """Keeps an answer for its More button; one that cannot be kept is given without."""
        if len(answer.quotes) < 2:
            return None
        try:
            return await self.state.keep(answer)
        except sqlite3.Error as error:
            self.metrics.erred(error)
            failures.sentence_for(error)
            return None

    async def _sync_commands(self) -> None:
        """Registers the commands with Discord, unless this bot did so and they are as they were."""
        commands = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        described = json.dumps([self.application_id, commands], sort_keys=True)
        digest = hashlib.sha256(described.encode()).hexdigest()
        if await self.state.noted("commands") == digest:
            return
        await self.tree.sync()
        await self.state.note("commands", digest)
        log.info("commands_registered", count=len(commands))
