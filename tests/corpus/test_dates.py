"""Dates as documents state them, and only those."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.dates import Period, period_of


@pytest.mark.parametrize(
    ("stated", "first", "last"),
    [
        ("2024-05-14", date(2024, 5, 14), date(2024, 5, 14)),
        ("2024-5-1", date(2024, 5, 1), date(2024, 5, 1)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("14 May 2024", date(2024, 5, 14), date(2024, 5, 14)),
        ("May 14, 2024", date(2024, 5, 14), date(2024, 5, 14)),
        (" March  2025 ", date(2025, 3, 1), date(2025, 3, 31)),
    ],
)
def test_reads_a_day_a_month_or_a_year(stated: str, first: date, last: date) -> None:
    """Each is the days that it may mean."""
    assert period_of(stated) == Period(first, last)


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "April 2026 or later",
        "2024-13",
        "2024-02-30",
        "yesterday",
        "14/05/2024",
        "0000",
        "2024-05-14T10:00",
    ],
)
def test_does_not_guess(stated: str) -> None:
    """Half of a date would mislead."""
    assert period_of(stated) is None
