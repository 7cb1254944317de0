"""Discord's gateway on loopback: sessions that are begun, resumed, replayed, dropped and invalidated."""

from __future__ import annotations

import asyncio
import contextlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import WSMsgType, web
from discord.gateway import DiscordWebSocket
from simcord import intents as rules
from simcord.backend import Backend, serializers

HEARTBEAT_SECONDS = 0.5
_AUTHENTICATION_FAILED = 4004
_DISALLOWED_INTENTS = 4014
_ENDS_A_SESSION = frozenset({1000, 1001})

Frame = dict[str, Any]


class Connection:
    """One WebSocket of the bot. What is sent waits in a queue, so that its order is that of the sending."""

    def __init__(self, request: web.Request) -> None:
        self.socket = web.WebSocketResponse()
        self.silent = False
        """Whether nothing is sent any more, although the connection stands."""
        self._request = request
        self._frames: asyncio.Queue[Frame] = asyncio.Queue()
        self._deflate = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None

    def send(self, op: int, data: object = None, **numbered: object) -> None:
        """Queues one message."""
        if not self.silent:
            self._frames.put_nowait({"op": op, "d": data, **numbered})

    async def write(self) -> None:
        """Writes what is queued, until the connection is gone."""
        with contextlib.suppress(ConnectionError):
            while True:
                text = json.dumps(await self._frames.get())
                if self._deflate is None:
                    await self.socket.send_str(text)
                    continue
                packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)

    def abort(self) -> None:
        """Cuts the TCP connection without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()


@dataclass(slots=True)
class Session:
    """What one IDENTIFY began: the events that it was to get, numbered from 1."""

    identifier: str
    intents: discord.Intents
    events: list[Frame] = field(default_factory=list)


class Gateway:
    """Serves one bot without shards, and sends it only what its intents allow.

    Args:
        token: the only one that may identify.
        changed: called whenever something has happened that a test may be waiting for.
    """

    def __init__(self, backend: Backend, token: str, changed: Callable[[], None]) -> None:
        self.identifies = 0
        self.resumes = 0
        self.closed_to = 0
        """How many more connections are refused before they begin."""
        self.keeps_no_session = False
        """Whether each session is declared invalid as soon as it is asked for."""
        self.address = ""
        """Where it is served; known once the server runs."""
        self._backend = backend
        self._token = token
        self._changed = changed
        self._session: Session | None = None
        self._connection: Connection | None = None
        backend.subscribers.append(self.dispatch)

    @property
    def connected(self) -> bool:
        """Whether the bot has a session and a connection that it gets events on."""
        return self._connection is not None

    def drop(self) -> None:
        """Cuts the connection; what happens from now on waits for a RESUME."""
        self._lose_connection().abort()

    async def close(self, code: int) -> None:
        """Closes the connection with a code of Discord's."""
        await self._lose_connection().socket.close(code=code)

    def reconnect(self) -> None:
        """Asks the bot to come again (op 7)."""
        self._lose_connection().send(DiscordWebSocket.RECONNECT)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Declares the session invalid (op 9).

        Args:
            resumable: whether it may be resumed all the same. If not, it is gone, and what happens until the
                bot has identified anew is lost to it.
        """
        if not resumable:
            self._session = None
        self._lose_connection().send(DiscordWebSocket.INVALIDATE_SESSION, data=resumable)

    def fall_silent(self) -> None:
        """Leaves the connection standing and says nothing on it any more, not even to heartbeats."""
        self._lose_connection().silent = True

    def dispatch(self, event: str, payload: Mapping[str, Any]) -> None:
        """Numbers an event, keeps it, and sends it if the bot is there."""
        session = self._session
        needed = rules.required_intent(event, payload)
        if session is None or (needed and not getattr(session.intents, needed)):
            return
        data = json.loads(json.dumps(payload))
        bot_id = self._backend.bot_user.id
        if event in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} and not session.intents.message_content:
            rules.censor_message(data, bot_id, backend=self._backend)
        if event == "GUILD_CREATE":
            rules.prune_guild_create(data, session.intents, bot_id)
        frame = {"op": DiscordWebSocket.DISPATCH, "data": data, "t": event, "s": len(session.events) + 1}
        session.events.append(frame)
        if self._connection is not None:
            self._connection.send(**frame)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Handles one connection from HELLO to its end."""
        if self.closed_to:
            self.closed_to -= 1
            return web.Response(status=503)
        connection = Connection(request)
        await connection.socket.prepare(request)
        writing = asyncio.create_task(connection.write())
        connection.send(DiscordWebSocket.HELLO, data={"heartbeat_interval": int(HEARTBEAT_SECONDS * 1000)})
        try:
            async for message in connection.socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(connection, json.loads(message.data))
        finally:
            writing.cancel()
            if self._connection is connection:
                self._connection = None
                if connection.socket.close_code in _ENDS_A_SESSION:
                    self._session = None
            self._changed()
        return connection.socket

    async def _receive(self, connection: Connection, message: Frame) -> None:
        match message["op"]:
            case DiscordWebSocket.HEARTBEAT:
                connection.send(DiscordWebSocket.HEARTBEAT_ACK)
            case DiscordWebSocket.IDENTIFY:
                await self._identify(connection, message["d"])
            case DiscordWebSocket.RESUME:
                self._resume(connection, message["d"])
        self._changed()

    async def _identify(self, connection: Connection, asked: Frame) -> None:
        self.identifies += 1
        intents = discord.Intents.none()
        intents.value = asked["intents"]
        if asked["token"] != self._token:
            await connection.socket.close(code=_AUTHENTICATION_FAILED)
            return
        if rules.missing_privileged_intents(intents, discord.Intents.none()):
            await connection.socket.close(code=_DISALLOWED_INTENTS)
            return
        if self.keeps_no_session:
            connection.send(DiscordWebSocket.INVALIDATE_SESSION, data=False)
            return
        self._session = Session(f"session-{self.identifies}", intents)
        self._connection = connection
        guilds = self._backend.guilds.values()
        self.dispatch(
            "READY",
            {
                "v": 10,
                "user": serializers.user_payload(self._backend.bot_user),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": self._session.identifier,
                "resume_gateway_url": self.address,
                "application": {"id": str(self._backend.application_id), "flags": 0},
            },
        )
        for guild in guilds:
            self.dispatch("GUILD_CREATE", serializers.guild_create_payload(self._backend, guild))

    def _resume(self, connection: Connection, asked: Frame) -> None:
        self.resumes += 1
        session = self._session
        if session is None or asked["session_id"] != session.identifier or asked["token"] != self._token:
            connection.send(DiscordWebSocket.INVALIDATE_SESSION, data=False)
            return
        self._connection = connection
        for frame in session.events[asked["seq"] :]:
            connection.send(**frame)
        self.dispatch("RESUMED", {})

    def _lose_connection(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("The bot is not connected: wait until it is.")
        connection, self._connection = self._connection, None
        return connection
