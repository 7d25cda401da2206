"""Local days: lengths where clocks change, dates against the standard library."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from analytics import calendar as cal

HOUR_MS = 3_600_000
ZONES = ["Asia/Shanghai", "Europe/Berlin", "Australia/Melbourne", "America/Sao_Paulo", "UTC"]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Shanghai", date(2018, 9, 1), 24),
        ("Europe/Berlin", date(2019, 3, 31), 23),
        ("Europe/Berlin", date(2019, 10, 27), 25),
        ("Australia/Melbourne", date(2018, 10, 7), 23),
        ("Australia/Melbourne", date(2018, 4, 1), 25),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),  # midnight itself does not exist
        ("Australia/Lord_Howe", date(2018, 10, 7), 23.5),
    ],
)
def test_length_of_days_when_clocks_change(zone: str, day: date, hours: float) -> None:
    number = cal.day_number(day)
    start, end = cal.day_start([number, number + 1], zone)
    assert (end - start) / HOUR_MS == hours


@pytest.mark.parametrize("zone", ZONES)
def test_day_of_agrees_with_zoneinfo(zone: str) -> None:
    rng = np.random.default_rng(7)
    times = rng.integers(1_262_304_000_000, 1_600_000_000_000, 500)
    days = cal.day_of(times, zone)
    for time_ms, day in zip(times.tolist(), days.tolist(), strict=True):
        local = datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(ZoneInfo(zone))
        assert cal.date_of(day) == local.date()


@pytest.mark.parametrize("zone", ZONES)
def test_day_start_is_the_first_millisecond_of_its_day(zone: str) -> None:
    days = np.arange(cal.day_number(date(2014, 1, 1)), cal.day_number(date(2020, 1, 1)))
    starts = cal.day_start(days, zone)
    np.testing.assert_array_equal(cal.day_of(starts, zone), days)
    np.testing.assert_array_equal(cal.day_of(starts - 1, zone), days - 1)


def test_day_edges_cover_the_range() -> None:
    first = int(datetime(2018, 9, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
    edges = cal.day_edges(first, first + 25 * HOUR_MS, "Asia/Shanghai")
    np.testing.assert_array_equal((edges - first) / HOUR_MS, [-1, 23, 47])
    with pytest.raises(ValueError, match="empty"):
        cal.day_edges(first, first, "Asia/Shanghai")


def test_months_and_years() -> None:
    leap_day = cal.day_number(date(2016, 2, 29))
    assert cal.month_of([leap_day, leap_day + 1]).tolist() == [46 * 12 + 1, 46 * 12 + 2]
    assert cal.date_of(int(cal.month_first_day(46 * 12 + 1))) == date(2016, 2, 1)
    assert cal.year_of([leap_day]).tolist() == [2016]
    assert cal.date_of(int(cal.year_first_day(2019))) == date(2019, 1, 1)


def test_empty_input_gives_empty_output() -> None:
    assert cal.day_of(np.empty(0, np.int64), "UTC").size == 0
    assert cal.day_start(np.empty(0, np.int64), "UTC").size == 0
