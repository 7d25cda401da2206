"""Is a clock that runs eight hours early proposed, left alone until a person says so, and then set right?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import HOUR_MS, INTERVAL_MS, Flag, Intervals, Ranges, Readings
from engine.events.decisions import Decisions
from engine.settler import Settler
from storage import Store
from tests.engine.make import METERED, START_MS, registry_of

STEP_MS = 300_000
N = 24 * 12
LAG_MS = 8 * HOUR_MS
KEY = np.ones(1, np.int32)


def _intervals(store: Store) -> Intervals:
    return store.intervals(Ranges(KEY, np.zeros(1, np.int64), np.full(1, 2**60)))


@pytest.mark.parametrize("batches", [1, 7])
def test_a_proposal_becomes_a_shift_when_it_is_accepted(tmp_path: Path, batches: int) -> None:
    registry = registry_of(tmp_path, METERED)
    point = registry.points["p/el"]
    time_ms = START_MS + STEP_MS * np.arange(N)
    value = 50_000.0 + np.cumsum(np.random.default_rng(1).uniform(5, 9, N))
    readings = Readings(np.ones(N, np.int32), time_ms, value, np.zeros(N, np.uint8), time_ms + LAG_MS + 2000)
    now_ms = int(time_ms[-1]) + 24 * HOUR_MS
    with Store.open(tmp_path / "data") as store:
        settler = Settler(store, registry, lambda: now_ms)
        for rows in np.array_split(np.arange(N), batches):
            store.append(readings.take(rows))
            settler.step()
        decisions = Decisions(store, lambda: registry, settler, lambda: now_ms)
        before = _intervals(store)
        assert before.start_ms[0] == START_MS

        def listed() -> list[tuple[str, str]]:
            found = decisions.entries([point], from_ms=0, to_ms=2**60, limit=100)
            return [(entry.what, entry.state) for entry in found]

        # Twelve windows of two hours, one doubt.
        assert listed() == [("clock", "open")]
        entry = decisions.entries([point], from_ms=0, to_ms=2**60, limit=100)[-1]
        assert dict(entry.proposal) == {"kind": "clock_shift", "shift_ms": float(LAG_MS)}
        # The same doubt, whole, however few entries are asked for.
        for limit in (1, 3):
            assert decisions.entries([point], from_ms=0, to_ms=2**60, limit=limit) == [entry]
        entry = decisions.decide(point, Flag.CLOCK, entry.from_ms, entry.until_ms, "accept", "王芳", "gateway in UTC+8")
        assert entry.state == "accepted"
        assert listed() == [("clock", "accepted")]
        moved = _intervals(store)
        np.testing.assert_array_equal(moved.start_ms, before.start_ms + LAG_MS)
        np.testing.assert_array_equal(moved.amount, before.amount)
        decisions.withdraw(entry.decision.id, "王芳", "it was summer time")
        for name, column in _intervals(store).as_dict().items():
            np.testing.assert_array_equal(column, before.as_dict()[name], err_msg=name)
        shift = decisions.declare(
            point, "clock", START_MS, to_ms=now_ms, shift_ms=LAG_MS, who="王芳", why="gateway in UTC+8"
        )
        # What was decided and taken back stays readable, the doubt itself is gone.
        assert sorted(listed()) == [("clock", "withdrawn"), ("declared:clock", "declared")]
        right = _intervals(store)
        np.testing.assert_array_equal(right.start_ms, before.start_ms + LAG_MS)
        np.testing.assert_array_equal(right.amount, before.amount)
        assert shift.state == "declared"
        assert int(right.start_ms[-1]) + INTERVAL_MS <= now_ms
