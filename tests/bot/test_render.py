"""What is rendered shows the text and does nothing, and the text can be read back from it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from simcord.preview._markdown import markdown_tokens

from bot import render
from corpus.models import Span
from tests.bot.discord_syntax import KNOWN, acts

SMALL = "-# small"
"""The preview renders this even when it is escaped, unlike Discord."""

INJECTIONS = [
    "@everyone",
    "@here",
    "<@1>",
    "<@!1>",
    "<@&1>",
    "<#1>",
    "<t:0:R>",
    "<t:0>",
    "</ask:1>",
    "<id:home>",
    "<id:customize>",
    "<:seal:1>",
    "<a:seal:1>",
    ":tada:",
    "https://example.org/a_b",
    "http://example.org",
    "<https://example.org>",
    "discord.gg/abc",
    "discord.com/channels/1/2",
    "[click](https://example.org)",
    "[click](<https://example.org>)",
    "**bold**",
    "*it*",
    "_it_",
    "__under__",
    "~~struck~~",
    "||spoiler||",
    "`code`",
    "```py\ncode\n```",
    "# heading",
    "### heading",
    SMALL,
    "> quote",
    ">>> quote",
    "- item",
    "* item",
    "+ item",
    "1. item",
    "12) item",
    "| a | b |\n|---|---|",
    "title\n===",
    "title\n---",
    "\\",
    "\\*",
    "\\\\",
    "&lt;@1&gt;",
    "&#64;everyone",
    "¯\\_(ツ)_/¯",
    "![alt](https://example.org/a.png)",
]
"""What means something to Discord, or to Markdown, when it is not escaped."""

seen = st.characters(categories=["L", "N", "P", "S"], exclude_characters="\u115f\u1160\u3164\uffa0\u2800")
ARABIC_NUMBER_SIGNS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2\U000110bd\U000110cd"
"""Format characters by category, but visible signs."""

words = st.text(seen, min_size=1, max_size=8)
lines = st.lists(words | st.sampled_from([part for part in INJECTIONS if "\n" not in part]), min_size=1).map(
    " ".join
)
texts = st.lists(lines | st.sampled_from(INJECTIONS), min_size=1, max_size=4).map("\n".join)
anything = st.text(st.characters()) | texts


def shown(rendered: str) -> tuple[str, set[str]]:
    """What a Markdown renderer for Discord shows of a text, and the kinds of markup that it found."""
    found: set[str] = set()

    def walk(tokens: Any) -> Iterator[str]:
        for token in tokens:
            if token["type"] == "text":
                yield token["content"]
            elif token["type"] == "break":
                yield "\n"
            else:
                found.add(token["type"])
                yield from walk(token.get("children", []))

    text = "".join(walk(markdown_tokens(rendered, "text_display", context=KNOWN)))
    return text, found - {"paragraph", "inline"}


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_injection_is_only_text(text: str) -> None:
    """Nothing in it works."""
    assert acts(render.escape(text)) == Counter()


@pytest.mark.parametrize("text", [part for part in INJECTIONS if part != SMALL])
def test_an_injection_shows_as_it_is(text: str) -> None:
    """A renderer shows the very characters, and no markup."""
    assert shown(render.escape(text)) == (text, set())


@pytest.mark.parametrize(
    "text", [part for part in INJECTIONS if not part.startswith(("\\", "title", "&", "| a"))]
)
def test_the_injections_do_work_unescaped(text: str) -> None:
    """The oracle is no straw man: it finds each of them in the raw text."""
    assert acts(text) != Counter()


@given(anything)
def test_rendered_text_reads_back(text: str) -> None:
    """`unrender` is the inverse of `escape`, whatever the text."""
    assert render.unrender(render.escape(text)) == text


@given(texts)
def test_what_people_see_is_the_text(text: str) -> None:
    """Any mixture of words and injections shows as it is, with no markup in it."""
    assume(not re.search(r"^-# ", text, re.MULTILINE))

    assert shown(render.escape(text)) == (text, set())


@given(anything)
def test_nothing_in_a_text_means_anything_to_discord(text: str) -> None:
    """None of Discord's syntax is left, wherever it was put together."""
    assert acts(render.escape(text)) == Counter()


@given(anything)
def test_nothing_unseen_is_left(text: str) -> None:
    """No control character and no bidirectional control passes; joiners only inside words and emoji."""
    rendered = render.escape(text)

    controls = {char for char in rendered if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert controls <= {"\n", "\t", "\r", "\u200c", "\u200d", *ARABIC_NUMBER_SIGNS}
    assert "\r" not in rendered.replace("\r\n", "")


@pytest.mark.parametrize(
    "char",
    [
        "\u202e",
        "\u2066",
        "\u2069",
        "\u200e",
        "\u200b",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\u3164",
        "\u2800",
        "\u034f",
        "\U000e0041",
        "\x00",
        "\x1b",
        "\x7f",
        "\x85",
        "\r",
        "\u2028",
        "\ud800",
        "\ufe01",
    ],
)
def test_what_cannot_be_seen_is_shown_by_its_number(char: str) -> None:
    """So that it can neither hide nor reorder what stands around it."""
    rendered = render.escape(f"a{char}b")

    assert rendered == f"a⟨U+{ord(char):04X}⟩b"
    assert render.unrender(rendered) == f"a{char}b"


def test_a_number_that_a_document_writes_out_stays_what_it_is() -> None:
    """A document may contain the very notation, and still reads back."""
    assert render.escape("⟨U+202E⟩") == "⟨U\\+202E⟩"
    assert render.unrender("⟨U\\+202E⟩") == "⟨U+202E⟩"


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "❤️", "1️⃣", "می‌خواهم", "क्‍ष", "été", "line\r\nline", "tab\there"])
def test_what_belongs_to_a_script_stays(text: str) -> None:
    """Joiners inside emoji and words, emoji selectors and accents are no tricks."""
    assert render.escape(text) == text


