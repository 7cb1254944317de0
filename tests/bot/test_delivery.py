"""What breaks on the way to who asked is tried again; what Discord refuses is not; nothing is posted twice."""

from __future__ import annotations

import asyncio
import gc
import io
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from bot.delivery import ACKNOWLEDGE_SECONDS, ANSWER_SECONDS, NONCE_SECONDS, Delivery, Undelivered
from tests.conftest import FlyingClock


def said(status: int, code: int = 0, **headers: str) -> discord.HTTPException:
    """What discord.py raises for a response of Discord's."""
    response: Any = SimpleNamespace(
        status=status, reason="", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(
        status, discord.DiscordServerError if status >= 500 else discord.HTTPException
    )
    return kind(response, {"code": code, "message": ""})


class Request:
    """One kind of request: fails as it is told, then gets through for good; keeps what it was called with."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.calls: list[dict[str, Any]] = []

    async def __call__(self, *said: object, **options: Any) -> None:
        self.calls.append({**options, **({"said": said[0]} if said else {})})
        if self._failures:
            raise self._failures.pop(0)


class Always(Request):
    """One that never gets through."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self._failure = failure

    async def __call__(self, *said: object, **options: Any) -> None:
        await super().__call__(*said, **options)
        raise self._failure


def interaction(**requests: Request) -> Any:
    """An interaction whose requests are these; any other fails the test."""
    return SimpleNamespace(
        extras={},
        response=SimpleNamespace(
            **{name: requests[name] for name in ("defer", "send_message", "edit_message") if name in requests}
        ),
        followup=SimpleNamespace(send=requests.get("followup")),
        edit_original_response=requests.get("edit"),
        delete_original_response=requests.get("delete"),
    )


@pytest.fixture
def clock() -> FlyingClock:
    """Time that flies."""
    return FlyingClock()


@pytest.fixture
def delivery(clock: FlyingClock) -> Delivery:
    """Which waits by it."""
    return Delivery(clock)


@pytest.fixture
def view() -> ui.LayoutView:
    """Something to show."""
    return ui.LayoutView()


@pytest.mark.parametrize(
    "failure",
    [
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientPayloadError(),
        ConnectionResetError(104, "reset"),
        TimeoutError(),
        said(500),
        said(503),
        said(429),
    ],
    ids=lambda failure: f"{type(failure).__name__} {getattr(failure, 'status', '')}",
)
async def test_an_answer_that_breaks_on_its_way_is_sent_again(
    delivery: Delivery, clock: FlyingClock, view: ui.LayoutView, failure: Exception
) -> None:
    """The same, after a moment, until it gets through."""
    edit = Request(failure, failure)

    await delivery.answer(interaction(edit=edit), view)

    assert [call["view"] for call in edit.calls] == [view] * 3
    assert [call["allowed_mentions"].to_dict() for call in edit.calls] == [{"parse": []}] * 3
    assert 0.3 < clock.slept[0] <= 0.5 < clock.slept[1] <= 1.0


@pytest.mark.parametrize("failure", [said(400, 50035), said(401, 50027), said(403), said(404, 10015)])
async def test_what_discord_refuses_is_not_tried_again(
    delivery: Delivery, clock: FlyingClock, view: ui.LayoutView, failure: discord.HTTPException
) -> None:
    """It would refuse it again, and counts that."""
    edit = Always(failure)

    with pytest.raises(discord.HTTPException) as caught:
        await delivery.answer(interaction(edit=edit), view)

    assert caught.value is failure
    assert (len(edit.calls), clock.slept) == (1, [])


async def test_it_is_given_up_when_the_token_has_run_out(
    delivery: Delivery, clock: FlyingClock, view: ui.LayoutView
) -> None:
    """After a quarter of an hour of ever longer waits, of which none is longer than half a minute."""
    failure = aiohttp.ClientConnectionError()
    edit = Always(failure)

    with pytest.raises(Undelivered) as caught:
        await delivery.answer(interaction(edit=edit), view)

    assert caught.value.__cause__ is failure
    assert ANSWER_SECONDS - 30 <= sum(clock.slept) <= ANSWER_SECONDS
    assert max(clock.slept) <= 30
    assert 30 < len(edit.calls) < 60


async def test_the_wait_that_a_429_names_is_kept(
    delivery: Delivery, clock: FlyingClock, view: ui.LayoutView
) -> None:
    """One of Cloudflare's, which discord.py does not wait out, and one that discord.py found too long."""
    edit = Request(said(429, Retry_After="42"), discord.RateLimited(77.0), said(429, Retry_After="soon"))

    await delivery.answer(interaction(edit=edit), view)

    assert clock.slept[:2] == [42.0, 77.0]
    assert clock.slept[2] <= 2.0


async def test_a_wait_that_is_too_long_is_not_begun(
    delivery: Delivery, clock: FlyingClock, view: ui.LayoutView
) -> None:
    """When it were over, nobody could get the answer."""
    with pytest.raises(Undelivered):
        await delivery.answer(interaction(edit=Request(said(429, Retry_After="3600"))), view)

    assert clock.slept == []


async def test_a_file_is_made_anew_for_each_attempt(delivery: Delivery, view: ui.LayoutView) -> None:
    """discord.py reads and closes what it sends: a second attempt with the same would send nothing."""
    edit = Request(ConnectionResetError())

    await delivery.answer(interaction(edit=edit), view, lambda: discord.File(io.BytesIO(b"x"), "x.txt"))

    [[first], [second]] = [call["attachments"] for call in edit.calls]
    assert first is not second
    assert (first.filename, second.filename) == ("x.txt", "x.txt")


async def test_an_acknowledgement_is_tried_for_less_than_3_seconds(
    delivery: Delivery, clock: FlyingClock
) -> None:
    """Later Discord takes none."""
    defer = Always(aiohttp.ServerDisconnectedError())

    with pytest.raises(Undelivered):
        await delivery.acknowledge(interaction(defer=defer), private=True)

    assert sum(clock.slept) <= ACKNOWLEDGE_SECONDS
    assert len(defer.calls) >= 3
    assert defer.calls[0] == {"ephemeral": True, "thinking": True}


async def test_an_acknowledgement_that_got_through_unnoticed_is_one(delivery: Delivery) -> None:
    """Discord says so at the second attempt. A sentence then takes the place of "thinking…"."""
    asked = interaction(
        defer=Request(aiohttp.ServerDisconnectedError(), said(400, 40060)),
        edit=Request(),
        followup=Request(),
        delete=Request(),
    )

    await delivery.acknowledge(asked, private=False)
    await delivery.tell(asked, "Ask again.")

    assert [call["content"] for call in asked.edit_original_response.calls] == ["…"]
    assert [(call["said"], call["ephemeral"]) for call in asked.followup.send.calls] == [("Ask again.", True)]
    assert len(asked.delete_original_response.calls) == 1


async def test_a_sentence_gets_through_too(delivery: Delivery) -> None:
    """Each of its three steps; that "thinking…" is gone already is what the last one wants."""
    asked = interaction(
        defer=Request(),
        edit=Request(said(503)),
        followup=Request(ConnectionResetError()),
        delete=Request(ConnectionResetError(), said(404, 10008)),
    )

    await delivery.acknowledge(asked, private=False)
    await delivery.tell(asked, "Ask again.")

    assert len(asked.edit_original_response.calls) == 2
    assert len(asked.followup.send.calls) == 2
    assert len(asked.delete_original_response.calls) == 2


async def test_a_sentence_before_any_acknowledgement_is_one(delivery: Delivery) -> None:
    """In one response, which only who asked sees."""
    asked = interaction(send_message=Request(ConnectionResetError()))

    await delivery.tell(asked, "Ask again.")

    assert [call["ephemeral"] for call in asked.response.send_message.calls] == [True, True]


@pytest.mark.parametrize("name", ["send_message", "edit_message"])
async def test_an_answer_at_once_is_tried_again(delivery: Delivery, view: ui.LayoutView, name: str) -> None:
    """A list of documents, and its next page."""
    respond = Request(said(502))
    asked = interaction(**{name: respond})

    await (delivery.respond if name == "send_message" else delivery.turn)(asked, view)

    assert [call["view"] for call in respond.calls] == [view] * 2


class Channel:
    """A channel, with what was written in it after the question."""

    def __init__(self, send: Request, *written: Any) -> None:
        self.send = send
        self.typing = Request()
        self._written = written
        self.looked = 0

    async def history(self, *, after: object, limit: int) -> AsyncIterator[Any]:
        assert (getattr(after, "id", None), limit) == (7, 100)
        self.looked += 1
        for message in self._written:
            yield message


def message(channel: Channel) -> Any:
    """A question in a server where the bot is "me"."""
    return SimpleNamespace(
        id=7,
        channel=channel,
        guild=SimpleNamespace(me="me"),
        to_reference=lambda *, fail_if_not_exists: {"message_id": 7, "fail": fail_if_not_exists},
    )


def written(author: str, answers: int | None) -> Any:
    """A message of somebody's, in reply to another or to none."""
    return SimpleNamespace(
        author=author, reference=None if answers is None else SimpleNamespace(message_id=answers)
    )


async def test_a_reply_has_one_nonce_for_all_attempts(delivery: Delivery) -> None:
    """By which Discord sees that they are one message; another message has another."""
    first, second = Request(said(503), ConnectionResetError()), Request()

    await delivery.reply(message(Channel(first)), "Hello.")
    await delivery.reply(message(Channel(second)), ui.LayoutView())

    nonces = [call["nonce"] for call in (*first.calls, *second.calls)]
    assert len(nonces) == 4
    assert nonces[0] == nonces[1] == nonces[2] != nonces[3]
    assert all(len(str(nonce)) <= 25 for nonce in nonces)
    assert first.calls[0]["reference"] == {"message_id": 7, "fail": False}
    assert first.calls[0]["allowed_mentions"].to_dict() == {"parse": []}


async def test_a_reply_that_arrived_long_ago_is_found_and_not_sent_again(
    delivery: Delivery, clock: FlyingClock
) -> None:
    """The connection broke after Discord had taken it; by now it may have forgotten the nonce."""
    send = Always(ConnectionResetError())
    channel = Channel(send, written("ann", 7), written("me", None), written("me", 3), written("me", 7))

    await delivery.reply(message(channel), "Hello.")

    assert NONCE_SECONDS < sum(clock.slept) < NONCE_SECONDS + 60
    assert channel.looked == 1


async def test_a_reply_that_never_arrived_is_sent_however_late(
    delivery: Delivery, clock: FlyingClock
) -> None:
    """Discord was away for minutes: it is looked for each time, and sent in the end."""
    send = Request(*[said(503)] * 14)
    channel = Channel(send, written("ann", 7), written("me", 3))

    await delivery.reply(message(channel), "Hello.")

    assert len(send.calls) == 15
    assert sum(clock.slept) > NONCE_SECONDS + 60
    assert 0 < channel.looked < 15


async def test_nothing_waits_for_typing(delivery: Delivery, caplog: pytest.LogCaptureFixture) -> None:
    """Nor does anybody hear of it when it fails."""
    channel: Any = Channel(Request())
    channel.typing = Always(said(403))

    delivery.show_typing(channel)

    assert channel.typing.calls == []
    await asyncio.sleep(0)
    assert len(channel.typing.calls) == 1
    gc.collect()  # what a task raised and nobody took is logged when the task goes
    assert caplog.records == []
