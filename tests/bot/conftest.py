"""What the tests of the bot may use: documents and quotes by hand, and the bot in a simulated Discord."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import simcord
from discord import ui

from bot.client import ExhibitBot
from bot.running import open_bot
from bot.settings import Settings
from corpus.models import Document, Kind, Provenance, Span
from index.filters import Filter
from index.generation import Generation
from index.models import Answer, Outcome, Quote
from index.searcher import QUOTES, Searcher
from tests.conftest import FlyingClock, fly

# A busy machine is no failure: pytest-timeout ends what hangs.
hypothesis.settings.register_profile("exhibit", deadline=None)
hypothesis.settings.load_profile("exhibit")

MakeDocument = Callable[..., Document]
MakeQuote = Callable[..., Quote]
TextsOf = Callable[[Any], list[str]]


@pytest.fixture
def make_document() -> MakeDocument:
    """Makes a document of a text; further arguments are its provenance."""

    def make(text: str, path: str = "hearing.txt", **known: Any) -> Document:
        known.setdefault("kind", Kind.TESTIMONY)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return Document(path, text, digest, Provenance(**known))

    return make


@pytest.fixture
def make_quote(make_document: MakeDocument) -> MakeQuote:
    """Makes a quote of a whole text, with the given words highlighted; further arguments are provenance."""

    def make(text: str, *highlights: str, speaker: str | None = None, **known: Any) -> Quote:
        document = make_document(text, **known)
        spans = tuple(Span(at := text.index(words), at + len(words)) for words in highlights)
        return Quote(document, Span(0, len(text)), spans, speaker, "line 1", 0.5)

    return make


@pytest.fixture
def texts_of() -> TextsOf:
    """All texts of a layout, or of the components of a message, from top to bottom."""

    def walk(components: Any) -> Iterator[str]:
        for component in components:
            if component["type"] == 10:
                yield component["content"]
            yield from walk(component.get("components", []))

    def texts(shown: Any) -> list[str]:
        if isinstance(shown, ui.LayoutView):
            shown = shown.to_components()  # type: ignore[no-untyped-call]
        return list(walk(shown))

    return texts


class ScriptedSearcher(Searcher):
    """Does as it is told: gives an answer, or raises an error."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.script: Answer | Exception = Answer("", Outcome.NOTHING, 0.0, (), 0.0)
        self.asked: list[str] = []
        self.where: Filter | None = None

    def search(self, question: str, limit: int = QUOTES, where: Filter | None = None) -> Answer:
        self.asked.append(question)
        self.where = where
        if isinstance(self.script, Exception):
            raise self.script
        return replace(self.script, question=question, quotes=self.script.quotes[:limit])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The defaults, with data below the test's own folder."""
    return Settings(data=tmp_path / "data")


@pytest.fixture
async def bot(searcher: Searcher, settings: Settings, tmp_path: Path) -> AsyncIterator[ExhibitBot]:
    """The bot over the small case, not yet on Discord."""
    async with open_bot(searcher, settings, tmp_path / "state") as opened:
        yield opened


@pytest.fixture
def clock(bot: ExhibitBot) -> FlyingClock:
    """The bot's clock, which flies: it waits without waiting."""
    return fly(bot)


@pytest.fixture
def scripted(bot: ExhibitBot) -> ScriptedSearcher:
    """What the bot asks instead of the small case's searcher: at first, nothing is near any question."""
    made = ScriptedSearcher(bot.asker.generation)
    bot.asker.swap(made)
    return made


@pytest.fixture
def simcord_bot(bot: ExhibitBot) -> ExhibitBot:
    """The bot that simcord's own fixture brings into its simulated Discord."""
    return bot


@pytest.fixture
def env(simcord_env: simcord.Env) -> simcord.Env:
    """The simulated Discord with the bot in it. An error that the bot does not answer fails the test."""
    return simcord_env


@pytest.fixture
def channel(env: simcord.Env) -> simcord.ChannelHandle:
    """A text channel of a server where the bot is."""
    return env.create_guild("The Harbour Fire").create_text_channel("ask-the-record")


@pytest.fixture
def you(env: simcord.Env, channel: simcord.ChannelHandle) -> simcord.MemberActor:
    """Somebody in that channel."""
    assert channel.guild is not None
    return channel.guild.add_member(env.create_user("you"))
