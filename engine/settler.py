"""Which intervals did new readings and events touch, and when are they settled again?

One round reads what the journal gained since the last one, settles the touched ranges again with the one function that
settles everything (`engine.settling`), and replaces the result in the store. Nothing is remembered between rounds but
the number of the last batch settled, and that stands in the store: a restart goes on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from analytics.columns import Int32, Ranges
from analytics.curve import no_intervals
from engine.closed import Closed
from engine.lag import LagMeter
from engine.plan import Plan
from engine.portions import portions
from engine.retention import Retention
from engine.settling import settle_ranges, touched_by, write
from engine.spread import dependent_silences
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
    retention : Retention, optional
        Thins old readings between the rounds; without it they stay for ever.
    """

    def __init__(
        self,
        store: Store,
        registry: Registry,
        now_ms: Callable[[], int],
        lag: LagMeter | None = None,
        on_round: Callable[[Round], None] | None = None,
        retention: Retention | None = None,
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._lag = lag
        self._on_round = on_round
        self._retention = retention
        self._one_round = threading.Lock()
        self._changed = threading.Condition()
        self._stopping = self._hurry = False
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
        self._stopping = self._hurry = False
        self._thread = threading.Thread(target=self._run, args=(every_s,), name="settler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the current round, then end."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def settle_now(self, batch: int, timeout_s: float) -> bool:
        """Settle at once, and wait until a batch is settled.

        Parameters
        ----------
        batch : int
            Number of the batch that must be settled.
        timeout_s : float
            How long to wait at the most; without a running thread the rounds are done here. [s]

        Returns
        -------
        bool
            Whether the batch is settled now.
        """
        until = time.monotonic() + timeout_s
        if self._thread is None:
            while self._store.settled_batch < batch and time.monotonic() < until:
                self.step()
            return self._store.settled_batch >= batch
        with self._changed:
            while self._store.settled_batch < batch:
                left_s = until - time.monotonic()
                if left_s <= 0 or self._stopping:
                    return False
                self._hurry = True
                self._changed.notify_all()
                self._changed.wait(left_s)
        return True

    def _run(self, every_s: float) -> None:
        failing = False
        while not self._stopping:
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
            self._rest(10 * every_s if failing else max(0.05, every_s - (time.monotonic() - began)))

    def _rest(self, seconds: float) -> None:
        """Wait for the next round; somebody who waits for a batch, or the stop, ends it early."""
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._stopping or (self._hurry and not self.last_error), seconds)
            self._hurry = False

    # -- one round -----------------------------------------------------------------------------------------------------

    def step(self) -> Round | None:
        """Settle everything that came since the last settled batch, and the whole past of points described anew.

        Returns
        -------
        round : Round or None
            None when there was nothing to do.
        """
        with self._one_round:
            # One for both: what is thinned was settled as it is described there.
            plan = self._plan
            done = self._step(plan)
            if self._retention is not None:
                self._retention.thin_some(plan)
            return done

    def _step(self, plan: Plan) -> Round | None:
        settled_batch = self._store.settled_batch
        dirty, newest = self._store.dirty(settled_batch, ROUND_READINGS)
        kept = self._store.meta_get(POINTS_KEY)
        anew = plan.described_anew(kept)
        newest = max(newest, settled_batch)
        if newest == settled_batch and kept == plan.description:
            return None
        if len(anew):
            dirty = _with_whole_past(self._store, dirty, anew)
        dirty = dirty.take(np.isin(dirty.point, plan.table.key))
        said = [row for row in self._store.events(after_batch=settled_batch) if row.batch <= newest]
        closed = Closed(self._store, plan, said, anew)
        touched = closed.clipped(touched_by(self._store, plan, closed.held_back(dirty)))
        opened = closed.opened()
        opened = touched_by(self._store, plan, opened) if len(opened) else opened
        results = [self._settle_all(plan, ranges) for ranges in (touched, opened) if len(ranges)]
        reached = Ranges.concat([touched, *(ranges for _, _, ranges in results)])
        closed.settled(reached)
        self._store.replace(dirty.take(slice(0, 0)), no_intervals(), settled_batch=newest)
        if kept != plan.description:
            # A point that is gone is forgotten: what comes before it is described again is settled then.
            self._store.meta_set(POINTS_KEY, plan.description)
        readings, intervals = sum(n for n, _, _ in results), sum(n for _, n, _ in results)
        self.intervals_settled += intervals
        if self._lag is not None:
            self._lag.settled(newest, self._now_ms())
        done = Round(newest, readings, intervals, plan.with_loads(reached.point), *_reach(reached))
        if self._on_round is not None and len(reached):
            self._on_round(done)
        return done

    def _settle_all(self, plan: Plan, ranges: Ranges) -> tuple[int, int, Ranges]:
        """Settle some ranges, then the silences after them that they give a shape; how much, and where."""
        readings, intervals = self._settle(plan, portions(self._store, plan, ranges))
        later = dependent_silences(self._store, plan, ranges)
        more, again = self._settle(plan, portions(self._store, plan, later))
        return readings + more, intervals + again, Ranges.concat([ranges, later])

    def _settle(self, plan: Plan, parts: Iterable[Ranges]) -> tuple[int, int]:
        """Settle the parts one after the other; returns how many readings were read and intervals written."""
        readings = intervals = 0
        # One part is written while the next is settled: settling asks only the journal.
        with ThreadPoolExecutor(1, "settler-write") as writer:
            written: Future[int] | None = None
            for part in parts:
                came, ranges, settled = settle_ranges(self._store, plan, part)
                intervals += 0 if written is None else written.result()
                written = writer.submit(write, self._store, plan, ranges, settled)
                readings += came
            intervals += 0 if written is None else written.result()
        return readings, intervals


def _with_whole_past(store: Store, dirty: Ranges, points: Int32) -> Ranges:
    """The dirty ranges, with all that was ever read of the points instead of what is new of them."""
    past, _ = store.dirty(0)
    past = past.take(np.isin(past.point, points))
    return Ranges.concat([dirty.take(~np.isin(dirty.point, past.point)), past])


def _reach(ranges: Ranges) -> tuple[int, int]:
    return (int(ranges.from_ms.min()), int(ranges.to_ms.max())) if len(ranges) else (0, 0)
