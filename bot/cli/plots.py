"""The plots of a report, as SVG. What is drawn in the colour of the text around it fits any page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree as ET

from index.curves import Bin, Point

_WIDTH, _HEIGHT = 460, 380
_LEFT, _TOP, _SIDE_X, _SIDE_Y = 58, 40, 380, 280
_BLUE, _GREY, _RED = "#3b78d8", "#8a8f98", "#d9483b"
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def risk_coverage_plot(
    points: Sequence[Point], old: Sequence[Point], at: tuple[float, float] | None, ground: str = "none"
) -> str:
    """Risk over coverage.

    Args:
        old: an earlier run's curve, drawn behind; empty for none.
        at: coverage and risk of what is given as a quote; None where nothing is.
        ground: the colour behind it all.
    """
    plot = _axes("Risk–coverage", "share of questions answered", "share of answers that are wrong", ground)
    keys = [(_BLUE, "this run")]
    if old:
        _curve(plot, old, _GREY)
        keys.append((_GREY, "earlier run"))
    _curve(plot, points, _BLUE)
    if at:
        _draw(plot, "circle", cx=_x(at[0]), cy=_y(at[1]), r=5, fill=_RED)
        keys.append((_RED, "given as a quote"))
    _legend(plot, keys)
    return ET.tostring(plot, encoding="unicode")


def reliability_plot(bins: Sequence[Bin], ground: str = "none") -> str:
    """What came of the answers of each bin, over their confidence; a bar's number says how many they are.

    Args:
        ground: the colour behind it all.
    """
    plot = _axes("Reliability", "confidence", "share that answers", ground)
    for each in bins:
        left, top = _x(each.low) + 2, _y(each.observed)
        width, height = _SIDE_X / 10 - 4, _TOP + _SIDE_Y - top
        _draw(plot, "rect", x=left, y=top, width=width, height=height, fill=_BLUE, fill_opacity=0.55)
        _write(plot, left + width / 2, top - 9, str(each.count), size=11)
    _line(plot, (_x(0), _y(0)), (_x(1), _y(1)), stroke=_GREY, stroke_width=1.5, stroke_dasharray="5 4")
    for each in bins:
        _draw(plot, "circle", cx=_x(each.confidence), cy=_y(each.observed), r=4, fill=_RED)
    _legend(plot, [(_GREY, "calibrated"), (_RED, "mean confidence")])
    return ET.tostring(plot, encoding="unicode")


def _axes(title: str, across: str, up: str, ground: str) -> ET.Element:
    plot = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_WIDTH} {_HEIGHT}",
            "width": str(_WIDTH),
            "height": str(_HEIGHT),
            "role": "img",
            "aria-label": f"{title}: {up} over {across}",
            "font-family": "system-ui, sans-serif",
            "fill": "currentColor",
        },
    )
    _draw(plot, "rect", width=_WIDTH, height=_HEIGHT, fill=ground)
    for tick in _TICKS:
        _line(plot, (_x(0), _y(tick)), (_x(1), _y(tick)), stroke=_GREY, stroke_opacity=0.35)
        _line(plot, (_x(tick), _y(0)), (_x(tick), _y(1)), stroke=_GREY, stroke_opacity=0.35)
        _write(plot, _x(tick), _y(0) + 18, f"{tick:.1f}")
        _write(plot, _x(0) - 8, _y(tick) + 4, f"{tick:.1f}", anchor="end")
    _write(plot, _x(0.5), 18, title, size=15)
    _write(plot, _x(0.5), _y(0) + 36, across)
    middle = _y(0.5)
    _write(plot, 16, middle, up, transform=f"rotate(-90 16 {middle:g})")
    return plot


def _curve(plot: ET.Element, points: Sequence[Point], colour: str) -> None:
    for one, other in pairwise([(point.coverage, point.risk) for point in points]):
        start, end = (_x(one[0]), _y(one[1])), (_x(other[0]), _y(other[1]))
        _line(plot, start, end, stroke=colour, stroke_width=2, stroke_linecap="round")
    for point in points[:1]:
        _draw(plot, "circle", cx=_x(point.coverage), cy=_y(point.risk), r=2, fill=colour)


def _legend(plot: ET.Element, keys: Sequence[tuple[str, str]]) -> None:
    for at, (colour, words) in enumerate(keys):
        left = _LEFT + at * 125
        _draw(plot, "circle", cx=left + 5, cy=_HEIGHT - 10, r=4, fill=colour)
        _write(plot, left + 14, _HEIGHT - 6, words, anchor="start")


def _x(value: float) -> float:
    return _LEFT + value * _SIDE_X


def _y(value: float) -> float:
    return _TOP + (1 - value) * _SIDE_Y


def _line(
    plot: ET.Element, start: tuple[float, float], end: tuple[float, float], **look: str | float
) -> None:
    _draw(plot, "line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **look)


def _write(
    plot: ET.Element,
    x: float,
    y: float,
    words: str,
    size: int = 12,
    anchor: str = "middle",
    transform: str = "",
) -> None:
    moved = {"transform": transform} if transform else {}
    _draw(plot, "text", x=x, y=y, font_size=size, text_anchor=anchor, **moved).text = words


def _draw(plot: ET.Element, shape: str, **look: str | float) -> ET.Element:
    """One shape; `stroke_width` is written as the attribute stroke-width, and so on."""
    shown = {
        name.replace("_", "-"): value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
        for name, value in look.items()
    }
    return ET.SubElement(plot, shape, shown)
