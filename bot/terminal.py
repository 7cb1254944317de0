"""Text of documents and of people for a terminal, which shows it and obeys nothing in it.

Pure: text in, text out.
"""

from __future__ import annotations

import re

_OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but line feed and tab, and what turns the direction of text."""


def visible(text: str) -> str:
    """`text` with what a terminal would obey by its number, as in ⟨U+001B⟩; line feeds and tabs stay."""
    return _OBEYED.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)
