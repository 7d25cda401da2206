"""Is a plant's balance that of a calculation by hand, whatever its meters are read at, and whatever is missing?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS, HOUR_MS, INTERVAL_MS, Readings
from engine.balance import BalanceNode, balance, balances_over
from engine.settler import Settler
from registry import Registry
from storage import Store
from tests.engine.make import HEAD, registry_of

MIDNIGHT_MS = 1_535_731_200_000  # 2018-09-01 00:00 in Shanghai

PLANT = (
    HEAD
    + """
[[meters]]
id = "E01"
name = { zh = "进线", en = "Incomer" }
accuracy = "0.5S"

[[meters]]
id = "E02"
name = { zh = "车间", en = "Hall" }
accuracy = "1.0"
"""
)
POINT = """
[[points]]
id = "{id}"
name = {{ zh = "点", en = "Point" }}
kind = "register"
unit = "{unit}"
carrier = "{carrier}"
direction = "{direction}"
rating = "{rating}"
every = "1h"
"""


def _registry(folder: Path) -> Registry:
    def point(name: str, more: str, unit: str = "kWh", carrier: str = "electricity", rating: str = "100 kW") -> str:
        direction = "internal" if "parent" in more else "import"
        return POINT.format(id=name, unit=unit, carrier=carrier, rating=rating, direction=direction) + more

    text = PLANT + "".join(
        [
            point("el", 'meter = "E01"\n'),
            point("hall", 'meter = "E02"\nparent = "el"\n'),
            point("util", 'parent = "el"\n'),
            point("lamp", 'parent = "hall"\n'),
            point("water", "", unit="m3", carrier="water", rating="50 m3/h"),
        ]
    )
    return registry_of(folder, text)


def _hourly(registry: Registry, name: str, amounts: Sequence[float], first_ms: int = MIDNIGHT_MS) -> Readings:
    """Read every hour from an instant on; one amount an hour, NaN: the reading after it did not come."""
    total = 1000.0 + np.concatenate([[0.0], np.cumsum(np.nan_to_num(np.array(amounts)))])
    kept = np.concatenate([[True], ~np.isnan(np.array(amounts))])
    time_ms = (first_ms + np.arange(len(total)) * HOUR_MS)[kept]
    n = len(time_ms)
    key = np.full(n, registry.points[f"p/{name}"].key, np.int32)
    return Readings(key, time_ms, total[kept], np.zeros(n, np.uint8), time_ms)


def _constant(registry: Registry, amounts: dict[str, float]) -> list[Readings]:
    """A day of meters that count the same every hour."""
    return [_hourly(registry, name, [amount] * 24) for name, amount in amounts.items()]


def _one(nodes: list[BalanceNode], name: str) -> BalanceNode:
    found = [n for n in nodes if n.point.id == name]
    return found[0] if found else _one([c for n in nodes for c in n.children], name)


@pytest.fixture(name="registry")
def _registry_fixture(tmp_path: Path) -> Registry:
    return _registry(tmp_path)


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> object:
    with Store.open(tmp_path / "data") as store:
        yield store


def _settle(store: Store, registry: Registry, *parts: Readings) -> None:
    for part in parts:
        store.append(part)
    Settler(store, registry, lambda: MIDNIGHT_MS).step()


def test_a_day_by_hand(store: Store, registry: Registry) -> None:
    amounts = {"el": 50.0, "hall": 30.0, "util": 17.5, "lamp": 1.25, "water": 3.0}
    _settle(store, registry, *_constant(registry, amounts))
    nodes = balance(store, registry, "p", MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)
    # 24 x 50, 30, 17.5: 60 kWh no meter sees. 0.5 % of 1200, 1 % of 720, and 2 % assumed of 420.
    (el,) = nodes
    assert [c.point.id for c in el.children] == ["hall", "util"]
    assert (el.amount, el.children_amount, el.difference) == pytest.approx((1200.0, 1140.0, 60.0))
    assert el.tolerance == pytest.approx(6.0 + 7.2 + 8.4)
    assert el.tolerance_rss == pytest.approx((36.0 + 51.84 + 70.56) ** 0.5)
    assert (el.share_percent, el.verdict) == (pytest.approx(5.0), "unmetered")
    assert (el.class_percent, el.class_assumed, el.coverage, el.estimated) == (0.5, False, 1.0, 0.0)
    util, lamp = _one(nodes, "util"), _one(nodes, "lamp")
    assert (util.class_percent, util.class_assumed, util.verdict, util.difference) == (2.0, True, None, None)
    assert lamp.amount == pytest.approx(30.0)
    assert _one(nodes, "hall").difference == pytest.approx(690.0)


def test_the_class_assumed_can_be_set(store: Store, registry: Registry) -> None:
    _settle(
        store, registry, *(_hourly(registry, n, [x] * 24) for n, x in (("el", 50.0), ("hall", 30.0), ("util", 19.0)))
    )
    day = (MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)
    assert balance(store, registry, "p", *day, default_class_percent=10.0)[0].verdict == "within"
    assert balance(store, registry, "p", *day, default_class_percent=1.0)[0].verdict == "unmetered"
    with pytest.raises(ValueError, match=r"default_class_percent \(0\) must be positive"):
        balance(store, registry, "p", *day, default_class_percent=0)


def test_children_that_count_more_than_the_parent(store: Store, registry: Registry) -> None:
    _settle(
        store, registry, *(_hourly(registry, n, [x] * 24) for n, x in (("el", 40.0), ("hall", 30.0), ("util", 19.0)))
    )
    (el,) = balance(store, registry, "p", MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)
    assert (el.difference, el.verdict) == (pytest.approx(-216.0), "impossible")


def test_a_child_that_stopped_leaves_it_open(store: Store, registry: Registry) -> None:
    _settle(
        store,
        registry,
        _hourly(registry, "el", [50.0] * 24),
        _hourly(registry, "hall", [30.0] * 14),
        _hourly(registry, "util", [19.0] * 24),
    )
    (el,) = balance(store, registry, "p", MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)
    hall = _one([el], "hall")
    assert (hall.amount, hall.coverage) == (pytest.approx(420.0), pytest.approx(14 / 24))
    # In the ten hours the hall may have used nothing, or 120 kW, its rating and a fifth.
    assert (el.lo, el.hi) == (pytest.approx(1200 - 420 - 456 - 1200), pytest.approx(1200 - 420 - 456))
    assert (el.difference, el.verdict) == (pytest.approx(324.0), "unknown")


def test_a_child_that_never_spoke_is_not_zero(store: Store, registry: Registry) -> None:
    _settle(store, registry, _hourly(registry, "el", [50.0] * 24), _hourly(registry, "util", [19.0] * 24))
    (el,) = balance(store, registry, "p", MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)
    assert (el.children_amount, el.difference, el.share_percent, el.verdict) == (None, None, None, "unknown")
    assert el.lo is not None and el.hi == pytest.approx(1200.0 - 456.0)


def test_readings_that_do_not_fall_on_the_edges_bound_the_difference(store: Store, registry: Registry) -> None:
    # The hall is read at half past; of the steps over both midnights half is inside, if it was used evenly.
    late_ms = MIDNIGHT_MS - HOUR_MS // 2
    _settle(
        store,
        registry,
        _hourly(registry, "el", [50.0] * 24),
        _hourly(registry, "hall", [30.0] * 25, late_ms),
        _hourly(registry, "util", [19.0] * 24),
    )
    (el,) = balance(store, registry, "p", MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)
    hall = _one([el], "hall")
    assert hall.amount == pytest.approx(720.0)
    assert hall.estimated == pytest.approx(1 / 24)
    # At 100 kW, and a fifth, 30 kWh may all have been used in either half hour of both steps.
    assert el.difference == pytest.approx(24.0)
    assert (el.lo, el.hi) == (pytest.approx(24.0 - 30.0, abs=1.0), pytest.approx(24.0 + 30.0, abs=1.0))
    # The classes allow 6 + 7.2 + 9.12: the readings decide that it cannot be told.
    assert el.verdict == "unknown"


def test_what_a_reset_swallowed_bounds_the_difference_in_the_middle_of_a_day(store: Store, registry: Registry) -> None:
    hall = _hourly(registry, "hall", [30.0] * 24)
    # Between 12:00 and 13:00 the register was cleared: what it counted before is lost, at most 120 kWh.
    cleared = np.where(hall.time_ms > MIDNIGHT_MS + 12 * HOUR_MS, hall.value - hall.value[13] + 5.0, hall.value)
    hall = Readings(hall.point, hall.time_ms, cleared, hall.flag, hall.received_ms)
    rest = _constant(registry, {"el": 50.0, "util": 19.0})
    _settle(store, registry, hall, *rest)
    (el,) = balance(store, registry, "p", MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)
    assert _one([el], "hall").amount == pytest.approx(720.0, abs=120.0)
    assert el.lo is not None and el.hi is not None and el.difference is not None
    # Whatever was taken for the hour, the truth of 720 lies inside, and what the rating allows does not lie outside.
    assert el.lo <= 1200 - 720 - 456 <= el.hi
    assert 100.0 <= el.hi - el.lo <= 121.0 + 2 * 30.0
    assert el.verdict == "unknown"


def test_days_and_quarters_sum_alike_and_months_hold_what_days_cannot(store: Store, registry: Registry) -> None:
    rng = np.random.default_rng(5)
    most = {"el": 90.0, "hall": 30.0, "util": 20.0}
    _settle(store, registry, *(_hourly(registry, n, rng.uniform(1, x, 72).tolist()) for n, x in most.items()))
    end_ms = MIDNIGHT_MS + 3 * DAY_MS
    days = balances_over(store, registry, "p", MIDNIGHT_MS, end_ms, "day")
    whole = balance(store, registry, "p", MIDNIGHT_MS, end_ms)[0]
    assert len(days) == 3
    assert sum(d[0].difference or 0.0 for d in days) == pytest.approx(whole.difference, rel=1e-9)
    # An hour that is no midnight is answered from quarters.
    part = balance(store, registry, "p", MIDNIGHT_MS + 5 * HOUR_MS, end_ms)[0]
    first = balance(store, registry, "p", MIDNIGHT_MS, MIDNIGHT_MS + 5 * HOUR_MS)[0]
    assert (part.difference or 0.0) + (first.difference or 0.0) == pytest.approx(whole.difference, rel=1e-9)
    quarter = balances_over(store, registry, "p", MIDNIGHT_MS, MIDNIGHT_MS + HOUR_MS, "15min")
    assert [q[0].to_ms - q[0].from_ms for q in quarter] == [INTERVAL_MS] * 4


def test_ranges_and_plants_that_are_none_are_refused(store: Store, registry: Registry) -> None:
    with pytest.raises(ValueError, match=r"range \[5, 5\) is empty"):
        balance(store, registry, "p", 5, 5)
    with pytest.raises(ValueError, match="wanted one of 15min, hour, day, month, year"):
        balances_over(store, registry, "p", 5, 6, "week")
    with pytest.raises(KeyError):
        balance(store, registry, "nobody", 5, 6)
