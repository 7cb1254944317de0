"""`/ask`, from the option that somebody types to the message that everybody sees."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import discord
import pytest
import simcord

from bot.client import ExhibitBot
from index.filters import Filter
from index.models import Answer, Outcome, Quote
from index.searcher import Searcher

QUESTION = "Did you see the red ledger?"
QUOTED = "Jane Hopper: **Yes.** The red ledger was on the kitchen table."
MakeQuote = Callable[..., Quote]
TextsOf = Callable[[Any], list[str]]


def sent(env: simcord.Env) -> list[simcord.HttpLogEntry]:
    """The requests with which the bot showed something."""
    return [
        request
        for request in env.http_requests
        if request.method in {"POST", "PATCH"} and "messages" in request.path
    ]


async def test_a_question_is_answered_with_a_quote(
    env: simcord.Env, channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: TextsOf
) -> None:
    """It is acknowledged first and answered then, for all to see."""
    result = await you.slash(channel, "ask", question=QUESTION)

    acknowledged = next(request for request in env.http_requests if request.path.endswith("/callback"))
    assert acknowledged.json == {"type": discord.InteractionResponseType.deferred_channel_message.value}
    assert result.response is not None
    assert not result.ephemeral
    texts = texts_of(result.response.components)
    assert texts[0] == f"-# Question: {QUESTION}"
    assert "The red ledger was on the kitchen table." in texts[1]
    assert "**Jane Hopper** in *Hearing of 3 March 2025*" in texts[2]
    assert "2025-03-03 · lines " in texts[2]


async def test_a_private_question_is_answered_privately(
    channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """Only who asked sees it."""
    result = await you.slash(channel, "ask", question=QUESTION, private=True)

    assert result.response is not None
    assert result.response.ephemeral


async def test_nobody_is_ever_pinged(
    env: simcord.Env, channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: TextsOf
) -> None:
    """Neither by the text, nor in what Discord is asked to do with it."""
    role = env.guild.create_role("jury")
    question = f"@everyone <@{you.id}> {role.mention} ledger?"
    result = await you.slash(channel, "ask", question=question)

    assert result.response is not None
    assert texts_of(result.response.components)[0] == (
        f"-# Question: \\@everyone \\<\\@{you.id}\\> \\<\\@\\&{role.id}\\> ledger?"
    )
    assert result.response.message.mentions == []
    assert not result.response.message.mention_everyone
    [request] = sent(env)
    assert request.json is not None
    assert request.json["allowed_mentions"] == {"parse": []}


async def test_a_hostile_record_is_only_text(
    bot: ExhibitBot,
    scripted: Any,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    texts_of: TextsOf,
) -> None:
    """What a document says is shown, and means nothing to Discord."""
    document = bot.asker.generation.case.documents[0]
    hostile = Quote(
        document, bot.asker.generation.passages[0].span, (), "<@1> **x**", "[y](https://z.example)", 0.5
    )
    scripted.script = Answer("", Outcome.QUOTE, 0.9, (hostile,), 0.0)

    result = await you.slash(channel, "ask", question=QUESTION)

    assert result.response is not None
    attribution = texts_of(result.response.components)[2]
    assert "**\\<\\@1\\> \\*\\*x\\*\\*** in" in attribution
    assert "\\[y\\](https\\:\\/\\/z.example)" in attribution


async def test_the_nearest_passage_is_no_answer(
    bot: ExhibitBot,
    scripted: Any,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    texts_of: TextsOf,
) -> None:
    """It says so above the passage."""
    passage = bot.asker.generation.passages[0]
    document = next(held for held in bot.asker.generation.case if held.path == passage.document)
    scripted.script = Answer(
        "", Outcome.NEAREST, 0.2, (Quote(document, passage.span, (), None, "line 1", 0.5),), 0.0
    )

    result = await you.slash(channel, "ask", question=QUESTION)

    assert result.response is not None
    assert texts_of(result.response.components)[1].startswith("### The record doesn't answer this.")


@pytest.mark.usefixtures("scripted")
async def test_nothing_says_what_there_is(
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    texts_of: TextsOf,
) -> None:
    """The documents of the record, by title."""

    result = await you.slash(channel, "ask", question=QUESTION)

    assert result.response is not None
    assert texts_of(result.response.components)[1] == (
        "### The record doesn't say.\n"
        "Nothing in it is near this question. It holds 2 documents on The Harbour Fire:\n"
        "- Hearing of 3 March 2025\n- Archive lost in harbour fire"
    )


@pytest.mark.parametrize("question", ["🎉👍", "the of and", "?!…", "ledger " * 857 + "?"])
async def test_a_question_that_cannot_be_asked_gets_a_sentence(
    channel: simcord.ChannelHandle, you: simcord.MemberActor, question: str
) -> None:
    """Only emoji, only stop words, only marks, 6,000 characters: a sentence that only the asker sees."""
    result = await you.slash(channel, "ask", question=question)

    [told] = result.followups
    assert told.ephemeral
    assert 0 < len(told.content) < 200
    assert told.content.endswith(".")
    assert channel.history() == []


async def test_another_language_is_answered_or_not_but_never_fails(
    channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: TextsOf
) -> None:
    """The record is English; a question in Japanese is still a question."""
    result = await you.slash(channel, "ask", question="赤い帳簿を見ましたか？")

    assert result.response is not None
    assert texts_of(result.response.components)[0] == "-# Question: 赤い帳簿を見ましたか？"


async def test_a_full_queue_says_so(
    bot: ExhibitBot,
    scripted: Any,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one too many is told to come back, while the others wait."""
    released = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait(_question: str, limit: int, _where: Filter | None) -> Answer:
        asyncio.run_coroutine_threadsafe(released.wait(), loop).result(10)
        return Answer("", Outcome.NOTHING, 0.0, (), float(limit))

    monkeypatch.setattr(scripted, "search", wait)
    waiting = [asyncio.create_task(bot.asker.ask(QUESTION)) for _ in range(bot.settings.queue_size + 1)]
    await asyncio.sleep(0)

    result = await you.slash(channel, "ask", question=QUESTION)

    assert [told.content for told in result.followups] == [
        "50 questions are waiting already. Ask again in a minute."
    ]
    released.set()
    await asyncio.gather(*waiting)


