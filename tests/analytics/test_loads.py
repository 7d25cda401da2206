"""Loads: by hand, quarter by quarter."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.columns import Flag, Intervals, Kind
from analytics.curve import no_intervals
from analytics.loads import load

from .make import HOUR, MINUTE_MS, minutes_of, point, readings, settled


def flow(minutes: list[float], volumes_m3: list[float]) -> Intervals:
    return settled(point(kind=Kind.AMOUNT), readings(minutes, volumes_m3)).intervals


def level(minutes: list[float], values_mg_m3: list[float], hold: int = 15, **columns: float) -> Intervals:
    table = point(kind=Kind.CONCENTRATION, hold_ms=hold * MINUTE_MS, **columns)
    return settled(table, readings(minutes, values_mg_m3)).intervals


def test_load_is_concentration_times_volume() -> None:
    #   50 mg/L = 50 000 mg/m3 in 200 m3: 10 kg
    result = load(flow([0], [200.0]), level([0], [50_000.0]), 9)
    assert result.amount.tolist() == pytest.approx([10.0])
    assert result.point.tolist() == [9]
    assert result.measured_s.tolist() == [900.0]
    assert result.peak.tolist() == pytest.approx([40.0])


def test_flue_gas_hour_of_the_notes() -> None:
    #   28 mg/m3 x 91 846.44 m3/h = 2.571700 kg/h (pollutants.md, 1)
    gas = settled(point(kind=Kind.MEAN), readings([0, 15, 30, 45], [91_846.44] * 4)).intervals
    result = load(gas, level([0], [28.0], hold=HOUR), 9)
    assert result.amount.sum() == pytest.approx(2.571700, abs=5e-7)


def test_without_concentration_the_load_is_missing() -> None:
    result = load(flow([0, 15, 30], [200.0, 200.0, 200.0]), level([15], [1000.0]), 9)
    assert minutes_of(result) == [15]
    assert len(load(flow([0], [200.0]), no_intervals(), 9)) == 0
    assert len(load(no_intervals(), level([0], [1.0]), 9)) == 0


def test_no_flow_is_no_load_whatever_the_concentration() -> None:
    result = load(flow([0, 15], [0.0, 0.0]), level([15], [1000.0]), 9)
    assert result.amount.tolist() == [0.0, 0.0]
    assert result.measured_s.tolist() == [900.0, 900.0]


def test_seconds_without_concentration_are_missing() -> None:
    #   the sample is held for 5 of 15 minutes: a third of the volume has a known load
    result = load(flow([0], [300.0]), level([0], [1000.0], hold=5), 9)
    assert result.amount.tolist() == pytest.approx([0.1])
    assert result.measured_s.tolist() == [300.0]
    assert result.peak.tolist() == pytest.approx([1.2])


def test_estimated_flow_makes_an_estimated_load_with_its_span() -> None:
    hourly = settled(point(kind=Kind.AMOUNT, period_ms=HOUR * MINUTE_MS), readings([0], [400.0])).intervals
    result = load(hourly, level([0], [1000.0], hold=HOUR), 9)
    assert result.amount.tolist() == pytest.approx([0.1] * 4)
    assert result.estimated_s.tolist() == [900.0] * 4
    assert set((result.span_to_ms - result.span_from_ms).tolist()) == {HOUR * MINUTE_MS}
    assert {Flag(int(f)) for f in result.flags} == {Flag.GAP}


def test_flags_of_both_are_kept_even_without_a_load() -> None:
    bad = level([0], [float("nan")])
    result = load(flow([0], [200.0]), bad, 9)
    assert (result.measured_s.tolist(), result.flags.tolist()) == ([0.0], [int(Flag.BAD)])
    assert bool(np.isnan(result.peak).all())
