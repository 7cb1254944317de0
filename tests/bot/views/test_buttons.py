"""The buttons below a quote: what they carry, and what they do."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import simcord
from simcord.components import walk_components

from bot.client import ExhibitBot
from bot.views.buttons import ContextButton, MoreButton, ReceiptButton
from corpus.models import Span
from index.models import Answer, Outcome, Quote, Receipt

QUESTION = "Did you see the red ledger?"
RECEIPT = Receipt("0123456789abcdef" * 4, Span(1_000_000, 2_000_000))
TextsOf = Callable[[Any], list[str]]


async def asked(
    you: simcord.MemberActor, channel: simcord.ChannelHandle, *, private: bool = False
) -> simcord.ResponseMessage:
    """The message that answers `QUESTION`."""
    result = await you.slash(channel, "ask", question=QUESTION, private=private)
    assert result.response is not None
    return result.response


def custom_id(message: simcord.ResponseMessage, kind: str) -> str:
    """That of the message's first button of a kind."""
    found = (str(component.get("custom_id", "")) for component in walk_components(message.components))
    return next(identifier for identifier in found if identifier.startswith(f"exhibit:{kind}:"))


def test_a_place_is_in_the_custom_id() -> None:
    """A prefix of the hash and both ends; well within Discord's 100 characters."""
    assert ContextButton(RECEIPT).custom_id == "exhibit:context:0123456789abcdef:1000000:2000000"
    assert ReceiptButton(RECEIPT).custom_id == "exhibit:receipt:0123456789abcdef:1000000:2000000"


def test_an_answer_is_in_the_custom_id() -> None:
    """The identifier in the state, and how many quotes there are."""
    assert MoreButton("0123456789abcdef", 4).custom_id == "exhibit:more:0123456789abcdef:4"
    assert MoreButton("0123456789abcdef", 4).item.label == "More (4)"


def test_a_button_is_made_again_from_its_custom_id() -> None:
    """As after a restart: the same id comes out."""
    for button in (ContextButton(RECEIPT), ReceiptButton(RECEIPT), MoreButton("0123456789abcdef", 4)):
        match = re.fullmatch(button.template, button.custom_id)
        assert match is not None
        assert type(button).parse(match).custom_id == button.custom_id


def test_one_kind_of_button_is_not_another() -> None:
    """Each template matches its own custom ids only."""
    buttons = [ContextButton(RECEIPT), ReceiptButton(RECEIPT), MoreButton("0123456789abcdef", 4)]

    for button in buttons:
        assert [other for other in buttons if other.template.fullmatch(button.custom_id)] == [button]


async def test_context_shows_what_stands_around(
    channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: TextsOf
) -> None:
    """For who pressed it: before, the quote, after."""
    answer = await asked(you, channel)

    result = await you.click(answer, label="Context")

    assert result.response is not None
    assert result.response.ephemeral
    texts = texts_of(result.response.components)
    assert texts[0].startswith("### In context\n-# *Hearing of 3 March 2025*, lines ")
    assert "The red ledger was on the kitchen table." in texts[texts.index("-# The quote") + 1]


async def test_a_receipt_can_be_checked(
    case_dir: Path, channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: TextsOf
) -> None:
    """The file's bytes stand in the document, where the receipt says, and its hash is the document's."""
    answer = await asked(you, channel)

    result = await you.click(answer, label="Receipt")

    assert result.response is not None
    assert result.response.ephemeral
    facts = texts_of(result.response.components)[0]
    document = (case_dir / "documents" / "hearing.txt").read_bytes()
    assert hashlib.sha256(document).hexdigest() in facts
    place = re.search(r"`(\d+)` to `(\d+)`", facts)
    assert place is not None
    words = document.decode()[int(place[1]) : int(place[2])]
    [attachment] = result.response.attachments
    assert await attachment.read() == words.encode()
    assert "The red ledger was on the kitchen table." in words


