"""What a monitoring system reads of the bot: counts and times, never a word of a question or an error.

`docs/operating.md` says what each is good for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import SimpleNamespace

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot.asker import Asker
from bot.asks import OUTCOMES, Stage

_STAGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_LAG_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0)
_SCOPES = ("user", "global", "shared", "unknown")
"""Whom Discord limits: the bot on one route, the bot on all of them, or everybody on a resource. What comes
from Cloudflare, which stands before Discord, names no scope."""


class Metrics:
    """The figures of one bot, in a registry of their own."""

    def __init__(self, asker: Asker) -> None:
        self._registry = CollectorRegistry()
        self._asks = Counter(
            "exhibit_asks", "Questions, by what came of them.", ["outcome"], registry=self._registry
        )
        self._stages = Histogram(
            "exhibit_ask_stage_seconds",
            "Seconds that a question spends in a stage.",
            ["stage"],
            registry=self._registry,
            buckets=_STAGE_BUCKETS,
        )
        self._errors = Counter(
            "exhibit_errors", "Errors that reached a person or the log.", ["error"], registry=self._registry
        )
        self._limits = Counter(
            "exhibit_discord_rate_limits",
            "Responses in which Discord said 429.",
            ["scope"],
            registry=self._registry,
        )
        self._latency = Gauge(
            "exhibit_gateway_latency_seconds",
            "Between the last heartbeat to Discord's gateway and its answer; NaN while not connected.",
            registry=self._registry,
        )
        self._lag = Histogram(
            "exhibit_event_loop_lag_seconds",
            "How much later than asked for the event loop went on.",
            registry=self._registry,
            buckets=_LAG_BUCKETS,
        )
        self._begin_at_zero()
        self._registry.register(_Now(asker))
        ProcessCollector(registry=self._registry)

    def asked(self, outcome: str) -> None:
        """A question is over, with one of `asks.OUTCOMES`."""
        self._asks.labels(outcome).inc()

    def took(self, stage: Stage, seconds: float) -> None:
        """A question spent this long in a stage."""
        self._stages.labels(stage.value).observe(seconds)

    def erred(self, error: BaseException) -> None:
        """An error got as far as a person or the log. Only the name of its class is kept."""
        self._errors.labels(type(error).__name__).inc()

    def lagged(self, seconds: float) -> None:
        """The event loop went on this much later than it should have."""
        self._lag.observe(seconds)

    def heard_from_gateway(self, latency: float) -> None:
        """The gateway's latency in seconds, as discord.py knows it: no finite number while not connected."""
        self._latency.set(latency if math.isfinite(latency) else math.nan)

    def http_trace(self) -> aiohttp.TraceConfig:
        """What discord.py's HTTP session is to be traced with, so that rate limits are counted.

        It sees the responses themselves, also to interactions, whatever discord.py then logs of them.
        """
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._responded)
        return trace

    def rendered(self, accept: str = "") -> tuple[bytes, str]:
        """All figures, and their content type.

        Args:
            accept: the `Accept` header of who wants them: Prometheus's text, or OpenMetrics.
        """
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    async def _responded(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        ended: aiohttp.TraceRequestEndParams,
    ) -> None:
        if ended.response.status == 429:
            everywhere = "X-RateLimit-Global" in ended.response.headers
            scope = "global" if everywhere else ended.response.headers.get("X-RateLimit-Scope", "unknown")
            self._limits.labels(scope if scope in _SCOPES else "unknown").inc()

    def _begin_at_zero(self) -> None:
        """Shows what has not happened yet, so that its first time is an increase."""
        for outcome in OUTCOMES:
            self._asks.labels(outcome)
        for stage in Stage:
            self._stages.labels(stage.value)
        for scope in _SCOPES:
            self._limits.labels(scope)
        self._latency.set(math.nan)


class _Now(Collector):
    """What is looked up when somebody reads it, and so follows the bot to another generation."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def collect(self) -> Iterator[GaugeMetricFamily]:
        generation = self._asker.generation
        yield GaugeMetricFamily(
            "exhibit_queue_length", "Questions that wait while one is searched for.", self._asker.waiting
        )
        info = GaugeMetricFamily(
            "exhibit_generation_info", "1, for the index that is searched.", labels=["generation"]
        )
        info.add_metric([generation.manifest.generation], 1)
        yield info
        yield GaugeMetricFamily(
            "exhibit_generation_documents", "Documents in that index.", len(generation.case)
        )
        yield GaugeMetricFamily(
            "exhibit_generation_passages", "Passages in that index.", len(generation.passages)
        )
