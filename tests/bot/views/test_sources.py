"""The list of documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from discord import ui

from bot.views.sources import PAGE_SIZE, SourcesLayout
from corpus.models import Case, Document, Kind

TextsOf = Callable[[Any], list[str]]


def case_of(documents: list[Document]) -> Case:
    """A case with these documents."""
    return Case(Path("harbour"), "harbour", "The Harbour Fire", tuple(documents))


def passages(path: str) -> int:
    """As many as the first document's path says."""
    return 1 if path == "0.txt" else 1234


def buttons(layout: SourcesLayout) -> list[tuple[str, bool]]:
    """Custom id and whether it cannot be pressed."""
    return [
        (item.custom_id, item.item.disabled)
        for item in layout.walk_children()
        if isinstance(item, ui.DynamicItem) and isinstance(item.item, ui.Button)
    ]


def test_each_document_with_what_is_known_of_it(
    make_document: Callable[..., Document], texts_of: TextsOf
) -> None:
    """Title, publisher, date, kind and passages; what is unknown is said to be."""
    known = make_document(
        "Yes.", "0.txt", title="Day 3", publisher="The Court", date="2025", kind=Kind.TESTIMONY
    )
    unknown = make_document("Yes.", "1.txt", kind=Kind.UNKNOWN)

    layout = SourcesLayout(case_of([known, unknown]), passages)

    heading, listed = texts_of(layout)
    assert heading == "### The record: The Harbour Fire\n-# 2 documents"
    assert listed.splitlines() == [
        "**Day 3**",
        "-# The Court · 2025 · Testimony · 1 passage",
        r"**1\.txt**",
        "-# date unknown · kind unknown · 1,234 passages",
    ]
    assert buttons(layout) == []


@pytest.mark.parametrize(
    ("page", "shown", "expected"),
    [
        (0, "1–10", [("exhibit:sources:Previous:0", True), ("exhibit:sources:Next:1", False)]),
        (50, "501–510", [("exhibit:sources:Previous:49", False), ("exhibit:sources:Next:51", False)]),
        (100, "1,001–1,003", [("exhibit:sources:Previous:99", False), ("exhibit:sources:Next:100", True)]),
        (
            999_999,
            "1,001–1,003",
            [("exhibit:sources:Previous:99", False), ("exhibit:sources:Next:100", True)],
        ),
    ],
)
def test_a_thousand_documents_are_paged(
    make_document: Callable[..., Document],
    texts_of: TextsOf,
    page: int,
    shown: str,
    expected: list[tuple[str, bool]],
) -> None:
    """Ten a page; a page that is gone shows the last one."""
    documents = [make_document("Yes.", f"{number}.txt") for number in range(1003)]
    layout = SourcesLayout(case_of(documents), passages, page)

    assert texts_of(layout)[0] == f"### The record: The Harbour Fire\n-# 1,003 documents, {shown} shown"
    assert texts_of(layout)[1].count("**") // 2 == (3 if page >= 100 else PAGE_SIZE)
    assert buttons(layout) == expected


def test_the_longest_titles_fit(make_document: Callable[..., Document]) -> None:
    """4,000 characters, whatever the documents say of themselves."""
    long = "*" * 5000
    documents = [
        make_document("Yes.", f"{number}.txt", title=long, publisher=long, date=long, label=long)
        for number in range(PAGE_SIZE)
    ]

    assert SourcesLayout(case_of(documents), passages).content_length() <= 4000
