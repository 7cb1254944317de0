"""Short forms that the record explains, such as "the Chief Medical Officer (CMO)".

Schwartz and Hearst, "A Simple Algorithm for Identifying Abbreviation Definitions in Biomedical Text", PSB
2003: a short form in brackets, or before them, and the fewest words beside it that its letters can be read
from. Theirs may be anywhere in those words, and one pair in twenty is wrong. Here a letter begins a word
or is a capital in it, and no word may be left over but small ones and, of a long name, one. In return,
commas and dashes are looked at as well, since transcripts of speech have few brackets: "the NSC, or
National Security Council".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.speakers import bare_name
from index.spelling import Count
from index.terms import folded, words

_MOST = 10
"""The most letters of a short form."""
_LONG = 4
"""From how many letters on a word of a name may be left out."""
_REACH = 40
"""Code points that are looked through for each word of a long form."""
_SMALL = frozenset("a an and at by d de des du for from in l la le of on or the to und with".split())
"""Words that need not give a letter."""
_JOINING = ("-", "‐", "‑", "'", "’", "&", "/", ",")
_QUOTES = ('"', "“", "”", "'", "’")
_PIECE = re.compile(r"[^\W_]+")

_SHORT = r"(?P<short>(?:[^\W\d_]\.){2,}|[^\W\d_](?:[^\W\d_]|[&/-](?=[^\W\d_]))++)"
_QUOTE = "[\"“”'‘’]?"
_BREAK = r"\s*(?:,|--|–|—)\s+"
_BRACKETS = re.compile(r"[(\[](?P<inside>[^()\[\]]{2,120})[)\]]")
_BEFORE = re.compile(rf"(?<![^\W_]){_SHORT}\s*$")
_INSIDE = re.compile(
    rf"\s*(?:(?:the|or|aka|also|known as|hereinafter|hereafter)\b,?\s*)*{_QUOTE}{_SHORT}{_QUOTE}"
    r"\s*(?:[;,].*)?",
    re.DOTALL,
)
_SHORT_THEN_LONG = re.compile(
    rf"(?<![^\W_]){_SHORT}(?:{_BREAK}(?P<said>(?:or|that is|meaning|being|namely|short for|standing for"
    r"|which (?:is|means|stands for))\b,?\s+)?|\s+(?P<verb>stands for|is short for)\s+)"
)
_LONG_THEN_SHORT = re.compile(
    rf"{_BREAK}(?P<said>(?:or|(?:also |otherwise )?known as|abbreviated (?:to|as)|called|aka)\s+)?(?:the\s+)?"
    rf"{_QUOTE}{_SHORT}{_QUOTE}(?=\s*(?:[,.;:?!)–—]|--|$))"
)
_ARTICLE = re.compile(rf"\s*(?:that(?:['’]s| is)\s+)?{_QUOTE}(?:(?:the|an?|our)\s+)?{_QUOTE}")
_CLOSED = re.compile(rf"{_QUOTE}\s*[)\],;]")
_NAME_INSIDE = re.compile(r"\s*(?:hereinafter,?\s+)?[\"“](?P<name>[^\W\d_][^\"“”]{0,40})[\"”]\s*")
_COMPANY = "Inc|Incorporated|Corp|Corporation|LLC|LLP|LP|Ltd|Limited|plc|PLC|PBC|GmbH|AG|Co|Company"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A short form and what it stands for, as the record has them."""

    short: str
    long: str


@dataclass(frozen=True, slots=True)
class _Claim:
    """What looks like an explanation."""

    said: Explanation
    named: bool
    """Whether the long form is a name: its words have capitals."""
    marked: bool
    """Whether brackets or words say that it is one."""
    short_first: bool


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    joined: bool
    """Whether a hyphen, say, joins it to what stands before."""

    @property
    def small(self) -> bool:
        return self.joined or folded(self.text) in _SMALL

    @property
    def named(self) -> bool:
        return self.small or self.text[0].isupper()


def explanations(texts: Iterable[str], counts: Mapping[str, Count]) -> tuple[Explanation, ...]:
    """The short forms that texts explain; one that is explained in two ways is there twice.

    Args:
        texts: pieces of the record, in none of which a sentence is cut.
        counts: how often the record has each folded word.
    """
    pieces = list(texts)
    claims = dict.fromkeys(claim for text in pieces for claim in _claims(text))
    found = [claim.said for claim in claims if _believed(claim, pieces)]
    found += [said for text in pieces for said in _shortened_names(text, counts)]
    return tuple({(folded(said.short), folded(said.long)): said for said in found}.values())


def _believed(claim: _Claim, texts: Sequence[str]) -> bool:
    """Whether a claim is no chance.

    Two letters are too easily those of the two words beside them: these have to be a name, or an
    expression that the record uses elsewhere. And a name after two letters may be that of a person in
    an office: "the PM (Paul Moss)".
    """
    if len(_letters(claim.said.short)) > 2:
        return claim.named or claim.marked
    if claim.named or not claim.marked:
        return claim.marked and not claim.short_first
    expression = re.compile(r"\s+".join(map(re.escape, claim.said.long.split())), re.IGNORECASE)
    return sum(len(expression.findall(text)) for text in texts) > 1


