"""Is the calendar the one of southern Jiangsu?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from simulators.workdays import (
    EDGES,
    HOURS,
    SPAN_FROM_MS,
    SPAN_TO_MS,
    SPRING_FESTIVAL,
    Pause,
    Shifts,
    activity,
    days,
    edge_of,
    month_edges,
)
from tests.simulators.when import ms


def test_the_span_is_five_local_years() -> None:
    assert HOURS == 43_824  # 5 x 365 days and the leap day of 2016
    assert ms("2015-01-01") == SPAN_FROM_MS
    assert ms("2020-01-01") == SPAN_TO_MS


@pytest.mark.parametrize(
    ("day", "weekday"),
    [("2015-02-19", 3), ("2016-02-08", 0), ("2017-01-28", 5), ("2018-02-16", 4), ("2019-02-05", 1), ("2020-01-25", 5)],
)
def test_spring_festival_falls_where_it_fell(day: str, weekday: int) -> None:
    new_year = date.fromisoformat(day)  # holiday notices of the State Council
    assert SPRING_FESTIVAL[new_year.year] == new_year
    assert new_year.weekday() == weekday


def test_hours_weekdays_and_months() -> None:
    at = days()
    leap = edge_of(date(2016, 2, 29)) + 13
    assert (at.hour[leap], at.weekday[leap]) == (13, 0)  # 2016-02-29 was a Monday
    names, edges = month_edges()
    assert len(names) == 60
    assert names[13] == "2016-02"
    assert edges[14] - edges[13] == 29 * 24
    assert edges[-1] == HOURS
    assert abs(at.year[edge_of(date(2016, 7, 2))] - 2016.5) < 1e-9  # day 183 of 366


def test_activity_of_a_week_and_a_festival() -> None:
    shifts = Shifts(night=0.5, saturday=0.8, sunday=0.2, spring_festival=0.1, before=2, after=3, national_day=0.4)
    level = activity(shifts)
    assert level.shape == (EDGES,)
    monday = edge_of(date(2017, 6, 5))
    #          hour  0    5    6    21   22
    assert level[monday + np.array([0, 5, 6, 21, 22])].tolist() == [0.5, 0.5, 1.0, 1.0, 0.5]
    assert level[edge_of(date(2017, 6, 10)) + 12] == 0.8
    assert level[edge_of(date(2017, 6, 11)) + 12] == 0.2
    # New year's day 2018-02-16: two days before and three from it at 0.1, a ramp of three days on both sides.
    noons = [level[edge_of(date(2018, 2, d)) + 12] for d in (13, 14, 15, 16, 19, 20)]
    assert noons == pytest.approx([0.325, 0.1, 0.1, 0.1, 0.325, 0.55])
    assert level[edge_of(date(2018, 10, 3)) + 12] == 0.4


def test_a_pause_of_one_year_leaves_the_others_alone() -> None:
    level = activity(Shifts(pauses=(Pause(11, 3, 2, 0.3, 2017),)))
    assert level[edge_of(date(2017, 11, 4))] == 0.3
    assert level[edge_of(date(2018, 11, 4))] == 1.0
