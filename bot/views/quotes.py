"""How one quote looks: its words, then whose they are and where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from discord import ui

from bot import render
from bot.excerpt import Excerpt, excerpt
from corpus.models import Document, Kind, Span
from index.models import Place, Quote

MESSAGE_ROOM = 4000
"""Characters that Discord allows over all texts of a message."""
_LEAST_ROOM = 200
_CUT_HERE = "-# … cut here; the whole passage is in the receipt."
_CUT_BEFORE = "-# … cut before this; the whole passage is in the receipt."
_CUT_BOTH = "-# … cut before this and here; the whole passage is in the receipt."
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_HOST = re.compile(r"\w[\w-]*(?:\.\w[\w-]*)*\.?(?::\d{1,5})?", re.ASCII)
"""A host that every browser takes for the one that it reads as."""
_LONGEST_URL = 512
_LONGEST_LABEL = 80


def quote_displays(quote: Quote, room: int, *, bold: bool) -> list[ui.TextDisplay[ui.LayoutView]]:
    """The texts that show a quote, at most `room` characters together.

    Args:
        bold: whether the sentences that answer stand out.
    """
    above = [ui.TextDisplay[ui.LayoutView](_asked(quote, room // 8))] if quote.question else []
    below = _attribution(quote)
    left = room - len(below) - sum(len(text.content) for text in above)
    if quote.also:
        also = _also(quote, min(room // 4, left - _LEAST_ROOM - len(_CUT_BOTH)))
        below = f"{below}\n{also}"
        left -= len(also) + 1
    attribution = ui.TextDisplay[ui.LayoutView](below)
    return [*above, *words_displays(quote, left, bold=bold), attribution]


def words_displays(quote: Quote, room: int, *, bold: bool) -> list[ui.TextDisplay[ui.LayoutView]]:
    """The words of a quote and, where they do not fit into `room`, that they were cut."""
    text = quote.document.text
    shown = excerpt(text, quote.span, quote.highlights, max(room - len(_CUT_BOTH), _LEAST_ROOM))
    displays = [ui.TextDisplay[ui.LayoutView](_quoted(text, shown.span, quote.highlights if bold else ()))]
    if not shown.whole:
        displays.append(ui.TextDisplay(_cut_note(shown)))
    return displays


def link_button(quote: Quote) -> ui.Button[ui.LayoutView] | None:
    """A button that opens the document's source, where that is, or holds, a web address."""
    url = source_url(quote.document.provenance.source)
    if url is None:
        return None
    host = urlsplit(url).hostname or ""
    return ui.Button(label=render.plain(f"Source: {host}", _LONGEST_LABEL), url=url)


def source_url(source: str) -> str | None:
    """The web address in a `source`, if it is one that shows plainly where it leads."""
    match = _URL.search(source)
    url = match[0].rstrip(".,;:!?)]}>\"'") if match else ""
    if not url or len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
        # A name before the host ("https://court.gov@elsewhere.org") hides where the link leads, and so does
        # what a browser reads otherwise ("https://elsewhere.org\.court.gov").
        plain = _HOST.fullmatch(parts.netloc) is not None and parts.port != 0
    except ValueError:
        return None
    return url if plain else None


def date_of(document: Document) -> str:
    """The document's date for a person; an unknown one is said to be unknown."""
    return render.one_line(document.provenance.date, 40) or "date unknown"


def kind_of(document: Document) -> str:
    """The evidence label, or else the kind, for a person."""
    known = document.provenance
    if known.label:
        return render.one_line(known.label, 60)
    return "kind unknown" if known.kind is Kind.UNKNOWN else known.kind.value.capitalize()


def _asked(quote: Quote, limit: int) -> str:
    question = quote.question.of(quote.document.text) if quote.question else ""
    return f"-# Asked: {render.one_line(question, limit)}"


def _attribution(quote: Quote) -> str:
    known = quote.document.provenance
    title = f"*{render.one_line(quote.document.title, 120)}*"
    publisher = render.one_line(known.publisher, 60)
    said_in = ", ".join(filter(None, [title, publisher]))
    if quote.speaker:
        said_in = f"**{render.one_line(quote.speaker, 60)}** in {said_in}"
    place = render.one_line(quote.locator, 60)
    where = " · ".join(filter(None, [date_of(quote.document), place, kind_of(quote.document)]))
    source = "" if source_url(known.source) else render.one_line(known.source, 120)
    return "\n".join(filter(None, [f"— {said_in}", f"-# {where}", source and f"-# Source: {source}"]))


def _also(quote: Quote, limit: int) -> str:
    """The other places, as many as fit, and how many more there are; or else only how many there are."""
    line = "-# Also in: "
    for at, place in enumerate(quote.also):
        more = len(quote.also) - at
        entry = f"{' · ' if at else ''}{_place(place)}"
        rest = f" · and {more - 1:,} more" if more > 1 else ""
        if len(line) + len(entry) + len(rest) > limit:
            return f"{line} · and {more:,} more" if at else f"-# Also in {_counted(more)}."
        line += entry
    return line


def _place(place: Place) -> str:
    title, where = render.one_line(place.document.title, 80), render.one_line(place.locator, 40)
    url = source_url(place.document.provenance.source)
    return f"*{title}*, {where}" + (f" ({render.link('source', url)})" if url else "")


def _counted(places: int) -> str:
    return f"{places:,} more places" if places > 1 else "one more place"


def _quoted(text: str, span: Span, bold: Sequence[Span]) -> str:
    inside = [
        Span(max(piece.start, span.start) - span.start, min(piece.end, span.end) - span.start)
        for piece in bold
        if piece.overlaps(span)
    ]
    return render.block_quote(span.of(text), inside)


def _cut_note(shown: Excerpt) -> str:
    if shown.begins_late and shown.ends_early:
        return _CUT_BOTH
    return _CUT_BEFORE if shown.begins_late else _CUT_HERE
