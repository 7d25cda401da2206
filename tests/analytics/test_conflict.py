"""Which of several values for one time counts?"""

from __future__ import annotations

import pytest

from analytics.columns import Flag, Kind

from .make import flags_of, point, readings, settled, whats

RATED = {"rating_per_h": 1200.0}


def test_equal_values_are_one_reading() -> None:
    result = settled(point(**RATED), readings([0, 15, 15, 30], [0.0, 10.0, 10.0, 20.0]))
    assert result.intervals.amount.tolist() == [10.0, 10.0]
    assert whats(result.findings) == []


@pytest.mark.parametrize("values", [[10.0, 9000.0], [9000.0, 10.0], [10.0, 0.0], [0.0, 10.0]])
def test_the_possible_one_counts_whichever_came_first(values: list[float]) -> None:
    result = settled(point(**RATED), readings([0, 15, 15, 30], [5.0, *values, 20.0]))
    assert result.intervals.amount.tolist() == [5.0, 10.0]
    assert whats(result.findings) == [Flag.CONFLICT]
    assert (result.findings.before[0], result.findings.after[0]) == tuple(values)


def test_of_two_possible_ones_the_last_counts_and_the_bounds_hold_both() -> None:
    result = settled(point(**RATED), readings([0, 15, 15, 30], [0.0, 10.0, 12.0, 20.0]))
    assert result.intervals.amount.tolist() == [12.0, 8.0]
    assert (result.intervals.below >= 2.0).all()
    assert (result.intervals.above >= 2.0).all()
    assert flags_of(result.intervals) == Flag.CONFLICT


def test_a_conflict_bears_no_witness_against_another() -> None:
    result = settled(point(**RATED), readings([0, 15, 15, 30, 30, 45], [0.0, 10.0, 12.0, 20.0, 24.0, 30.0]))
    assert result.intervals.amount.tolist() == [12.0, 12.0, 6.0]


def test_many_values_for_one_time_are_a_clock_that_stands_still() -> None:
    result = settled(point(**RATED), readings([0, 15, 15, 15, 15, 60], [0.0, 10.0, 20.0, 30.0, 40.0, 40.0]))
    assert result.intervals.amount.tolist() == [10.0, 10.0, 10.0, 10.0]
    assert whats(result.findings) == [Flag.CLOCK]


def test_the_same_two_values_again_and_again_are_no_frozen_clock() -> None:
    result = settled(point(**RATED), readings([0, 15, 15, 15, 15, 30], [0.0, 10.0, 12.0, 10.0, 12.0, 20.0]))
    assert whats(result.findings) == [Flag.CONFLICT]


def test_of_rates_the_last_one_counts() -> None:
    result = settled(point(kind=Kind.RATE), readings([0, 15, 15, 30], [10.0, 10.0, 20.0, 20.0]))
    assert result.intervals.amount.tolist() == [3.75, 5.0]
