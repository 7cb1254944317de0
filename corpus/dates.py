"""Dates as documents state them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_WRITTEN = ("%d %B %Y", "%B %d, %Y", "%B %d %Y", "%d %b %Y", "%b %d, %Y", "%B %Y", "%b %Y")


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a date may mean, the first and the last of them: "2024-05" is all of May."""

    first: date
    last: date


def period_of(stated: str) -> Period | None:
    """What a date in a document's header or a filter means; None where that cannot be told.

    Understood are "2024", "2024-05", "2024-05-14", "14 May 2024", "May 14, 2024" and "May 2024". Any
    other words, such as "May 2024 or later", are not: nobody should be misled by half of a date.
    """
    text = " ".join(stated.split())
    iso = _ISO.fullmatch(text)
    try:
        if iso:
            year, month, day = (int(part) if part else 0 for part in iso.groups())
            return _period(year, month, day)
        for form in _WRITTEN:
            try:
                found = datetime.strptime(text, form)  # noqa: DTZ007 - a date has no time zone
            except ValueError:
                continue
            return _period(found.year, found.month, found.day if "%d" in form else 0)
    except ValueError:
        return None
    return None


def _period(year: int, month: int, day: int) -> Period:
    """The days of a year, of a month where `day` is 0, or one day.

    Raises:
        ValueError: if there is no such day.
    """
    if not month:
        return Period(date(year, 1, 1), date(year, 12, 31))
    if not day:
        return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return Period(date(year, month, day), date(year, month, day))
