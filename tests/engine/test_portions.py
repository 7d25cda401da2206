"""Is a long history settled in small portions, with the very result of one?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS, INTERVAL_MS, Readings
from engine import portions as module
from engine.plan import Plan
from engine.portions import portions
from engine.settler import Settler
from engine.settling import touched_by
from storage import Store
from tests.engine.cases import START_MS, Case, at_once, differences, make_case, registry_of


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_portions_give_the_result_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    registry = registry_of(tmp_path)
    case = make_case(registry, np.random.default_rng(seed), 60.0)
    wanted = at_once(tmp_path / "once", registry, case)
    monkeypatch.setattr(module, "PORTION_READINGS", 200)
    assert differences(at_once(tmp_path / "cut", registry, Case(case.readings, case.events)), wanted) == []


def test_a_portion_holds_few_readings_whole_groups_and_goes_on_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = registry_of(tmp_path)
    plan = Plan(registry)
    flow, level = registry.points["p/rate"].key, registry.points["p/cod"].key
    n = 6000
    time_ms = START_MS + 60_000 * np.arange(n)
    both = [
        Readings(np.full(n, key, np.int32), time_ms, np.arange(n) % 50.0, np.zeros(n, np.uint8), time_ms)
        for key in (flow, level)
    ]
    monkeypatch.setattr(module, "PORTION_READINGS", 3000)
    with Store.open(tmp_path / "data") as store:
        store.append(Readings.concat(both))
        touched = touched_by(store, plan, store.dirty(0)[0])
        parts = list(portions(store, plan, touched))
        assert all(set(part.point.tolist()) == {flow, level} for part in parts)
        assert all(int(store.sizes(part).sum()) <= 3000 for part in parts)
        edges = [(int(part.from_ms[0]), int(part.to_ms[0])) for part in parts]
        assert [edge[0] for edge in edges[1:]] == [edge[1] for edge in edges[:-1]]
        assert (edges[0][0], edges[-1][1]) == (int(touched.from_ms[0]), int(touched.to_ms[0]))
        # Portions of days end at local midnights, shorter ones at quarters.
        assert all(to_ms % INTERVAL_MS == 0 for _, to_ms in edges)
        Settler(store, registry, lambda: START_MS).step()
        assert len(store.days(np.array([flow], np.int32), 0, 99_999)) == -(-n * 60_000 // DAY_MS)
