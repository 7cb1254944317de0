"""What is counted and logged of a question, and what never is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import simcord
import structlog
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from bot.asker import Asker
from bot.asks import How, Stage, answered, asking, failed, queued, stage
from bot.client import ExhibitBot
from bot.errors import BotError, BusyError
from bot.metrics import Metrics
from index.errors import QuestionError, ReceiptError
from index.models import Answer, Outcome, Quote
from index.searcher import Searcher

QUESTION = "Did you see the red ledger?"
MakeQuote = Callable[..., Quote]
Line = dict[str, Any]


@pytest.fixture
def metrics(searcher: Searcher) -> Metrics:
    """Figures over the small case."""
    return Metrics(Asker(searcher, queue_size=2))


def outcomes(metrics: Metrics) -> dict[str, float]:
    """How many questions came to what, those that none came to left out."""
    families = text_string_to_metric_families(metrics.rendered()[0].decode())
    counted = next(family for family in families if family.name == "exhibit_asks")
    return {
        sample.labels["outcome"]: sample.value
        for sample in counted.samples
        if sample.name == "exhibit_asks_total" and sample.value
    }


def lines_of(logs: list[Any]) -> list[Line]:
    """The one line of each question."""
    return [entry for entry in logs if entry["event"] == "asked"]


def test_a_line_says_what_came_of_a_question(metrics: Metrics, make_quote: MakeQuote) -> None:
    """How it came, its outcome, how sure it is, how many quotes, and how long each stage took."""
    quote = make_quote("Yes.")
    with capture_logs() as logs, asking(metrics, How.MENU):
        with stage(Stage.RECHECKING):
            pass
        answered(Answer(QUESTION, Outcome.NEAREST, 0.123456, (quote, quote), 0.0))

    [line] = logs
    assert line.pop("seconds").keys() == {"rechecking"}
    assert line == {
        "event": "asked",
        "log_level": "info",
        "how": "menu",
        "outcome": "nearest",
        "confidence": 0.1235,
        "quotes": 2,
    }
    assert outcomes(metrics) == {"nearest": 1}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (BusyError("50 questions are waiting already."), "busy"),
        (QuestionError("There is nothing to look for."), "refused"),
        (BotError("Exhibit is being restarted."), "refused"),
        (ReceiptError("hearing.txt has changed."), "failed"),
        (RuntimeError("a defect"), "failed"),
        (KeyboardInterrupt(), "failed"),
    ],
)
@pytest.mark.parametrize("goes_on", [True, False])
def test_an_error_is_an_outcome(metrics: Metrics, error: BaseException, outcome: str, goes_on: bool) -> None:
    """Whether it goes on to whoever called, or was told to who asked already."""
    with capture_logs() as logs:
        if goes_on:
            with pytest.raises(type(error)), asking(metrics, How.COMMAND):
                raise error
        else:
            with asking(metrics, How.COMMAND):
                failed(error)

    assert [(line["outcome"], line["confidence"], line["quotes"]) for line in lines_of(logs)] == [
        (outcome, None, 0)
    ]
    assert outcomes(metrics) == {outcome: 1}


def test_an_answer_that_does_not_get_through_has_failed(metrics: Metrics) -> None:
    """What was found is said all the same, and how long the sending took until then."""

    def deliver() -> None:
        with asking(metrics, How.COMMAND):
            answered(Answer(QUESTION, Outcome.QUOTE, 0.9, (), 0.0))
            with stage(Stage.DELIVERING):
                raise OSError("Connection reset by peer")

    with capture_logs() as logs, pytest.raises(OSError, match="reset"):
        deliver()

    [line] = lines_of(logs)
    assert (line["outcome"], line["confidence"], list(line["seconds"])) == ("failed", 0.9, ["delivering"])


def test_outside_of_a_question_nothing_is_noted(metrics: Metrics) -> None:
    """A button reads and delivers too, and is no question."""
    before = metrics.rendered()[0].count(b"exhibit_ask_stage_seconds_count")
    with capture_logs() as logs:
        with stage(Stage.DELIVERING):
            pass
        answered(Answer(QUESTION, Outcome.QUOTE, 0.9, (), 0.0))
        failed(RuntimeError("a defect"))
        assert queued(lambda number: number + 1)(2) == 3

    assert logs == []
    assert before == len(Stage)
    assert outcomes(metrics) == {}


async def test_every_line_of_a_question_has_its_identifier(
    env: simcord.Env, scripted: Any, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """Those of errors too, which are told after it is over; and each question has another."""
    scripted.script = RuntimeError("a defect")
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        await you.slash(channel, "ask", question=QUESTION)
        await you.slash(channel, "ask", question=QUESTION)

    assert [entry["event"] for entry in logs] == ["asked", "failed"] * 2
    first, second = logs[0]["ask"], logs[2]["ask"]
    assert [entry["ask"] for entry in logs] == [first, first, second, second]
    assert first != second
    assert len(env.errors) == 2


async def test_what_a_search_logs_has_it_too(metrics: Metrics, searcher: Searcher) -> None:
    """Although it is in another thread, which serves all questions."""

    class Logging(Searcher):
        generation = searcher.generation

        def __init__(self) -> None:
            pass

        def search(self, question: str, *_: Any, **__: Any) -> Answer:
            structlog.stdlib.get_logger("index").info("searched")
            return searcher.search(question)

    asker = Asker(Logging(), queue_size=2)
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        with asking(metrics, How.COMMAND):
            answered(await asker.ask(QUESTION))
        await asker.ask(QUESTION)
    await asker.close()

    during, line, after = logs
    assert during["ask"] == line["ask"]
    assert list(line["seconds"]) == ["waiting", "searching"]
    assert after["event"] == "searched"


@pytest.mark.parametrize("way", ["command", "menu", "mention"])
async def test_each_way_of_asking_is_noted(
    bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor, way: str
) -> None:
    """With all four stages, from the queue to the answer in the channel."""
    with capture_logs() as logs:
        match way:
            case "command":
                await you.slash(channel, "ask", question=QUESTION)
            case "menu":
                message = await you.send(channel, QUESTION)
                await you.context_menu(channel, "Ask the record", message)
            case _:
                assert bot.user is not None
                await you.send(channel, f"{bot.user.mention} {QUESTION}")

    [line] = lines_of(logs)
    assert (line["how"], line["outcome"]) == (way, "quote")
    assert list(line["seconds"]) == [each.value for each in Stage]
    assert outcomes(bot.metrics) == {"quote": 1}


async def test_a_mention_that_fails_is_noted(
    bot: ExhibitBot, scripted: Any, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """Its sentence is delivered; a mention without a question is none."""
    scripted.script = RuntimeError("a defect")
    assert bot.user is not None
    with capture_logs() as logs:
        await you.send(channel, f"{bot.user.mention} {QUESTION}")
        await you.send(channel, bot.user.mention)

    assert [(line["how"], line["outcome"]) for line in lines_of(logs)] == [("mention", "failed")]
    assert outcomes(bot.metrics) == {"failed": 1}


async def test_the_text_is_logged_where_the_operator_wants_it(
    bot: ExhibitBot, channel: simcord.ChannelHandle, you: simcord.MemberActor
) -> None:
    """And only there."""
    with capture_logs() as logs:
        await you.slash(channel, "ask", question=QUESTION)
        bot.settings = bot.settings.model_copy(update={"log_questions": True})
        await you.slash(channel, "ask", question=QUESTION)

    assert [line.get("question") for line in lines_of(logs)] == [None, QUESTION]
