"""From text to the terms that the word ranking and the reader compare."""

from __future__ import annotations

import re
import unicodedata

import Stemmer

from corpus.models import Span

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
FUNCTION_WORDS = frozenset(
    """a about all also am an and any are as at be been before being both but by can could did do does
    doing done during each every for from had has have having he her here hers herself him himself his
    how i if in into is it its itself just let me more most much must my myself no nor not of off on
    once only or other our ours ourselves out over own please same shall she should so some such tell
    than that the their theirs them themselves then there these they this those through to too under
    until up us very was we were what whatever when where whether which while who whom whose why will
    with would you your yours yourself say says said mention mentioned anything anyone something someone
    explain explained ever s t d ll m re ve don didn doesn isn wasn weren won cant couldn wouldn hasn
    haven hadn aren""".split()
)


class Analyzer:
    """Splits text into terms: folded, lower case, stemmed. Not safe for two threads at once.

    Case and diacritics do not matter, and "Musk's" is "Musk". Stems are Snowball's for English.
    """

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("english")

    def terms(self, text: str) -> list[str]:
        """Every term of `text`, in order."""
        return list(self._stemmer.stemWords([word for word, _ in words(text)]))

    def content_terms(self, text: str) -> list[str]:
        """The terms of `text` that carry meaning: no function words, each once, in order."""
        kept = [word for word, _ in words(text) if word not in FUNCTION_WORDS]
        return list(dict.fromkeys(self._stemmer.stemWords(kept)))


def folded(text: str) -> str:
    """`text` in lower case without diacritics; its length may differ."""
    # Twice: what is decomposed may have capitals, and what is in lower case may be composed.
    lowered = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", lowered)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> list[tuple[str, Span]]:
    """The folded words of `text` without a possessive ending, each with where it stands."""
    found = []
    for match in _WORD.finditer(text):
        word = folded(match[0]).replace("’", "'").removesuffix("'s").replace("'", "")
        if word:  # some marks count as letters until they are folded
            found.append((word, Span(*match.span())))
    return found