async def test_more_shows_the_other_quotes(
    channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: TextsOf
) -> None:
    """To everybody who saw the answer; each with buttons that work."""
    answer = await asked(you, channel)

    result = await you.click(answer, custom_id=custom_id(answer, "more"))

    assert result.response is not None
    assert not result.response.ephemeral
    assert texts_of(result.response.components)[0] == "### More from the record"
    receipt = await you.click(result.response, custom_id=custom_id(result.response, "receipt"))
    assert receipt.response is not None
    assert len(receipt.response.attachments) == 1


async def test_more_of_a_private_answer_is_private(
    channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """It would give away what was asked."""
    answer = await asked(you, channel, private=True)

    result = await you.click(answer, custom_id=custom_id(answer, "more"))

    assert result.response is not None
    assert result.response.ephemeral


async def test_the_buttons_ping_nobody(
    env: simcord.Env, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """Each reply is sent with all mentions off."""
    answer = await asked(you, channel)
    for kind in ("context", "more", "receipt"):
        await you.click(answer, custom_id=custom_id(answer, kind))

    edits = [request for request in env.http_requests if request.method == "PATCH"]
    assert [request.json and request.json["allowed_mentions"] for request in edits] == [{"parse": []}] * 4


@pytest.mark.parametrize("kind", ["context", "more", "receipt"])
async def test_the_buttons_work_after_a_restart(
    env: simcord.Env, bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor, kind: str
) -> None:
    """Another process, with the same state on the disk."""
    answer = await asked(you, channel)

    await env.restart_bot(ExhibitBot(bot.asker, bot.state, bot.settings, bot.metrics))
    result = await you.click(answer, custom_id=custom_id(answer, kind))

    assert result.response is not None
    assert result.response.components != []


@pytest.mark.parametrize("kind", ["context", "more", "receipt"])
async def test_a_quote_that_does_not_hold_is_not_sent(
    bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor, kind: str
) -> None:
    """It held when it was asked for; the stored text was changed since."""
    answer = await asked(you, channel)
    for stored in (bot.asker.generation.folder / "documents").iterdir():
        stored.write_text("Something else.", encoding="utf-8")

    result = await you.click(answer, custom_id=custom_id(answer, kind))

    [told] = result.followups
    assert "has been changed." in told.content
    assert told.ephemeral
    assert result.response is None


async def test_more_that_is_gone_says_so(
    bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `KEPT_DAYS` the other quotes are let go."""
    answer = await asked(you, channel)
    later = time.time() + 31 * 86_400
    monkeypatch.setattr("time.time", lambda: later)
    await bot.state.keep(Answer("", Outcome.QUOTE, 0.5, (), 0.0))

    result = await you.click(answer, custom_id=custom_id(answer, "more"))

    assert [told.content for told in result.followups] == [
        "These quotes are gone: I keep them for 30 days. Ask again."
    ]


@pytest.mark.parametrize("kind", ["context", "more", "receipt"])
async def test_a_document_that_was_withdrawn_says_so(
    scripted: Any, bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor, kind: str
) -> None:
    """The message is still there, its document is not."""
    documents = {held.path: held for held in bot.asker.generation.case}
    quotes = tuple(
        Quote(documents[passage.document], passage.span, (), None, "line 1", 0.5)
        for passage in bot.asker.generation.passages
    )
    scripted.script = Answer("", Outcome.QUOTE, 0.9, quotes, 0.0)
    answer = await asked(you, channel)
    case = scripted.generation.case
    scripted.generation = replace(scripted.generation, case=replace(case, documents=()))

    result = await you.click(answer, custom_id=custom_id(answer, kind))

    assert [told.content for told in result.followups] == [
        "The document of this quote is not, or no longer, in the record. Ask again."
    ]


async def test_a_defect_gives_a_reference(
    env: simcord.Env,
    bot: ExhibitBot,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """discord.py would only log it and leave the person waiting."""
    answer = await asked(you, channel)

    async def fail(_: Receipt) -> Quote:
        raise RuntimeError("a defect")

    monkeypatch.setattr(bot.asker, "quote", fail)
    result = await you.click(answer, label="Receipt")

    [told] = result.followups
    assert told.content.startswith("Something went wrong in Exhibit itself.")
    assert env.errors == []
