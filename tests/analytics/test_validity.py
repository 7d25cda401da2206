"""Valid minutes, hours and days, and the capture rate: rules of pollutants.md 1, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics import validity
from analytics.validity import HourClass


def test_a_minute_needs_twelve_samples_an_hour_45_minutes_a_day_20_hours() -> None:
    assert validity.valid_minutes([11, 12, 60]).tolist() == [False, True, True]
    assert validity.valid_hours([44 * 60.0, 45 * 60.0, 3600.0]).tolist() == [False, True, True]
    assert validity.valid_days([19, 20, 24], [24, 24, 24]).tolist() == [False, True, True]


def test_a_day_with_stopped_hours_keeps_its_share_and_one_without_any_hour_due_is_none() -> None:
    assert validity.valid_days([9, 10, 0], [12, 12, 0]).tolist() == [False, True, False]


def test_wastewater_asks_for_three_quarters_of_the_data_due() -> None:
    assert validity.valid_days([17, 18], [24, 24], least=0.75).tolist() == [False, True]


def test_stopped_goes_before_normal_and_what_is_said_before_missing() -> None:
    otherwise = np.array([HourClass.MISSING, HourClass.FAULT, HourClass.FAULT, HourClass.MAINTENANCE])
    found = validity.hour_classes([3600.0, 0.0, 3600.0, 0.0], [True, False, False, False], otherwise)
    assert found.tolist() == [HourClass.STOPPED, HourClass.FAULT, HourClass.NORMAL, HourClass.MAINTENANCE]


def test_an_aggregate_is_normal_from_three_quarters_on() -> None:
    assert validity.is_normal([44, 45, 0], [60, 60, 0]).tolist() == [False, True, False]


def test_capture_rate_leaves_stopped_hours_out_of_the_denominator() -> None:
    #   90 days = 2160 h; 160 h stopped, 400 h invalid: 1600 of 2000
    assert float(validity.capture_rate(2160, 400, 160)) == pytest.approx(0.8)
    assert math.isnan(float(validity.capture_rate(24, 0, 24)))


def test_capture_rate_of_each_quarter_stands_at_its_hours() -> None:
    classes = np.array([HourClass.NORMAL, HourClass.FAULT, HourClass.STOPPED, HourClass.MARKED], np.uint8)
    quarter = np.array([0, 0, 1, 1])
    assert validity.capture_by_group(classes, quarter).tolist() == [0.5, 0.5, 1.0, 1.0]
