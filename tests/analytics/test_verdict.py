"""Does a table of targets stand as each of them alone, reckoned by hand, would stand?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics.verdict import STATUSES, Reason, bounds, hindrance, quotient_bounds, standing


def _one(base: tuple[float, float], now: tuple[float, float], target: float, pace: float) -> tuple[str, str]:
    """One target step by step: amount and coverage of both periods."""
    either = set()
    for a, b in ((min(_ends(*now)), max(_ends(*base))), (max(_ends(*now)), min(_ends(*base)))):
        if not b > 0.0 or math.isnan(a):
            either.add("not_assessable")
        elif a / b <= 1.0 + target + 1e-12 or a <= 0.0:
            either.add("met")
        else:
            either.add("on_pace" if math.log(a / b) / math.log1p(target) >= pace else "behind")
    if "not_assessable" in either or ("behind" in either and len(either) > 1):
        return "not_assessable", "not_comparable"
    return min(either, key=STATUSES.index), ""


def _ends(amount: float, coverage: float) -> tuple[float, float]:
    return amount, amount / coverage if coverage > 0.0 else amount


def test_a_table_stands_as_its_targets_alone() -> None:
    rng = np.random.default_rng(1)
    n = 2000
    amount = rng.choice([0.0, 1.0, 80.0, 90.0, 100.0], (2, n)) * rng.uniform(0.8, 1.2, (2, n))
    coverage = rng.choice([0.0, 0.8, 0.95, 1.0], (2, n))
    target, pace = rng.choice([-0.16, -0.18, -0.2], n), rng.choice([0.25, 0.5, 0.75, 1.0], n)
    found = standing(bounds(amount[0], coverage[0]), bounds(amount[1], coverage[1]), target, pace)
    for i in range(n):
        pairs = [(float(amount[side, i]), float(coverage[side, i])) for side in (0, 1)]
        wanted = _one(pairs[0], pairs[1], float(target[i]), float(pace[i]))
        assert (STATUSES[found.status[i]], Reason(found.reason[i]).key) == wanted, (pairs, target[i], pace[i])
    assert set(found.status.tolist()) == {0, 1, 2, 3}


def test_shapes_broadcast() -> None:
    base = bounds(np.full((3, 1), 100.0), 1.0)
    now = bounds(np.array([70.0, 100.0]), 1.0)
    found = standing(base, now, -0.18, 0.5, np.array([[0], [int(Reason.COVERAGE)], [0]]))
    assert found.status.tolist() == [[3, 1], [0, 0], [3, 1]]
    assert found.reason.tolist() == [[0, 0], [5, 5], [0, 0]]


def test_a_quotient_is_as_wide_as_both_its_sides() -> None:
    # 75 of energy with a quarter missing is 75 to 100; 10 of value with a fifth missing is 10 to 12.5.
    found = quotient_bounds(bounds(75.0, 0.75), bounds(10.0, 0.8))
    assert (float(found.low), float(found.high)) == pytest.approx((6.0, 10.0))
    assert np.isnan(quotient_bounds(bounds(75.0, 1.0), bounds(-10.0, 1.0)).low)


def test_the_base_year_hinders_first() -> None:
    nan = np.nan
    found = hindrance(
        base=[nan, 1.0, nan, 1.0, 1.0, 1.0, 1.0],
        current=[1.0, nan, nan, 1.0, 1.0, 1.0, 1.0],
        base_coverage=[1.0, 1.0, 0.0, 0.7, 0.8, 0.7, nan],
        coverage=[1.0, 0.0, 0.0, 1.0, 0.7, 0.7, 1.0],
        min_coverage=0.75,
    )
    wanted = ["no_base_year", "no_value", "no_base_year", "base_year_coverage", "coverage", "base_year_coverage"]
    assert [Reason(code).key for code in found] == [*wanted, "base_year_coverage"]
    assert Reason.NONE.key == ""
