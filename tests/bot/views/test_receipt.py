"""Receipts: what they say can be checked by anybody."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from discord import ui

from bot.views.receipt import ReceiptLayout, receipt_file
from corpus.models import Document, Span
from index.models import Quote

TEXT = "\ufeffOne – zwei.\r\nThe “quote” stands here.\r\nThree."


def quote_of(document: Document) -> Quote:
    """The second line."""
    start = TEXT.index("The “quote”")
    return Quote(document, Span(start, start + 25), (), None, "line 2", 0.5)


def test_the_file_holds_the_very_bytes(make_document: Callable[..., Document]) -> None:
    """The UTF-8 of the span and nothing else, under a name that is shown in the message."""
    quote = quote_of(make_document(TEXT))
    file = receipt_file(quote)

    assert file.fp.read() == "The “quote” stands here.\r".encode()
    layout = ReceiptLayout(quote)
    [shown] = [item for item in layout.walk_children() if isinstance(item, ui.File)]
    assert shown.media.url == f"attachment://{file.filename}"
    assert re.fullmatch(r"receipt-[0-9a-f]{12}-14-39\.txt", file.filename)


def test_what_it_says_is_true(
    tmp_path: Path, make_document: Callable[..., Document], texts_of: Callable[[Any], list[str]]
) -> None:
    """The hash and the line of Python that it gives lead to the words, starting from the document's file."""
    document = make_document(TEXT, path="day_3/hearing.txt", title="Day 3")
    quote = quote_of(document)
    file = tmp_path / "hearing.txt"
    file.write_bytes(TEXT.encode())

    facts, how = texts_of(ReceiptLayout(quote))

    assert facts.splitlines() == [
        "### Receipt",
        "*Day 3*, line 2",
        "Document: day\\_3\\/hearing.txt",
        f"SHA-256 of the document: `{hashlib.sha256(file.read_bytes()).hexdigest()}`",
        "Characters: `14` to `39` (code points, the last one excluded)",
        f"Bytes in the attached file: `{len(quote.text.encode())}` (UTF-8)",
    ]
    code = re.search(r"`(open\(FILE, .+?\])`", how)
    assert code is not None
    assert code[1] == 'open(FILE, encoding="utf-8", newline="").read()[14:39]'
    with file.open(encoding="utf-8", newline="") as opened:
        assert opened.read()[14:39] == quote.text
