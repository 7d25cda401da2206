"""Are months of outlets those of a calculation by hand, and is a month that is not known left out?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.trends.months import Months, add_outlets, outlet_months
from registry import Registry
from tests.engine.trends.trendplant import FIRST_MONTH, TrendStore, trend_registry


def months_of(store: TrendStore, registry: Registry, outlet: str = "ww", n: int = 3) -> Months:
    (found,) = [o for o in registry.outlets("p") if o.id == outlet]
    return outlet_months(store, registry, found, np.arange(FIRST_MONTH, FIRST_MONTH + n, dtype=np.int32), ["COD"])[
        "COD"
    ]


def test_load_and_flow_weighted_mean_by_hand(tmp_path: Path) -> None:
    """200 m3 a day at 50, 60 and 70 mg/L: 10, 12 and 14 kg a day over 31, 28 and 31 days."""
    registry = trend_registry(tmp_path)
    store = TrendStore(registry, 3)
    store.put("ww", lambda m: 200.0, lambda m: 50.0 + 10.0 * m)
    found = months_of(store, registry)
    assert found.load_kg.tolist() == pytest.approx([310.0, 336.0, 434.0])
    assert found.mean.tolist() == pytest.approx([50.0, 60.0, 70.0])
    assert (found.unit, found.valid_days.tolist()) == ("mg/L", [31.0, 28.0, 31.0])
    assert found.used.all()
    assert not found.below.any()
    assert np.isnan(found.limit).all()


def test_a_gap_neither_lowers_the_load_nor_counts_as_a_month(tmp_path: Path) -> None:
    """Seven of 31 days missing leave 77 %: the month counts, stretched; eight leave 74 %: it does not."""
    registry = trend_registry(tmp_path)
    store = TrendStore(registry, 3)
    known = np.ones(len(store.day))
    known[:7] = 0.0  # January
    known[59:67] = 0.0  # March
    store.put("ww", lambda m: 200.0, lambda m: 50.0, known)
    found = months_of(store, registry)
    assert found.used.tolist() == [True, True, False]
    assert found.load_kg[:2].tolist() == pytest.approx([310.0, 280.0])
    assert np.isnan(found.load_kg[2])
    assert np.isnan(found.mean[2])
    assert found.known[0] == pytest.approx(24 / 31)


def test_a_day_known_for_less_than_three_quarters_does_not_count(tmp_path: Path) -> None:
    registry = trend_registry(tmp_path)
    store = TrendStore(registry, 3)
    known = np.ones(len(store.day))
    known[0], known[1] = 0.74, 0.76
    store.put("ww", lambda m: 200.0, lambda m: 50.0, known)
    found = months_of(store, registry)
    assert found.valid_days[0] == 30.0
    assert found.load_kg[0] == pytest.approx(310.0)
    assert found.mean[0] == pytest.approx(50.0)


def test_months_below_the_detection_limit_and_the_range_of_their_load(tmp_path: Path) -> None:
    """Limit 4 mg/L until the end of January, then 2: 3 mg/L is a non-detect in January only."""
    registry = trend_registry(tmp_path, keys="detection_limit = [{ value = 4.0 }, { value = 2.0, since = 2015-02-01 }]")
    store = TrendStore(registry, 3)
    store.put("ww", lambda m: 200.0, lambda m: 3.0)
    found = months_of(store, registry)
    assert found.below.tolist() == [True, False, False]
    assert found.limit.tolist() == [4.0, 2.0, 2.0]
    assert found.days_below.tolist() == [1.0, 0.0, 0.0]
    # 31 days x 200 m3 at 3 mg/L as it came, at 0, and at 4 mg/L.
    january = (found.load_low_kg[0], found.load_kg[0], found.load_high_kg[0])
    assert january == (0.0, pytest.approx(18.6), pytest.approx(24.8))
    assert found.load_low_kg[1] == found.load_high_kg[1] == pytest.approx(found.load_kg[1])


def test_nothing_flowed_is_a_load_of_zero_and_no_concentration(tmp_path: Path) -> None:
    registry = trend_registry(tmp_path)
    store = TrendStore(registry, 3)
    store.put("ww", lambda m: np.where(m == 1, 0.0, 200.0), lambda m: 50.0)
    found = months_of(store, registry)
    assert found.load_kg[1] == 0.0
    assert np.isnan(found.mean[1])
    assert found.used.all()


def test_outlets_add_to_sums_first_and_then_the_mean(tmp_path: Path) -> None:
    """100 m3 at 20 mg/L and 300 m3 at 60 mg/L: 50 mg/L, not 40."""
    registry = trend_registry(tmp_path, ("a", "b"))
    store = TrendStore(registry, 3)
    known = np.ones(len(store.day))
    known[:20] = 0.0
    store.put("a", lambda m: 100.0, lambda m: 20.0)
    store.put("b", lambda m: 300.0, lambda m: 60.0, known)
    both = add_outlets([months_of(store, registry, "a"), months_of(store, registry, "b")])
    assert both.mean[1:].tolist() == pytest.approx([50.0, 50.0])
    assert both.load_kg[1] == pytest.approx((2.0 + 18.0) * 28)
    assert both.used.tolist() == [False, True, True]
    assert np.isnan(both.load_kg[0])
