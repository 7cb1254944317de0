"""What Discord acts on in a message, as an oracle for what is rendered: found, it does something there.

The rules are those of Discord's own client (its block and inline rules, of which a backslash before a
sign switches off the one that begins with it) and of its servers, which look for pings and invites in
the raw text. Where the two or their documentation differ, the wider rule stands here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_SYNTAX = re.compile(
    r"""(?P<ping> @(?:everyone|here) | <@[!&]?\d+> )
    | (?P<channel> <\#\d+> | <id:[\w-]+> )
    | (?P<time> <t:-?\d+(?::\w)?> )
    | (?P<command> </[^:>\n]+:\d+> )
    | (?P<emoji> <a?:\w+:\d+> | <sound:\d+:\d+> | :[\w+-]+: )
    | (?P<link> <[a-z][a-z0-9+.-]*:[^\s>]+> | <[^\s<>@]+@[^\s<>]+> | <\+?\d+> | \b[a-z][a-z0-9+.-]*:/*\w[^\s]*\.\w
        | \b(?:https?|steam|discord):\S | \[[^\]\n]*\]\( )
    | (?P<invite> \bdiscord(?:\.gg|\.com/\w+|app\.com/\w+)/\w )
    | (?P<code> ` )
    | (?P<spoiler> \|\| )
    | (?P<strike> ~~ )
    | (?P<underline> _ )
    | (?P<star> \*+ )
    | (?P<entity> &\#?\w+; )
    | (?P<small> ^\s*-\#\s )
    | (?P<heading> ^\s*\#{1,3}\s )
    | (?P<list> ^\s*(?:[-*+]|\d+[.)])\s )
    | (?P<quote> ^\s*>{1,3} )
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE | re.ASCII,
)

KNOWN = {
    "users": {"1": "ada"},
    "roles": {"1": "jury"},
    "channels": {"1": "court"},
    "commands": {"1": "ask"},
    "emojis": {"1": {"name": "seal", "animated": False}},
    "everyone": True,
}
"""A world in which everything that an injection names exists."""


def live(rendered: str) -> str:
    """A rendered text with a dot in the place of every escaped character: what is left may act."""
    return _ESCAPED.sub("·", rendered)


def acts(rendered: str) -> Counter[str]:
    """How often each kind of syntax is in a rendered text."""
    return Counter(match.lastgroup or "" for match in _SYNTAX.finditer(live(rendered)))


def acting(message: Iterable[str]) -> Counter[str]:
    """How often each kind is in the texts of a message, block quotes left out."""
    return sum((acts(text) for text in message if not text.startswith("> ")), Counter())
