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
from dataclasses import dataclass

import numpy as np
from analytics.loads import load

from analytics.columns import Int32, Int64, Intervals, Ranges, Readings
from analytics.curve import no_intervals
from analytics.settlement import context_ms, settle
from engine.daysums import day_sums
from engine.lag import LagMeter
from engine.plan import Plan
from registry import Registry
from storage import Store

log = logging.getLogger(__name__)

POINTS_KEY = "settled_points"
"""Where the store keeps how the points were described when they were settled."""


@dataclass(frozen=True)
class Round:
    """What one round did."""

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
                    log.exception("settling failed; it is tried again every %.1f s", 10 * every_s)
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
        dirty, newest = self._store.dirty(settled_batch)
        anew = plan.described_anew(self._store.meta_get(POINTS_KEY))
        if len(anew):
            dirty, newest = _with_whole_past(self._store, dirty, newest, anew)
        if newest <= settled_batch and not len(anew):
            return None
        dirty = dirty.take(np.isin(dirty.point, plan.table.key))
        readings = intervals = 0
        for part in plan.parts(plan.touched(dirty, *self._store.neighbours(dirty))):
            came, made = self._settle(plan, part)
            readings, intervals = readings + came, intervals + made
        self._store.replace(dirty.take(slice(0, 0)), no_intervals(), settled_batch=newest)
        if len(anew):
            self._store.meta_set(POINTS_KEY, plan.description)
        self.intervals_settled += intervals
        if self._lag is not None:
            self._lag.settled(newest, self._now_ms())
        done = Round(newest, readings, intervals, dirty.point, *_reach(dirty))
        if self._on_round is not None and len(dirty):
            self._on_round(done)
        return done

    def _settle(self, plan: Plan, ranges: Ranges) -> tuple[int, int]:
        """Settle one part and replace it in the store; returns how many readings were read and intervals made."""
        table = plan.rows(ranges.point)
        readings = self._readings(ranges, context_ms(table))
        settled = settle(table, plan.zones, readings, ranges)
        intervals, ranges = self._with_loads(plan, settled.intervals, ranges)
        days, day_ranges = day_sums(self._store, plan.zone_of, intervals, ranges)
        self._store.replace(ranges, intervals, days, settled.findings, day_ranges=day_ranges)
        return len(readings), len(intervals)

    def _readings(self, ranges: Ranges, context: Int64) -> Readings:
        """The readings of the ranges with the context that settlement asks for: at least one on each side."""
        wide = Ranges(ranges.point, ranges.from_ms - context, ranges.to_ms + context)
        before, after = self._store.neighbours(wide)
        return self._store.readings(
            Ranges(wide.point, np.where(before < 0, wide.from_ms, before), np.where(after < 0, wide.to_ms, after + 1))
        )

    def _with_loads(self, plan: Plan, intervals: Intervals, ranges: Ranges) -> tuple[Intervals, Ranges]:
        """The loads of the outlets whose points stand in this part, added to its intervals and ranges."""
        made, made_ranges = [intervals], [ranges]
        for derived in plan.loads:
            row = np.flatnonzero(ranges.point == derived.flow)
            if not len(row) or derived.concentration not in ranges.point:
                continue
            made.append(
                load(
                    intervals.take(intervals.point == derived.flow),
                    intervals.take(intervals.point == derived.concentration),
                    derived.key,
                )
            )
            made_ranges.append(Ranges(np.array([derived.key], np.int32), ranges.from_ms[row], ranges.to_ms[row]))
        return Intervals.concat(made), Ranges.concat(made_ranges)


def _with_whole_past(store: Store, dirty: Ranges, newest: int, points: Int32) -> tuple[Ranges, int]:
    """The dirty ranges, with all that was ever read of the points instead of what is new of them."""
    past, last = store.dirty(0)
    past = past.take(np.isin(past.point, points))
    return Ranges.concat([dirty.take(~np.isin(dirty.point, past.point)), past]), max(newest, last)


def _reach(ranges: Ranges) -> tuple[int, int]:
    return (int(ranges.from_ms.min()), int(ranges.to_ms.max())) if len(ranges) else (0, 0)
