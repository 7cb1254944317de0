"""What docs/operating.md and the dashboard say is what the bot does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from bot.asker import Asker
from bot.asks import How, Stage, answered, asking, stage
from bot.metrics import Metrics
from index.models import Answer, Outcome
from index.searcher import Searcher

ROOT = Path(__file__).resolve().parents[2]
OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
DASHBOARD = json.loads((ROOT / "docs/grafana-dashboard.json").read_text(encoding="utf-8"))
NAME = re.compile(r"\b(?:exhibit|process)_[a-z_]+")
OF_THE_TARGET = {"instance", "job"}
"""Labels that Prometheus adds."""


@pytest.fixture
def figures(searcher: Searcher) -> dict[str, set[str]]:
    """Each series that the bot has, once there was an error, and its labels."""
    metrics = Metrics(Asker(searcher, queue_size=1))
    metrics.erred(ValueError())
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics.rendered()[0].decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def expressions(value: Any) -> Iterator[str]:
    """Every query of the dashboard."""
    if isinstance(value, list):
        for each in value:
            yield from expressions(each)
    elif isinstance(value, dict):
        if "expr" in value:
            yield value["expr"]
        yield from expressions(list(value.values()))


def test_every_figure_of_the_dashboard_is_there(figures: dict[str, set[str]]) -> None:
    """And each label that it groups by or picks from is one of that figure's."""
    queries = list(expressions(DASHBOARD))
    assert len(queries) >= len(DASHBOARD["panels"]) == 15
    for query in queries:
        names = NAME.findall(query)
        assert names
        assert [name for name in names if name not in figures] == [], query
        labels = {label for name in names for label in figures[name]} | OF_THE_TARGET
        grouped = [
            label for group in re.findall(r"\b(?:by|on) \(([^)]*)\)", query) for label in group.split(", ")
        ]
        picked = re.findall(r"([a-z_]+)=~?\"", query)
        assert [label for label in [*grouped, *picked] if label not in labels] == [], query


def test_the_panels_of_the_dashboard_are_told_apart() -> None:
    """Each has its own number, and none lies on another."""
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


def test_the_table_of_figures_is_complete(figures: dict[str, set[str]]) -> None:
    """Every figure of Exhibit's own stands in it with its labels, and no other."""
    rows = re.findall(r"^\| `(exhibit_[a-z_]+)(?:\{([a-z]+)\})?` \|", OPERATING, re.MULTILINE)
    parts = re.compile(r"_(?:bucket|count|sum|created)$")
    own = {
        parts.sub("", name): labels - {"le"}
        for name, labels in figures.items()
        if name.startswith("exhibit_") and not name.endswith("_created")
    }
    assert {name: {label} if label else set() for name, label in rows} == own


def test_every_figure_that_the_page_names_is_there(figures: dict[str, set[str]]) -> None:
    """In its text and its alarms too."""
    known = figures.keys() | {name.removesuffix("_count") for name in figures}
    assert [name for name in NAME.findall(OPERATING) if name not in known] == []


def test_the_example_is_such_a_line(searcher: Searcher) -> None:
    """With the same fields in the same order, of the same types."""
    metrics = Metrics(Asker(searcher, queue_size=1))
    with capture_logs() as logs, asking(metrics, How.COMMAND):
        for each in Stage:
            with stage(each):
                pass
        answered(Answer("", Outcome.QUOTE, 0.5, (), 0.0))

    [logged] = logs
    [example] = re.findall(r"^\{\"how\".*\}$", OPERATING, re.MULTILINE)
    fields = json.loads(example)
    assert [(name, type(value)) for name, value in logged.items()][:5] == [
        (name, type(value)) for name, value in fields.items()
    ][:5]
    assert list(fields["seconds"]) == list(logged["seconds"])
    assert list(fields)[5:] == ["event", "ask", "level", "logger", "timestamp"]
