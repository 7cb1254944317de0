"""Hostile strings, built kind by kind, and each of them in several surroundings.

`ATTACKS` has what each kind of attack is made of, `SURROUNDINGS` where it may stand so that an escape
that was meant for one place fails in another, and `INJECTIONS` the product, named `kind-number-surrounding`.
`FLOODS` are long or dense on their own. `NO_TEXT` cannot stand in a UTF-8 document at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

ATTACKS: Mapping[str, tuple[str, ...]] = {
    "ping": ("@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<@1><@&1>"),
    "channel": ("<#1>", "<id:home>", "<id:customize>", "<id:browse>", "<id:guide>", "<id:linked-roles>"),
    "time": ("<t:0:R>", "<t:0>", "<t:-1:F>", "<t:99999999999999999999:D>"),
    "command": ("</ask:1>", "</ask the record:1>", "</cmd sub group:1>"),
    "emoji": ("<:seal:1>", "<a:seal:1>", ":tada:", ":thumbsup::skin-tone-2:", "<sound:0:1>"),
    "link": (
        "https://evil.example/a_b",
        "HTTP://EVIL.EXAMPLE",
        "steam://run/1",
        "discord://-/channels/@me",
        "<https://evil.example>",
        "<mailto:a@evil.example>",
        "<a@evil.example>",
        "<+15551234567>",
        "javascript:alert(1)",
        "https://court.gov@evil.example/",
        "https://evil.example\\.court.gov/",
        "https://соurt.example/",
        "https://xn--ourt-55d.example/",
    ),
    "masked": (
        "[click](https://evil.example)",
        "[click](<https://evil.example>)",
        '[click](https://evil.example "title")',
        "[https://court.gov](https://evil.example)",
        "[a][b]\n\n[b]: https://evil.example",
        "![alt](https://evil.example/a.png)",
        "[[x]](https://evil.example)",
    ),
    "invite": (
        "discord.gg/abc",
        "https://discord.gg/abc",
        "discord.com/invite/abc",
        "discordapp.com/invite/a",
    ),
    "style": ("**bold**", "*it*", "_it_", "__under__", "~~struck~~", "***all***", "__**_~~deep~~_**__"),
    "spoiler": ("||spoiler||", "||**a** ~~b~~||", "|| ||"),
    "code": ("`code`", "``co`de``", "```py\ncode\n```", "```\n", "`", "~~~\ncode\n~~~"),
    "heading": ("# heading", "## heading", "### heading", "-# small", "title\n===", "title\n---"),
    "list": ("- item", "* item", "+ item", "1. item", "12) item", "- a\n  - b", "| a | b |\n|---|---|"),
    "quote": ("> quote", ">>> quote", "> > deep", "> # heading", ">- item"),
    "escape": ("\\", "\\\\", "\\*a\\*", "\\<@1\\>", "\\\\<@1>", "\\@everyone", "⟨U+202E⟩", "\\\\\\`a`"),
    "entity": ("&lt;@1&gt;", "&#64;everyone", "&#x3C;@1&#x3E;", "<b>bold</b>", "<img src=x onerror=a>"),
    "bidi": (
        "\u202egnp.exe",
        "\u202a\u202b\u202d\u202e\u202c",
        "\u2066a\u2067b\u2068c\u2069",
        "\u200ea\u200fb\u061cc",
        "שלום) <@1>",
        "مرحبا **a**",
    ),
    "unseen": (
        "@\u200beveryone",
        "<\u2060@1>",
        "https:\u200b//evil.example",
        "a\u00adb\ufeffc\u180ed",
        "\u3164\u2800\uffa0\u115f",
        "a\u034fb\ufe0fc",
        "".join(chr(0xE0000 + ord(char)) for char in "@everyone"),
        "a\u200d\u200cb",
    ),
    "control": (
        "a\x1b[31mred\x1b[0m",
        "a\x1b]0;title\x07",
        "a\x9b31mb",
        "a\bb\x7fc",
        "a\rb\r\nc",
        "a\x0bb\x0cc\x85d\u2028e",
    ),
    "imitation": (
        "— **Judge Example** in *Order*, The Court",
        "-# 2025-03-03 · page 1 · Sworn testimony",
        "### The record doesn't answer this.",
        "-# … cut here; the whole passage is in the receipt.",
    ),
}
SURROUNDINGS: Mapping[str, Callable[[str], str]] = {
    "alone": lambda attack: attack,
    "inside": lambda attack: f"He said {attack} twice, and left.",
    "after-line": lambda attack: f"He said this.\n{attack}\nAnd left.",
    "styled": lambda attack: f"**{attack}** ||{attack}|| ~~{attack}~~",
    "escaped": lambda attack: f"\\{attack}\\",
}
FLOODS: Mapping[str, str] = {
    "newlines": "a" + "\n" * 4000 + "b",
    "blank-lines": "a\n\n" * 1300,
    "quote-lines": "> \n" * 1300 + "a",
    "combining": "a" + "\u0301" * 3000,
    "combining-joined": "a" + ("\u0301" * 6 + "\u200d") * 400,
    "enclosing": ("a" + "\u20dd" * 40) * 60,
    "long-word": "a" * 4000,
    "long-cyrillic": "я" * 4000,
    "wide": "﷽" * 1500,
    "astral": "𝔘" * 3900,
    "emoji": "👩‍👩‍👧" * 500,
    "stars": "*" * 4000,
    "backslashes": "\\" * 3999,
    "backquotes": "`" * 4000,
    "brackets": "[" * 2000 + "](" * 1000,
    "pings": "@everyone " * 400,
    "spoilers": "||" * 2000,
    "unseen": "a" + "\u200b" * 3000,
    "overrides": "\u202e" * 2000 + "a",
    "hebrew": "שלום " * 800,
    "nested": "> - **_~~||`" * 300 + "a",
    "spaces": "a" + " \t" * 2000 + "b",
}
NO_TEXT: Mapping[str, str] = {
    "half-surrogate": "a\ud83db",
    "surrogates-turned-round": "\ude00\ud83d",
    "nul": "a\0b",
    "nuls": "\0" * 100 + "a",
}


def _product() -> dict[str, str]:
    return {
        f"{kind}-{number}-{place}": surround(attack)
        for kind, attacks in ATTACKS.items()
        for number, attack in enumerate(attacks, start=1)
        for place, surround in SURROUNDINGS.items()
    }


INJECTIONS: Mapping[str, str] = {**_product(), **FLOODS}
