"""Does a decision change exactly what it is about, and does taking it back bring the past back to the bit?

One register, a reading every five minutes, 8 kWh a step: 2304 kWh a day, from 30 August to 3 September 2018. Faults
stand in September, so August must never move.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import Findings, Flag, Intervals, Ranges, Readings
from engine.events.decisions import DecisionError, Decisions, Entry
from engine.settler import Settler
from registry import Point, Registry
from storage import Store
from tests.engine.make import METERED, registry_of

MINUTE_MS = 60_000
STEP_MS = 5 * MINUTE_MS
FIRST_MS = 1_535_558_400_000  # 2018-08-30 00:00 in Shanghai
SEPTEMBER = 2 * 288  # index of the first reading of September
N = 5 * 288 + 1
STEP_KWH = 8.0

PLANT = (
    METERED
    + """
[[points]]
id = "flow"
name = { zh = "流量", en = "Flow" }
kind = "rate"
unit = "m3/h"
every = "5min"
"""
)


@dataclass
class Bench:
    """A store with one settled register and somebody to decide about it."""

    store: Store
    registry: Registry
    decisions: Decisions
    point: Point

    def intervals(self) -> Intervals:
        return self.store.intervals(Ranges(np.array([self.point.key], np.int32), np.zeros(1, int), np.full(1, 2**60)))

    def total(self) -> float:
        return float(self.intervals().amount.sum())

    def entries(self) -> list[Entry]:
        return self.decisions.entries([self.point], from_ms=0, to_ms=2**60, limit=1000)

    def one(self, what: str) -> Entry:
        found = [entry for entry in self.entries() if entry.what == what]
        assert len(found) == 1, [(entry.what, entry.from_ms) for entry in self.entries()]
        return found[0]

    def decide(self, what: Flag, name: str, decision: str, **values: float) -> Entry:
        entry = self.one(name)
        return self.decisions.decide(
            self.point, what, entry.from_ms, entry.until_ms, decision, "王芳", "seen on site", **values
        )


def _true() -> np.ndarray:
    return 50_000.0 + STEP_KWH * np.arange(N)


def _time(i: int) -> int:
    return FIRST_MS + i * STEP_MS


@pytest.fixture
def make(tmp_path: Path) -> Iterator[object]:
    plain = registry_of(tmp_path, PLANT)
    opened: list[Store] = []

    def build(value: np.ndarray, extra: dict[int, float] | None = None, registry: Registry = plain) -> Bench:
        store = Store.open(tmp_path / f"data{len(opened)}")
        opened.append(store)
        point = registry.points["p/el"]
        keep = np.flatnonzero(~np.isnan(value))
        index = np.concatenate([keep, np.array(sorted(extra or {}), int)])
        values = np.concatenate([value[keep], [(extra or {})[i] for i in sorted(extra or {})]])
        time_ms = FIRST_MS + index * STEP_MS
        n = len(index)
        store.append(Readings(np.full(n, point.key, np.int32), time_ms, values, np.zeros(n, np.uint8), time_ms))
        now = lambda: _time(N) + 1  # noqa: E731
        settler = Settler(store, registry, now)
        settler.step()
        return Bench(store, registry, Decisions(store, lambda: registry, settler, now), point)

    yield build
    for store in opened:
        store.close()


def _equal(one: Intervals | Findings, other: Intervals | Findings) -> None:
    for name, column in one.as_dict().items():
        np.testing.assert_array_equal(column, other.as_dict()[name], err_msg=name)


def test_a_rejected_spike_counts_and_its_withdrawal_brings_the_past_back_to_the_bit(make) -> None:
    value = _true()
    value[SEPTEMBER + 100] += 5000.0
    bench = make(value)
    before, findings = bench.intervals(), bench.store.findings(None, 0, 2**60, 100)
    assert bench.total() == pytest.approx((N - 1) * STEP_KWH, rel=1e-12)
    entry = bench.decide(Flag.SPIKE, "spike", "accept")
    assert (entry.state, entry.months) == ("accepted", ())
    _equal(bench.intervals(), before)
    entry = bench.decide(Flag.SPIKE, "spike", "reject")
    assert entry.state == "rejected"
    assert bench.one("spike").state == "rejected"
    # The step up is believed, so the step down is a reset: 5008 kWh up, and what follows it goes on.
    assert [change.month for change in entry.months or ()] == ["2018-09"]
    change = (entry.months or ())[0]
    assert change.before == pytest.approx(3 * 2304.0, rel=1e-12)
    assert change.after is not None and change.after > 3 * 2304.0 + 4000.0
    entry = bench.decisions.withdraw(entry.decision.id, "李强", "it was a spike")
    assert entry.state == "accepted"  # the earlier decision stands again
    assert [decision.decision for decision in entry.history] == ["accept", "reject", "withdraw"]
    _equal(bench.intervals(), before)
    _equal(bench.store.findings(None, 0, 2**60, 100), findings)
    assert [(change.before, change.after) for change in entry.months or ()] == [(change.after, change.before)]


def test_an_exchange_is_corrected_by_its_readings(make) -> None:
    value = _true()
    swapped = SEPTEMBER + 50
    value[swapped:] += 12.0 - value[swapped]  # the new meter shows 12 at its first reading
    bench = make(value)
    entry = next(e for e in bench.entries() if e.what in ("swap", "reset"))
    what = Flag.SWAP if entry.what == "swap" else Flag.RESET
    last = float(_true()[swapped - 1])
    assert (entry.before, entry.after) == (last, 12.0)
    for end, start, field in (
        (last - 1, 10.0, "end_value"),
        (last + 2, 13.0, "start_value"),
        (last + 99, 1.0, "end_value"),
    ):
        with pytest.raises(DecisionError) as refused:
            bench.decide(what, entry.what, "correct", end_value=end, start_value=start)
        assert refused.value.field == field
    assert bench.store.events() == []
    entry = bench.decide(what, entry.what, "correct", end_value=last + 5.0, start_value=10.5)
    assert entry.state == "corrected"
    # 5 kWh on the old meter and 1.5 on the new one in place of 8.
    assert bench.total() == pytest.approx((N - 1) * STEP_KWH - 8.0 + 6.5, rel=1e-12)
    assert dict(entry.decision.values) == {"end_value": last + 5.0, "start_value": 10.5}


def test_an_amount_takes_the_place_of_the_step(make) -> None:
    value = _true()
    value[SEPTEMBER + 50 :] += 12.0 - value[SEPTEMBER + 50]
    bench = make(value)
    entry = next(e for e in bench.entries() if e.what in ("swap", "reset"))
    what = Flag.SWAP if entry.what == "swap" else Flag.RESET
    entry = bench.decide(what, entry.what, "correct", amount=7.25)
    assert bench.total() == pytest.approx((N - 2) * STEP_KWH + 7.25, rel=1e-12)
    with pytest.raises(DecisionError, match="either an amount"):
        bench.decide(what, entry.what, "correct")


def test_a_register_that_begins_to_count_in_another_unit_is_one_doubt(make) -> None:
    value = _true()
    value[SEPTEMBER + 100 :] *= 1000.0
    bench = make(value)
    entry = bench.one("impossible")
    assert (entry.from_ms, entry.until_ms) == (_time(SEPTEMBER + 99), _time(N - 1))
    assert (entry.before, entry.after) == (value[SEPTEMBER + 99], value[-1])
    assert bench.total() == pytest.approx((SEPTEMBER + 99) * STEP_KWH, rel=1e-12)
    declared = bench.decisions.declare(
        bench.point, "unit", _time(SEPTEMBER + 100), ratio=0.001, who="王芳", why="gateway sends Wh"
    )
    assert declared.state == "declared"
    assert bench.total() == pytest.approx((N - 1) * STEP_KWH, rel=1e-9)
    assert [entry.what for entry in bench.entries()] == ["declared:unit"]


def test_an_exact_rollover_is_listed_and_asks_nobody(make, tmp_path: Path) -> None:
    turning = PLANT.replace('rating = "400 kW"', 'rating = "400 kW"\nmodulus = 100000')
    value = (_true() - 50_000.0 + 99_000.0) % 100_000.0
    entry = make(value, registry=registry_of(tmp_path, turning)).one("rollover")
    assert (entry.state, entry.effect) == ("clear", pytest.approx(STEP_KWH))


def test_a_rejected_silence_is_missing(make) -> None:
    value = _true()
    value[SEPTEMBER + 10 : SEPTEMBER + 40] = np.nan
    bench = make(value)
    assert bench.total() == pytest.approx((N - 1) * STEP_KWH, rel=1e-12)
    assert bench.one("silent").effect == pytest.approx(31 * STEP_KWH, rel=1e-12)
    entry = bench.decide(Flag.GAP, "silent", "reject")
    assert bench.total() == pytest.approx((N - 1 - 31) * STEP_KWH, rel=1e-12)
    assert entry.state == "rejected"


def test_of_two_values_for_one_time_the_first_counts_when_the_last_is_rejected(make) -> None:
    bench = make(_true(), extra={SEPTEMBER + 20: float(_true()[SEPTEMBER + 20]) + 3.0})
    used = bench.intervals()
    entry = bench.decide(Flag.CONFLICT, "conflict", "reject")
    assert entry.state == "rejected"
    assert bench.total() == pytest.approx((N - 1) * STEP_KWH, rel=1e-12)
    bench.decisions.withdraw(entry.decision.id, "王芳", "again")
    _equal(bench.intervals(), used)


def test_a_declared_exchange_and_its_withdrawal(make) -> None:
    value = _true()
    value[SEPTEMBER + 50 :] += 12.0 - value[SEPTEMBER + 50]
    bench = make(value)
    before = bench.intervals()
    last = float(_true()[SEPTEMBER + 49])
    at_ms = _time(SEPTEMBER + 49) + 2 * MINUTE_MS
    with pytest.raises(DecisionError, match="start_value = 13"):
        bench.decisions.declare(bench.point, "swap", at_ms, end_value=last + 2, start_value=13.0, who="王", why="x")
    entry = bench.decisions.declare(
        bench.point, "swap", at_ms, end_value=last + 2, start_value=8.0, who="王芳", why="card 17"
    )
    assert (entry.what, entry.state) == ("declared:swap", "declared")
    assert bench.total() == pytest.approx((N - 2) * STEP_KWH + 2.0 + 4.0, rel=1e-12)
    assert bench.one("declared:swap").months == entry.months
    entry = bench.decisions.withdraw(entry.decision.id, "王芳", "wrong meter")
    assert entry.state == "withdrawn"
    _equal(bench.intervals(), before)
    with pytest.raises(DecisionError, match="withdrawn already"):
        bench.decisions.withdraw(entry.decision.id, "王芳", "twice")


def test_a_ratio_changes_every_month_from_its_instant_on(make) -> None:
    bench = make(_true())
    at_ms = _time(288)  # 31 August
    entry = bench.decisions.declare(bench.point, "ratio", at_ms, ratio=2.0, who="王芳", why="new transformers")
    months = {change.month: (change.before, change.after) for change in entry.months or ()}
    assert months["2018-08"] == pytest.approx((2 * 2304.0, 3 * 2304.0), rel=1e-12)
    assert months["2018-09"] == pytest.approx((3 * 2304.0, 6 * 2304.0), rel=1e-12)


def test_readings_left_out_and_a_calibration(make) -> None:
    bench = make(_true())
    before = bench.intervals()
    entry = bench.decisions.declare(bench.point, "calibration", _time(300), who="王芳", why="certificate 5")
    assert (entry.what, entry.months) == ("declared:calibration", ())
    _equal(bench.intervals(), before)
    entry = bench.decisions.declare(
        bench.point, "leave_out", _time(700), to_ms=_time(705), who="王芳", why="meter on the test bench"
    )
    # The register knows what flowed meanwhile.
    assert entry.months == ()
    assert bench.total() == pytest.approx((N - 1) * STEP_KWH, rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("swop", {}, "kind"),
        ("ratio", {}, "ratio"),
        ("ratio", {"ratio": 0.0}, "ratio"),
        ("clock", {"to_ms": _time(400)}, "shift_ms"),
        ("leave_out", {}, "to_ms"),
        ("leave_out", {"to_ms": _time(1)}, "to_ms"),
        ("calibration", {"ratio": 2.0}, "ratio"),
    ],
)
def test_what_cannot_be_declared_is_refused_by_name(make, kind: str, values: dict[str, float], field: str) -> None:
    bench = make(_true())
    with pytest.raises(DecisionError) as refused:
        bench.decisions.declare(bench.point, kind, _time(300), who="王芳", why="x", **values)
    assert refused.value.field == field
    assert bench.store.events() == []


def test_nobody_decides_without_a_name_or_about_what_is_not_there(make) -> None:
    value = _true()
    value[SEPTEMBER + 100] = 0.0
    bench = make(value)
    entry = bench.one("zero")
    with pytest.raises(DecisionError, match="who is empty"):
        bench.decisions.decide(bench.point, Flag.ZERO, entry.from_ms, entry.until_ms, "reject", " ", "x")
    with pytest.raises(DecisionError, match="wanted one of accept"):
        bench.decisions.decide(bench.point, Flag.ZERO, entry.from_ms, entry.until_ms, "maybe", "王", "x")
    with pytest.raises(DecisionError, match="has no SPIKE"):
        bench.decisions.decide(bench.point, Flag.SPIKE, entry.from_ms, entry.until_ms, "reject", "王", "x")
    with pytest.raises(DecisionError, match="there is no event 7"):
        bench.decisions.withdraw(7, "王", "x")
    with pytest.raises(DecisionError, match="is no register"):
        bench.decisions.declare(bench.registry.points["p/flow"], "swap", _time(300), who="王", why="x")


def test_only_a_step_of_a_register_is_corrected(make) -> None:
    bench = make(_true(), extra={SEPTEMBER + 20: float(_true()[SEPTEMBER + 20]) + 3.0})
    with pytest.raises(DecisionError, match="names no step"):
        bench.decide(Flag.CONFLICT, "conflict", "correct", amount=3.0)
    flow = bench.registry.points["p/flow"]
    time_ms = np.append(_time(0) + STEP_MS * np.arange(50), _time(100) + STEP_MS * np.arange(50))
    readings = Readings(np.full(100, flow.key, np.int32), time_ms, np.full(100, 5.0), np.zeros(100, np.uint8), time_ms)
    batch = bench.store.append(readings)
    bench.decisions._saying._settler.settle_now(batch, 60.0)
    gap = next(e for e in bench.decisions.entries([flow], from_ms=0, to_ms=2**60, limit=9) if e.what == "silent")
    with pytest.raises(DecisionError, match="no register"):
        bench.decisions.decide(flow, Flag.GAP, gap.from_ms, gap.until_ms, "correct", "王芳", "x", amount=20.0)
    assert bench.decisions.decide(flow, Flag.GAP, gap.from_ms, gap.until_ms, "accept", "王芳", "x").state == "accepted"


def test_a_running_settler_settles_a_decision_at_once(make) -> None:
    value = _true()
    value[SEPTEMBER + 10 : SEPTEMBER + 40] = np.nan
    bench = make(value)
    settler = bench.decisions._saying._settler
    settler.start(every_s=3600.0)
    try:
        bench.decide(Flag.GAP, "silent", "reject")
        assert bench.total() == pytest.approx((N - 1 - 31) * STEP_KWH, rel=1e-12)
    finally:
        settler.stop()
