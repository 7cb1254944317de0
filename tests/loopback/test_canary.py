"""A canary token and a canary question: neither is ever in the log, however much is logged, or in the figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.client import ExhibitBot
from bot.logs import configure_logs
from bot.settings import Settings
from corpus.library import load_case
from index.build import build_index
from index.encoder import Encoder
from index.filters import Filter
from index.models import Answer
from index.overlap import OverlapReader
from index.searcher import QUOTES, Searcher
from index.store import Store
from tests.bot.test_asks import outcomes
from tests.bot.test_metrics import figure
from tests.loopback.conftest import TOKEN, connected
from tests.loopback.discord_server import BROKEN, LoopbackDiscord, rate_limited
from tests.loopback.people import Person

CANARY = "xanthocanary"
QUESTION = f"Did you see the red ledger, {CANARY}?"
DEFECTIVE = f"What is the defect, {CANARY}?"
EDIT = "/webhooks/*/messages/@original"


class DefectiveSearcher(Searcher):
    """Breaks at one question, with an error that quotes it."""

    def search(self, question: str, limit: int = QUOTES, where: Filter | None = None) -> Answer:
        if question == DEFECTIVE:
            raise RuntimeError(question) from KeyError(question)
        return super().search(question, limit, where)


@pytest.fixture
def searcher(case_dir: Path, store: Store, encoder: Encoder) -> Searcher:
    """The small case will do."""
    generation = build_index(load_case(case_dir), store, encoder)
    return DefectiveSearcher(generation, encoder, OverlapReader(encoder))


@pytest.mark.usefixtures("logging_restored")
@pytest.mark.parametrize("log_format", ["console", "json"])
async def test_neither_gets_out(
    unconnected_bot: ExhibitBot,
    settings: Settings,
    discord_server: LoopbackDiscord,
    you: Person,
    capsys: pytest.CaptureFixture[str],
    log_format: str,
) -> None:
    """Whether a question is answered after a 429 and a break, in a reply, refused, or meets a defect."""
    bot = unconnected_bot
    configure_logs(settings.model_copy(update={"log_level": "debug", "log_format": log_format}))

    async def told(times: int) -> None:
        await discord_server.until(lambda: len(discord_server.sent("DELETE", EDIT)) == times)

    async with connected(bot, discord_server):
        discord_server.plan("PATCH", EDIT, rate_limited(0.1))
        discord_server.plan("PATCH", EDIT, BROKEN)
        await you.answer(you.ask(QUESTION))
        await you.reply(you.mention(QUESTION))
        you.ask(f"{CANARY} " * 200)
        await told(1)
        you.ask(DEFECTIVE)
        await told(2)
        discord_server.gateway.drop()
        await discord_server.until(lambda: discord_server.gateway.resumes == 1)

    logged = "".join(capsys.readouterr())
    figures = bot.metrics.rendered()[0].decode()
    assert [secret for secret in (TOKEN, CANARY) if secret in logged + figures] == []
    # All of that did happen, and was logged.
    assert outcomes(bot.metrics) == {"nearest": 2, "refused": 1, "failed": 1}
    assert figure(bot.metrics, "exhibit_discord_rate_limits_total", scope="user") == 1
    assert figure(bot.metrics, "exhibit_errors_total", error="RuntimeError") == 1
    assert len(re.findall(r"\basked\b", logged)) == 4
    assert len(re.findall(r"\bfailed\b", logged)) == 2  # an outcome and an event
    assert re.search(r"\bdebug\b", logged)
