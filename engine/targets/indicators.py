"""Where does a plant, a city or the programme stand against its targets?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analytics.columns import Float64
from analytics.pollutants import ORGANIC_SUMS, pollution_equivalents
from engine.accounts import Accounts
from engine.figure import Figure, Indicator
from engine.period import Period
from engine.sums import add_figures
from engine.targets.quotient import quotient
from engine.targets.states import obstacle, scope_states, unassessable
from engine.targets.verdict import judge, number, worst
from engine.targets.zerogrowth import growth
from registry import Indicator as Target
from registry import Programme

PERIODS = ("ytd", "rolling12", "full_year")

QUANTITIES: dict[str, Callable[[Accounts, Period], Figure]] = {
    "energy": lambda books, period: books.energy(period),
    "water": lambda books, period: books.water(period),
}


@dataclass(frozen=True)
class Comparison:
    """The current period, the one of the base year it is held against, and the year whose pace counts."""

    base: Period
    current: Period
    year: int


def comparison(period: str, today: int, base_year: int, zone: str) -> Comparison:
    """Which days are compared, as seen on local day `today` (which is not over and does not count).

    ``ytd``: this year up to yesterday against the same dates of the base year. ``rolling12``: the last twelve months
    against the whole base year. ``full_year``: the last whole calendar year against the base year.

    Raises
    ------
    ValueError
        If `period` is not one of `PERIODS`.
    """
    if period not in PERIODS:
        raise ValueError(f"period = {period!r}: wanted one of {', '.join(PERIODS)}")
    yesterday = np.datetime64(today - 1, "D")
    year = int(yesterday.astype("datetime64[Y]").astype(int)) + 1970
    whole_base = Period.of(_day(base_year, 1, 1), _day(base_year + 1, 1, 1), zone)
    if period == "full_year":
        year = int(np.datetime64(today, "D").astype("datetime64[Y]").astype(int)) + 1970 - 1
        return Comparison(whole_base, Period.of(_day(year, 1, 1), _day(year + 1, 1, 1), zone), year)
    if period == "rolling12":
        return Comparison(whole_base, Period.of(_year_before(today), today, zone), year)
    current = Period.of(_day(year, 1, 1), today, zone)
    return Comparison(Period.of(_day(base_year, 1, 1), same_date(today, base_year - year), zone), current, year)


def _day(year: int, month: int, day: int) -> int:
    return int(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D").astype(int))


def same_date(day: int, years: int) -> int:
    """The same date some years away; 29 February becomes 1 March where there is none (the end of a period is
    exclusive)."""
    month = np.datetime64(day, "D").astype("datetime64[M]")
    return int((month + 12 * years).astype("datetime64[D]").astype(int)) + int(
        day - month.astype("datetime64[D]").astype(int)
    )


def _year_before(day: int) -> int:
    return same_date(day, -1)


class Indicators:
    """The programme's targets for a group of plants (one plant is a group of one).

    Sums first, then the ratio: a city's intensity is its energy over its value added, not the mean of its plants'.
    """

    def __init__(self, programme: Programme, scope: str, accounts: Sequence[Accounts], when: Comparison) -> None:
        self._programme = programme
        self._scope = scope
        self._accounts = accounts
        self._when = when
        self._values: dict[Period, Figure] = {}

    def all(self) -> list[Indicator]:
        """Every indicator of the programme that concerns these plants, in its order."""
        found = [(target, self._of_kind(target)) for target in self._programme.indicators]
        return [self._stated(target, indicator) for target, indicator in found if indicator is not None]

    def _stated(self, target: Target, indicator: Indicator) -> Indicator:
        """Without a verdict where plants, plans or factors forbid one; growth of CO2 is told in tonnes, also of what
        came after the base year."""
        if target.kind == "carbon":
            return indicator
        reason = obstacle(self._programme, target, self._states)
        if not reason:
            return indicator
        masses = target.kind == "load" and reason == "opened_after_base_year"
        return unassessable(indicator, reason, self._value_added(self._when.current) if masses else None)

    @cached_property
    def _states(self) -> Float64:
        return scope_states(self._accounts, (self._when.base, self._when.current))

    def _value_added(self, period: Period) -> Figure:
        """Of all plants; every target per value added stands over the same."""
        if period not in self._values:
            self._values[period] = self._group([_owned(a, a.value_added(period)) for a in self._accounts])
        return self._values[period]

    def _of_kind(self, target: Target) -> Indicator | None:
        if target.kind == "carbon":
            periods = (self._when.base, self._when.current, self._year_before())
            return growth(self._programme, self._scope, target, self._accounts, periods)
        return self._intensity(target) if target.kind == "intensity" else self._loads(target)

    def _year_before(self) -> Period:
        """The current period's dates a year earlier."""
        books, current = self._accounts[0], self._when.current
        zone = books.registry.plants[books.ledger.plant].zone
        return Period.of(_year_before(current.first_day), _year_before(current.last_day), zone)

    # -- per value added -----------------------------------------------------------------------------------------------

    def _intensity(self, target: Target) -> Indicator:
        assert target.quantity is not None
        of = QUANTITIES[target.quantity]
        base, current = (self._ratio(target.id, of, p) for p in (self._when.base, self._when.current))
        return self._judge(target, target.id, base, current)

    def _ratio(self, name: str, of: Callable[[Accounts, Period], Figure], period: Period) -> Figure:
        top = self._group([_owned(a, of(a, period)) for a in self._accounts])
        return quotient(name, top, self._value_added(period))

    def _group(self, figures: list[Figure]) -> Figure:
        if len(figures) == 1:
            return figures[0]
        first = figures[0]
        return add_figures(first.name, first.unit, first.from_ms, first.to_ms, figures, "Σ")

    # -- pollutants ----------------------------------------------------------------------------------------------------

    def _loads(self, target: Target) -> Indicator:
        """Each pollutant by its mass, and the group by the programme's rule: every one, or their equivalents."""
        assert target.medium is not None
        parts = []
        for pollutant in target.pollutants:
            pair = [self._load(target.medium, pollutant, p) for p in (self._when.base, self._when.current)]
            if pair[0] is not None and pair[1] is not None:
                parts.append(self._judge(target, f"{target.id}:{pollutant}", pair[0], pair[1]))
        base, current = (
            self._equivalents(target, [getattr(p, side) for p in parts], period)
            for side, period in (("base", self._when.base), ("current", self._when.current))
        )
        whole = self._judge(target, target.id, base, current)
        if not parts:
            return replace(whole, status="not_assessable", reason="no_points")
        return worst(whole, parts) if target.group == "every" else replace(whole, parts=tuple(parts))

    def _load(self, medium: str, pollutant: str, period: Period) -> Figure | None:
        """The mass from all plants that measure the pollutant; one that does not is absent from the inputs."""
        loads = [(a, a.load(medium, pollutant, period)) for a in self._accounts]
        figures = [_owned(a, load) for a, load in loads if load is not None]
        return self._group(figures) if figures else None

    def _equivalents(self, target: Target, loads: list[Figure], period: Period) -> Figure:
        """The group's total in pollution equivalents (Environmental Protection Tax Law, annex 2); TN has none."""
        assert target.medium is not None
        names = [_pollutant(figure) for figure in loads]
        twice = [name for name in ORGANIC_SUMS if name in names][1:] if target.medium == "water" else []
        loads = [figure for figure in loads if _pollutant(figure) not in twice]
        masses = {_pollutant(figure): number(figure.value) for figure in loads}
        sums = pollution_equivalents(masses, target.medium)
        counted = [figure for figure in loads if _pollutant(figure) not in sums.left_out]
        total = float(sums.total)
        return Figure(
            name=f"{target.id}_equivalents",
            value=None if np.isnan(total) else total,
            unit="equivalents",
            from_ms=period.from_ms,
            to_ms=period.to_ms,
            coverage=min((figure.coverage or 0.0 for figure in counted), default=0.0),
            estimated=max((figure.estimated for figure in counted), default=0.0),
            formula="Σ m / k",
            inputs=tuple(counted),
            note="one_organic_sum" if twice else "without_equivalent" if sums.left_out else "",
        )

    def _judge(self, target: Target, name: str, base: Figure, current: Figure) -> Indicator:
        return judge(self._programme, self._scope, name, target.reduction, self._when.year, (base, current))


def _owned(accounts: Accounts, figure: Figure) -> Figure:
    """The figure as its plant's, so that it can be opened for itself under a sum over plants."""
    return replace(figure, scope=f"plant:{accounts.ledger.plant}")


def _pollutant(figure: Figure) -> str:
    return figure.name.split(":", 1)[1]
