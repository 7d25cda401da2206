"""Do old readings go without moving a single quarter, and what becomes of those that come later still?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS, INTERVAL_MS, Flag, Intervals, Ranges, Readings
from engine import settler
from engine.causes import causes
from engine.events.decisions import DecisionError, Decisions, Entry
from engine.plan import Plan
from engine.retention import Retention
from engine.settler import Settler
from storage import Follower, Store
from tests.engine.make import METERED, START_MS, registry_of

PLANT = METERED.replace("5min", "1min")
STEP_MS = 60_000
DAYS = 20
N = DAYS * 1440
KEEP_DAYS = 7
KEY = np.ones(1, np.int32)
SPIKE = 2 * 1440 + 500
GAP = slice(4 * 1440, 4 * 1440 + 200)


def _value() -> np.ndarray:
    return 50_000.0 + np.cumsum(np.random.default_rng(2).uniform(0.5, 2.5, N)).round(2)


def _readings(index: np.ndarray, value: np.ndarray, lag_ms: int = 2000) -> Readings:
    time_ms = START_MS + index * STEP_MS
    n = len(index)
    return Readings(np.ones(n, np.int32), time_ms, value[index], np.zeros(n, np.uint8), time_ms + lag_ms)


class Bench:
    """A store of twenty days of one register, of which all but the last week are old."""

    def __init__(self, folder: Path, *, keep_days: int | None = KEEP_DAYS) -> None:
        self.folder = folder
        self.registry = registry_of(folder, PLANT)
        self.point = self.registry.points["p/el"]
        self.now_ms = START_MS + DAYS * DAY_MS
        self.store = Store.open(folder / "data")
        self.retention = None if keep_days is None else Retention(self.store, keep_days, lambda: self.now_ms)
        self.settler = Settler(self.store, self.registry, lambda: self.now_ms, retention=self.retention)
        self.decisions = Decisions(self.store, lambda: self.registry, self.settler, lambda: self.now_ms)
        value = _value()
        value[SPIKE : SPIKE + 3] += 4000.0
        keep = np.ones(N, bool)
        keep[GAP] = False
        self.store.append(_readings(np.flatnonzero(keep), value))

    def thinned(self) -> None:
        for _ in range(20):
            self.settler.step()

    def intervals(self) -> Intervals:
        return self.store.intervals(Ranges(KEY, np.zeros(1, np.int64), np.full(1, 2**60)))

    def count(self) -> int:
        return int(self.store.sizes(Ranges(KEY, np.zeros(1, np.int64), np.full(1, 2**60)))[0])


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.store.close()


def _assert_same(found: Intervals, wanted: Intervals, names: tuple[str, ...]) -> None:
    assert len(found) == len(wanted)
    for name in names:
        np.testing.assert_array_equal(found.as_dict()[name], wanted.as_dict()[name], err_msg=name)


def test_thinning_moves_nothing_and_what_is_left_settles_to_the_same(bench: Bench) -> None:
    bench.settler.step()
    before, n_before = bench.intervals(), N - (GAP.stop - GAP.start)
    bench.thinned()
    _assert_same(bench.intervals(), before, tuple(before.as_dict()))
    closed = int(bench.store.closed_before(KEY)[0])
    assert (bench.now_ms - closed) // DAY_MS == KEEP_DAYS
    # 13 of 20 days are closed; of 15 readings a quarter two or three stay, but for the doubtful ones.
    old = 13 * 1440
    assert bench.count() < n_before - 0.75 * old
    assert bench.retention is not None
    assert bench.retention.deleted == n_before - bench.count()
    # Settled from what is left: the very same amounts, to the bit.
    bench.decisions.reopen(bench.point, START_MS, closed, "王芳", "tried out")
    _assert_same(bench.intervals(), before, ("start_ms", "amount", "measured_s", "estimated_s"))
    spike = bench.store.findings(KEY, 0, 2**60, 100)
    assert int((spike.what == Flag.SPIKE).sum()) == 1
    assert Plan(bench.registry).table.key.tolist() == [1]


def test_without_a_setting_everything_stays(tmp_path: Path) -> None:
    bench = Bench(tmp_path, keep_days=None)
    bench.thinned()
    assert bench.count() == N - (GAP.stop - GAP.start)
    assert bench.store.closed_before(KEY).tolist() == [0]
    bench.store.close()


def test_history_that_came_today_is_not_thinned_yet(bench: Bench) -> None:
    bench.now_ms = START_MS + DAYS * DAY_MS
    late = _readings(np.arange(-1440, 0), np.append(_value()[:-1440], np.linspace(49_000, 49_999, 1440)))
    at_ms = np.full(len(late), bench.now_ms - 3_600_000)
    bench.store.append(Readings(late.point, late.time_ms, late.value, late.flag, at_ms))
    bench.thinned()
    assert bench.store.closed_before(KEY).tolist() == [0]
    bench.now_ms += 2 * DAY_MS
    bench.thinned()
    assert int(bench.store.closed_before(KEY)[0]) > START_MS


def test_late_readings_for_a_closed_range_wait_until_it_is_opened_again(bench: Bench) -> None:
    bench.thinned()
    before = bench.intervals()
    late = np.arange(GAP.start + 60, GAP.start + 120)
    bench.store.append(_readings(late, _value(), lag_ms=15 * DAY_MS))
    bench.thinned()
    _assert_same(bench.intervals(), before, tuple(before.as_dict()))
    waiting = _waiting(bench)
    assert [(entry.from_ms, entry.until_ms) for entry in waiting] == [
        (START_MS + int(late[0]) * STEP_MS, START_MS + int(late[-1]) * STEP_MS + 1)
    ]
    done = bench.decisions.reopen(bench.point, waiting[0].from_ms, waiting[0].until_ms, "王芳", "gateway found again")
    assert done.lost == ("peaks", "bounds", "excursions")
    assert (done.entry.what, done.entry.state) == ("declared:reopen", "declared")
    after = bench.intervals()
    hour = START_MS + (GAP.start + 75) * STEP_MS // INTERVAL_MS * INTERVAL_MS
    row = int(np.searchsorted(after.start_ms, hour))
    value = _value()
    i = (int(after.start_ms[row]) - START_MS) // STEP_MS
    assert after.amount[row] == pytest.approx(value[i + 15] - value[i], rel=1e-9)
    assert after.measured_s[row] == 900.0
    assert after.amount.sum() == pytest.approx(value[-1] - value[0], rel=1e-9)
    assert _waiting(bench) == []
    # Whoever asks why the day is another one now is told.
    _, sayings = causes(bench.store, bench.registry, bench.point, 0, START_MS + 4 * DAY_MS, START_MS + 5 * DAY_MS)
    assert [(saying.said.event.note, saying.said.event.who) for saying in sayings] == [("reopen", "王芳")]
    with pytest.raises(DecisionError, match="is open from"):
        bench.decisions.reopen(bench.point, bench.now_ms - DAY_MS, bench.now_ms, "王芳", "x")


def test_a_person_may_speak_about_a_closed_range(bench: Bench) -> None:
    bench.thinned()
    before = bench.intervals()
    at_ms = START_MS + DAY_MS
    entry = bench.decisions.declare(bench.point, "ratio", at_ms, ratio=2.0, who="王芳", why="transformers")
    after = bench.intervals()
    twice = before.start_ms >= at_ms
    np.testing.assert_allclose(after.amount[twice], 2 * before.amount[twice], rtol=1e-9)
    np.testing.assert_array_equal(after.amount[~twice], before.amount[~twice])
    bench.decisions.withdraw(entry.decision.id, "王芳", "wrong")
    _assert_same(bench.intervals(), before, ("start_ms", "amount", "measured_s", "estimated_s"))


def _late(bench: Bench) -> None:
    """An hour of the old gap comes, and waits."""
    bench.store.append(_readings(np.arange(GAP.start + 60, GAP.start + 120), _value(), lag_ms=15 * DAY_MS))
    bench.thinned()


def _waiting(bench: Bench) -> list[Entry]:
    listed = bench.decisions.entries([bench.point], from_ms=0, to_ms=2**60, limit=100)
    return [entry for entry in listed if entry.what == "late_for_closed"]


def test_what_was_reopened_is_settled_though_the_answer_came_too_early(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long import keeps the settler busy, or the product ends there: the journal knows what is to be settled."""
    bench.thinned()
    _late(bench)
    with monkeypatch.context() as busy:
        busy.setattr(bench.settler, "settle_now", lambda batch, timeout_s: False)
        done = bench.decisions.reopen(bench.point, START_MS, START_MS + 9 * DAY_MS, "王芳", "gateway found again")
    assert done.entry.months is None
    assert len(_waiting(bench)) == 1
    again = Settler(bench.store, bench.registry, lambda: bench.now_ms)
    batch_before = bench.store.settled_batch
    reached = again.step()
    assert reached is not None
    assert (reached.batch, reached.points.tolist()) == (batch_before + 1, [1])
    assert reached.from_ms <= START_MS and reached.to_ms >= START_MS + 9 * DAY_MS
    assert _waiting(bench) == []
    assert bench.intervals().amount.sum() == pytest.approx(_value()[-1] - _value()[0], rel=1e-9)
    begin_ms = START_MS + (GAP.start + 60) * STEP_MS
    here = (bench.intervals().start_ms >= begin_ms) & (bench.intervals().start_ms < begin_ms + 3_000_000)
    assert here.any()
    assert (bench.intervals().measured_s[here][1:-1] == 900.0).all()