async def test_a_quote_that_does_not_hold_is_not_sent(
    bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """The stored text was changed under the bot: a sentence instead."""
    for stored in (bot.asker.generation.folder / "documents").iterdir():
        stored.write_text("Something else.", encoding="utf-8")

    result = await you.slash(channel, "ask", question=QUESTION)

    [told] = result.followups
    assert told.content.startswith("The stored text of hearing.txt has been changed.")
    assert told.ephemeral
    assert channel.history() == []


async def test_a_defect_gives_a_reference_and_the_bot_lives_on(
    env: simcord.Env,
    scripted: Any,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
) -> None:
    """Whatever goes wrong inside is one sentence outside."""
    defect = RuntimeError(QUESTION)
    scripted.script = defect

    result = await you.slash(channel, "ask", question=QUESTION)

    [told] = result.followups
    assert told.content.startswith("Something went wrong in Exhibit itself.")
    assert told.ephemeral
    assert [getattr(error, "original", error) for error in env.errors] == [defect]
    scripted.script = Answer("", Outcome.NOTHING, 0.0, (), 0.0)
    assert (await you.slash(channel, "ask", question=QUESTION)).response is not None


async def test_an_interaction_that_is_gone_is_let_go(
    env: simcord.Env, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """Discord may have forgotten it before the bot answers; the next one works."""
    env.inject_error(
        "POST", "/interactions/*/callback", status=404, code=10062, message="Unknown interaction"
    )

    lost = await you.slash(channel, "ask", question=QUESTION)

    assert (lost.response, lost.followups) == (None, [])
    [error] = env.errors
    assert getattr(getattr(error, "original", error), "code", None) == 10062
    assert (await you.slash(channel, "ask", question=QUESTION)).response is not None


async def test_it_works_in_direct_messages(env: simcord.Env, texts_of: TextsOf) -> None:
    """The command is there too."""
    result = await env.create_user("ada").slash("ask", question=QUESTION)

    assert result.response is not None
    assert texts_of(result.response.components)[0] == f"-# Question: {QUESTION}"


async def test_a_filter_narrows_what_is_asked(
    channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: TextsOf
) -> None:
    """With a speaker, only what that person says can answer."""
    result = await you.slash(channel, "ask", question="Who brought the red ledger?", speaker="hopper")

    assert result.response is not None
    texts = texts_of(result.response.components)
    assert any("**Jane Hopper** in" in text for text in texts)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"speaker": "Napoleon"}, "Nobody called Napoleon speaks there."),
        ({"document": "atlas"}, "The record has no document called atlas."),
        ({"since": "tomorrow"}, "tomorrow is no date that can be read."),
        ({"since": "2030"}, "The record has no document since 2030"),
    ],
)
async def test_a_filter_that_nothing_meets_says_so(
    channel: simcord.ChannelHandle, you: simcord.MemberActor, options: dict[str, str], sentence: str
) -> None:
    """One sentence, which only who asked sees."""
    result = await you.slash(channel, "ask", question=QUESTION, **options)

    [told] = result.followups
    assert told.ephemeral
    assert told.content.replace("\\", "").startswith(sentence)


async def test_speakers_and_documents_are_offered(
    channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """While somebody types, by any part of the name."""
    speakers = await you.autocomplete(channel, "ask", "speaker", "hop", question="x")
    documents = await you.autocomplete(channel, "ask", "document", "fire", question="x")

    assert [choice["value"] for choice in speakers] == ["Jane Hopper"]
    assert [choice["value"] for choice in documents] == ["Archive lost in harbour fire"]


async def test_a_letter_is_shown_once_with_its_copies(
    bot: ExhibitBot,
    letters: Searcher,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    texts_of: TextsOf,
) -> None:
    """With the answer or below More, whichever it is; the letter with another sum is the other quote."""
    bot.asker.swap(letters)
    result = await you.slash(channel, "ask", question="How much was Jane Hopper paid that night?")

    assert result.response is not None
    more = await you.click(result.response.message, label="More (1)")
    assert more.response is not None
    texts = [*texts_of(result.response.components), *texts_of(more.response.components)]
    [also] = [line for text in texts for line in text.splitlines() if line.startswith("-# Also in: ")]
    assert also.count(" · ") == 1
    assert ("[source](<https://example.org/12>)" in also) == ("*Exhibit 12*, " in also)
    assert sum("5,000 pounds" in text for text in texts) == 1
