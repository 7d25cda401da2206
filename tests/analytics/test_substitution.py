"""Loads of gaps: HJ 75-2017 tables 6 and 7, HJ 356-2019 and HJ/T 356-2007 as in pollutants.md 1 and 2, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics import substitution as sub
from analytics.validity import HourClass

NORMAL, FAULT, STOPPED = (np.uint8(c) for c in (HourClass.NORMAL, HourClass.FAULT, HourClass.STOPPED))


def hours(n_before: int, gap: int, n_after: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Loads that fall hour by hour from 5000 kg, and a gap among them."""
    n = n_before + gap + n_after
    classes = np.full(n, NORMAL)
    classes[n_before : n_before + gap] = FAULT
    load = 5000.0 - np.arange(n)
    load[classes == FAULT] = np.nan
    return load, classes


@pytest.mark.parametrize(
    ("gap", "capture", "window"), [(24, 0.95, 180), (25, 0.95, 720), (1, 0.89, 2160), (100, 0.75, 2160), (3, 0.9, 180)]
)
def test_a_gap_takes_the_largest_of_its_window(gap: int, capture: float, window: int) -> None:
    load, classes = hours(2500, gap)
    found = sub.hj75(load, classes, np.full(len(load), capture))
    #   loads fall by 1 kg an hour, so the largest of the last `window` hours is the oldest of them
    wanted = 5000.0 - (2500 - window)
    assert found.load_kg[2500 : 2500 + gap].tolist() == [wanted] * gap
    assert found.substituted.sum() == gap
    assert found.load_kg[:2500].tolist() == load[:2500].tolist()


def test_below_three_quarters_captured_nothing_is_put_in() -> None:
    load, classes = hours(200, 10)
    found = sub.hj75(load, classes, np.full(len(load), 0.749))
    assert np.isnan(found.load_kg[200:210]).all()
    assert not found.substituted.any()


def test_a_gap_with_nothing_before_it_stays_unknown() -> None:
    load, classes = hours(0, 5)
    assert np.isnan(sub.hj75(load, classes, np.ones(len(load))).load_kg[:5]).all()


def test_stopped_hours_are_zero_and_do_not_end_a_gap() -> None:
    load = np.array([7.0, np.nan, np.nan, np.nan, 3.0])
    classes = np.array([NORMAL, FAULT, STOPPED, FAULT, NORMAL])
    found = sub.hj75(load, classes, np.ones(5))
    assert found.load_kg.tolist() == [7.0, 7.0, 0.0, 7.0, 3.0]
    assert found.substituted.tolist() == [False, True, False, True, False]


def test_a_substituted_hour_is_no_valid_hour_of_the_next_gap() -> None:
    load = np.array([9.0, *[1.0] * 179, np.nan, 1.0, np.nan, 1.0])
    classes = np.where(np.isnan(load), FAULT, NORMAL).astype(np.uint8)
    found = sub.hj75(load, classes, np.full(len(load), 0.98))
    #   the first gap sees 180 valid hours with the 9; the second one 180 valid hours without it
    assert (found.load_kg[180], found.load_kg[182]) == (9.0, 1.0)


def test_an_invalid_day_is_the_largest_valid_one_of_thirty_days_before() -> None:
    load = np.array([100.0, *[10.0] * 29, np.nan, np.nan, 20.0])
    valid = ~np.isnan(load)
    found = sub.hj356_2019(load, valid, np.zeros(len(load), np.bool_))
    #   day 30 still sees day 0; day 31 does not
    assert (found.load_kg[30], found.load_kg[31]) == (100.0, 10.0)
    assert found.substituted.nonzero()[0].tolist() == [30, 31]


def test_a_stopped_day_has_a_load_of_zero_and_gives_none() -> None:
    load = np.array([50.0, 8.0, np.nan])
    found = sub.hj356_2019(load, np.array([True, True, False]), np.array([True, False, False]))
    assert found.load_kg.tolist() == [0.0, 8.0, 8.0]
    assert len(sub.hj356_2019(np.empty(0), np.empty(0, np.bool_), np.empty(0, np.bool_)).load_kg) == 0


def test_the_older_rule_takes_the_mean_of_as_many_hours_before() -> None:
    load = np.array([1.0, 2.0, 6.0, np.nan, np.nan, 5.0, np.nan, np.nan, np.nan, np.nan, np.nan])
    classes = np.where(np.isnan(load), FAULT, NORMAL).astype(np.uint8)
    found = sub.hjt356_2007(load, classes)
    assert found.load_kg[3:5].tolist() == [4.0, 4.0]  # (2 + 6) / 2
    assert np.isnan(found.load_kg[6:]).all()  # five hours, and only four valid ones before them


def test_the_rule_is_chosen_by_date() -> None:
    day = int(np.datetime64("2020-03-24", "D").astype(int))
    assert (sub.water_rule(day - 1), sub.water_rule(day)) == (sub.Rule.HJT356_2007, sub.Rule.HJ356_2019)


@given(
    arrays(np.float64, st.integers(0, 60), elements=st.floats(-5, 5)),
    st.integers(1, 70),
    st.lists(st.integers(0, 60), max_size=8),
)
def test_trailing_max_is_the_plain_maximum(values: np.ndarray, window: int, ends: list[int]) -> None:
    at = np.array([min(end, len(values)) for end in ends], np.int64)
    found = sub.trailing_max(values, window, at)
    wanted = [values[max(0, e - window) : e].max(initial=-np.inf) for e in at]
    assert found.tolist() == pytest.approx([np.nan if w == -np.inf else w for w in wanted], nan_ok=True)
