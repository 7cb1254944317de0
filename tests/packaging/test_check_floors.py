"""Floors: a figure below its floor, above its ceiling, or absent stops the build."""

from __future__ import annotations

import io
import json
import tomllib
from pathlib import Path

import pytest

from scripts import check_floors

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {"least": {"passage_hit@1": 0.9}, "most": {"not_verbatim": 0.0}}


@pytest.mark.parametrize(
    ("figures", "holds"),
    [
        ({"passage_hit@1": 0.9, "not_verbatim": 0}, [True, True]),
        ({"passage_hit@1": 0.899, "not_verbatim": 0}, [False, True]),
        ({"passage_hit@1": 1.0, "not_verbatim": 1}, [True, False]),
        ({"passage_hit@1": None}, [False, False]),
    ],
)
def test_verdicts(figures: dict[str, float | None], holds: list[bool]) -> None:
    """A bound holds at equality, and never for a figure that is not there."""
    assert [held for held, _ in check_floors.verdicts(figures, FLOORS)] == holds


def test_the_projects_floors_are_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is held, and how far off a miss is, can be read from the output."""
    figures = {"not_verbatim": 0, "missing": 0, "passage_hit@5": 0.7}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(figures)))
    assert check_floors.main([str(ROOT / ".ci" / "floors.toml"), "covid-inquiry"]) == 1
    assert "MISSED passage_hit@5 0.7, wanted >= 0.87\n" in capsys.readouterr().out


def test_no_floor_lets_a_quote_be_unfaithful() -> None:
    """Whatever else is asked of a set of questions, every quote stands in its document."""
    floors = tomllib.loads((ROOT / ".ci" / "floors.toml").read_text(encoding="utf-8"))
    assert {name: bounds["most"]["not_verbatim"] for name, bounds in floors.items()} == {
        "covid-inquiry": 0,
        "seed": 0,
    }


def test_figures_that_are_none_stop_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """An evaluation that printed nothing is not one that passed."""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert check_floors.main([str(ROOT / ".ci" / "floors.toml"), "seed"]) == 2
