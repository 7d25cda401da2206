"""How is one item of what is lasting made: means of a plant, months of a scope, its targets?

What once stood and stands no more is said to be not known: whoever asks shall not see a pollutant that is not measured
any longer, or a plant that has left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from analytics.calendar import day_of, day_start, month_first_day, month_of
from analytics.columns import DAY_MS
from engine.accounts import Accounts
from engine.figures import Figures
from engine.outlets.loads_reported import reported_loads
from registry import Plant, Registry
from sinks.agenda import Item
from sinks.lineprotocol import fields, series
from sinks.produce.limits import exceedance_lines, load_lines, mean_lines
from sinks.produce.months import Years, month_lines
from sinks.produce.rows import Key, Rows
from sinks.produce.savings import saving_lines
from sinks.produce.targets import PERIODS, STATUS, place_lines, target_lines
from sinks.produce.trends import trend_lines
from sinks.schema import (
    BUDGET,
    COMPARED,
    EXCEEDANCE,
    EXCESS,
    FORECAST,
    LOAD,
    MONTH,
    NEEDED,
    PLACE,
    PROGRESS,
    SAVING,
    TARGET,
    YEAR,
    Measurement,
)
from storage import Lines, Store

OF_PLANTS = ("means", "loads", "trends")
OF_SCOPES = ("targets", "months", "savings")
KINDS = ("vanished", "means", *OF_SCOPES, "loads", "trends")
"""In the order in which they are made."""

REACH_MS = 400 * DAY_MS
"""How far back means, exceedances and loads are written at a start; what is settled anew later, always. [ms]"""

_OF_TARGETS = {one.name: one for one in (TARGET, COMPARED, PROGRESS, FORECAST, NEEDED, BUDGET)}

PIECE_MS = 60 * DAY_MS
"""So much of the means at a time. [ms]"""


def scopes_of(plant: Plant, registry: Registry) -> list[str]:
    """The plant, and the groups it is part of."""
    programmes = [f"programme:{name}" for name in plant.programmes if name in registry.programmes]
    return [f"plant:{plant.id}", f"city:{plant.city}", f"sector:{plant.sector}", *programmes]


def all_scopes(registry: Registry) -> set[str]:
    """Every plant and group."""
    return {scope for plant in registry.plants.values() for scope in scopes_of(plant, registry)}


class Lasting:
    """Makes lasting lines.

    Parameters
    ----------
    store : Store
    figures : Figures
    registry : callable
        Gives the current snapshot.
    now_ms : callable
        The product's clock.
    """

    def __init__(
        self, store: Store, figures: Figures, registry: Callable[[], Registry], now_ms: Callable[[], int]
    ) -> None:
        self._store, self._figures, self._registry, self._now_ms = store, figures, registry, now_ms
        self._years = Years(now_ms)
        self._makers: dict[str, Callable[[Item], Iterator[Lines]]] = {
            "vanished": lambda _: self._vanished(),
            "means": self._means,
            "loads": self._loads,
            "trends": self._trends,
            "targets": self._targets,
            "months": self._months,
            "savings": self._savings,
        }

    def lines(self, item: Item) -> Iterator[Lines]:
        """The lines of an item, in pieces; none of a plant or scope that is no more."""
        registry = self._registry()
        is_there = item.whose in registry.plants if item.kind in OF_PLANTS else item.whose in all_scopes(registry)
        if is_there or item.kind == "vanished":
            yield from (lines for lines in self._makers[item.kind](item) if len(lines))

    # -- of plants -----------------------------------------------------------------------------------------------------

    def _means(self, item: Item) -> Iterator[Lines]:
        registry, now_ms, plant = self._registry(), self._now_ms(), item.whose
        zone = registry.plants[plant].zone
        read = self._figures.outlet_hours
        begin_ms = _day_ms(max(item.from_ms, now_ms - REACH_MS), zone)
        for from_ms in range(begin_ms, now_ms, PIECE_MS):
            rows = Rows()
            mean_lines(rows, read, registry, plant, from_ms, from_ms + PIECE_MS, now_ms)
            yield rows.lines()
        rows = Rows()
        kept = [*self._of_plant(EXCEEDANCE, plant), *self._of_plant(EXCESS, plant)]
        exceedance_lines(rows, read, registry, plant, begin_ms, now_ms, kept)
        yield rows.lines()

    def _loads(self, item: Item) -> Iterator[Lines]:
        registry, now_ms, plant = self._registry(), self._now_ms(), item.whose
        zone = registry.plants[plant].zone
        kept = self._of_plant(LOAD, plant)
        begin_ms = max(item.from_ms, now_ms - REACH_MS)
        months = np.arange(int(month_of(day_of(begin_ms, zone))), int(month_of(day_of(now_ms, zone))) + 2)
        edges = day_start(month_first_day(months), zone).tolist()
        for from_ms, to_ms in pairwise(edges):
            rows = Rows()
            loads = reported_loads(self._figures.outlet_hours, registry, plant, from_ms, to_ms, now_ms)
            load_lines(rows, plant, loads, from_ms)
            rows.withdraw(LOAD, (key for key in kept if key[1] == from_ms))
            yield rows.lines()

    def _trends(self, item: Item) -> Iterator[Lines]:
        rows, plant = Rows(), self._registry().plants[item.whose]
        trend_lines(rows, self._figures.trends(plant.id), _day_ms(self._now_ms(), plant.zone))
        yield rows.lines()

    # -- of scopes -----------------------------------------------------------------------------------------------------

    def _targets(self, item: Item) -> Iterator[Lines]:
        scope = item.whose
        plants = self._plants(self._figures.group(scope)[1])
        if not plants:
            return
        day_ms = _day_ms(self._now_ms(), plants[0].zone)
        rows, lines = Rows(), self._figures.targets(scope)
        target_lines(rows, scope, lines, day_ms)
        if scope.startswith(("plant:", "city:")):
            place_lines(rows, scope, plants, lines, day_ms)
        _withdraw_targets(rows, (key for key in self._standing(scope) if key[1] == day_ms))
        yield rows.lines()

    def _months(self, item: Item) -> Iterator[Lines]:
        scope = item.whose
        _, accounts = self._figures.group(scope)
        if not accounts:
            return
        plants = self._plants(accounts)
        rows = Rows()
        month_lines(rows, scope, [self._figures.book(plant.id) for plant in plants], plants[0].zone)
        rows.withdraw(MONTH, self._of_scope(MONTH, scope))
        yield rows.lines()
        rows = Rows()
        self._years.lines(rows, scope, accounts)
        rows.withdraw(YEAR, self._of_scope(YEAR, scope))
        yield rows.lines()

    def _savings(self, item: Item) -> Iterator[Lines]:
        scope = item.whose
        programme, _ = self._figures.group(scope)
        if programme is None or scope.startswith("sector:"):
            return
        rows = Rows()
        saving_lines(rows, scope, programme, self._figures.savings(scope))
        rows.withdraw(SAVING, self._of_scope(SAVING, scope))
        yield rows.lines()

    # -- what stands no more -------------------------------------------------------------------------------------------

    def _vanished(self) -> Iterator[Lines]:
        """Scopes of which months stand and which the registry does not have any more."""
        registry = self._registry()
        there = all_scopes(registry)
        stood = {scope for key, _ in self._store.kept_series(f"{MONTH.name},") if (scope := _tag(key, "scope"))}
        for scope in sorted(stood - there):
            rows = Rows()
            for measurement in (MONTH, YEAR, SAVING):
                rows.withdraw(measurement, self._of_scope(measurement, scope))
            today_ms = _day_ms(self._now_ms(), self._zone())
            _withdraw_targets(rows, ((key, today_ms) for key, _ in self._standing(scope)))
            places = (key for key, _ in self._store.kept_series(f"{PLACE.name},") if _tag(key, "scope") == scope)
            rows.withdraw(PLACE, ((key, today_ms) for key in places))
            plant = scope.removeprefix("plant:")
            if plant != scope:
                for measurement in (LOAD, EXCEEDANCE, EXCESS):
                    rows.withdraw(measurement, self._of_plant(measurement, plant))
            yield rows.lines()

    def _zone(self) -> str:
        return next((plant.zone for plant in self._registry().plants.values()), "UTC")

    def _of_scope(self, measurement: Measurement, scope: str) -> list[Key]:
        return self._keys(series(measurement, scope=scope))

    def _standing(self, scope: str) -> list[Key]:
        """What is told of the targets of a scope, of all days."""
        starts = [series(measurement, scope=scope) for measurement in (FORECAST, NEEDED, BUDGET)]
        judged = (TARGET, COMPARED, PROGRESS)
        starts += [series(measurement, period=period, scope=scope) for measurement in judged for period in PERIODS]
        return [key for start in starts for key in self._keys(start)]

    def _of_plant(self, measurement: Measurement, plant: str) -> list[Key]:
        return [key for key in self._store.kept_series(f"{measurement.name},") if _tag(key[0], "plant") == plant]

    def _keys(self, series: str) -> list[Key]:
        """What stands under these first tags, and perhaps more."""
        found = self._store.kept_series(series)
        return [key for key in found if key[0] == series or key[0].startswith(f"{series},")]

    def _plants(self, accounts: Sequence[Accounts]) -> list[Plant]:
        return [books.registry.plants[books.ledger.plant] for books in accounts]


def _withdraw_targets(rows: Rows, keys: Iterable[Key]) -> None:
    for key in keys:
        measurement = _OF_TARGETS[key[0].partition(",")[0]]
        status = {"status": STATUS["not_assessable"]} if measurement is TARGET else {}
        rows.withdraw(measurement, [key], fields(measurement, known=0, **status))


def _tag(series: str, name: str) -> str:
    """The value of a tag, as it is escaped; "" for none."""
    _, _, rest = series.partition(f",{name}=")
    return rest.partition(",")[0]


def _day_ms(time_ms: int, zone: str) -> int:
    return int(day_start(day_of(time_ms, zone), zone))