def test_a_point_described_anew_counts_what_waited(bench: Bench) -> None:
    bench.thinned()
    _late(bench)
    assert len(_waiting(bench)) == 1
    bench.settler.reload(registry_of(bench.folder, PLANT.replace("400 kW", "500 kW")))
    bench.settler.step()
    assert _waiting(bench) == []


def test_a_reopening_is_not_taken_back(bench: Bench) -> None:
    bench.thinned()
    _late(bench)
    entry = bench.decisions.reopen(bench.point, START_MS, START_MS + 9 * DAY_MS, "王芳", "gateway found again").entry
    assert entry.decision is not None
    with pytest.raises(DecisionError, match="reopened a closed range"):
        bench.decisions.withdraw(entry.decision.id, "王芳", "no")


def test_what_is_not_settled_yet_is_not_thinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readings were collected for weeks without being settled: the first rounds have other things to do."""
    bench = Bench(tmp_path)
    late = _readings(np.arange(GAP.start, GAP.stop), _value())
    bench.store.append(late)
    monkeypatch.setattr(settler, "ROUND_READINGS", 20_000)
    bench.settler.step()  # the first batch alone
    assert bench.store.settled_batch == 1
    bench.thinned()
    assert _waiting(bench) == []
    # Nothing waits, and the gap was never one.
    value = _value()
    assert bench.intervals().estimated_s.sum() == pytest.approx(0.0, abs=1200.0)
    assert bench.intervals().amount.sum() == pytest.approx(value[-1] - value[0], rel=1e-9)
    assert int(bench.store.closed_before(KEY)[0]) > START_MS
    bench.store.close()


def test_what_another_server_has_not_got_is_not_thinned(bench: Bench) -> None:
    (place,) = bench.store.follow([Follower("influx", True, True)], bench.now_ms)
    before = bench.count()
    bench.thinned()
    assert bench.count() == before
    # it got the first ten days
    head = bench.store.heads.arrival
    bench.store.advance(replace(place, arrival=head // 2))
    bench.now_ms += DAY_MS
    bench.thinned()
    assert 0 < bench.count() < before
    unsent, _ = bench.store.arrived(head // 2, N)
    assert len(unsent) == head - head // 2
    # a server that is not in the settings any more holds nobody up
    bench.store.follow([], bench.now_ms)
    bench.now_ms += DAY_MS
    bench.thinned()
    assert len(bench.store.arrived(head // 2, N)[0]) < head - head // 2
