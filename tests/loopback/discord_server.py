"""Discord on 127.0.0.1: its HTTP API and its gateway, for discord.py as it is, by the clock on the wall.

What Discord knows and decides (messages, permissions, limits, the 3 seconds for an acknowledgement) is
simcord's simulated back end. What is served here is the way there: real requests, a real WebSocket, and
everything that goes wrong on it.
"""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from types import SimpleNamespace
from typing import Any

from aiohttp import BodyPartReader, web
from simcord._clock import Clock
from simcord.backend import Backend
from simcord.backend.errors import BackendError
from simcord.http import router

from tests.loopback.gateway import Gateway

PATIENCE = 20.0
"""Seconds that a test waits for what has to happen; a deadline, never a pause."""


class WallClock(Clock):
    """Real time, so that Discord's 3 seconds are 3 seconds."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class Request:
    """One HTTP request of the bot."""

    method: str
    path: str
    body: Any
    at: float
    """When it arrived, by `time.perf_counter`."""
    status: int | None = None
    """Of the response; None while there is none, `BROKEN.status` where there never is a whole one."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response of Discord's."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


BROKEN = Reply(0)
"""No response at all: the connection breaks."""
HALF = Reply(200)
"""The beginning of a response, and then the connection breaks."""


@dataclass(slots=True)
class Plan:
    """What happens to the next request that matches."""

    method: str
    path: str
    reply: Reply | None = None
    """None: what Discord says to it anyway."""
    done: bool = True
    """Whether Discord does what it asks."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, request: Request) -> bool:
        return request.method == self.method and fnmatchcase(request.path, self.path)


def rate_limited(seconds: float, *, everywhere: bool = False) -> Reply:
    """429 as Discord says it; `everywhere` is the limit over all routes together."""
    scope = {"X-RateLimit-Global": "true"} if everywhere else {"X-RateLimit-Scope": "user"}
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    return Reply(429, body, {"Retry-After": str(seconds), "Via": "1.1 google", **scope})


def refused(status: int, code: int = 0, message: str = "Refused") -> Reply:
    """An error as Discord says it."""
    return Reply(status, {"message": message, "code": code})


class LoopbackDiscord:
    """One Discord for one bot; `serving` starts it.

    Args:
        token: the only one that is let in.
    """

    def __init__(self, token: str) -> None:
        self.backend = Backend(clock=WallClock())
        self.gateway = Gateway(self.backend, token, self._changed)
        self.requests: list[Request] = []
        self.defects: list[str] = []
        """Requests that this server, not a plan of a test, had no good answer to."""
        self.api = ""
        """The address to set `discord.http.Route.BASE` to."""
        self._token = token
        self._plans: list[Plan] = []
        self._by_nonce: dict[str, Reply] = {}
        self._change = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def serving(cls, token: str) -> AsyncIterator[LoopbackDiscord]:
        """Serves one on a free port of 127.0.0.1."""
        server = cls(token)
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/api/v10/{path:.*}", server._handle)
        app.router.add_get("/gateway/", server.gateway.serve)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            port = runner.addresses[0][1]
            server.api = f"http://127.0.0.1:{port}/api/v10"
            server.gateway.address = f"ws://127.0.0.1:{port}/gateway/"
            yield server
        finally:
            await runner.cleanup()

    def plan(self, method: str, path: str, reply: Reply, *, done: bool = False) -> None:
        """Answers the next request to `path` (a pattern of fnmatch) with `reply`.

        Args:
            done: whether what it asks is done all the same.
        """
        plan = Plan(method, path, reply, done)
        plan.released.set()
        self._plans.append(plan)

    def hold(self, method: str, path: str) -> Plan:
        """Lets the next request to `path` wait until the plan is released."""
        self._plans.append(plan := Plan(method, path))
        return plan

    def forget_plans(self) -> None:
        """Lets everything happen again as it would."""
        self._plans.clear()

    def sent(self, method: str, path: str) -> list[Request]:
        """The requests so far to `path` (a pattern of fnmatch)."""
        return [each for each in self.requests if each.method == method and fnmatchcase(each.path, path)]

    async def until(self, holds: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Waits until `holds` is true.

        Raises:
            AssertionError: if it is not within `seconds`; it says what the bot did until then.
        """
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    await self._change.wait()
        except TimeoutError:
            lines = [f"{each.status} {each.method} {each.path}" for each in self.requests]
            raise AssertionError("\n".join([f"Not within {seconds} s. The requests:", *lines])) from None

    def _changed(self) -> None:
        self._change.set()
        self._change = asyncio.Event()

    async def _handle(self, http: web.Request) -> web.StreamResponse:
        request = Request(http.method, f"/{http.match_info['path']}", None, time.perf_counter())
        request.body, files = await _read(http)
        self.requests.append(request)
        self._changed()
        reply = await self._reply(http, request, files)
        request.status = BROKEN.status if reply is HALF else reply.status
        self._changed()
        if reply is BROKEN or reply is HALF:
            return await _break(http, reply)
        if reply.body is None:
            return web.Response(status=reply.status, headers=reply.headers)
        # Exactly this type: discord.py parses no other, not even with a charset.
        return web.Response(
            body=json.dumps(reply.body).encode(),
            status=reply.status,
            headers={**reply.headers, "Content-Type": "application/json"},
        )

    async def _reply(self, http: web.Request, request: Request, files: list[SimpleNamespace]) -> Reply:
        plan = next((plan for plan in self._plans if plan.matches(request)), None)
        if plan is None:
            return self._answer(http, request, files)
        self._plans.remove(plan)
        plan.arrived.set()
        await plan.released.wait()
        if plan.reply is not None and not plan.done:
            return plan.reply
        said = self._answer(http, request, files)
        return plan.reply or said

    def _answer(self, http: web.Request, request: Request, files: list[SimpleNamespace]) -> Reply:
        """What Discord says to a request, having done what it asks."""
        by_its_token = request.path.startswith(("/webhooks/", "/interactions/"))
        if not by_its_token and http.headers.get("Authorization") != f"Bot {self._token}":
            return refused(401, message="401: Unauthorized")
        nonce = request.body.get("nonce") if isinstance(request.body, dict) else None
        if nonce in self._by_nonce:
            return self._by_nonce[nonce]
        reply = self._dispatch(http, request, files)
        if nonce is not None and request.body.get("enforce_nonce"):
            self._by_nonce[nonce] = reply
        return reply

    def _dispatch(self, http: web.Request, request: Request, files: list[SimpleNamespace]) -> Reply:
        """What the back end does with a request, and says to it."""
        try:
            body = router.dispatch(
                self.backend,
                request.method,
                request.path,
                json=request.body,
                params=dict(http.query),
                files=files,
            )
        except BackendError as error:
            if error.status >= 500:
                self.defects.append(f"{request.method} {request.path}: {error}")
            return Reply(error.status, error.to_json())
        except Exception as error:
            self.defects.append(f"{request.method} {request.path}: {error!r}")
            raise
        return Reply(204) if body is None else Reply(200, body)


async def _break(http: web.Request, reply: Reply) -> web.StreamResponse:
    """Breaks the connection, before the response or in the middle of it."""
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    if reply is HALF:
        await response.prepare(http)
        await response.write(b'{"id": ')
    if http.transport is not None:
        http.transport.abort()
    return response


async def _read(http: web.Request) -> tuple[Any, list[SimpleNamespace]]:
    """The JSON of a request, and the files beside it."""
    if http.content_type == "application/json":
        return await http.json(), []
    if http.content_type != "multipart/form-data":
        return None, []
    body: Any = None
    files: list[SimpleNamespace] = []
    async for part in await http.multipart():
        assert isinstance(part, BodyPartReader)
        data = bytes(await part.read())
        if part.name == "payload_json":
            body = json.loads(data)
        else:
            files.append(SimpleNamespace(fp=io.BytesIO(data), filename=part.filename, description=None))
    return body, files
