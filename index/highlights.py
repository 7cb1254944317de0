"""Which sentences of a passage are shown as the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.models import Span
from corpus.statements import Statement
from index.reader import Candidate, Reading
from index.terms import FUNCTION_WORDS, words

MOST = 3
_ALSO = 0.5
"""The share of the best statement's weight that a neighbour needs to be shown with it."""
_CURT = 4
"""An answer of fewer words than this is shown together with what it answers."""
_ASSENT = frozenset(
    """absolutely accept afraid agree agreed certainly correct course definitely entirely exactly fair fairly
    guess honour indeed lady madam maybe mostly nope obviously okay ok partially partly perhaps possibly
    precisely probably quite really remember recall right sir sorry sure surely think thought believe suppose
    true well yeah yep yes""".split()
)
"""What assents, denies or doubts, and says nothing without what was put."""
_QUOTED = re.compile(r"\s*[“\"]([^”\"]*)[”\"]")
"""What is said at the beginning of a sentence such as: "Partially," he said."""
_LEANS = re.compile(
    r"\W*(?:(?:and|so|because|well|yes|no),?\s+)*(?:that|this|these|those|it|they|both|neither)\b(?!\s+(?:is|was)\s+\w+\s+that\b)",
    re.IGNORECASE,
)
"""How a sentence begins whose subject stands in the one before."""
_RESERVES = re.compile(
    r"\W*(?:but|however|although|though|except|unless|only|not that|that said|having said that|or rather|"
    r"to be fair|at least|i (?:may|might|could) be|i(?:['’]m| am) not (?:\w+ )?(?:sure|certain)|"
    r"i can(?:['’]t|not) be (?:\w+ )?(?:sure|certain)|i do(?:n['’]t| not) (?:recall|remember)|"
    r"i (?:should|must|would) (?:correct|qualify|add))\b",
    re.IGNORECASE,
)
"""How a sentence begins that takes something back of the one before."""


def chosen(candidate: Candidate, reading: Reading) -> tuple[Statement, ...]:
    """The best statement, and its neighbours in the same turn that are nearly as good; in order.

    Where the best one is put by who asks, and an answer to it follows, it is the answer that is shown,
    after what was put if the answer is curt: "So this is yes." is counsel's word, and "partially." is
    the witness's. What is shown is widened by a sentence that holds what it speaks of, and by one that
    takes something of it back. The last of the statements is always said by whom the quote is of.
    """
    shares = reading.shares
    if not shares:
        return ()
    best = max(range(len(shares)), key=lambda at: shares[at])
    answer = _answer_to(candidate, best)
    if answer is not None:
        said = candidate.statements[answer]
        return (candidate.statements[best], said) if _is_curt(candidate, said) else (said,)
    first = last = best
    while last - first + 1 < MOST:
        near = [at for at in (first - 1, last + 1) if _goes_with(candidate, shares, best, at)]
        if not near:
            break
        at = max(near, key=lambda at: shares[at])
        first, last = min(first, at), max(last, at)
    return candidate.statements[slice(*_widened(candidate, first, last + 1))]


def _answer_to(candidate: Candidate, at: int) -> int | None:
    """The first statement that answers one of a question turn; None if nothing does, or it is none."""
    asked = candidate.statements[at]
    if not asked.answered:
        return None
    following = range(at + 1, len(candidate.statements))
    return next((later for later in following if candidate.statements[later].asked == asked.turn), None)


def _is_curt(candidate: Candidate, statement: Statement) -> bool:
    """Whether an answer says little without its question."""
    text = statement.span.of(candidate.document.text)
    return len(text.split()) < _CURT or _assents(text)


def _assents(text: str) -> bool:
    """Whether this only agrees, denies or doubts: "Partially.", "I think that's right, yes." """
    quoted = _QUOTED.match(text)
    said = quoted[1] if quoted else text
    return all(word in FUNCTION_WORDS or word in _ASSENT for word, _ in words(said))


def _goes_with(candidate: Candidate, shares: Sequence[float], best: int, at: int) -> bool:
    if not 0 <= at < len(shares) or shares[at] < _ALSO * shares[best]:
        return False
    return candidate.statements[at].turn == candidate.statements[best].turn


def _widened(candidate: Candidate, first: int, end: int) -> tuple[int, int]:
    """A range of statements of one turn with those on either side without which it would mislead."""
    statements, text = candidate.statements, candidate.document.text

    def joins(at: int, to: int) -> bool:
        return 0 <= at < len(statements) and end - first < MOST and statements[at].turn == statements[to].turn

    if joins(end, end - 1) and _RESERVES.match(statements[end].span.of(text)):
        end += 1
    opening = statements[first].span.of(text)
    if (_LEANS.match(opening) or _assents(opening)) and joins(first - 1, first):
        first -= 1
    return first, end


def spans_of(candidate: Candidate, statements: Sequence[Statement]) -> tuple[Span, ...]:
    """Where the statements stand, and, before a curt answer, the last sentence of its question."""
    spans = tuple(statement.span for statement in statements)
    if len(statements) == 1 and statements[0].asked and _is_curt(candidate, statements[0]):
        asked = [each.span for each in candidate.statements if each.turn == statements[0].asked]
        return (*asked[-1:], *spans)
    return spans
