"""Who is speaking: turns, exchanges and attribution."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from corpus.models import Exchange, Span, Turn

# "Name: …", in Markdown "**Name:** …", and the "Q. …" and "A. …" of depositions.
_LABEL = re.compile(
    r"(?:\*\*|__)?(?:(?P<label>[^\W_][^:\n\r?!;\"“”()]{0,59}?)(?:\*\*|__)?:|(?P<letter>[QA])\.)(?:\*\*|__)?"
    r"[ \t]+(?=\S)"
)
_STAGE_DIRECTION = re.compile(r"[(\[][^()\[\]\n]{0,200}[)\]]")
_HEADING = re.compile(r"(?P<words>[^(\n]{2,80})(?:\([a-z ]+\))?")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]|mrs?|ms|dr|jr|sr|prof|st|rev|hon|no)\.", re.IGNORECASE)
_HONORIFICS = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame lord lady baroness judge justice rt hon the kc qc".split()
)
_PARTICLES = frozenset("de da del della der den di du la le van von bin al of the and for to".split())
_NOT_SPEAKERS = frozenset(
    """note notes source sources summary subject re from to cc bcc date sent title kind url link tags http
    https warning example question answer see also update correction photo image caption figure
    table""".split()
)
_NUMBERED_THINGS = frozenset(
    """act annex appendix article chapter count day episode exhibit figure item lesson module option page
    paragraph part phase point question round rule scene section stage step table version volume
    week""".split()
)
"""What is followed by a number and does not speak: "Chapter 3", unlike "Witness 3"."""
_MASCULINE = frozenset("mr sir lord".split())
_FEMININE = frozenset("mrs ms miss dame lady baroness".split())
_TRANSCRIPT_SHARE = 0.6
_QUESTIONER_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Transcript:
    """The turns of a document, and the exchanges that they form.

    Every turn is in exactly one exchange; both are in the order of the document.
    """

    turns: tuple[Turn, ...]
    exchanges: tuple[Exchange, ...]


def read_transcript(text: str, blocks: Sequence[Span], aliases: Sequence[Sequence[str]] = ()) -> Transcript:
    """Finds the turns among the paragraphs of a document.

    A turn is a paragraph of the form `Name: text`. It takes in the unlabelled paragraphs after it
    only where turns make up most of the document, since in an article the next paragraph is the
    author's again. A note or something left out between such paragraphs is nobody's words: what
    follows it is a further turn of the same speaker.

    Args:
        blocks: the paragraphs of the document, in order.
        aliases: groups of spellings of one name, the canonical one first.
    """
    labels = _labelled(text, blocks)
    share = sum(len(blocks[at]) for at in labels) / max(1, sum(map(len, blocks)))
    names = canonical_names([label for label, _ in labels.values()], aliases)
    turns: list[Turn] = []
    open_turn = False
    for at, block in enumerate(blocks):
        if at in labels:
            label, start = labels[at]
            turns.append(Turn(block, Span(start, block.end), names[label], label))
            open_turn = share >= _TRANSCRIPT_SHARE
        elif _is_note(block.of(text)):
            open_turn = open_turn and block.of(text)[0] in "(["
        elif open_turn:
            last = turns[-1]
            if text[last.span.end : block.start].strip():
                turns.append(Turn(block, block, last.speaker, last.label))
            else:
                turns[-1] = Turn(
                    Span(last.span.start, block.end),
                    Span(last.words.start, block.end),
                    last.speaker,
                    last.label,
                )
    return Transcript(tuple(turns), tuple(_exchanges(text, turns)))


def label_at(text: str, block: Span) -> tuple[str, int] | None:
    """The label that a paragraph or line begins with and where the words after it start, if it has one."""
    match = _LABEL.match(text, block.start, block.end)
    if match is None:
        return None
    label = (match["label"] or match["letter"]).strip()
    return (label, match.end()) if looks_like_name(label) else None


def _is_note(paragraph: str) -> bool:
    """Whether a paragraph is a note such as "(Pause)" or "MR JEREMY HUNT (sworn)"."""
    heading = _HEADING.fullmatch(paragraph)
    return bool(heading and heading["words"].isupper()) or _STAGE_DIRECTION.fullmatch(paragraph) is not None


def _labelled(text: str, blocks: Sequence[Span]) -> dict[int, tuple[str, int]]:
    """For each paragraph that is a turn: its label, and where its words start.

    One line that happens to hold a colon is no turn: a label counts where it comes back in the
    document or where it stands next to another speaker's.
    """
    found = {at: label for at, block in enumerate(blocks) if (label := label_at(text, block))}
    often = Counter(label for label, _ in found.values())
    return {
        at: (label, start)
        for at, (label, start) in found.items()
        if often[label] > 1 or any(found.get(near, (label,))[0] != label for near in (at - 1, at + 1))
    }


def looks_like_name(label: str) -> bool:
    """Whether a label can be a speaker: a few words, the last of them a name, a role or "Q"."""
    words = label.split()
    if not 1 <= len(words) <= 8 or any(word.lower().rstrip(".") in _NOT_SPEAKERS for word in words):
        return False
    if re.search(r"[.!?,]\s", _ABBREVIATION.sub("", label)):
        return False
    last = words[-1]
    numbered = last[0].isdigit() and len(words) > 1 and words[-2].lower() not in _NUMBERED_THINGS
    return last[0].isupper() or numbered


def name_in(label: str) -> str:
    """The name in a label without what the person is: "OpenAI attorney Ann Lee" -> "Ann Lee"."""
    words = label.split()
    for at in range(len(words) - 1, -1, -1):
        if words[at][0].islower() and words[at].lower() not in _PARTICLES:
            return " ".join(words[at + 1 :]) or label
    return label


def bare_name(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, without honorifics."""
    words = [word.lower().strip(".,") for word in name.split()]
    return tuple(word for word in words if word not in _HONORIFICS)


