"""Plots whose places can be worked out by hand."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from bot.cli.plots import reliability_plot, risk_coverage_plot
from index.curves import Bin, Point

SVG = "{http://www.w3.org/2000/svg}"
# The axes: 0 is at (58, 320), 1 at (438, 40).
CURVE = [Point(0.9, 0.5, 0.0), Point(0.1, 1.0, 0.5)]


def elements(plot: str, name: str) -> list[ET.Element]:
    """The elements of a plot, in the order in which they are drawn."""
    return list(ET.fromstring(plot).iter(SVG + name))  # noqa: S314 - we drew it


def shapes(plot: str, shape: str, **look: str) -> list[dict[str, str]]:
    """The attributes of all shapes of a sort that look so."""
    found = [dict(each.attrib) for each in elements(plot, shape)]
    return [each for each in found if look.items() <= each.items()]


def words(plot: str) -> list[str]:
    """Everything that is written in a plot."""
    return [each.text or "" for each in elements(plot, "text")]


def test_a_curve_is_where_its_points_are() -> None:
    """From one point to the next, with a dot where it begins and one at what is given as a quote."""
    plot = risk_coverage_plot(CURVE, [], (0.5, 0.25))
    (line,) = shapes(plot, "line", **{"stroke-width": "2"})
    assert [line[name] for name in ("x1", "y1", "x2", "y2")] == ["248", "320", "438", "180"]
    assert [(each["cx"], each["cy"]) for each in shapes(plot, "circle", r="2")] == [("248", "320")]
    assert [(each["cx"], each["cy"]) for each in shapes(plot, "circle", r="5")] == [("248", "250")]
    assert words(plot)[-2:] == ["this run", "given as a quote"]


def test_an_earlier_run_is_drawn_behind() -> None:
    """First, so that the new curve lies over it, and in another colour; no dot where nothing was given."""
    plot = risk_coverage_plot(CURVE, [Point(0.9, 0.25, 1.0), Point(0.1, 1.0, 1.0)], None)
    old, new = shapes(plot, "line", **{"stroke-width": "2"})
    assert (old["y1"], new["y1"]) == ("40", "320")
    assert old["stroke"] != new["stroke"]
    assert shapes(plot, "circle", r="5") == []
    assert words(plot)[-2:] == ["this run", "earlier run"]


def test_a_bar_is_as_high_as_what_came_of_its_answers() -> None:
    """With their number over it, and a dot at their mean confidence."""
    plot = reliability_plot([Bin(0.5, 0.6, 12, 0.55, 0.25)])
    (bar,) = shapes(plot, "rect", x="250")
    assert [bar[name] for name in ("y", "width", "height")] == ["250", "34", "70"]
    dot, *_ = shapes(plot, "circle", r="4")
    assert (dot["cx"], dot["cy"]) == ("267", "250")
    assert "12" in words(plot)


def test_the_ground_is_what_is_asked_for() -> None:
    """None lets the page shine through; a file on its own has to have one."""
    for ground in ("none", "white"):
        plot = reliability_plot([], ground)
        assert [each["fill"] for each in shapes(plot, "rect")] == [ground]
