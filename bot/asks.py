"""A question on its way, from when it comes until its answer is delivered.

It stands in a context variable, as a span does in tracing: the bot handles each question in a task of its
own, so that whatever is done or logged there for a question finds the one that it belongs to.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import structlog

from bot.errors import BotError, BusyError
from index.errors import QuestionError
from index.models import Answer, Outcome

if TYPE_CHECKING:
    from bot.metrics import Metrics

_P = ParamSpec("_P")
_T = TypeVar("_T")

log = structlog.stdlib.get_logger(__name__)

BUSY, REFUSED, FAILED = "busy", "refused", "failed"
OUTCOMES = (*(outcome.value for outcome in Outcome), REFUSED, BUSY, FAILED)
"""What can come of a question: an answer's outcome; there is nothing to look for in it, or no more are taken;
too many wait; or it went wrong, on the way to its answer or on the answer's way to who asked."""


class How(StrEnum):
    """How a question comes to the bot."""

    COMMAND = "command"
    MENU = "menu"
    MENTION = "mention"


class Stage(StrEnum):
    """What a question's time is spent on."""

    WAITING = "waiting"
    SEARCHING = "searching"
    RECHECKING = "rechecking"
    DELIVERING = "delivering"


@dataclass(slots=True)
class Ask:
    """What is known of a question so far."""

    how: How
    metrics: Metrics
    outcome: str = FAILED
    """One of `OUTCOMES`; a question that nobody says more of has failed."""
    answer: Answer | None = None
    seconds: dict[Stage, float] = field(default_factory=dict)

    def answered(self, answer: Answer) -> None:
        """There is an answer to deliver."""
        self.answer = answer
        self.outcome = answer.outcome.value

    def failed(self, error: BaseException) -> None:
        """It ends with an error instead of an answer that gets through."""
        self.outcome = (
            BUSY
            if isinstance(error, BusyError)
            else REFUSED
            if isinstance(error, QuestionError | BotError)
            else FAILED
        )

    def took(self, stage: Stage, seconds: float) -> None:
        """A stage is over."""
        self.seconds[stage] = seconds
        self.metrics.took(stage, seconds)


_under_way: ContextVar[Ask | None] = ContextVar("ask", default=None)


@contextmanager
def asking(metrics: Metrics, how: How, question: str | None = None) -> Iterator[None]:
    """Counts a question, and logs one line of what came of it, when what is inside is over.

    Every line that is logged from here on in the same task, and for it in worker threads, has its `ask`.

    Args:
        question: its text for the log, where the operator wants that; else None.
    """
    # It is left bound: what is logged of an error comes after this, and the context ends with the task.
    structlog.contextvars.bind_contextvars(ask=secrets.token_hex(4))
    ask = Ask(how, metrics)
    before = _under_way.set(ask)
    try:
        yield
    except BaseException as error:
        ask.failed(error)
        raise
    finally:
        _under_way.reset(before)
        metrics.asked(ask.outcome)
        log.info("asked", **_described(ask), **({} if question is None else {"question": question}))


@contextmanager
def stage(stage: Stage) -> Iterator[None]:
    """Notes of the question under way, if there is one, how long what is inside takes."""
    started = time.perf_counter()
    try:
        yield
    finally:
        ask = _under_way.get()
        if ask is not None:
            ask.took(stage, time.perf_counter() - started)


def answered(answer: Answer) -> None:
    """Notes the answer of the question under way, if there is one."""
    ask = _under_way.get()
    if ask is not None:
        ask.answered(answer)


def failed(error: BaseException) -> None:
    """Notes of the question under way, if there is one, that it ended with an error that goes no further."""
    ask = _under_way.get()
    if ask is not None:
        ask.failed(error)


def queued(search: Callable[_P, _T]) -> Callable[_P, _T]:
    """A search for a worker thread: notes how long it waited for the thread, and how long it took there."""
    came = time.perf_counter()

    def run(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        ask = _under_way.get()
        if ask is not None:
            ask.took(Stage.WAITING, time.perf_counter() - came)
        with stage(Stage.SEARCHING):
            return search(*args, **kwargs)

    return partial(copy_context().run, run)


def _described(ask: Ask) -> dict[str, object]:
    """The fields of its line; without an answer, there is no confidence."""
    answer = ask.answer
    return {
        "how": ask.how.value,
        "outcome": ask.outcome,
        "confidence": None if answer is None else round(answer.confidence, 4),
        "quotes": 0 if answer is None else len(answer.quotes),
        "seconds": {stage.value: round(seconds, 4) for stage, seconds in ask.seconds.items()},
    }