def canonical_names(labels: Sequence[str], aliases: Iterable[Sequence[str]] = ()) -> dict[str, str]:
    """One name for every spelling of a person in one document.

    Stated aliases come first. Then labels with the same words but for honorifics are one person,
    unless one is a man and one a woman, and so is a bare surname with the single fuller name that ends
    in it or in a near spelling of it.
    Two full or titled names are never joined by likeness: "Mr Brown" and "Mr Browne" stay two people.
    """
    stated = {bare_name(spelling): group[0] for group in aliases for spelling in group}
    often = Counter(labels)
    names: dict[str, str] = {}
    by_bare: dict[tuple[str, ...], list[str]] = {}
    for label in often:
        bare = bare_name(name_in(label))
        if bare in stated:
            names[label] = stated[bare]
        else:
            by_bare.setdefault(bare, []).append(label)
    people = [(bare, group) for bare, labelled in by_bare.items() for group in _people(labelled)]
    full = [(bare, group) for bare, group in people if len(bare) > 1]
    for bare, group in people:
        candidates = [other for name, other in full if _is_surname_of(bare, group, name)]
        joined = candidates[0] if len(candidates) == 1 else group
        best = max(joined, key=lambda label: (len(bare_name(name_in(label))), often[label]))
        names.update(dict.fromkeys(group, name_in(best)))
    return names


def _people(labels: Sequence[str]) -> list[list[str]]:
    """Labels with the same words but for honorifics, one list a person: "Mr Lee" is not "Mrs Lee"."""
    titles = {label: {word.lower().strip(".") for word in label.split()} for label in labels}
    men = [label for label in labels if not _MASCULINE.isdisjoint(titles[label])]
    women = [label for label in labels if not _FEMININE.isdisjoint(titles[label])]
    if not men or not women:
        return [list(labels)]
    either = [label for label in labels if label not in men and label not in women]
    return [group for group in (men, women, either) if group]


def _is_surname_of(bare: tuple[str, ...], spellings: Sequence[str], full: tuple[str, ...]) -> bool:
    """Whether a bare surname, such as "Savit", is the last word of a full name, or nearly so."""
    if len(bare) != 1 or any(len(name_in(spelling).split()) > 1 for spelling in spellings):
        return False
    surname, last = bare[0], full[-1]
    near = min(len(surname), len(last)) >= 5 and DamerauLevenshtein.distance(surname, last) == 1
    return surname == last or near


def _exchanges(text: str, turns: Sequence[Turn]) -> Iterable[Exchange]:
    """Cuts a run of turns before every question that follows an answer."""
    questioners = _questioners(text, turns)
    group: list[Turn] = []
    for turn in turns:
        answered = len(group) > 1 and any(other.speaker != group[0].speaker for other in group[1:])
        begins = turn.speaker in questioners and (
            answered or len(group) == 0 or turn.speaker != group[-1].speaker
        )
        if group and (begins or not _adjacent(text, group[-1], turn)):
            yield Exchange(group[0], tuple(group[1:]))
            group = []
        group.append(turn)
    if group:
        yield Exchange(group[0], tuple(group[1:]))


def _adjacent(text: str, before: Turn, after: Turn) -> bool:
    """Whether nothing but notes such as "(Pause)" stands between two turns."""
    between = text[before.span.end : after.span.start]
    return all(_is_note(line.strip()) for line in between.splitlines() if line.strip())


def _questioners(text: str, turns: Sequence[Turn]) -> frozenset[str]:
    """The speakers who ask: those of whose turns a good share ends with a question mark."""
    total = Counter(turn.speaker for turn in turns)
    asked = Counter(turn.speaker for turn in turns if "?" in turn.words.of(text)[-3:])
    return frozenset(name for name in total if asked[name] / total[name] >= _QUESTIONER_SHARE)
