"""Passages that say the same: shown once, with the other places, so that quotes show what is different.

How near two passages are is their resemblance, the share of their word shingles that they have in
common (Broder, "On the resemblance and containment of documents", 1997). It finds copies; it cannot
tell a copy from a contradiction, which may be a single word of 150. So what differs is looked at too:

- A word in the place of another is a contradiction, be it a number, a name or any other, however
  alike they are spelled ("bought", "brought"; "employer", "employee"). Only a slip is none: a letter
  off in a word, which makes none of it ("ledger", "ledqer").
- A word more or less is a contradiction where it is a number, has a capital, or turns the sentence
  ("not", "only", "allegedly"). Another may be there or not, but not in the sentences that answer.

Where it is in doubt, both are shown: to read one thing twice is better than never to see another.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import filterfalse

from rapidfuzz.distance import OSA, Levenshtein

_SHINGLE = 4
_RESEMBLANCE = 0.6
"""The least of a copy. One difference takes up to 4 shingles on both sides: that is one in 19 words, or 8
in the 130 that a passage of 900 code points has; shorter ones have to be the same. Above, what differs
decides; below, it is rather another text with the same phrases."""
_FEWEST = 6
"""Fewer words, such as "Yes, I did.", are said of many things, and are never the same by themselves."""

_TYPOGRAPHIC = (("‘", "'"), ("’", "'"), ("“", " "), ("”", " "), ("–", "-"), ("—", " "), ("?", " ? "))
_SEPARATORS = str.maketrans(dict.fromkeys('!"#&()*;=>[\\]^_`{|}\n\t„‚«»‹›•·', " "))
# Before a digit, they belong to a number.
_SEPARATOR = re.compile(r"[-.,:/](?!\d)")
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_UNSEEN = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]+")
_IN_FULL = (
    ("can't", "can not"),
    ("cannot", "can not"),
    ("won't", "will not"),
    ("n't ", " not "),
    ("'m ", " am "),
    ("'re ", " are "),
    ("'ve ", " have "),
    ("'ll ", " will "),
    ("'", ""),
)
_LIGHT = frozenset("a an and the that uh um er erm ah oh very really just".split())
"""Transcripts of the same words differ in these."""
_TURNING = frozenset(
    """no not nor never neither none nothing nobody without hardly barely rarely un non
    zero one two three four five six seven eight nine ten eleven twelve dozen hundred hundreds thousand
    thousands million millions billion billions half third quarter first second twice once double
    all any both each either every few many most more less least fewer some several only almost nearly
    about around partly partially mostly
    if unless except but although may might could would should must perhaps maybe possibly probably
    apparently reportedly supposedly alleged allegedly claimed denied false falsely true
    before after since until during ago later earlier former formerly on off up down in out""".split()
)
"""Numbers, negations, hedges, and what else can turn a sentence by coming or going."""


@dataclass(frozen=True, slots=True)
class Group:
    """Passages that say the same, each by its place in the ranking."""

    best: int
    others: tuple[int, ...] = ()
    """In order."""


class _Text:
    """The words of a passage as they are compared: without case, diacritics, punctuation, contractions."""

    def __init__(self, text: str, said: Sequence[str]) -> None:
        self.words = _words(text)
        self.said = frozenset(map(_words, said))
        """Of each highlighted sentence."""
        self.turning = tuple([word for word in self.words if word in _TURNING or not word.isalpha()])
        """Its numbers, signs and turning words, in order."""
        self._text = text

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        return frozenset(zip(*(self.words[at:] for at in range(_SHINGLE)), strict=False))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def names(self) -> frozenset[str]:
        """Its words with a capital: any of them may be one."""
        capital = " ".join(match for match in re.findall(r"[^\W_]+", self._text) if match != match.lower())
        return self.vocabulary.intersection(_words(capital))

    def resembles(self, other: _Text) -> bool:
        both = len(self.shingles & other.shingles)
        return both >= _RESEMBLANCE * (len(self.shingles) + len(other.shingles) - both)


def grouped(
    passages: Sequence[str], answers: Sequence[Sequence[str]], is_word: Callable[[str], bool]
) -> list[Group]:
    """Which passages say the same, and in which order to show them.

    Args:
        passages: what is searched of each (`Passage.indexed_text`), best first. The question that an
            answer is to belongs to it: "Yes." to another question is another answer.
        answers: the highlighted sentences of each.
        is_word: whether a word in lower case is one of the language.

    Returns:
        groups in which every passage is once, in the order of their best ones; after all others those
        whose highlighted sentences an earlier group has highlighted too.
    """
    texts = [_Text(text, said) for text, said in zip(passages, answers, strict=True)]
    groups: list[list[int]] = []
    alike: defaultdict[tuple[str, ...], list[list[int]]] = defaultdict(list)
    for at, text in enumerate(texts):
        near = alike[text.turning]
        group = next((each for each in near if _is_copy(texts[each[0]], text, is_word)), None)
        if group is None:
            group = []
            groups.append(group)
            near.append(group)
        group.append(at)
    return _newest_first([Group(best, tuple(others)) for best, *others in groups], texts)


def _newest_first(groups: Sequence[Group], texts: Sequence[_Text]) -> list[Group]:
    """What says something new before what only says again what was highlighted already."""
    new: list[Group] = []
    again: list[Group] = []
    saying: defaultdict[tuple[str, ...], list[frozenset[tuple[str, ...]]]] = defaultdict(list)
    for group in groups:
        said = texts[group.best].said
        if sum(map(len, said)) >= _FEWEST and any(said <= earlier for earlier in saying[next(iter(said))]):
            again.append(group)
            continue
        new.append(group)
        for sentence in said:
            saying[sentence].append(said)
    return new + again


def _is_copy(earlier: _Text, later: _Text, is_word: Callable[[str], bool]) -> bool:
    """Whether two passages that have the same turning words say the same."""
    if min(len(earlier.words), len(later.words)) < _FEWEST:
        return False
    if earlier.words == later.words:
        return True
    if not (earlier.names <= later.vocabulary and later.names <= earlier.vocabulary):
        return False
    return earlier.resembles(later) and _differ_harmlessly(earlier, later, is_word)


def _differ_harmlessly(earlier: _Text, later: _Text, is_word: Callable[[str], bool]) -> bool:
    telling = _TURNING | earlier.names | later.names
    for step in Levenshtein.opcodes(earlier.words, later.words):
        here = earlier.words[step.src_start : step.src_end]
        there = later.words[step.dest_start : step.dest_end]
        if step.tag == "equal":
            continue
        if not telling.isdisjoint(here + there):
            return False
        if step.tag != "replace":
            if earlier.said != later.said:
                return False
        elif not all(_is_slip(one, other, is_word) for one, other in zip(here, there, strict=True)):
            return False
    return True


def _is_slip(one: str, other: str, is_word: Callable[[str], bool]) -> bool:
    """Whether two words are one, a letter inside it wrong, missing, doubled or swapped with the next.

    The ends have to be the same, since there the language says who and when: "payer" and "payee",
    "agree" and "agreed".
    """
    if min(len(one), len(other)) < 4 or one[0] != other[0] or one[-1] != other[-1]:
        return False
    return OSA.distance(one, other, score_cutoff=1) == 1 and is_word(one) != is_word(other)


def _words(text: str) -> tuple[str, ...]:
    for mark, plain in _TYPOGRAPHIC:
        text = text.replace(mark, plain)
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKD", text))
    text = text.casefold().translate(_SEPARATORS)
    text = _SEPARATOR.sub(" ", _THOUSANDS.sub("", text)) + " "
    if "'" in text or "cannot" in text:
        for contracted, full in _IN_FULL:
            text = text.replace(contracted, full)
    return tuple(filterfalse(_LIGHT.__contains__, text.split()))
