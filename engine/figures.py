"""What does a user see of a plant, a city, the programme, a point? The door through which all figures leave."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from analytics.calendar import day_of, day_start, month_first_day, month_of, year_of_day
from analytics.columns import Int32
from engine.accounts import Accounts
from engine.columns import MonthBook, month_book
from engine.figure import Figure, Indicator, Series
from engine.fleet.fleet import Fleet
from engine.fleet.rows import PlantRow, plant_row
from engine.fleet.times import FleetTimes
from engine.kept import Kept
from engine.ledger import Ledger
from engine.ledgers import Ledgers
from engine.outlets.book import HourBook
from engine.outlets.hours import OutletHours
from engine.period import Period, new_year
from engine.pointsums import PointSums
from engine.power import power
from engine.savings.savings import SavingBook, YearSaving
from engine.series import point_series
from engine.settler import POINTS_KEY
from engine.targets.indicators import Comparison, Indicators, comparison
from engine.targets.strip import TargetLine, target_lines
from engine.trends.trends import PlantTrends, plant_trends, totals_of
from engine.why.answer import Why, why
from engine.why.question import Question
from registry import Outlet, Plant, Programme, Registry
from registry.factors import Basis

DEFAULT_BASE_YEAR = 2015
DEFAULT_BASIS: Basis = "equivalent"
DEFAULT_EDITION = "GB/T 2589-2008"
"""For plants that answer to no programme."""


class Figures:
    """Answers from the store and a registry snapshot, as of the clock's present.

    Parameters
    ----------
    store : Kept
        The present of a `storage.Store`, or its past.
    registry : callable
        Gives the current snapshot.
    now_ms : callable
        The product's clock.
    """

    def __init__(self, store: Kept, registry: Callable[[], Registry], now_ms: Callable[[], int]) -> None:
        self._store = store
        self._registry = registry
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._ledgers = Ledgers(store, registry, now_ms)
        self._hours = HourBook(store, registry)
        self._books: dict[str, tuple[Ledger, MonthBook]] = {}
        self._lines: dict[str, tuple[Registry, tuple[object, ...], list[TargetLine]]] = {}
        self._savings = SavingBook()
        self.fleet = Fleet(registry, now_ms, self._row, self._described)  # all plants of a programme at once

    # -- one plant now -------------------------------------------------------------------------------------------------

    def now(self, plant_id: str) -> dict[str, Figure]:
        """Power, and energy, water and loads of today, this month and this year, all up to the present.

        Raises
        ------
        KeyError
            If there is no such plant.
        """
        plant = self._registry().plants[plant_id]
        accounts = self._accounts(plant, self._programme_of(plant), today=True)
        today = self._ledgers.today(plant)
        month, year = int(month_first_day(month_of(today))), new_year(year_of_day(today))
        found: dict[str, Figure] = {"power_kw": power(self._store, self._registry(), plant.id, self._now_ms())}
        for name, first in (("today", today), ("month", month), ("year", year)):
            period = Period.of(first, today + 1, plant.zone)
            found[f"{name}_kwh"] = accounts.carrier("electricity", period)
            found[f"{name}_tce"] = accounts.energy(period)
            found[f"{name}_water_m3"] = accounts.water(period)
            if name == "month":
                for outlet in self._registry().outlets(plant_id):
                    for pollutant in outlet.pollutants:
                        load = accounts.load(outlet.medium, pollutant, period)
                        if load is not None:
                            found[f"month_load_kg:{pollutant}"] = load
        return {name: replace(self.cut(figure), scope=f"plant:{plant_id}") for name, figure in found.items()}

    def cut(self, figure: Figure) -> Figure:
        """A period that ends after the present is covered against the part of it that is over."""
        now = self._now_ms()
        over = (now - figure.from_ms) / (figure.to_ms - figure.from_ms)
        if figure.coverage is None or not 0.0 < over < 1.0:
            return figure
        inputs = tuple(self.cut(part) for part in figure.inputs)
        return replace(figure, coverage=min(1.0, figure.coverage / over), inputs=inputs)

    # -- targets -------------------------------------------------------------------------------------------------------

    def indicators(self, scope: str, period: str = "ytd") -> list[Indicator]:
        """Every target of the scope's programme.

        Parameters
        ----------
        scope : str
            ``plant:ID``, ``city:ID``, ``sector:C31`` or ``programme:ID``.
        period : str
            ``ytd``, ``rolling12`` or ``full_year``.

        Raises
        ------
        KeyError
            If the scope names nothing.
        ValueError
            If `period` is unknown or `scope` is malformed.
        """
        programme, plants = self._scope(scope)
        if programme is None or not plants:
            return []
        zone = plants[0].zone
        when = comparison(period, self._ledgers.today(plants[0]), programme.base_year, zone)
        return Indicators(programme, scope, [self._accounts(p, programme) for p in plants], when).all()

    def targets(self, scope: str) -> list[TargetLine]:
        """Every target of the scope's programme over all periods, with its forecast and what is still needed.

        Raises
        ------
        KeyError
            If the scope names nothing.
        ValueError
            If it is malformed.
        """
        registry = self._registry()
        programme, accounts = self.group(scope)
        # Nothing else goes in: ledgers are equal when they are the same object.
        made_of = (programme, tuple(books.ledger for books in accounts))
        with self._lock:
            kept = self._lines.get(scope)
        if kept is not None and kept[0] is registry and kept[1] == made_of:
            return kept[2]
        lines = target_lines(self, scope)
        with self._lock:
            self._lines[scope] = (registry, made_of, lines)
        return lines

    def savings(self, scope: str) -> list[YearSaving]:
        """What was saved in each year since the base year, by value added at constant prices; see `engine.savings`.

        Empty where the scope answers to no programme.

        Raises
        ------
        KeyError
            If the scope names nothing.
        ValueError
            If it is malformed.
        """
        programme, plants = self._scope(scope)
        if programme is None or not plants:
            return []
        accounts = [self._accounts(plant, programme) for plant in plants]
        return self._savings.years(programme, scope, accounts, self._ledgers.today(plants[0]))

    def group(self, scope: str) -> tuple[Programme | None, list[Accounts]]:
        """The programme a scope answers to, and the books of its plants.

        Raises
        ------
        KeyError
            If the scope names nothing.
        ValueError
            If it is malformed.
        """
        programme, plants = self._scope(scope)
        return programme, [self._accounts(plant, programme) for plant in plants]

    def trying(self, registry: Registry) -> Figures:
        """The same present with other statements or factors; points and their days are not read again."""
        tried = Figures(self._store, lambda: registry, self._now_ms)
        tried._ledgers = self._ledgers.trying(registry)
        return tried

    def settled(self, points: Int32, from_ms: int) -> None:
        """Something of these points (keys) was settled from then on; today alone changes nothing that is compared.
        [ms UTC]"""
        registry = self._registry()
        plants = {registry.by_key[int(key)].plant for key in points if int(key) in registry.by_key}
        zones = {plant: registry.plants[plant] for plant in plants}
        past = {p for p, at in zones.items() if from_ms < day_start(self._ledgers.today(at), at.zone)}
        self._ledgers.told(past)
        self.fleet.touched(past)
        self._hours.settled(points, from_ms)

    @property
    def now_ms(self) -> int:
        """The present of these figures. [ms UTC]"""
        return self._now_ms()

    def _scope(self, scope: str) -> tuple[Programme | None, list[Plant]]:
        kind, _, name = scope.partition(":")
        registry = self._registry()
        plants = list(registry.plants.values())
        if kind == "plant":
            plant = registry.plants[name]
            return self._programme_of(plant), [plant]
        if kind == "programme":
            return registry.programmes[name], [p for p in plants if name in p.programmes]
        if kind in ("city", "sector"):
            there = [p for p in plants if (p.city == name if kind == "city" else p.sector.startswith(name))]
            if not there or not name:
                raise KeyError(name)
            programme = next((q for q in map(self._programme_of, there) if q is not None), None)
            return programme, [p for p in there if programme is not None and programme.id in p.programmes]
        raise ValueError(f"scope = {scope!r}: wanted plant:ID, city:ID, sector:C31 or programme:ID")

    def _programme_of(self, plant: Plant) -> Programme | None:
        programmes = self._registry().programmes
        return next((programmes[i] for i in plant.programmes if i in programmes), None)

    # -- any days ------------------------------------------------------------------------------------------------------

    def accounts(self, plant_id: str) -> Accounts:
        """A plant's books: energy, carriers, water, loads and value added of any local days.

        Raises
        ------
        KeyError
            If there is no such plant.
        """
        plant = self._registry().plants[plant_id]
        return self._accounts(plant, self._programme_of(plant), today=True)

    def book(self, plant_id: str) -> MonthBook:
        """A plant's months as columns, from January of the base year through the last whole month.

        Raises
        ------
        KeyError
            If there is no such plant.
        """
        plant = self._registry().plants[plant_id]
        accounts = self._accounts(plant, self._programme_of(plant))
        ledger = accounts.ledger
        with self._lock:
            kept = self._books.get(plant_id)
        if kept is not None and kept[0] is ledger:  # another registry or another day makes another ledger
            return kept[1]
        book = month_book(accounts, ledger.first_day, self._ledgers.today(plant))
        with self._lock:
            self._books[plant_id] = (ledger, book)
        return book

    def carbon(self, plant_id: str, from_ms: int | None = None, to_ms: int | None = None) -> Figure:
        """CO2 of a plant over the local days that meet ``[from_ms, to_ms)``; without both this year up to yesterday.

        Raises
        ------
        KeyError
            If there is no such plant.
        """
        plant = self._registry().plants[plant_id]
        today = self._ledgers.today(plant)
        last = today + (from_ms is not None) if to_ms is None else int(day_of(to_ms - 1, plant.zone)) + 1
        first = new_year(year_of_day(last - 1)) if from_ms is None else int(day_of(from_ms, plant.zone))
        found = self.accounts(plant_id).carbon(Period.of(first, last, plant.zone))
        return replace(self.cut(found), scope=f"plant:{plant_id}")

    def why(self, scope: str, indicator: str, period: str = "ytd", days: Comparison | None = None) -> Why:
        """Why an indicator moved between the base period and the current one; see `engine.why.answer`.

        Parameters
        ----------
        scope, indicator : str
        period : str
            ``ytd``, ``rolling12`` or ``full_year``.
        days : Comparison, optional
            Any two stretches of days in their place.

        Raises
        ------
        KeyError
            If the scope names nothing, answers to no programme, or has no such indicator.
        ValueError
            If `period` is unknown or `scope` is malformed.
        """
        programme, plants = self._scope(scope)
        if programme is None or not plants:
            raise KeyError(f"{scope} answers to no programme, and only that sets indicators")
        named = "" if days is not None else period
        when = days or comparison(period, self._ledgers.today(plants[0]), programme.base_year, plants[0].zone)
        books = [(plant, self._accounts(plant, programme)) for plant in plants]
        return why(Question(scope, indicator, programme, books, when, named, self.book, PointSums(self._store)))

    def trends(self, plant_id: str) -> PlantTrends:
        """Which of a plant's monthly discharges, and its energy per value added, change by more than noise.

        Raises
        ------
        KeyError
            If there is no such plant.
        """
        registry = self._registry()
        programme = self._programme_of(registry.plants[plant_id])
        base_year = DEFAULT_BASE_YEAR if programme is None else programme.base_year
        targets = () if programme is None else programme.indicators
        totals = totals_of(self.indicators(f"plant:{plant_id}"), targets)
        return plant_trends(self._store, registry, self.book(plant_id), base_year, totals)

    # -- one point -----------------------------------------------------------------------------------------------------

    def series(self, full_id: str, from_ms: int, to_ms: int, step: str) -> Series:
        """Equal steps of one point; see `engine.series`.

        Raises
        ------
        KeyError
            If there is no such point.
        ValueError
            If `step` is unknown or the range is empty.
        """
        registry = self._registry()
        point = registry.points[full_id]
        return point_series(self._store, point, registry.plants[point.plant].zone, from_ms, to_ms, step)

    def outlet_hours(self, outlet: Outlet, from_ms: int, to_ms: int) -> OutletHours:
        """What an outlet did in the full hours of a range. [ms UTC]"""
        return self._hours.read(outlet, from_ms, to_ms)

    def _row(self, plant: Plant, programme: Programme, when: FleetTimes) -> PlantRow:
        return plant_row(self._accounts(plant, programme), when)

    def _described(self) -> object:
        """Another when points are described otherwise, or when anything was settled and nobody tells what."""
        return self._store.meta_get(POINTS_KEY), self._ledgers.rounds

    # -- shared --------------------------------------------------------------------------------------------------------

    def _accounts(self, plant: Plant, programme: Programme | None, *, today: bool = False) -> Accounts:
        """The plant's books through yesterday, or with what is known of today."""
        base_year = DEFAULT_BASE_YEAR if programme is None else programme.base_year
        ledger = self._ledgers.whole if today else self._ledgers.past
        return Accounts(
            self._registry(),
            ledger(plant, base_year),
            DEFAULT_BASIS if programme is None else programme.energy_basis,
            DEFAULT_EDITION if programme is None else programme.factor_edition,
            base_year,
            None if programme is None else programme.co2_edition,
        )
