"""Is the past what a product knew that never got what came later?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import (
    HOUR_MS,
    INTERVAL_MS,
    Columns,
    Days,
    EventKind,
    Findings,
    Flag,
    Intervals,
    Ranges,
    Readings,
)
from engine.past import PastStore
from engine.plan import Plan
from engine.settler import Settler
from registry import Registry
from storage import MeterEvent, Store

from .late import END_MS, SOON_MS, START_MS, clock, deliver, everything, late_readings, registry_of

AS_OF = [START_MS - HOUR_MS, START_MS + 31 * HOUR_MS, START_MS + 77 * HOUR_MS + 1, END_MS - 1, END_MS + 200 * HOUR_MS]


def _assert_equal(found: Columns, wanted: Columns) -> None:
    for name, column in wanted.as_dict().items():
        np.testing.assert_array_equal(found.as_dict()[name], column, err_msg=name)


def _fresh(folder: Path, registry: Registry, seed: int, as_of_ms: int) -> tuple[Intervals, Days, Findings]:
    """What a product knows that got all that was received up to a moment, in one piece."""
    readings = late_readings(registry, seed)
    with Store.open(folder) as store:
        store.append(readings.take(readings.received_ms <= as_of_ms))
        Settler(store, registry, clock(as_of_ms)).step()
        return everything(store, registry)


@pytest.mark.parametrize("seed", range(2))
def test_the_past_is_what_a_product_knew_that_never_got_the_rest(tmp_path: Path, seed: int) -> None:
    registry = registry_of(tmp_path)
    with Store.open(tmp_path / "now") as store:
        deliver(store, Settler(store, registry, clock(END_MS)), late_readings(registry, seed), seed)
        before = everything(store, registry)
        for as_of_ms in AS_OF:
            found = everything(PastStore(store, Plan(registry), as_of_ms), registry)
            wanted = _fresh(tmp_path / str(as_of_ms), registry, seed, as_of_ms)
            for one, other in zip(found, wanted, strict=True):
                _assert_equal(one, other)
        # Asking for the past leaves the present alone.
        for one, other in zip(everything(store, registry), before, strict=True):
            _assert_equal(one, other)


def test_before_the_first_reading_nothing_was_known(tmp_path: Path) -> None:
    registry = registry_of(tmp_path)
    with Store.open(tmp_path / "now") as store:
        deliver(store, Settler(store, registry, clock(END_MS)), late_readings(registry, 1), 1)
        past = PastStore(store, Plan(registry), START_MS - 1)
        assert [len(rows) for rows in everything(past, registry)] == [0, 0, 0]
        assert len(past.latest()) == 0


@pytest.mark.parametrize("settled", [True, False])
def test_a_past_that_was_asked_for_stays_while_readings_come(tmp_path: Path, settled: bool) -> None:
    registry = registry_of(tmp_path)
    readings = late_readings(registry, 3)
    as_of_ms = START_MS + 50 * HOUR_MS
    known = readings.received_ms <= as_of_ms
    with Store.open(tmp_path / "now") as store:
        settler = Settler(store, registry, clock(END_MS))
        store.append(readings.take(known))
        if settled:
            settler.step()
        past = PastStore(store, Plan(registry), as_of_ms)
        first = everything(past, registry)
        for rows in np.array_split(np.flatnonzero(~known), 5):
            store.append(readings.take(rows))
            if settled:
                settler.step()
            for one, other in zip(everything(past, registry), first, strict=True):
                _assert_equal(one, other)
    wanted = _fresh(tmp_path / "fresh", registry, 3, as_of_ms)
    for one, other in zip(first, wanted, strict=True):
        _assert_equal(one, other)


def test_the_last_reading_is_the_last_one_received_by_then(tmp_path: Path) -> None:
    registry = registry_of(tmp_path)
    readings = late_readings(registry, 4)
    as_of_ms = START_MS + 40 * HOUR_MS + SOON_MS
    with Store.open(tmp_path / "now") as store:
        store.append(readings)
        found = PastStore(store, Plan(registry), as_of_ms).latest()
    known = readings.take(readings.received_ms <= as_of_ms)
    for point in np.unique(known.point):
        mine = known.take(known.point == point)
        last = mine.take(mine.time_ms == mine.time_ms.max())
        row = found.take(found.point == point)
        assert (row.time_ms[0], row.value[0]) == (last.time_ms[-1], last.value[-1])


def test_one_point_is_worked_out_without_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = registry_of(tmp_path)
    with Store.open(tmp_path / "now") as store:
        deliver(store, Settler(store, registry, clock(END_MS)), late_readings(registry, 5), 5)
        past = PastStore(store, Plan(registry), START_MS + 60 * HOUR_MS)
        key = registry.points["p/el"].key
        read: set[int] = set()
        of_store = store.readings

        def noted(ranges: Ranges, as_of_ms: int | None = None) -> object:
            read.update(ranges.point.tolist())
            return of_store(ranges, as_of_ms)

        monkeypatch.setattr(store, "readings", noted)
        past.intervals(Ranges(np.array([key], np.int32), np.array([START_MS]), np.array([END_MS])))
        assert read == {key}


def _said(registry: Registry) -> list[tuple[int, MeterEvent]]:
    """What a person says about the register, and when."""
    key = registry.points["p/el"].key

    def event(what: int, from_h: float, to_h: float, **more: object) -> MeterEvent:
        from_ms, to_ms = (START_MS + round(h * HOUR_MS) for h in (from_h, to_h))
        return MeterEvent(key, from_ms, to_ms, what, who="w", why="y", **more)  # type: ignore[arg-type]

    return [
        (START_MS + 30 * HOUR_MS, event(EventKind.LEAVE_OUT, 20, 22)),
        (START_MS + 50 * HOUR_MS, event(EventKind.RATIO, 10, 10**6, value=2.0)),
        (START_MS + 60 * HOUR_MS, event(EventKind.CLOCK, 40, 44, value=float(2 * HOUR_MS))),
        (START_MS + 80 * HOUR_MS, event(0, 10, 10, decision="withdraw", withdraws=2)),
        (START_MS + 90 * HOUR_MS, event(EventKind.LEAVE_OUT, 70, 71)),
        (START_MS + 95 * HOUR_MS, event(0, 40, 40, decision="withdraw", withdraws=3)),
    ]


def _tell(store: Store, settler: Settler, readings: Readings, said: list[tuple[int, MeterEvent]]) -> None:
    """Readings and events in the order in which they came."""
    for at_ms, event in said:
        store.append(readings.take(readings.received_ms <= at_ms))
        readings = readings.take(readings.received_ms > at_ms)
        store.append_events([event], at_ms)
        settler.step()
    store.append(readings)
    settler.step()


@pytest.mark.parametrize("hour", [31, 65, 93])
def test_events_count_from_when_they_were_said(tmp_path: Path, hour: int) -> None:
    registry = registry_of(tmp_path)
    readings, said = late_readings(registry, 6), _said(registry)
    readings = readings.take(readings.point == registry.points["p/el"].key)
    as_of_ms = START_MS + hour * HOUR_MS
    with Store.open(tmp_path / "now") as store:
        _tell(store, Settler(store, registry, clock(END_MS)), readings, said)
        found = everything(PastStore(store, Plan(registry), as_of_ms), registry)
    with Store.open(tmp_path / "fresh") as store:
        known = readings.take(readings.received_ms <= as_of_ms)
        _tell(store, Settler(store, registry, clock(as_of_ms)), known, [one for one in said if one[0] <= as_of_ms])
        wanted = everything(store, registry)
    for one, other in zip(found, wanted, strict=True):
        _assert_equal(one, other)


def test_an_event_said_later_does_not_change_a_past_already_asked_for(tmp_path: Path) -> None:
    registry = registry_of(tmp_path)
    with Store.open(tmp_path / "now") as store:
        settler = Settler(store, registry, clock(END_MS))
        store.append(late_readings(registry, 6))
        settler.step()
        past = PastStore(store, Plan(registry), START_MS + 45 * HOUR_MS)
        first = everything(past, registry)
        for at_ms, event in _said(registry)[1:3]:
            store.append_events([event], at_ms)
            settler.step()
            for one, other in zip(everything(past, registry), first, strict=True):
                _assert_equal(one, other)


def test_a_silence_is_shared_out_by_the_weeks_that_were_known(tmp_path: Path) -> None:
    registry = registry_of(tmp_path)
    key = registry.points["p/el"].key
    time_ms = START_MS + np.arange(33 * 96) * INTERVAL_MS
    hour = (time_ms - START_MS) / HOUR_MS
    # Read at the edges of the quarters, so that all of them are measured.
    value = 1000.0 + np.cumsum(np.random.default_rng(9).uniform(5, 9, len(hour)))
    silent = (hour > 724) & (hour < 731)
    late = (hour > 554) & (hour < 565)
    flag = np.zeros(len(hour), np.uint8)
    received_ms = np.where(late, START_MS + 40 * 24 * HOUR_MS, time_ms + SOON_MS)
    every = Readings(np.full(len(hour), key, np.int32), time_ms, value, flag, received_ms).take(~silent)
    every = every.take(np.argsort(every.received_ms, kind="stable"))
    as_of_ms = START_MS + 39 * 24 * HOUR_MS
    known = every.received_ms <= as_of_ms
    with Store.open(tmp_path / "fresh") as store:
        store.append(every.take(known))
        Settler(store, registry, clock(as_of_ms)).step()
        wanted = everything(store, registry)
    with Store.open(tmp_path / "now") as store:
        settler = Settler(store, registry, clock(as_of_ms))
        store.append(every.take(known))
        settler.step()
        past = PastStore(store, Plan(registry), as_of_ms)
        asked_before = everything(past, registry)
        store.append(every.take(~known))
        settler.step()
        asked_again = everything(past, registry)
        asked_first = everything(PastStore(store, Plan(registry), as_of_ms), registry)
        now = everything(store, registry)
    for found in (asked_before, asked_again, asked_first):
        for one, other in zip(found, wanted, strict=True):
            _assert_equal(one, other)
    then, since = (
        rows.take((rows.start_ms >= START_MS + 724 * HOUR_MS) & (rows.start_ms < START_MS + 731 * HOUR_MS))
        for rows in (wanted[0], now[0])
    )
    assert len(then) == 28 and bool((then.flags & int(Flag.PROFILE)).all())
    # A week that became known since shares the silence out otherwise.
    assert not np.array_equal(then.amount, since.amount)
    assert then.amount.sum() == pytest.approx(since.amount.sum(), rel=1e-12)
