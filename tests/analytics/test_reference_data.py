"""Measured data, settled without anything in between: yearly, monthly and daily sums as others computed them."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from analytics.calendar import date_of, day_number
from analytics.columns import LOCAL_DAY, Days, Flag, Kind, Points, Ranges, Readings
from analytics.rollup import days, months, years
from analytics.settlement import settle
from tests.reference import COSSMIC, MELBOURNE, STEEL, published_figures, reference_file

from .make import point, whats

pytestmark = pytest.mark.reference

MELBOURNE_ZONE, SEOUL_ZONE = "Australia/Melbourne", "Asia/Seoul"


def daily(table: Points, zone: str, times: list[datetime], values: list[float]) -> Days:
    """Settle one point over everything it has, and sum its days."""
    time_ms = np.array([round(t.timestamp() * 1000) for t in times], np.int64)
    n = len(time_ms)
    data = Readings(np.ones(n, np.int32), time_ms, np.array(values), np.zeros(n, np.uint8), time_ms)
    day_ms = 86_400_000
    low, high = (time_ms[0] // day_ms - 2) * day_ms, (time_ms[-1] // day_ms + 3) * day_ms
    result = settle(table, [zone], data, Ranges(np.array([1], np.int32), np.array([low]), np.array([high])))
    assert set(whats(result.findings)) <= {Flag.GAP}
    return days(result.intervals, zone)


def melbourne(column: str, **columns: float) -> Days:
    with reference_file(MELBOURNE).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    zone = ZoneInfo(MELBOURNE_ZONE)
    times = [datetime(int(r["year"]), int(r["month"]), int(r["day"]), tzinfo=zone) for r in rows]
    return daily(point(period_ms=LOCAL_DAY, **columns), MELBOURNE_ZONE, times, [float(r[column]) for r in rows])


def test_treatment_plant_years_and_their_coverage() -> None:
    wanted = published_figures("melbourne-etp")["per_year"]
    year = years(melbourne("total_grid", kind=Kind.AMOUNT), MELBOURNE_ZONE)
    assert year.amount.tolist() == pytest.approx([y["energy_kwh_sum"] for y in wanted.values()], rel=1e-9)
    assert year.estimated_s.sum() == 0.0
    # Days as days: one of 23 or 25 hours is one recorded day.
    recorded = year.measured_s / 86_400
    assert recorded.tolist() == pytest.approx([y["days"] for y in wanted.values()], abs=0.1)
    assert year.coverage.tolist() == pytest.approx(
        [y["days"] / y["days_in_calendar"] for y in wanted.values()], abs=1e-3
    )


def test_treatment_plant_inflow_from_daily_means() -> None:
    wanted = published_figures("melbourne-etp")["per_year"]
    year = years(melbourne("avg_inflow", kind=Kind.MEAN, factor=3600.0), MELBOURNE_ZONE)
    # The reference counts every day as 24 h; two Sundays of each year have 23 or 25: up to an hour at 12 m3/s each.
    inflow_ml = [y["inflow_ML_sum"] for y in wanted.values()]
    assert (year.amount / 1000.0).tolist() == pytest.approx(inflow_ml, abs=2 * 12 * 3.6)


def test_steel_plant_labels_the_end_of_its_quarters() -> None:
    with gzip.open(reference_file(STEEL), "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    zone = ZoneInfo(SEOUL_ZONE)
    times = []
    for row in rows:
        at = datetime.strptime(row["date"], "%d/%m/%Y %H:%M").replace(tzinfo=zone)
        times.append(at + timedelta(days=1) if row["NSM"] == "0" else at)  # 00:00 carries the day that it closes
    table = daily(point(kind=Kind.AMOUNT, label_end=True), SEOUL_ZONE, times, [float(r["Usage_kWh"]) for r in rows])
    wanted = published_figures("steel-industry-kr")
    assert len(table) == 365
    assert set(table.measured_s.tolist()) == {86_400.0}
    assert table.amount.sum() == pytest.approx(wanted["kwh_sum"], rel=1e-9)
    by_month = months(table, SEOUL_ZONE).amount.tolist()
    assert by_month == pytest.approx(list(wanted["kwh_by_month"].values()), rel=1e-9)
    largest = int(np.argmax(table.amount))
    assert date_of(int(table.day[largest])).isoformat() == wanted["daily_kwh"]["max_day"]
    assert table.amount[largest] == pytest.approx(wanted["daily_kwh"]["max"])
    assert table.peak.max() == pytest.approx(wanted["peak_15min_kw"])


def test_registers_of_an_industrial_building() -> None:
    with reference_file(COSSMIC).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    times = [datetime.strptime(r["utc_timestamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) for r in rows]
    for name, wanted_kwh in published_figures("cossmic-industrial")["kwh_23h"].items():
        values = [float(r[f"DE_KN_industrial3_{name}"]) for r in rows]
        table = daily(point(period_ms=3_600_000), "UTC", times, values)
        assert table.day.tolist() == [day_number(date(2017, 2, 1))]
        assert table.amount[0] == pytest.approx(wanted_kwh, abs=1e-4)
        assert (table.measured_s[0], table.estimated_s[0]) == (23 * 3600.0, 0.0)
