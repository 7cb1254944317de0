"""The figures for a monitoring system."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.asker import Asker
from bot.asks import OUTCOMES, Stage
from bot.metrics import Metrics
from corpus.library import load_case
from index.build import build_index
from index.encoder import Encoder
from index.overlap import OverlapReader
from index.searcher import Searcher
from index.store import Store
from tests.bot.test_asker import QUESTION, SlowSearcher


@pytest.fixture
async def asker(searcher: Searcher) -> AsyncIterator[Asker]:
    """An asker over the small case."""
    opened = Asker(searcher, queue_size=5)
    yield opened
    await opened.close()


def figure(metrics: Metrics, name: str, **labels: str) -> float:
    """The one figure of a name and labels."""
    [value] = [
        sample.value
        for family in text_string_to_metric_families(metrics.rendered()[0].decode())
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    return value


def test_two_bots_count_apart(asker: Asker) -> None:
    """Nothing is kept outside of the object."""
    one, other = Metrics(asker), Metrics(asker)

    one.asked("quote")

    assert figure(one, "exhibit_asks_total", outcome="quote") == 1
    assert figure(other, "exhibit_asks_total", outcome="quote") == 0


def test_everything_begins_at_zero(asker: Asker) -> None:
    """So that the first busy or failed question is an increase, which can be alarmed on."""
    metrics = Metrics(asker)

    assert [figure(metrics, "exhibit_asks_total", outcome=outcome) for outcome in OUTCOMES] == [0] * 6
    assert [figure(metrics, "exhibit_ask_stage_seconds_count", stage=stage) for stage in Stage] == [0] * 4
    assert figure(metrics, "exhibit_discord_rate_limits_total", scope="user") == 0


def test_times_are_summed_by_stage(asker: Asker) -> None:
    """With buckets that quantiles come from."""
    metrics = Metrics(asker)

    metrics.took(Stage.SEARCHING, 0.2)
    metrics.took(Stage.SEARCHING, 0.4)

    assert figure(metrics, "exhibit_ask_stage_seconds_sum", stage="searching") == pytest.approx(0.6)
    assert figure(metrics, "exhibit_ask_stage_seconds_bucket", stage="searching", le="0.25") == 1
    assert figure(metrics, "exhibit_ask_stage_seconds_count", stage="waiting") == 0


def test_an_error_is_its_class(asker: Asker) -> None:
    """Its message may quote a question."""
    metrics = Metrics(asker)

    metrics.erred(KeyError("what somebody asked"))

    assert figure(metrics, "exhibit_errors_total", error="KeyError") == 1
    assert b"somebody" not in metrics.rendered()[0]


@pytest.mark.parametrize("latency", [math.inf, math.nan])
def test_a_gateway_that_is_not_connected_has_no_latency(asker: Asker, latency: float) -> None:
    """discord.py says infinite or no number; a graph shows a gap."""
    metrics = Metrics(asker)
    assert math.isnan(figure(metrics, "exhibit_gateway_latency_seconds"))

    metrics.heard_from_gateway(0.25)
    assert figure(metrics, "exhibit_gateway_latency_seconds") == 0.25

    metrics.heard_from_gateway(latency)
    assert math.isnan(figure(metrics, "exhibit_gateway_latency_seconds"))


async def test_the_queue_is_as_long_as_those_who_wait(searcher: Searcher) -> None:
    """The one that is searched for doesn't wait."""
    slow = SlowSearcher(searcher)
    asker = Asker(slow, queue_size=5)
    metrics = Metrics(asker)
    assert figure(metrics, "exhibit_queue_length") == 0

    asked = [asyncio.ensure_future(asker.ask(QUESTION)) for _ in range(3)]
    await asyncio.sleep(0)

    assert figure(metrics, "exhibit_queue_length") == 2
    slow.go_on.set()
    await asker.close()
    assert [task.done() for task in asked] == [True] * 3


async def test_the_generation_is_the_one_that_is_searched(
    asker: Asker, case_dir: Path, store: Store, encoder: Encoder
) -> None:
    """Also after another one took over; the one before is no longer told of."""
    metrics = Metrics(asker)
    assert figure(metrics, "exhibit_generation_documents") == 2
    (case_dir / "documents" / "extra.txt").write_text("The zebra crossed the harbour at noon.")

    generation = build_index(load_case(case_dir), store, encoder)
    asker.swap(Searcher(generation, encoder, OverlapReader(encoder)))

    assert figure(metrics, "exhibit_generation_info", generation=generation.manifest.generation) == 1
    assert figure(metrics, "exhibit_generation_documents") == 3
    assert figure(metrics, "exhibit_generation_passages") == len(generation.passages)
    assert metrics.rendered()[0].count(b"exhibit_generation_info{") == 1


@pytest.mark.parametrize(
    ("status", "headers", "scope"),
    [
        (429, {"X-RateLimit-Scope": "user"}, "user"),
        (429, {"X-RateLimit-Scope": "shared"}, "shared"),
        (429, {"X-RateLimit-Scope": "user", "X-RateLimit-Global": "true"}, "global"),
        (429, {}, "unknown"),
        (429, {"X-RateLimit-Scope": "another"}, "unknown"),
        (200, {"X-RateLimit-Scope": "user"}, None),
    ],
)
async def test_a_429_is_counted_by_its_scope(
    asker: Asker, status: int, headers: dict[str, str], scope: str | None
) -> None:
    """As a real response comes to a session that is traced as discord.py's is."""
    metrics = Metrics(asker)

    async def limited(_: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers)

    app = web.Application()
    app.router.add_get("/", limited)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with (
            aiohttp.ClientSession(trace_configs=[metrics.http_trace()]) as session,
            session.get(f"http://127.0.0.1:{runner.addresses[0][1]}/") as response,
        ):
            assert response.status == status
    finally:
        await runner.cleanup()

    counted = {
        each: figure(metrics, "exhibit_discord_rate_limits_total", scope=each)
        for each in ("user", "global", "shared", "unknown")
    }
    assert {each: count for each, count in counted.items() if count} == ({scope: 1.0} if scope else {})


def test_who_reads_openmetrics_gets_it(asker: Asker) -> None:
    """Else Prometheus's own text."""
    metrics = Metrics(asker)

    plain, modern = metrics.rendered(), metrics.rendered("application/openmetrics-text; version=1.0.0")

    assert plain[1].startswith("text/plain; version=")
    assert modern[1].startswith("application/openmetrics-text; version=1.0.0")
    assert modern[0].endswith(b"# EOF\n")


def test_lag_is_summed(asker: Asker) -> None:
    """With buckets fine enough to see 25 ms."""
    metrics = Metrics(asker)

    metrics.lagged(0.02)
    metrics.lagged(0.03)

    assert figure(metrics, "exhibit_event_loop_lag_seconds_sum") == pytest.approx(0.05)
    assert figure(metrics, "exhibit_event_loop_lag_seconds_bucket", le="0.025") == 1
