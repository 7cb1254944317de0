"""Text of documents and of people -> Discord text that shows exactly those words and does nothing.

Discord renders a backslash before punctuation away, so an escaped text reads, and copies, as the
original; nothing invisible is ever put in. A character that could not be seen, or that could
reorder what stands around it, is shown by its number, as in ⟨U+202E⟩. `unrender` is the inverse.

Pure: text in, text out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate

from corpus.models import Span

CUT = "…"
_BOLD = "**"
_ALWAYS_ESCAPED = frozenset("\\`*_~|<>[]@/")
_AT_LINE_START = re.compile(r"^[^\S\n]*(?:(?P<mark>[#+=-])|\d+(?P<number>[.)]))", re.MULTILINE)
_RENDERED = re.compile(r"⟨U\+(?P<number>[0-9A-F]{4,6})⟩|\\(?P<escaped>[!-/:-@\[-`{-~])|\*\*")

_IN_LINK = str.maketrans({char: f"%{ord(char):02X}" for char in "\"'()<>[\\]`|*"})

_JOINERS = frozenset("\u200c\u200d")
_EMOJI_SELECTORS = frozenset("\ufe0e\ufe0f")
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2\U000110bd\U000110cd")
_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000)]))
)
"""What draws nothing although its category is that of a letter, a mark or a symbol."""
_MOST_STACKED_MARKS = 6


def escape(text: str) -> str:
    """`text` as Discord text that shows `text`; line breaks stay."""
    return "".join(_pieces(text))


def unrender(rendered: str) -> str:
    """What was rendered: the inverse of `escape` and of `bolded`."""

    def original(match: re.Match[str]) -> str:
        if match["number"]:
            return chr(int(match["number"], 16))
        return match["escaped"] or ""

    return _RENDERED.sub(original, rendered)


def bolded(text: str, bold: Sequence[Span] = ()) -> str:
    """`escape(text)` with the sorted, disjoint spans `bold` of `text` in bold, line by line."""
    pieces = _pieces(text)
    for span in _bold_runs(text, bold):
        pieces[span.start] = _BOLD + pieces[span.start]
        pieces[span.end - 1] += _BOLD
    return "".join(pieces)


def block_quote(text: str, bold: Sequence[Span] = ()) -> str:
    """`bolded(text, bold)` as a block quote, every line of it inside."""
    return "\n".join(f"> {line}" for line in bolded(text, bold).split("\n"))


def one_line(text: str, limit: int) -> str:
    """`text` on one line, white space collapsed, at most `limit` characters when rendered.

    Cut at a word, with an ellipsis, where it is longer. Text that runs from right to left is
    isolated, so that it cannot reorder what follows it on the line.
    """
    words = " ".join(text.split())
    isolated = any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in words)
    room = limit - 2 if isolated else limit
    pieces = _pieces(words)
    if sum(map(len, pieces)) > room:
        fitting = sum(1 for total in accumulate(map(len, pieces)) if total <= room - len(CUT))
        at_word = words.rfind(" ", 0, fitting + 1)
        pieces = [*pieces[: at_word if at_word > fitting // 2 else fitting], CUT]
    line = "".join(pieces)
    return f"\u2068{line}\u2069" if isolated else line


def link(label: str, url: str) -> str:
    """`label` as a link that nothing in `url`, a web address in ASCII without white space, can end."""
    return f"[{escape(label)}](<{url.translate(_IN_LINK)}>)"


def lengths(text: str) -> list[int]:
    """For every code point of `text`, how many characters it takes when rendered."""
    return [len(piece) for piece in _pieces(text)]


def plain(text: str, limit: int) -> str:
    """`text` for a place without markup, such as a button's label: one line, nothing unseen in it."""
    words = " ".join(text.split())
    seen = "".join(_shown(words, at) for at in range(len(words)))
    return seen if len(seen) <= limit else seen[: limit - len(CUT)] + CUT


def _pieces(text: str) -> list[str]:
    """What each code point of `text` is rendered as; joined, they are the rendered text."""
    markers = {match.start(match.lastgroup or 0) for match in _AT_LINE_START.finditer(text)}
    return [
        "\\" + char if at in markers or _marks_up(text, at) else _shown(text, at)
        for at, char in enumerate(text)
    ]


def _marks_up(text: str, at: int) -> bool:
    """Whether the character could mean something to Discord wherever on a line it stands."""
    char = text[at]
    following = text[at + 1 : at + 2]
    if char == ":":
        return bool(following) and not following.isspace()
    if char == "&":
        return following == "#" or following.isalnum()
    if char == "+":
        return text.endswith("⟨U", 0, at)
    return char in _ALWAYS_ESCAPED


def _shown(text: str, at: int) -> str:
    """The character itself where it can be seen and disturbs nothing, or else its number."""
    char = text[at]
    if char in {"\n", "\t"} or (char.isascii() and char.isprintable()):
        return char
    return f"⟨U+{ord(char):04X}⟩" if _unseen(text, at) else char


def _unseen(text: str, at: int) -> bool:
    char = text[at]
    before = unicodedata.category(text[at - 1]) if at else "Cn"
    after = unicodedata.category(text[at + 1]) if at + 1 < len(text) else "Cn"
    if char == "\r":
        return text[at + 1 : at + 2] != "\n"
    if char in _JOINERS:
        # They belong between the letters of some scripts and inside emoji, and nowhere else. Between two
        # marks they would hide how many are stacked.
        joined = before in {"Lo", "Mn", "Mc", "So", "Sk"} and after in {"Lo", "Mn", "Mc", "So"}
        return not joined or (before[0] == "M" and after[0] == "M")
    if char in _EMOJI_SELECTORS:
        return before[0] not in "SNP"
    category = unicodedata.category(char)
    if category in {"Mn", "Me"} and at >= _MOST_STACKED_MARKS:
        stack = text[at - _MOST_STACKED_MARKS : at]
        return char in _UNSEEN or all(unicodedata.category(mark) in {"Mn", "Me"} for mark in stack)
    if category in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return char not in _VISIBLE_FORMATS
    return char in _UNSEEN


def _bold_runs(text: str, bold: Sequence[Span]) -> Iterator[Span]:
    """`bold` cut at line ends, without white space at the ends, runs that touch made one."""
    pending: Span | None = None
    for span in bold:
        for line in re.compile(r"[^\n]+").finditer(text, span.start, span.end):
            start = line.start() + len(line[0]) - len(line[0].lstrip())
            end = line.end() - (len(line[0]) - len(line[0].rstrip()))
            if start >= end:
                continue
            if pending and _only_spaces(text[pending.end : start]):
                pending = Span(pending.start, end)
                continue
            if pending:
                yield pending
            pending = Span(start, end)
    if pending:
        yield pending


def _only_spaces(gap: str) -> bool:
    return not gap.strip() and "\n" not in gap
