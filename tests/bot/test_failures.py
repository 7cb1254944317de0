"""What a person is told, and what is logged."""

from __future__ import annotations

import re

import pytest
from structlog.testing import capture_logs

from bot import failures
from bot.errors import BusyError
from index.errors import ReceiptError


def test_what_exhibit_refuses_is_its_own_sentence() -> None:
    """Nothing is logged: it is no defect. What it names of a document stays text."""
    with capture_logs() as logs:
        assert failures.sentence_for(BusyError("Ask again in a minute.")) == "Ask again in a minute."
        assert (
            failures.sentence_for(ReceiptError("**a_b** <@1> changed."))
            == "\\*\\*a\\_b\\*\\* \\<\\@1\\> changed."
        )

    assert logs == []


def test_a_defect_gets_a_reference() -> None:
    """The same in the sentence and in the log, with the way through the code."""
    with pytest.raises(KeyError) as caught:
        raise KeyError("what somebody asked") from ValueError("MTA.secret.token")
    with capture_logs() as logs:
        sentence = failures.sentence_for(caught.value)

    reference = re.search(r"reference: `([0-9a-f]{8})`", sentence)
    assert reference is not None
    [entry] = logs
    assert (entry["log_level"], entry["event"], entry["reference"]) == ("error", "failed", reference[1])
    assert (entry["error"], entry["cause"]["error"]) == ("builtins.KeyError", "builtins.ValueError")
    assert entry["where"][-1].endswith("test_a_defect_gets_a_reference")


def test_a_defect_is_logged_without_what_was_asked() -> None:
    """An error's message may quote a question or a token, so it is not logged."""
    with capture_logs() as logs:
        sentence = failures.sentence_for(RuntimeError("what somebody asked"))

    assert "somebody" not in f"{sentence}{logs}"