def test_a_pile_of_accents_is_cut_down_to_size() -> None:
    """Six marks on a letter are text; what is stacked above them would cover other lines."""
    assert render.escape("a" + "\u0301" * 8) == "a" + "\u0301" * 6 + "⟨U+0301⟩" * 2


@pytest.mark.parametrize("between", ["\u200c", "\u200d", "\ufe0f", "\u034f", "\u200b"])
def test_nothing_unseen_hides_how_high_a_pile_is(between: str) -> None:
    """Between two marks no joiner belongs; it is shown, and the next mark stands on its number."""
    pile = "a" + ("\u0301" * 6 + between) * 5

    assert render.escape(pile).count(f"⟨U+{ord(between):04X}⟩") == 5
    assert render.unrender(render.escape(pile)) == pile


@pytest.mark.parametrize("space", [" ", "\t", "\u00a0", "\u2003", "\u3000"])
@pytest.mark.parametrize("mark", ["# a", "- a", "-# a", "1. a", "> a", "+ a"])
def test_no_white_space_hides_the_mark_that_begins_a_line(space: str, mark: str) -> None:
    """Discord may cut off what is no width or no ink at the start of a message."""
    at = mark.index(" ") - 1 if mark[0].isdigit() else 0

    assert render.escape(f"a\n{space}{mark}") == f"a\n{space}{mark[:at]}\\{mark[at:]}"


@given(texts, st.data())
def test_bold_changes_no_word(text: str, data: st.DataObject) -> None:
    """Wherever the highlights lie, the text reads back and shows the same."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6)))
    bold = [Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]

    assert render.unrender(render.bolded(text, bold)) == text


def test_highlights_are_bold() -> None:
    """Line by line, without the white space around them, adjoining ones as one."""
    text = "He *knew*. She did.\nThey all did. Nobody else."
    spans = [Span(0, 10), Span(11, 33)]

    rendered = render.bolded(text, spans)

    assert rendered == "**He \\*knew\\*. She did.**\n**They all did.** Nobody else."
    assert shown(rendered) == (text, {"strong_open", "strong_close"})


def test_a_block_quote_holds_every_line() -> None:
    """Empty lines too, so that it is one quote."""
    text = "One.\n\n> Two."

    quoted = render.block_quote(text)

    assert quoted == "> One.\n> \n> \\> Two."
    assert render.unrender("\n".join(line.removeprefix("> ") for line in quoted.split("\n"))) == text


@given(anything, st.integers(10, 80))
def test_one_line_is_one_line_and_fits(text: str, limit: int) -> None:
    """Never more than the limit, no line break, nothing that Discord acts on."""
    line = render.one_line(text, limit)

    assert len(line) <= limit
    assert not set("\n\r\u2028") & set(line)
    assert acts(line) == Counter()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short", "short"),
        ("  two\n lines ", "two lines"),
        ("a title that is long", "a title that…"),
        ("unbroken" * 3, "unbrokenunbro…"),
    ],
)
def test_one_line_is_cut_at_a_word(text: str, expected: str) -> None:
    """White space is collapsed; what is too long ends in an ellipsis."""
    assert render.one_line(text, 14) == expected


def test_a_line_that_runs_from_right_to_left_is_isolated() -> None:
    """It cannot pull the rest of the line to its other side."""
    assert render.one_line("שלום", 20) == "\u2068שלום\u2069"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.org/a_b?c=d&e#f", "https://example.org/a_b?c=d&e#f"),
        ("https://example.org/a_(b", "https://example.org/a_%28b"),
        ("https://example.org/>)**@everyone**(<", "https://example.org/%3E%29%2A%2A@everyone%2A%2A%28%3C"),
        ("https://example.org/]`|\\", "https://example.org/%5D%60%7C%5C"),
        ("https://example.org/\"'", "https://example.org/%22%27"),
    ],
)
def test_a_link_ends_where_it_ends(url: str, target: str) -> None:
    """Whatever is in the address stays in it, and the label is only text."""
    rendered = render.link("[source](", url)

    assert rendered == f"[\\[source\\](](<{target}>)"
    assert shown(f"{rendered} end") == ("[source]( end", {"link_open", "link_close"})


def test_plain_text_has_no_marks() -> None:
    """A button's label shows its characters as they are, except for those that cannot be seen."""
    assert render.plain("a_b\u202e  c", 80) == "a_b⟨U+202E⟩ c"
    assert render.plain("abcdef", 4) == "abc…"


@given(anything)
def test_lengths_are_what_is_rendered(text: str) -> None:
    """One number a code point; together, the length of the rendered text."""
    assert len(render.lengths(text)) == len(text)
    assert sum(render.lengths(text)) == len(render.escape(text))
