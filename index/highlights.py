"""Which sentences of a passage are shown as the answer."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.models import Span
from corpus.statements import Statement
from index.reader import Candidate, Reading

MOST = 3
_ALSO = 0.5
"""The share of the best statement's weight that a neighbour needs to be shown with it."""
_CURT = 4
"""An answer of fewer words than this is shown together with its question."""


def chosen(candidate: Candidate, reading: Reading) -> tuple[Statement, ...]:
    """The best statement, and its neighbours in the same turn that are nearly as good; in order.

    Where the best one is put by who asks, and an answer to it follows, it is the answer that is shown,
    after what was put if the answer is curt: "So this is yes." is counsel's word, and "partially." is
    the witness's. The last of them is always said by whom the quote is of.
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
    return candidate.statements[first : last + 1]


def _answer_to(candidate: Candidate, at: int) -> int | None:
    """The first statement that answers one of a question turn; None if nothing does, or it is none."""
    asked = candidate.statements[at]
    if not asked.answered:
        return None
    following = range(at + 1, len(candidate.statements))
    return next((later for later in following if candidate.statements[later].asked == asked.turn), None)


def _is_curt(candidate: Candidate, statement: Statement) -> bool:
    return len(statement.span.of(candidate.document.text).split()) < _CURT


def _goes_with(candidate: Candidate, shares: Sequence[float], best: int, at: int) -> bool:
    if not 0 <= at < len(shares) or shares[at] < _ALSO * shares[best]:
        return False
    return candidate.statements[at].turn == candidate.statements[best].turn


def spans_of(candidate: Candidate, statements: Sequence[Statement]) -> tuple[Span, ...]:
    """Where the statements stand, and, before a curt answer, the last sentence of its question."""
    spans = tuple(statement.span for statement in statements)
    if len(statements) == 1 and statements[0].asked and _is_curt(candidate, statements[0]):
        asked = [each.span for each in candidate.statements if each.turn == statements[0].asked]
        return (*asked[-1:], *spans)
    return spans
