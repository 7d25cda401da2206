"""How much did a plant, a city or a programme save, year by year and since the goal began to count?"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.accounts import Accounts
from engine.figure import Figure
from engine.ledger import Ledger
from engine.savings.plant import PlantYears, plant_years, savings_of, summed
from engine.savings.saving import (
    FINAL,
    FIXED_BASE,
    KINDS,
    OF_SUMS,
    TOTAL,
    YEARLY,
    final_part,
    is_final,
    of_plants,
    total,
)
from engine.savings.years import SavingYear, saving_years
from registry import Programme


@dataclass(frozen=True)
class Saved:
    """One view of a year's savings.

    Attributes
    ----------
    plants : Figure
        The sum of the plants' savings. [tce]
    final : Figure
        The part of it that rests on final statements and enough coverage.
    of_sums : Figure
        The saving of the scope's summed intensity: another view, never added.
    total, total_final : Figure or None
        `plants` and `final` added up since the programme's first year that counts; None before it.
    """

    plants: Figure
    final: Figure
    of_sums: Figure
    total: Figure | None
    total_final: Figure | None

    @property
    def final_share(self) -> float | None:
        """How much of the plants' savings, by size, is final; 0 to 1, None where there are none."""
        parts = self.plants.inputs or (self.plants,)
        size = sum(abs(part.value or 0.0) for part in parts)
        final = sum(abs(part.value or 0.0) for part in self.final.inputs)
        return final / size if size > 0.0 else None


@dataclass(frozen=True)
class PlantSaving:
    """One plant's savings of one year; `reason` says why there are none ("" otherwise)."""

    plant: str
    fixed_base: Figure
    yearly: Figure
    is_final: bool
    reason: str


@dataclass(frozen=True)
class YearSaving:
    """The savings of one year of a scope.

    Attributes
    ----------
    year : int
    is_running : bool
        Whether it counts up to yesterday only.
    by_base, by_year : Saved
        Against the base year, and against the year before.
    plants : tuple of PlantSaving
        All plants of the scope, also those that are left out of the sums.
    """

    year: int
    is_running: bool
    by_base: Saved
    by_year: Saved
    plants: tuple[PlantSaving, ...]

    @property
    def fixed_base(self) -> Figure:
        """The plants' savings against the base year. [tce]"""
        return self.by_base.plants

    @property
    def yearly(self) -> Figure:
        """The plants' savings against the year before. [tce]"""
        return self.by_year.plants

    @property
    def final(self) -> Figure:
        """The final part of `fixed_base`. [tce]"""
        return self.by_base.final


@dataclass(frozen=True, eq=False)
class Reckoned:
    """A plant with both its savings of each year."""

    plant: PlantYears
    saved: tuple[dict[str, Figure], ...]

    @classmethod
    def of(cls, programme: Programme, plant: PlantYears, years: Sequence[SavingYear]) -> Reckoned:
        return cls(plant, tuple(savings_of(programme, plant, year) for year in years))


class SavingBook:
    """Savings of any scope; a plant is read again only when something in its books changed. Answers any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[Ledger, Programme, tuple[SavingYear, ...], Reckoned]] = {}

    def years(self, programme: Programme, scope: str, accounts: Sequence[Accounts], today: int) -> list[YearSaving]:
        """Every year after the base year, the running one up to the day before `today` (days since 1970).

        Parameters
        ----------
        programme : Programme
        scope : str
        accounts : sequence of Accounts
            Of the scope's plants, through yesterday.
        today : int
        """
        zone = accounts[0].registry.plants[accounts[0].ledger.plant].zone
        years = saving_years(programme.base_year + 1, today, programme.base_year, zone)
        plants = [self._plant(programme, books, years) for books in accounts]
        return year_savings(programme, scope, plants, years, first_counted(programme))

    def _plant(self, programme: Programme, accounts: Accounts, years: tuple[SavingYear, ...]) -> Reckoned:
        plant, ledger = accounts.ledger.plant, accounts.ledger
        with self._lock:
            kept = self._kept.get(plant)
        # Another registry, another day, another settled past: each makes another ledger.
        if kept is not None and kept[0] is ledger and kept[1] is programme and kept[2] == years:
            return kept[3]
        found = Reckoned.of(programme, plant_years(accounts, years, trees=False), years)
        with self._lock:
            self._kept[plant] = (ledger, programme, years, found)
        return found


def first_counted(programme: Programme) -> int:
    """The first year whose savings are added up."""
    return programme.base_year + 1 if programme.savings is None else programme.savings.from_year


def year_savings(
    programme: Programme, scope: str, plants: Sequence[Reckoned], years: Sequence[SavingYear], first: int
) -> list[YearSaving]:
    """The savings of some plants over some years that follow one another; totals begin with year `first`."""
    together = summed(scope, [plant.plant for plant in plants])
    least = programme.min_coverage
    found: list[YearSaving] = []
    for at, year in enumerate(years):
        each = [plant.saved[at] for plant in plants]
        whole = savings_of(programme, together, year, OF_SUMS)
        so_far = [one for one in found if one.year >= first] if year.year >= first else None
        views = {}
        for kind, before in zip(KINDS, _views(so_far), strict=True):
            views[kind] = _saved(scope, [one[kind] for one in each], whole[kind], before, least)
        members = tuple(_plant_saving(one.plant, saved, least) for one, saved in zip(plants, each, strict=True))
        found.append(YearSaving(year.year, year.is_running, views[FIXED_BASE], views[YEARLY], members))
    return found


def _views(years: list[YearSaving] | None) -> tuple[list[Saved] | None, list[Saved] | None]:
    return (None, None) if years is None else ([y.by_base for y in years], [y.by_year for y in years])


def _saved(scope: str, parts: list[Figure], whole: Figure, before: list[Saved] | None, least: float) -> Saved:
    """One view of a year; `before` are those of the years that count before it, None where it does not count itself."""
    name = whole.name.removesuffix(OF_SUMS)
    plants = replace(parts[0] if scope == parts[0].scope else of_plants(name, parts, whole), scope=scope)
    final = replace(final_part(plants, parts, least), scope=scope)
    totals: list[Figure | None] = [None, None]
    if before is not None:
        of_years = [one.plants for one in before] + [plants]
        finals = [one.final for one in before] + [final]
        totals = [
            replace(total(f"{name}{TOTAL}", of_years), scope=scope),
            replace(total(f"{name}{TOTAL}{FINAL}", finals), scope=scope),
        ]
    return Saved(plants, final, whole, totals[0], totals[1])


def _plant_saving(plant: PlantYears, saved: dict[str, Figure], least: float) -> PlantSaving:
    fixed, yearly = saved[FIXED_BASE], saved[YEARLY]
    reason = next((figure.note for figure in (fixed, yearly) if figure.value is None), "")
    final = is_final(fixed, least) and is_final(yearly, least)
    return PlantSaving(plant.scope.removeprefix("plant:"), fixed, yearly, final, reason)
