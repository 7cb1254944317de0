"""`/sources`, with its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import simcord

from corpus.models import Document

TextsOf = Callable[[Any], list[str]]


async def test_it_lists_the_documents(
    env: simcord.Env, channel: simcord.ChannelHandle, you: simcord.MemberActor, texts_of: TextsOf
) -> None:
    """For who asked, with what is known of each, and without a ping."""
    result = await you.slash(channel, "sources")

    assert result.response is not None
    assert result.response.ephemeral
    heading, listed = texts_of(result.response.components)
    assert heading == "### The record: The Harbour Fire\n-# 2 documents"
    assert listed.splitlines()[0::2] == ["**Hearing of 3 March 2025**", "**Archive lost in harbour fire**"]
    assert listed.splitlines()[1].startswith("-# 2025-03-03 · Testimony · ")
    assert listed.splitlines()[3].startswith("-# The Gazette · date unknown · Press report · ")
    request = env.http_requests[-1]
    assert request.json is not None
    assert request.json["data"]["allowed_mentions"] == {"parse": []}


async def test_its_pages_turn(
    scripted: Any,
    channel: simcord.ChannelHandle,
    you: simcord.MemberActor,
    make_document: Callable[..., Document],
    texts_of: TextsOf,
) -> None:
    """Forth and back, in the same message; at the ends the button is off."""
    documents = tuple(
        make_document("Yes.", f"{number}.txt", title=f"Day {number}") for number in range(1, 26)
    )
    case = replace(scripted.generation.case, documents=documents)
    scripted.generation = replace(scripted.generation, case=case)
    result = await you.slash(channel, "sources")
    page = result.response
    assert page is not None

    assert texts_of(page.components)[0].endswith("25 documents, 1–10 shown")
    await you.click(page, label="Next")
    assert texts_of(page.components)[0].endswith("25 documents, 11–20 shown")
    await you.click(page, label="Next")
    assert texts_of(page.components)[0].endswith("25 documents, 21–25 shown")
    assert page.components[-1]["components"][1]["disabled"]
    await you.click(page, label="Previous")
    assert texts_of(page.components)[0].endswith("25 documents, 11–20 shown")
