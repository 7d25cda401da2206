"""Is the balance of meters that of a calculation by hand, and does it keep silent where it cannot know?"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.balance import Balances, Verdict, balances, class_percent

NONE = float("nan")
INF = float("inf")


def _one(
    parent: float, children: list[float], *, above: list[float] | None = None, below: list[float] | None = None
) -> Balances:
    """One parent of class 0.5 over children of class 1."""
    amount = np.array([[parent], *([c] for c in children)])
    n = len(amount)
    return balances(
        amount,
        np.zeros((n, 1)) if below is None else np.array(below).reshape(n, 1),
        np.zeros((n, 1)) if above is None else np.array(above).reshape(n, 1),
        np.array([-1, *[0] * len(children)]),
        np.array([0.5, *[1.0] * len(children)]),
    )


@pytest.mark.parametrize(
    ("parent", "children", "difference", "tolerance", "verdict"),
    [
        (1000.0, [600.0, 390.0], 10.0, 5 + 6 + 3.9, Verdict.WITHIN),
        (1000.0, [600.0, 350.0], 50.0, 5 + 6 + 3.5, Verdict.UNMETERED),
        (1000.0, [700.0, 350.0], -50.0, 5 + 7 + 3.5, Verdict.IMPOSSIBLE),
        (1000.0, [610.0, 400.0], -10.0, 5 + 6.1 + 4, Verdict.WITHIN),
        (0.0, [0.0, 0.0], 0.0, 0.0, Verdict.WITHIN),
        (0.0, [1.0, 0.0], -1.0, 0.01, Verdict.IMPOSSIBLE),
    ],
)
def test_difference_tolerance_and_verdict_by_hand(
    parent: float, children: list[float], difference: float, tolerance: float, verdict: Verdict
) -> None:
    found = _one(parent, children)
    assert found.difference[0, 0] == pytest.approx(difference)
    assert found.tolerance[0, 0] == pytest.approx(tolerance)
    assert found.lo[0, 0] == found.hi[0, 0] == pytest.approx(difference)
    assert found.verdict[0, 0] == verdict


def test_squares_are_what_independent_meters_make_likely() -> None:
    found = _one(1000.0, [600.0, 350.0])
    assert found.tolerance_rss[0, 0] == pytest.approx((25.0 + 36.0 + 12.25) ** 0.5)
    assert found.share_percent[0, 0] == pytest.approx(5.0)


def test_points_without_children_have_no_balance() -> None:
    found = _one(1000.0, [600.0])
    assert np.isnan(found.difference[1, 0])
    assert found.verdict[1, 0] == 0


def test_what_is_missing_bounds_the_difference_and_decides_nothing() -> None:
    # Of the first child 10 hours are missing, at 20 kW at the most.
    found = _one(1000.0, [600.0, 350.0], above=[0.0, 200.0, 0.0])
    assert (found.lo[0, 0], found.hi[0, 0]) == pytest.approx((-150.0, 50.0))
    assert found.difference[0, 0] == pytest.approx(50.0)
    assert found.verdict[0, 0] == Verdict.UNKNOWN


def test_what_is_missing_and_cannot_turn_the_verdict_leaves_it() -> None:
    assert _one(1000.0, [600.0, 350.0], above=[0.0, 20.0, 0.0]).verdict[0, 0] == Verdict.UNMETERED
    # Children that count more than the parent only get worse by what is missing of them.
    worse = _one(1000.0, [700.0, 350.0], above=[0.0, INF, 0.0])
    assert (worse.lo[0, 0], worse.verdict[0, 0]) == (-INF, Verdict.IMPOSSIBLE)


def test_a_child_of_which_nothing_is_known_is_not_zero() -> None:
    found = _one(1000.0, [600.0, NONE], above=[0.0, 0.0, INF])
    assert np.isnan(found.difference[0, 0]) and np.isnan(found.children[0, 0])
    assert (found.lo[0, 0], found.hi[0, 0]) == (-INF, pytest.approx(400.0))
    assert found.verdict[0, 0] == Verdict.UNKNOWN


def test_a_tree_is_balanced_at_each_of_its_forks_and_in_each_period() -> None:
    #        0: 100, 200
    #    1: 60, 120   2: 40, 70
    #  3: 30, 120  4: 30, 10
    amount = np.array([[100.0, 200.0], [60.0, 120.0], [40.0, 70.0], [30.0, 120.0], [30.0, 10.0]])
    zero = np.zeros_like(amount)
    found = balances(amount, zero, zero, np.array([-1, 0, 0, 1, 1]), np.full(5, 1.0))
    assert found.difference[:2].tolist() == [[0.0, 10.0], [0.0, -10.0]]
    assert found.tolerance[:2].tolist() == [[2.0, 3.9], [1.2, 2.5]]
    wanted = [[Verdict.WITHIN, Verdict.UNMETERED], [Verdict.WITHIN, Verdict.IMPOSSIBLE]]
    assert found.verdict[:2].tolist() == wanted


def test_what_is_made_below_the_parent_may_be_used_there_too() -> None:
    # 1000 from the grid and 200 from the roof; 1100 used, 60 sent back: 40 nobody sees.
    amount = np.array([[1000.0], [200.0], [1100.0], [60.0]])
    above = np.array([[0.0], [0.0], [7.0], [0.0]])
    below = np.array([[0.0], [3.0], [0.0], [0.0]])
    feeds = np.array([False, True, False, False])
    found = balances(amount, below, above, np.array([-1, 0, 0, 0]), np.full(4, 0.5), feeds)
    assert (found.children[0, 0], found.difference[0, 0]) == (960.0, 40.0)
    assert (found.lo[0, 0], found.hi[0, 0]) == (40.0 - 7.0 - 3.0, 40.0)
    assert found.tolerance[0, 0] == pytest.approx(0.005 * 2360)
    assert found.verdict[0, 0] == Verdict.UNMETERED


def test_net_registers_are_weighed_by_size() -> None:
    found = _one(-1000.0, [-1000.0])
    assert found.tolerance[0, 0] == pytest.approx(5.0 + 10.0)
    assert np.isnan(found.share_percent[0, 0])


@pytest.mark.parametrize(
    ("plate", "percent"),
    [
        *[("0.2S", 0.2), ("0.5s", 0.5), ("1", 1.0), ("2.5", 2.5), ("Class 1.5", 1.5), ("2级", 2.0), ("C", 0.5)],
        *[("0", None), ("", None), ("high", None), ("1/2", None), (None, None)],
    ],
)
def test_classes_as_they_stand_on_plates(plate: str | None, percent: float | None) -> None:
    assert class_percent(plate) == percent


def test_tables_that_do_not_fit_are_refused() -> None:
    two = np.zeros((2, 1))
    with pytest.raises(ValueError, match="wanted rows of 2 points"):
        balances(two, two, two, np.array([-1, 2]), np.ones(2))
    with pytest.raises(ValueError, match="wanted \\(n_points, n_periods\\)"):
        balances(two, two, np.zeros((2, 2)), np.array([-1, 0]), np.ones(2))
