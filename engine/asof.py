"""What did we know at an earlier moment?

The same figures over the store's past, with the statements and the imported factors of that time and the moment as the
present: "today" is its local day, a year to date ends there. Plants, points, programmes and the factors that came with
the product or a plant file are described as they are today; they have no history of their own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.figures import Figures
from engine.past import PastStore
from engine.plan import Plan
from engine.settler import POINTS_KEY
from registry import FactorBook, Registry, Statement
from storage import Store

KEPT_MOMENTS = 8
"""How many moments are kept ready: a page asks several times about the same one."""

FRESH_MS = 60_000
"""What was received so shortly before a moment may not be journalled yet when the moment is asked for: such an answer
is not kept."""


@dataclass(frozen=True)
class Moment:
    """The product as of a moment.

    Attributes
    ----------
    as_of_ms : int
        [ms UTC]
    store : PastStore
    registry : Registry
        Nouns of today, statements and factors of then.
    figures : Figures
    """

    as_of_ms: int
    store: PastStore
    registry: Registry
    figures: Figures


class AsOf:
    """Hands out the past; answers of any thread.

    Parameters
    ----------
    store : Store
    registry : callable
        Gives the current snapshot.
    statements_as_of : callable
        The statements that held at a moment [ms UTC]: `registry.Database.statements_as_of`.
    now_ms : callable
        The product's clock.
    factors_as_of : callable, optional
        The factor book that held at a moment [ms UTC]: `registry.Database.factors_as_of`. Default: that of today.
    """

    def __init__(
        self,
        store: Store,
        registry: Callable[[], Registry],
        statements_as_of: Callable[[int], Iterable[Statement]],
        now_ms: Callable[[], int],
        factors_as_of: Callable[[int], FactorBook] | None = None,
    ) -> None:
        self._store = store
        self._registry = registry
        self._statements_as_of = statements_as_of
        self._now_ms = now_ms
        self._factors_as_of = factors_as_of
        self._lock = threading.Lock()
        self._plan: tuple[Registry, Plan] | None = None
        self._kept: OrderedDict[int, tuple[Registry, str | None, Moment]] = OrderedDict()

    def figures(self, as_of_ms: int) -> Figures:
        """Figures as of a moment; of the present for a moment that is still to come. [ms UTC]"""
        return self.at(as_of_ms).figures

    def at(self, as_of_ms: int) -> Moment:
        """Everything as of a moment; the present for a moment that is still to come. [ms UTC]"""
        now_ms = self._now_ms()
        as_of_ms = min(as_of_ms, now_ms)
        registry, described = self._registry(), self._store.meta_get(POINTS_KEY)
        with self._lock:
            kept = self._kept.get(as_of_ms)
            if kept is not None and kept[0] is registry and kept[1] == described:
                self._kept.move_to_end(as_of_ms)
                return kept[2]
            moment = self._moment(registry, as_of_ms)
            if as_of_ms < now_ms - FRESH_MS:
                self._kept[as_of_ms] = (registry, described, moment)
                while len(self._kept) > KEPT_MOMENTS:
                    self._kept.popitem(last=False)
        return moment

    def _moment(self, registry: Registry, as_of_ms: int) -> Moment:
        if self._plan is None or self._plan[0] is not registry:
            self._plan = (registry, Plan(registry))
        store = PastStore(self._store, self._plan[1], as_of_ms)
        stated = registry.with_statements(self._statements_as_of(as_of_ms))
        if self._factors_as_of is not None:
            stated = stated.with_factors(self._factors_as_of(as_of_ms))
        return Moment(as_of_ms, store, stated, Figures(store, lambda: stated, lambda: as_of_ms))