def _claims(text: str) -> Iterator[_Claim]:
    for match in _BRACKETS.finditer(text):
        start, inside = match.start(), match.start("inside")
        if short := _INSIDE.fullmatch(match["inside"]):
            yield from _claim(text, short["short"], _windows_before(text, start), True, False)
        if short := _BEFORE.search(text, max(0, start - _REACH), start):
            closed = (each for each in _windows_after(text, inside) if _CLOSED.match(text, each[-1].end))
            yield from _claim(text, short["short"], closed, True, True)
    for match in _SHORT_THEN_LONG.finditer(text):
        marked = bool(match["said"] or match["verb"])
        yield from _claim(text, match["short"], _windows_after(text, match.end()), marked, True)
    for match in _LONG_THEN_SHORT.finditer(text):
        windows = _windows_before(text, match.start())
        yield from _claim(text, match["short"], windows, bool(match["said"]), False)


def _claim(
    text: str, token: str, windows: Iterable[Sequence[_Word]], marked: bool, short_first: bool
) -> Iterator[_Claim]:
    """The first of several runs of words that a short form's letters can be read from; nothing if none is."""
    short = _singular(token)
    capitals = sum(map(str.isupper, short))
    letters = _letters(short) if capitals > 1 else ""
    if not 2 <= len(letters) <= min(_MOST, 2 * capitals):
        return
    for window in windows:
        named = all(word.named for word in window)
        if _gives(window, letters, 1 if marked and named and len(letters) >= _LONG else 0):
            long = " ".join(text[window[0].start : window[-1].end].split())
            if _letters(_singular(long)) != letters:  # not itself again, as in "DOC (DOCs)"
                yield _Claim(Explanation(short, long), named, marked, short_first)
            return


def _singular(token: str) -> str:
    """A short form without dots and without the ending of a plural: "C.M.O.", "CMOs"."""
    bare = token.replace(".", "")
    return bare[:-1] if bare.endswith("s") and bare[:-1].isupper() else bare


def _letters(short: str) -> str:
    return "".join(char for char in folded(short) if char.isalpha())


def _gives(window: Sequence[_Word], letters: str, spare: int) -> bool:
    """Whether letters can be read from words, in order, all of them; the first and the last word give one.

    Args:
        spare: how many words of a name may give none, besides small words.
    """
    states = {(0, 0)}  # how many letters are read, and how many words are left out
    for at, word in enumerate(window):
        after = {
            (read + count, left) for read, left in states for count in _counts_given(word, letters[read:])
        }
        if 0 < at < len(window) - 1:
            after |= {(read, left + (not word.small)) for read, left in states}
        states = {(read, left) for read, left in after if left <= spare}
    return any(read == len(letters) for read, _ in states) and folded(window[-1].text) not in _SMALL


def _counts_given(word: _Word, letters: str) -> Iterator[int]:
    """How many of the next letters a word can give: its first, or all its capitals, as in "OpenAI"."""
    capitals = folded(word.text[0] + "".join(char for char in word.text[1:] if char.isupper()))
    for count in {1, len(capitals)}:
        if capitals and letters.startswith(capitals[:count]):
            yield count


def _windows_before(text: str, end: int) -> Iterator[Sequence[_Word]]:
    """The runs of words that end at a place, the shortest first."""
    found: list[_Word] = []
    at = end
    start = max(0, end - _REACH * _MOST)
    for match in reversed(list(_PIECE.finditer(text, start, end))):
        gap = text[match.end() : at]
        if len(found) == 2 * _MOST or not _goes_on(gap, _QUOTES if at == end else _JOINING):
            return
        at = match.start()
        found.insert(0, _word(text, match))
        yield tuple(found)


def _windows_after(text: str, start: int) -> Iterator[Sequence[_Word]]:
    """The runs of words that begin at a place, an article aside, the shortest first."""
    found: list[_Word] = []
    article = _ARTICLE.match(text, start)
    at = article.end() if article else start
    for match in _PIECE.finditer(text, at, at + _REACH * _MOST):
        if len(found) == 2 * _MOST or not _goes_on(text[at : match.start()], _JOINING):
            return
        at = match.end()
        found.append(_word(text, match))
        yield tuple(found)


def _goes_on(gap: str, allowed: Sequence[str]) -> bool:
    """Whether what stands between two words leaves them in one expression."""
    return gap.strip() in ("", *allowed) and gap.count("\n") < 2


def _word(text: str, match: re.Match[str]) -> _Word:
    joined = match.start() > 0 and text[match.start() - 1] in _JOINING
    return _Word(match[0], *match.span(), joined)


def _shortened_names(text: str, counts: Mapping[str, Count]) -> Iterator[Explanation]:
    """Names that a document says it shortens: "Samuel Altman (“Altman”)", "Acme, Inc. (“Acme”)"."""
    for match in _BRACKETS.finditer(text):
        inside = _NAME_INSIDE.fullmatch(match["inside"])
        if inside is None:
            continue
        short = inside["name"].strip()
        spelled = [word for word, _ in words(short)]
        if not spelled or not all(word in counts and counts[word].is_name for word in spelled):
            continue
        before = text[max(0, match.start() - _REACH * _MOST) : match.start()].rstrip()
        person = rf"(?<![^\W_])(?P<given>[^\W\d_]+) {re.escape(short)}$"
        company = rf"(?<![^\W_]){re.escape(short)}(?:,? (?:{_COMPANY})\b\.?)+$"
        found = re.search(company, before) or re.search(person, before)
        if found and ("given" not in found.groupdict() or _is_given_name(found["given"])):
            yield Explanation(short, found[0])


def _is_given_name(word: str) -> bool:
    return word[0].isupper() and bool(bare_name(word)) and folded(word) not in _SMALL
