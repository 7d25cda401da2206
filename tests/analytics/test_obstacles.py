"""States that forbid a verdict, for many plants at once. The rules by hand; doctests have the plain cases."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from analytics.fleet import Known
from analytics.obstacles import hinder, obstacle, together
from analytics.standings import Compared
from analytics.verdict import STATUSES, Reason

NOTHING, NEW, GONE = [0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]
PLANNED, MIXED = [0.0, 0.0, 0.26, 0.0], [0.0, 0.0, 0.0, 1.0]


def test_a_group_is_new_only_if_all_are_and_unsure_if_one_is() -> None:
    assert together(np.array([NEW, NEW])).tolist() == NEW
    assert together(np.array([NEW, NOTHING])).tolist() == NOTHING
    assert together(np.array([NEW, PLANNED])).tolist() == PLANNED
    assert together(np.array([GONE, MIXED])).tolist() == MIXED


@pytest.mark.parametrize(
    ("states", "of_value", "energy", "wanted"),
    [
        (NOTHING, True, True, ""),
        (PLANNED, True, False, "rests_on_plan"),
        (PLANNED, False, False, ""),
        ([0.0, 0.0, 0.25, 0.0], True, True, ""),
        (MIXED, True, True, "editions_mixed"),
        (MIXED, True, False, ""),
        ([1.0, 1.0, 1.0, 1.0], True, True, "opened_after_base_year"),
        ([0.0, 1.0, 1.0, 1.0], True, True, "closed"),
        (GONE, False, False, "closed"),
    ],
)
def test_what_stands_in_the_way(states: list[float], of_value: bool, energy: bool, wanted: str) -> None:
    code = obstacle(np.array(states), 0.75, per_value_added=of_value, energy=energy)
    assert Reason(int(code)).key == wanted


def test_verdicts_are_taken_back() -> None:
    """Met, each with another state; the last had no verdict before."""
    n = 6
    codes = np.array([0, Reason.OPENED_AFTER_BASE_YEAR, Reason.CLOSED, Reason.RESTS_ON_PLAN, Reason.EDITIONS_MIXED,
                      Reason.RESTS_ON_PLAN], np.int8)  # fmt: skip
    status = np.array([3, 3, 3, 3, 3, 0], np.int8)
    reason = np.array([0, 0, 0, 0, 0, Reason.COVERAGE], np.int8)
    number = np.full(n, -0.2)
    found = Compared(np.full(n, 10.0), np.full(n, 8.0), number, number + 1, status, reason, np.ones(n), np.zeros(n))
    value = Known(np.full(n, 4.0), np.full(n, 0.9), np.full(n, 0.5), np.zeros(n, np.int8))
    told = hinder(found, codes, value)
    assert [STATUSES[s] for s in told.status] == ["met"] + ["not_assessable"] * 5
    assert [Reason(int(r)).key for r in told.reason] == [
        "", "opened_after_base_year", "closed", "rests_on_plan", "editions_mixed", "coverage",
    ]  # fmt: skip
    assert np.isnan(told.base).tolist() == [False, True, False, False, False, False]
    assert np.isnan(told.change).tolist() == [False, True, True, False, True, False]
    np.testing.assert_array_equal(told.current, [8.0, 2.0, np.nan, 8.0, 8.0, 8.0])
    assert told.coverage.tolist() == [1.0, 0.9, 1.0, 1.0, 1.0, 1.0]
    assert told.provisional.tolist() == [0.0, 0.5, 0.0, 0.0, 0.0, 0.0]
    assert {f.name for f in fields(Compared)} == set(vars(told))
