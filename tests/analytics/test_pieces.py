"""Amounts, means, rates and levels: each rule by readings that fit on one line."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from analytics.columns import LOCAL_DAY, Flag, Kind
from analytics.pieces import pieces_of

from .make import DAY, HOUR, MINUTE_MS, T0, flags_of, minutes_of, point, readings, settled, span

QUARTER_MS = 15 * MINUTE_MS
HOUR_MS = HOUR * MINUTE_MS


def test_amount_with_start_label_belongs_to_what_follows() -> None:
    result = settled(point(kind=Kind.AMOUNT), readings([0, 15, 30], [3.0, 0.0, 5.0])).intervals
    assert minutes_of(result) == [0, 15, 30]
    assert result.amount.tolist() == [3.0, 0.0, 5.0]
    assert result.measured_s.tolist() == [900.0] * 3
    assert result.peak.tolist() == [12.0, 0.0, 20.0]


def test_amount_with_end_label_belongs_to_what_came_before() -> None:
    # The label 00:00 closes the last quarter of the day before: the midnight trap.
    table = point(kind=Kind.AMOUNT, label_end=True)
    result = settled(table, readings([0, 15, 30], [3.0, 4.0, 5.0])).intervals
    assert minutes_of(result) == [-15, 0, 15]
    assert result.amount.tolist() == [3.0, 4.0, 5.0]


def test_absent_amount_is_missing_not_zero() -> None:
    result = settled(point(kind=Kind.AMOUNT), readings([0, 30], [3.0, 5.0])).intervals
    assert minutes_of(result) == [0, 30]


def test_hourly_amount_is_estimated_in_quarters_and_known_by_the_hour() -> None:
    result = settled(point(kind=Kind.AMOUNT, period_ms=HOUR_MS), readings([0], [8.0])).intervals
    assert result.amount.tolist() == [2.0] * 4
    assert result.estimated_s.tolist() == [900.0] * 4
    assert result.peak.tolist() == [8.0] * 4
    assert flags_of(result) == Flag.GAP
    assert set(result.span_from_ms.tolist()) == {T0}
    assert set(result.span_to_ms.tolist()) == {T0 + HOUR_MS}


@pytest.mark.parametrize(
    ("zone", "label", "label_end", "wanted_start", "hours"),
    [
        (0, "2018-09-01T00:00", False, "2018-09-01T00:00", 24),
        (0, "2018-09-01T13:30", False, "2018-09-01T00:00", 24),
        (0, "2018-09-01T00:00", True, "2018-08-31T00:00", 24),
        (0, "2018-09-01T23:59", True, "2018-09-01T00:00", 24),
        (1, "2019-03-31T00:00", False, "2019-03-31T00:00", 23),
        (1, "2019-10-27T08:00", False, "2019-10-27T00:00", 25),
        (2, "2018-04-02T00:00", True, "2018-04-01T00:00", 25),
    ],
)
def test_local_day_labels(zone: int, label: str, label_end: bool, wanted_start: str, hours: int) -> None:
    tz = ZoneInfo(["Asia/Shanghai", "Europe/Berlin", "Australia/Melbourne"][zone])
    at = datetime.fromisoformat(label).replace(tzinfo=tz).timestamp() * 1000
    start = datetime.fromisoformat(wanted_start).replace(tzinfo=tz).timestamp() * 1000
    minute = (at - T0) / MINUTE_MS
    table = point(kind=Kind.AMOUNT, period_ms=LOCAL_DAY, label_end=label_end, zone=zone)
    result = settled(table, readings([minute], [100.0]), span(minute - 3 * DAY, minute + 3 * DAY)).intervals
    assert result.start_ms[0] == start
    assert len(result) == hours * 4
    assert result.amount.sum() == pytest.approx(100.0, rel=1e-12)
    assert set((result.span_to_ms - result.span_from_ms).tolist()) == {hours * HOUR_MS}


def test_mean_is_a_rate_times_its_period() -> None:
    result = settled(point(kind=Kind.MEAN, factor=1000.0), readings([0, 15], [0.2, 0.4])).intervals  # MW
    assert result.amount.tolist() == pytest.approx([50.0, 100.0])
    assert result.peak.tolist() == [200.0, 400.0]


def test_labels_with_jitter_keep_their_amount() -> None:
    #   the second label comes 20 s early: the first period is 880 s long and holds its 9 units
    result = settled(point(kind=Kind.AMOUNT), readings([0, 14 + 2 / 3, 30], [9.0, 9.0, 9.0])).intervals
    assert result.amount.sum() == pytest.approx(27.0, rel=1e-12)
    assert float((result.measured_s + result.estimated_s).max()) <= 900.0


def test_overlapping_amounts_do_not_count_twice() -> None:
    #   hourly amounts that are sent every half hour: each counts until the next begins
    result = settled(point(kind=Kind.AMOUNT, period_ms=HOUR_MS), readings([0, 30, 60], [8.0, 8.0, 8.0])).intervals
    assert result.amount.sum() == pytest.approx(4.0 + 4.0 + 8.0)


def test_two_labels_in_one_local_day_let_the_later_count() -> None:
    table = point(kind=Kind.AMOUNT, period_ms=LOCAL_DAY)
    assert settled(table, readings([0, 480], [90.0, 100.0])).intervals.amount.sum() == pytest.approx(100.0)


def test_rate_is_a_trapezoid() -> None:
    #   60 -> 120 kW over 15 minutes: 22.5 kWh
    result = settled(point(kind=Kind.RATE), readings([0, 15], [60.0, 120.0])).intervals
    assert result.amount.tolist() == pytest.approx([22.5])
    assert result.peak.tolist() == [120.0]


def test_rate_within_a_step_follows_the_straight_line() -> None:
    #   0 -> 60 kW over 30 minutes (hold 30): first quarter 0..30, mean 15 kW; second 30..60, mean 45 kW
    table = point(kind=Kind.RATE, hold_ms=2 * QUARTER_MS, period_ms=2 * QUARTER_MS)
    result = settled(table, readings([0, 30], [0.0, 60.0])).intervals
    assert result.amount.tolist() == pytest.approx([15.0 / 4, 45.0 / 4], rel=1e-12)
    assert result.measured_s.tolist() == [900.0, 900.0]


def test_gap_of_a_rate_is_missing() -> None:
    result = settled(point(kind=Kind.RATE), readings([0, 15, 60, 75], [40.0] * 4)).intervals
    assert minutes_of(result) == [0, 60]
    assert result.amount.tolist() == pytest.approx([10.0, 10.0])


def test_last_rate_holds_nothing() -> None:
    assert len(settled(point(kind=Kind.RATE), readings([0], [40.0])).intervals) == 0


@pytest.mark.parametrize("kind", [Kind.CONCENTRATION, Kind.STATE])
def test_level_is_held_until_the_next_or_until_hold_ends(kind: Kind) -> None:
    #   28 at 0, 32 at 20, held 30 minutes:  0..20 28, 20..50 32
    result = settled(point(kind=kind, hold_ms=2 * QUARTER_MS), readings([0, 20], [28.0, 32.0])).intervals
    assert minutes_of(result) == [0, 15, 30, 45]
    assert result.measured_s.tolist() == [900.0, 900.0, 900.0, 300.0]
    assert result.amount.tolist() == pytest.approx([7.0, 28 / 12 + 32 / 6, 8.0, 32 / 12])
    assert result.peak.tolist() == [28.0, 32.0, 32.0, 32.0]


def test_temperature_in_kelvin_uses_the_offset() -> None:
    table = point(kind=Kind.STATE, offset=-273.15)
    result = settled(table, readings([0], [373.15])).intervals
    assert result.amount.tolist() == pytest.approx([25.0])


def test_negative_levels_keep_their_sign() -> None:
    result = settled(point(kind=Kind.STATE), readings([0], [-4.0])).intervals
    assert (result.amount[0], result.peak[0]) == (-1.0, -4.0)


def test_registers_and_loads_are_refused() -> None:
    with pytest.raises(ValueError, match="REGISTER"):
        pieces_of(None, Kind.REGISTER, [])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="derived from intervals"):
        settled(point(kind=Kind.LOAD), readings([0], [1.0]))
