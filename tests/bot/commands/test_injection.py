"""Hostile questions and documents in a simulated Discord: what is sent pings nobody, and *Receipt* has the bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import simcord
from simcord.components import walk_components

from bot.client import ExhibitBot
from corpus.context import locator
from corpus.library import load_case
from index.build import build_index
from index.models import Answer, Outcome, Quote
from index.overlap import OverlapReader
from index.searcher import Searcher
from index.store import Store
from tests.bot.discord_syntax import acting
from tests.bot.injection import ATTACKS, FLOODS, INJECTIONS
from tests.conftest import CountingEncoder

TextsOf = Callable[[Any], list[str]]
SAMPLE = [
    *(
        f"{kind}-{len(attacks)}-{place}"
        for kind, attacks in ATTACKS.items()
        for place in ("alone", "after-line")
    ),
    *FLOODS,
]
NAMED = {name: f"{at}.txt" for at, name in enumerate(SAMPLE)}
KINDS = {"ping", "channel", "time", "command", "emoji", "invite", "spoiler", "strike", "entity", "list"}
"""What no message of ours has, and so can only come from a text."""


@pytest.fixture(scope="module")
def generation_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the hostile case and its index are."""
    root = tmp_path_factory.mktemp("hostile") / "case"
    (root / "documents").mkdir(parents=True)
    for name, path in NAMED.items():
        text = INJECTIONS[name]
        title = " ".join(text.split())
        words = (
            f"title: {title}\npublisher: {title}\n\nJane Hopper: {text} It was red.\n\nAnd that was all.\n"
        )
        (root / "documents" / path).write_bytes(words.encode())
    build_index(load_case(root), Store(root, root), CountingEncoder(["red"]))
    return root


@pytest.fixture
def searcher(generation_folder: Path) -> Searcher:
    """A searcher over the hostile case, which the bot is opened with."""
    encoder = CountingEncoder(["red"])
    return Searcher(Store(generation_folder, generation_folder).open(), encoder, OverlapReader(encoder))


@pytest.fixture
def answers_from(scripted: Any) -> Callable[[str], bytes]:
    """Has a question answered from one hostile document; returns the bytes of the quote that is shown first."""

    def script(path: str) -> bytes:
        [document] = [each for each in scripted.generation.case if each.path == path]
        spans = [each.span for each in scripted.generation.passages if each.document == path]
        others = [each for each in scripted.generation.passages if each.document != path][:2]
        documents = {each.path: each for each in scripted.generation.case}
        quotes = [
            *(
                Quote(document, span, (span,), "Jane Hopper", locator(document, span), 0.9)
                for span in spans[:2]
            ),
            *(Quote(documents[each.document], each.span, (), None, "line 1", 0.5) for each in others),
        ]
        scripted.script = Answer("", Outcome.QUOTE, 0.9, tuple(quotes), 0.0)
        return quotes[0].text.encode()

    return script


def sent(env: simcord.Env) -> list[dict[str, Any]]:
    """What the bot asked Discord to show, one JSON a request."""
    bodies = [request.json for request in env.http_requests if isinstance(request.json, dict)]
    return [body for each in bodies for body in (each, each.get("data")) if body and shows(body)]


def shows(body: dict[str, Any]) -> bool:
    """Whether there is a text in it."""
    return bool(body.get("content") or body.get("components"))


def custom_id(message: simcord.ResponseMessage, kind: str) -> str:
    """That of the message's first button of a kind."""
    found = (str(component.get("custom_id", "")) for component in walk_components(message.components))
    return next(identifier for identifier in found if identifier.startswith(f"exhibit:{kind}:"))


@pytest.mark.parametrize("name", SAMPLE)
async def test_an_answer_and_its_buttons(
    env: simcord.Env,
    answers_from: Callable[[str], bytes],
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    texts_of: TextsOf,
    name: str,
) -> None:
    """Asked with the hostile text, answered from the document that holds it, and each button pressed."""
    words = answers_from(NAMED[name])
    asked = await you.slash(channel, "ask", question=INJECTIONS[name][:2000])
    assert asked.response is not None
    shown = [asked.response]
    for kind in ("context", "more", "receipt"):
        pressed = await you.click(asked.response, custom_id=custom_id(asked.response, kind))
        assert pressed.response is not None
        shown.append(pressed.response)

    [attachment] = shown[-1].attachments
    assert await attachment.read() == words
    assert [each.message.mentions for each in shown] == [[]] * 4
    assert [each.message.mention_everyone for each in shown] == [False] * 4
    assert acting(text for each in shown for text in texts_of(each.components)).keys() & KINDS == set()
    bodies = sent(env)
    assert len(bodies) == 4
    assert [body["allowed_mentions"] for body in bodies] == [{"parse": []}] * 4


@pytest.mark.parametrize("name", [name for name in SAMPLE if len(INJECTIONS[name]) < 1900])
async def test_a_message_that_mentions_the_bot(
    env: simcord.Env,
    bot: ExhibitBot,
    answers_from: Callable[[str], bytes],
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    name: str,
) -> None:
    """Its reply, which everybody sees."""
    answers_from(NAMED[name])
    assert bot.user is not None
    await you.send(channel, f"{bot.user.mention} {INJECTIONS[name]}")

    reply = channel.last_message
    assert reply is not None
    assert reply.author.id == bot.user.id
    assert (reply.mentions, reply.role_mentions, reply.mention_everyone) == ([], [], False)
    [body] = sent(env)
    assert body["allowed_mentions"] == {"parse": []}


@pytest.mark.usefixtures("bot")
async def test_the_list_of_documents_turns_its_pages(
    env: simcord.Env, channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: TextsOf
) -> None:
    """Every hostile title is in it."""
    result = await you.slash(channel, "sources")
    page = result.response
    assert page is not None
    pages = -(-len(SAMPLE) // 10)
    for _ in range(pages - 1):
        await you.click(page, label="Next")

    assert texts_of(page.components)[0].endswith(f"–{len(SAMPLE)} shown")
    bodies = sent(env)
    assert len(bodies) == pages
    assert [body["allowed_mentions"] for body in bodies] == [{"parse": []}] * pages
    assert acting(text for body in bodies for text in texts_of(body["components"])).keys() & KINDS == set()


@pytest.mark.usefixtures("bot")
async def test_what_is_offered_while_somebody_types(
    channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """Hostile titles as choices: one line, nothing unseen, 1 to 100 characters, which Discord asks for."""
    offered = await you.autocomplete(channel, "ask", "document", "", question="x")

    assert len(offered) == 25
    lengths = [len(choice[part]) for choice in offered for part in ("name", "value")]
    assert 1 <= min(lengths) <= max(lengths) <= 100
    assert [choice["name"] for choice in offered if not choice["name"].isprintable()] == []
