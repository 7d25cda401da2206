"""Readings and intervals as lines, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.columns import INTERVAL_MS, Intervals, Ranges, Readings
from sinks.pointlines import PointSeries, quarters
from tests.sinks.works import registry
from tests.storage.rows import T0_MS, ranges, readings

Q = INTERVAL_MS


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> PointSeries:
    return PointSeries(registry(tmp_path_factory.mktemp("works")))


def interval(point: int, quarter: int, amount: float, **other: float) -> Intervals:
    given = {"measured_s": 900.0, "estimated_s": 0.0, "peak": np.nan, "below": 0.0, "above": 0.0, "flags": 0} | other
    start = np.array([T0_MS + quarter * Q])
    single = {name: np.array([given[name]], np.float32) for name in ("measured_s", "estimated_s", "below", "above")}
    return Intervals(
        point=np.array([point], np.int32),
        start_ms=start,
        amount=np.array([amount]),
        peak=np.array([given["peak"]]),
        flags=np.array([given["flags"]], np.uint16),
        span_from_ms=start,
        span_to_ms=start + Q,
        **single,
    )


def test_readings_carry_the_tags_of_their_point(told: PointSeries) -> None:
    lines, unknown = told.reading_lines(readings((1, 0, 41.5), (3, 1000, 0.0), (5, 2000, 1e-7)))
    assert unknown == 0
    assert lines == [
        f"reading,medium=electricity,meter=E1,plant=works,series=el.in value=41.5,known=1,flag=0 {T0_MS}",
        f"reading,medium=water,plant=works,series=ww.cod value=0.0,known=1,flag=0 {T0_MS + 1000}",
        f"reading,medium=water,plant=works,series=ww.COD value=1e-07,known=1,flag=0 {T0_MS + 2000}",
    ]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_reading_without_a_value_is_known_to_be_none(told: PointSeries, value: float) -> None:
    lines, _ = told.reading_lines(readings((2, 0, value), flag=2))
    assert lines == [f"reading,medium=electricity,plant=works,series=hall known=0 {T0_MS}"]


def test_of_two_readings_of_one_time_the_later_one_is_told(told: PointSeries) -> None:
    lines, _ = told.reading_lines(readings((1, 0, 1.0), (2, 0, 7.0), (1, 5, 2.0), (1, 0, 3.0)))
    assert [line.split()[-2:] for line in lines] == [
        ["value=7.0,known=1,flag=0", str(T0_MS)],
        ["value=2.0,known=1,flag=0", str(T0_MS + 5)],
        ["value=3.0,known=1,flag=0", str(T0_MS)],
    ]


def test_readings_of_no_known_point_are_left_out_and_counted(told: PointSeries) -> None:
    lines, unknown = told.reading_lines(readings((1, 0, 1.0), (99, 0, 1.0), (98, 0, 1.0)))
    assert (len(lines), unknown) == (1, 2)
    assert told.reading_lines(Readings.empty()) == ([], 0)


def test_every_quarter_of_a_range_is_told(told: PointSeries) -> None:
    name = "interval,medium=electricity,meter=E1,plant=works,series=el.in"
    kept = Intervals.concat(
        [
            interval(1, 0, 2.5, measured_s=450, estimated_s=225, peak=6.0, below=0.5, above=np.inf, flags=5),
            # nothing is known, its flags say why
            interval(1, 2, 0.0, measured_s=0, flags=4),
        ]
    )
    assert sorted(told.interval_lines(ranges((1, 0, 3 * Q)), kept), key=lambda line: line.split()[-1]) == [
        f"{name} amount=2.5,known=0.75,measured=0.5,estimated=0.25,flags=5,peak=6.0,below=0.5,above=3.4e+38 {T0_MS}",
        f"{name} known=0 {T0_MS + Q}",
        f"{name} known=0 {T0_MS + 2 * Q}",
    ]


def test_a_quarter_that_was_bounded_and_is_no_more_says_so(told: PointSeries) -> None:
    """InfluxDB keeps a field that is left out: so none is."""
    bounded, loose = (
        dict(part.split("=") for part in line.split()[1].split(","))
        for kept in (
            interval(1, 0, 2.5, measured_s=900, peak=12.0, below=0.5, above=0.25),
            interval(1, 0, 2.5, measured_s=300, peak=np.nan, below=np.inf, above=np.inf),
        )
        for line in told.interval_lines(ranges((1, 0, Q)), kept)
    )
    assert bounded.keys() == loose.keys()
    assert (float(loose["below"]), float(loose["above"])) == (3.4e38, 3.4e38)
    assert float(loose["peak"]) == pytest.approx(30.0)  # 2.5 kWh in five minutes


@pytest.mark.parametrize("amount", [np.nan, np.inf, -np.inf])
def test_an_amount_that_no_server_takes_is_not_known(told: PointSeries, amount: float) -> None:
    kept = Intervals.concat([interval(1, 0, 1.5), interval(1, 1, amount)])
    first, second = told.interval_lines(ranges((1, 0, 2 * Q)), kept)
    assert " amount=1.5,known=1.0," in first
    assert second.split()[1:] == ["known=0", str(T0_MS + Q)]


def test_of_a_level_the_mean_is_told(told: PointSeries) -> None:
    # 60 mg/L known for 10 of 15 minutes: 60 x 1/6 h = 10 mg/L x h
    (line,) = told.interval_lines(
        ranges((3, 0, Q)), interval(3, 0, 10.0, measured_s=600, peak=80.0, below=0.5, above=0.25)
    )
    assert line.startswith("interval,medium=water,plant=works,series=ww.cod ")
    fields = dict(part.split("=") for part in line.split()[1].split(","))
    assert float(fields["amount"]) == pytest.approx(60.0)
    assert float(fields["known"]) == pytest.approx(2 / 3)
    assert (float(fields["below"]), float(fields["above"])) == (pytest.approx(3.0), pytest.approx(1.5))
    assert float(fields["peak"]) == 80.0


def test_intervals_of_no_known_point_are_left_out(told: PointSeries) -> None:
    assert told.interval_lines(ranges((99, 0, Q)), interval(99, 0, 1.0)) == []


def test_quarters_of_ranges() -> None:
    point, start_ms = quarters(Ranges(np.array([3, 4], np.int32), np.array([0, 5 * Q]), np.array([2 * Q, 6 * Q])))
    assert point.tolist() == [3, 3, 4]
    assert start_ms.tolist() == [0, Q, 5 * Q]
