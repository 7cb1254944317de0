"""The demo, without a browser: its server, and how it begins and ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.client import ExhibitBot
from bot.demo import demo
from bot.errors import BotError

QUESTION = "Did you see the red ledger?"


class Page:
    """The demo's page, as the script in the browser talks to the server."""

    def __init__(self, address: str) -> None:
        self._base, capability = address.split("/#")
        self._headers = {"X-Simcord-Capability": capability}
        self._sequence = 0
        self._state: dict[str, Any] = {}

    async def open(self) -> None:
        """Opens the page."""
        self._state = await self._request("POST", "/api/pages", {})
        self._headers["X-Simcord-Context"] = self._state["context"]["id"]

    async def texts(self) -> list[str]:
        """All texts that are published now, in order."""
        self._state = await self._request("GET", "/api/state")
        return [
            text
            for message in self._state["messages"].values()
            for text in found_texts(message["components"])
        ]

    async def write(self, text: str) -> Any:
        """Sends a message into the channel; what came of it, when all that the bot does is done or late."""
        self._sequence += 1
        action = {
            "protocol_version": 3,
            "sequence": self._sequence,
            "request_id": f"request-{self._sequence}",
            "generation": self._state["context"]["generation"],
            "bot_generation": self._state["botGeneration"],
            "published_revision": self._state["publishedRevision"],
            "kind": "send_message",
            "content": text,
        }
        return await self._request("POST", "/api/action", action)

    async def _request(self, method: str, path: str, body: object = None) -> Any:
        async with (
            aiohttp.ClientSession(headers=self._headers) as session,
            session.request(method, self._base + path, json=body) as response,
        ):
            assert response.status == 200
            return await response.json()


def found_texts(components: list[dict[str, Any]]) -> list[str]:
    """The texts of components, from top to bottom."""
    texts: list[str] = []
    for component in components:
        texts += [component["content"]] if component["type"] == 10 else []
        texts += found_texts(component.get("components", []))
    return texts


@asynccontextmanager
async def running(bot: ExhibitBot) -> AsyncIterator[Page]:
    """A demo on a free port, with its page open."""
    announced: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(demo(bot, 0, open_browser=False, announce=announced.set_result))
    page = Page(await asyncio.wait_for(announced, 30))
    await page.open()
    try:
        yield page
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(serving, 30)


async def test_it_greets_and_answers_and_ends_with_a_signal(bot: ExhibitBot) -> None:
    """The page says what to try; a message to the bot, whose name is Exhibit, is answered on it."""
    async with running(bot) as page:
        greeting = await page.texts()
        assert greeting[0].startswith("### Ask the record of The Harbour Fire")
        assert "such as: Did you see the red ledger on the night of the fire?" in greeting[1]
        assert bot.user is not None
        assert bot.user.name == "Exhibit"

        result = await page.write(f"{bot.user.mention} {QUESTION}")

        assert result["settlement"] == "settled"
        assert f"-# Question: {QUESTION}" in await page.texts()


async def test_it_opens_the_browser(bot: ExhibitBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the address that it announces, unless it is told not to."""
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    announced: list[str] = []

    def open_page(address: str) -> bool:
        opened.get_loop().call_soon_threadsafe(opened.set_result, address)
        return True

    monkeypatch.setattr(webbrowser, "open", open_page)
    serving = asyncio.create_task(demo(bot, 0, open_browser=True, announce=announced.append))

    address = await asyncio.wait_for(opened, 30)
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.wait_for(serving, 30)

    assert announced == [address]
    assert address.startswith("http://127.0.0.1:")


async def test_a_port_that_is_taken_is_a_sentence(bot: ExhibitBot) -> None:
    """With the option that chooses another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(BotError, match=rf"^Port {port} is taken: choose another one with --port\.$"):
            await demo(bot, port, open_browser=False, announce=print)


async def test_without_the_simulated_discord_it_says_what_to_install(
    bot: ExhibitBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an extra, which who runs the bot on Discord does not need."""
    monkeypatch.setitem(sys.modules, "simcord", None)

    with pytest.raises(BotError, match=r"pip install 'exhibit-bot\[demo\]'"):
        await demo(bot, 0, open_browser=False, announce=print)
