"""Dry flow from raw gas, quarter by quarter: the worked example of pollutants.md 1 as intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.columns import Intervals, Kind
from analytics.curve import no_intervals
from analytics.dryflow import Gas, dry_flow, dry_levels
from analytics.loads import load
from analytics.stack import standard_dry_flow_nm3_h

from .make import HOUR, MINUTE_MS, minutes_of, point, readings, settled

QUARTERS = [0, 15, 30, 45]


def level(values: list[float], factor: float = 1.0, minutes: list[float] | None = None) -> Intervals:
    table = point(kind=Kind.STATE, hold_ms=15 * MINUTE_MS, factor=factor)
    return settled(table, readings(minutes or QUARTERS, values)).intervals


def gas(**parts: object) -> Gas:
    given = {
        "velocity": level([10.0] * 4),
        "temperature": level([120.0] * 4),
        "pressure": level([-0.2] * 4, factor=1000.0),  # kPa
        "moisture": level([8.0] * 4, factor=0.01),  # %
        "air_pressure": None,
    }
    constants = {"area_m2": 4.0, "velocity_factor": 1.0, "moisture_share": 0.0, "air_pa": 101_325.0}
    return Gas(**(given | constants | parts))  # type: ignore[arg-type]


def test_the_worked_hour() -> None:
    flow = dry_flow(gas(), 9)
    assert float(flow.amount.sum()) == pytest.approx(91_846.44, abs=5e-3)
    assert flow.peak == pytest.approx(91_846.44, abs=5e-3)
    assert flow.measured_s.tolist() == [900.0] * 4
    assert flow.point.tolist() == [9] * 4
    made = load(flow, level([28.0] * 4), 10)
    assert float(made.amount.sum()) == pytest.approx(2.571700, abs=5e-7)


def test_constants_in_place_of_points_give_the_same() -> None:
    flow = dry_flow(gas(moisture=None, moisture_share=0.08, air_pressure=level([1013.25] * 4, factor=100.0)), 9)
    assert float(flow.amount.sum()) == pytest.approx(91_846.44, abs=5e-3)


def test_without_static_pressure_the_duct_is_at_the_atmosphere() -> None:
    wanted = float(standard_dry_flow_nm3_h(144_000.0, 120.0, 101_325.0, 0.0, 0.08))
    assert float(dry_flow(gas(pressure=None), 9).amount.sum()) == pytest.approx(wanted)


def test_what_one_part_does_not_know_is_missing() -> None:
    assert minutes_of(dry_flow(gas(temperature=level([120.0, 120.0], minutes=[0, 30])), 9)) == [0, 30]
    assert len(dry_flow(gas(moisture=no_intervals()), 9)) == 0
    # 8 as a fraction cannot be: nothing is known
    assert not dry_flow(gas(moisture=level([8.0] * 4)), 9).measured_s.any()


def test_a_standing_gas_is_a_known_flow_of_zero() -> None:
    flow = dry_flow(gas(velocity=level([0.0] * 4)), 9)
    assert flow.amount.tolist() == [0.0] * 4
    assert flow.measured_s.tolist() == [900.0] * 4


def test_bounds_hold_every_corner() -> None:
    #   0.1 m/s, 1 K, 10 Pa and 1 % of moisture either way, in the direction that makes least or most
    def within(values: Intervals, off: float) -> Intervals:
        side = np.full(4, off / 4.0, np.float32)  # a quarter of an hour
        return replace(values, below=side, above=side)

    parts = {
        "velocity": within(level([10.0] * 4), 0.1),
        "temperature": within(level([120.0] * 4), 1.0),
        "pressure": within(level([-200.0] * 4), 10.0),
        "moisture": within(level([0.08] * 4), 0.01),
    }
    flow = dry_flow(gas(**parts), 9)
    least = float(standard_dry_flow_nm3_h(3600 * 4 * 9.9, 121.0, 101_325.0, -210.0, 0.09)) / 4.0
    most = float(standard_dry_flow_nm3_h(3600 * 4 * 10.1, 119.0, 101_325.0, -190.0, 0.07)) / 4.0
    assert flow.amount - flow.below == pytest.approx(least, rel=1e-6)
    assert flow.amount + flow.above == pytest.approx(most, rel=1e-6)
    unbounded = replace(level([120.0] * 4), above=np.full(4, np.inf, np.float32))
    assert np.isinf(dry_flow(gas(temperature=unbounded), 9).above).all()


def test_wet_concentrations_become_dry_for_the_load() -> None:
    found = dry_levels(level([92.0] * 4), level([8.0] * 4, factor=0.01), 0.0)
    assert (found.amount * 4.0).tolist() == pytest.approx([100.0] * 4)
    constant = dry_levels(level([92.0] * 4), None, 0.08)
    assert constant.amount.tolist() == pytest.approx(found.amount.tolist())
    unknown = dry_levels(level([92.0] * 4), level([8.0] * 4), 0.0)
    assert not unknown.measured_s.any()
    assert unknown.amount.tolist() == [0.0] * 4


def test_hours_hold_what_quarters_hold() -> None:
    hourly = settled(point(kind=Kind.STATE, hold_ms=HOUR * MINUTE_MS), readings([0], [10.0])).intervals
    assert float(dry_flow(gas(velocity=hourly), 9).amount.sum()) == pytest.approx(91_846.44, abs=5e-3)
