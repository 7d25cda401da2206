"""Sums over longer periods: lengths, coverage, and what a longer period knows better."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from analytics.calendar import day_number
from analytics.columns import INTERVAL_MS, LOCAL_DAY, Flag, Intervals, Kind
from analytics.rollup import days, hours, months, sum_periods, totals, years

from .make import DAY, HOUR, MINUTE_MS, T0, point, readings, settled, span

SHANGHAI = "Asia/Shanghai"
HOURLY = {"period_ms": HOUR * MINUTE_MS}


def hourly_register(first_minute: int, n: int) -> Intervals:
    minutes = [first_minute + HOUR * i for i in range(n)]
    values = [1000.0 + 6.0 * i for i in range(n)]
    return settled(point(**HOURLY), readings(minutes, values), span(-400 * DAY, 400 * DAY)).intervals


def test_hourly_register_has_estimated_quarters_and_measured_hours_and_days() -> None:
    intervals = hourly_register(0, 49)
    assert float(intervals.estimated_s.sum()) == 48 * 3600
    hour = hours(intervals)
    assert hour.amount.tolist() == pytest.approx([6.0] * 48)
    assert set(hour.measured_s.tolist()) == {3600.0}
    day = days(intervals, SHANGHAI)
    assert day.amount.tolist() == pytest.approx([144.0, 144.0])
    assert (day.measured_s.tolist(), day.estimated_s.tolist()) == ([86_400.0] * 2, [0.0] * 2)
    assert day.day.tolist() == [day_number(date(2018, 9, 1)), day_number(date(2018, 9, 2))]


def test_step_across_midnight_stays_estimated_in_both_days() -> None:
    #   read at half past: the hour 23:30 .. 0:30 belongs half to each day
    day = days(hourly_register(-30, 3), SHANGHAI)
    assert day.amount.tolist() == pytest.approx([3.0, 9.0])
    assert day.estimated_s.tolist() == [1800.0, 1800.0]
    assert day.measured_s.tolist() == [0.0, 3600.0]


def test_reset_stays_an_estimate_at_any_length() -> None:
    values = [1000.0, 1010.0, 1020.0, 4.0, 14.0]
    intervals = settled(point(rating_per_h=100.0), readings([0, 15, 30, 45, 60], values)).intervals
    day = days(intervals, SHANGHAI)
    assert (day.measured_s[0], day.estimated_s[0]) == (2700.0, 900.0)
    assert Flag(int(day.flags[0])) == Flag.RESET
    assert years(day, SHANGHAI).estimated_s[0] == 900.0


@pytest.mark.parametrize(
    ("zone_index", "zone", "day", "length_h"),
    [
        (1, "Europe/Berlin", "2019-03-31", 23),
        (1, "Europe/Berlin", "2019-10-27", 25),
        (2, "Australia/Melbourne", "2018-10-07", 23),
    ],
)
def test_days_when_clocks_change(zone_index: int, zone: str, day: str, length_h: int) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000
    minute = (noon - T0) / MINUTE_MS
    table = point(kind=Kind.AMOUNT, period_ms=LOCAL_DAY, zone=zone_index)
    intervals = settled(table, readings([minute], [46.0]), span(minute - 2 * DAY, minute + 2 * DAY)).intervals
    result = days(intervals, zone)
    assert len(result) == 1
    assert result.length_s[0] == length_h * 3600
    assert result.measured_s[0] == length_h * 3600
    assert result.amount[0] == pytest.approx(46.0)
    assert result.peak[0] == pytest.approx(46.0 / length_h)


def test_months_and_years_count_absent_days_as_missing() -> None:
    #   August 31 (one day) and September 1..3, read hourly, midnight to midnight
    table = days(hourly_register(-DAY, 4 * 24 + 1), SHANGHAI)
    month = months(table, SHANGHAI)
    assert month.amount.tolist() == pytest.approx([144.0, 3 * 144.0])
    assert month.coverage.tolist() == pytest.approx([1 / 31, 3 / 30])
    assert month.estimated_share.tolist() == [0.0, 0.0]
    year = years(table, SHANGHAI)
    assert year.length_s.tolist() == [365 * 86_400.0]
    assert year.coverage[0] == pytest.approx(4 / 365)


def test_total_of_days_is_the_total_of_intervals() -> None:
    rng = np.random.default_rng(5)
    minutes = np.cumsum(rng.integers(1, 200, 900))
    values = np.cumsum(rng.uniform(0, 30, 900))
    data = readings(minutes.tolist(), values.tolist())
    intervals = settled(point(), data, span(0, 200 * DAY)).intervals
    table = days(intervals, "Australia/Melbourne")
    assert table.amount.sum() == pytest.approx(values[-1] - values[0], rel=1e-9)
    assert months(table, "Australia/Melbourne").amount.sum() == pytest.approx(values[-1] - values[0], rel=1e-9)
    assert hours(intervals).amount.sum() == pytest.approx(values[-1] - values[0], rel=1e-9)
    assert float(table.peak.max()) == float(intervals.peak.max())


def test_a_month_that_holds_a_long_gap_knows_it() -> None:
    intervals = settled(point(), readings([0, 3 * DAY], [0.0, 300.0]), span(0, 5 * DAY)).intervals
    assert float(days(intervals, SHANGHAI).estimated_s.sum()) == 3 * 86_400
    edges = np.array([T0, T0 + 30 * DAY * MINUTE_MS])
    whole = totals(intervals, edges)
    assert (whole.measured_s[0], whole.estimated_s[0]) == (3 * 86_400.0, 0.0)
    assert whole.amount[0] == pytest.approx(300.0)


def test_totals_leave_out_what_lies_outside() -> None:
    intervals = hourly_register(0, 5)
    part = totals(intervals, np.array([T0 + 4 * INTERVAL_MS, T0 + 8 * INTERVAL_MS]))
    assert part.amount.tolist() == pytest.approx([6.0])


def test_points_are_summed_apart() -> None:
    one, two = hourly_register(0, 25), hourly_register(0, 25)
    both = Intervals.concat([one, Intervals(np.full(len(two), 2, np.int32), *list(two.as_dict().values())[1:])])
    result = days(both, SHANGHAI)
    assert result.point.tolist() == [1, 2]
    assert result.amount.tolist() == pytest.approx([144.0, 144.0])


def test_nothing_gives_nothing() -> None:
    nothing = hourly_register(0, 1)
    assert len(nothing) == len(hours(nothing)) == len(days(nothing, SHANGHAI)) == 0
    table = days(nothing, SHANGHAI)
    assert len(months(table, SHANGHAI)) == len(years(table, SHANGHAI)) == 0
    assert len(sum_periods(table, np.array([0, 30], np.int32), SHANGHAI)) == 0


def test_unknown_time_has_no_estimated_share() -> None:
    bad = settled(point(kind=Kind.STATE), readings([0], [float("nan")])).intervals
    result = hours(bad)
    assert result.coverage.tolist() == [0.0]
    assert bool(np.isnan(result.estimated_share).all())
    assert bool(np.isnan(result.peak).all())
