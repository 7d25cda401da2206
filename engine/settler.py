"""Which intervals did new readings touch, and what are they now?

One round reads what the journal gained since the last one, settles the touched ranges again with the one function that
settles everything, derives the loads of the outlets, sums the days, and replaces all of it in the store. Nothing is
remembered between rounds but the number of the last batch settled, and that stands in the store: a restart goes on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from analytics.columns import Int32, Intervals, Ranges
from analytics.curve import no_intervals
from analytics.loads import load
from analytics.settlement import Settled, settle
from engine.daysums import day_sums
from engine.lag import LagMeter
from engine.plan import Plan
from engine.surroundings import surroundings
from registry import Registry
from storage import Store, StoreError

log = logging.getLogger(__name__)

POINTS_KEY = "settled_points"
"""Where the store keeps how the points were described when they were settled."""

ROUND_READINGS = 300_000
"""How many new readings one round takes at the most: live values shall not wait for a whole import to be settled."""


@dataclass(frozen=True)
class Round:
    """What one round did.

    Attributes
    ----------
    batch : int
        Up to which the journal is settled now.
    readings, intervals : int
        How many were read, and how many came of them.
    points : ndarray of int32
        Keys of all points whose intervals may have changed, loads too.
    from_ms, to_ms : int
        Where; both 0 for no point. [ms UTC]
    """

    batch: int
    readings: int
    intervals: int
    points: Int32
    from_ms: int
    to_ms: int


class Settler:
    """Keeps intervals, loads and days equal to what the journal says.

    Parameters
    ----------
    store : Store
    registry : Registry
        Snapshot; `reload` exchanges it.
    now_ms : callable
        The product's clock.
    lag : LagMeter
    on_round : callable, optional
        Told after every round that changed something.
    """

    def __init__(
        self,
        store: Store,
        registry: Registry,
        now_ms: Callable[[], int],
        lag: LagMeter | None = None,
        on_round: Callable[[Round], None] | None = None,
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._lag = lag
        self._on_round = on_round
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.intervals_settled = 0
        self.last_error = ""
        self.reload(registry)

    def reload(self, registry: Registry) -> None:
        """Use another snapshot from the next round on; points that are described differently now are settled anew."""
        self._plan = Plan(registry)

    # -- the thread ----------------------------------------------------------------------------------------------------

    def start(self, every_s: float = 0.5) -> None:
        """Run a round again and again in a thread of its own, `every_s` seconds apart."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, args=(every_s,), name="settler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the current round, then end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, every_s: float) -> None:
        failing = False
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self.step()
                if failing:
                    log.warning("settling works again")
                failing, self.last_error = False, ""
            except Exception as error:
                # The journal is untouched and the batch number did not move: the next round does the same work again.
                if not failing:
                    expected = isinstance(error, StoreError)  # a full disk: the sentence says all
                    log.error("settling failed, tried again every %g s: %s", 10 * every_s, error, exc_info=not expected)
                failing, self.last_error = True, f"{type(error).__name__}: {error}"
                self._stop.wait(10 * every_s)
            self._stop.wait(max(0.05, every_s - (time.monotonic() - began)))

    # -- one round -----------------------------------------------------------------------------------------------------

    def step(self) -> Round | None:
        """Settle everything that came since the last settled batch, and the whole past of points described anew.

        Returns
        -------
        round : Round or None
            None when there was nothing to do.
        """
        plan, settled_batch = self._plan, self._store.settled_batch
        dirty, newest = self._store.dirty(settled_batch, ROUND_READINGS)
        kept = self._store.meta_get(POINTS_KEY)
        anew = plan.described_anew(kept)
        newest = max(newest, settled_batch)
        if newest == settled_batch and kept == plan.description:
            return None
        if len(anew):
            dirty = _with_whole_past(self._store, dirty, anew)
        dirty = dirty.take(np.isin(dirty.point, plan.table.key))
        touched = self._touched(plan, dirty)
        readings = intervals = 0
        # One part is written while the next is settled: the parts hold different points.
        with ThreadPoolExecutor(1, "settler-write") as writer:
            written: Future[int] | None = None
            for part in plan.parts(touched):
                came, settled = self._settle(plan, part)
                intervals += 0 if written is None else written.result()
                written = writer.submit(self._write, plan, part, settled)
                readings += came
            intervals += 0 if written is None else written.result()
        self._store.replace(dirty.take(slice(0, 0)), no_intervals(), settled_batch=newest)
        if kept != plan.description:
            # A point that is gone is forgotten: what comes before it is described again is settled then.
            self._store.meta_set(POINTS_KEY, plan.description)
        self.intervals_settled += intervals
        if self._lag is not None:
            self._lag.settled(newest, self._now_ms())
        done = Round(newest, readings, intervals, plan.with_loads(touched.point), *_reach(touched))
        if self._on_round is not None and len(touched):
            self._on_round(done)
        return done

    def _touched(self, plan: Plan, dirty: Ranges) -> Ranges:
        return plan.touched(dirty.point, *surroundings(self._store, plan.rows(dirty.point), dirty))

    def _settle(self, plan: Plan, ranges: Ranges) -> tuple[int, Settled]:
        """Settle one part; returns how many readings were read and what became of them."""
        table = plan.rows(ranges.point)
        readings = self._store.readings(Ranges(ranges.point, *surroundings(self._store, table, ranges)))
        return len(readings), settle(table, plan.zones, readings, ranges)

    def _write(self, plan: Plan, ranges: Ranges, settled: Settled) -> int:
        """Replace one part in the store, then the loads that come of it; returns how many intervals there are."""
        days, day_ranges = day_sums(self._store, plan.zone_of, settled.intervals, ranges)
        self._store.replace(ranges, settled.intervals, days, settled.findings, day_ranges=day_ranges)
        loads, load_ranges = _loads(plan, settled.intervals, ranges)
        if len(load_ranges):
            days, day_ranges = day_sums(self._store, plan.zone_of, loads, load_ranges)
            self._store.replace(load_ranges, loads, days, day_ranges=day_ranges)
        return len(settled.intervals) + len(loads)


def _loads(plan: Plan, intervals: Intervals, ranges: Ranges) -> tuple[Intervals, Ranges]:
    """The loads of the outlets whose points stand in this part, and their ranges; sorted by point."""
    row = {int(point): i for i, point in enumerate(ranges.point)}
    first = np.searchsorted(intervals.point, ranges.point, "left")
    last = np.searchsorted(intervals.point, ranges.point, "right")
    here = sorted((x for x in plan.loads if x.flow in row and x.concentration in row), key=lambda derived: derived.key)

    def of(point: int) -> Intervals:
        return intervals.take(slice(int(first[row[point]]), int(last[row[point]])))

    made = [load(of(x.flow), of(x.concentration), x.key) for x in here]
    rows = [row[x.flow] for x in here]
    keys = np.array([x.key for x in here], np.int32)
    return Intervals.concat([no_intervals(), *made]), Ranges(keys, ranges.from_ms[rows], ranges.to_ms[rows])


def _with_whole_past(store: Store, dirty: Ranges, points: Int32) -> Ranges:
    """The dirty ranges, with all that was ever read of the points instead of what is new of them."""
    past, _ = store.dirty(0)
    past = past.take(np.isin(past.point, points))
    return Ranges.concat([dirty.take(~np.isin(dirty.point, past.point)), past])


def _reach(ranges: Ranges) -> tuple[int, int]:
    return (int(ranges.from_ms.min()), int(ranges.to_ms.max())) if len(ranges) else (0, 0)
