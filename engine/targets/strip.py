"""Where does each target stand, where is it heading, how likely is it met, and what is still needed?

One line a target: the indicator over three periods, the forecast of the target year from whole months
(`analytics.forecast`), and what is left to do.

A group of which every member has to arrive (pollutants under the rule "every", sectors under zero growth) stands where
its worst member stands, and is forecast as its least likely one: the probability that all meet the target is at most
that one's. Members of one outlet move together, so the truth lies near it, never above.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from analytics import intensity
from analytics.forecast import Forecasts, forecast
from engine.accounts import Accounts
from engine.columns import MonthBook
from engine.figure import Indicator
from engine.life import life_of
from engine.period import Period, new_year
from engine.targets.indicators import PERIODS
from engine.targets.line import Forecast, Needed, TargetLine
from engine.targets.monthly import Months
from engine.targets.states import NO_CHANGE
from engine.targets.verdict import number
from registry import Indicator as Target
from registry import Programme

__all__ = ["Forecast", "Needed", "TargetLine", "target_lines"]


class Asked(Protocol):
    """The part of `engine.figures.Figures` that is needed."""

    def indicators(self, scope: str, period: str = "ytd") -> list[Indicator]:
        """Every target of the scope's programme over one period."""

    def group(self, scope: str) -> tuple[Programme | None, list[Accounts]]:
        """The programme a scope answers to, and the books of its plants."""

    def book(self, plant_id: str) -> MonthBook:
        """A plant's whole months."""


def target_lines(figures: Asked, scope: str) -> list[TargetLine]:
    """Every target of the scope's programme, in its order.

    Raises
    ------
    KeyError
        If the scope names nothing.
    ValueError
        If it is malformed.
    """
    programme, accounts = figures.group(scope)
    if programme is None or not accounts:
        return []
    periods = [figures.indicators(scope, period) for period in PERIODS]
    months = Months(programme, accounts, [figures.book(a.ledger.plant) for a in accounts])
    return _Strip(programme, accounts, months, periods).lines()


class _Strip:
    def __init__(
        self, programme: Programme, accounts: Sequence[Accounts], months: Months, periods: Sequence[list[Indicator]]
    ) -> None:
        self._programme = programme
        self._targets = {target.id: target for target in programme.indicators}
        self._periods = [{i.id: i for i in _flat(found)} for found in periods]
        self._order = [indicator.id for indicator in periods[0]]
        self._first_month, self._end = months.first_month, months.first_month + months.count
        zone = accounts[0].registry.plants[accounts[0].ledger.plant].zone
        self._year = Period.of(new_year(programme.target_year), new_year(programme.target_year + 1), zone)
        plants = [a.registry.plants[a.ledger.plant] for a in accounts]
        self._closed = all(life_of(plant)[1] <= self._year.last_day for plant in plants)
        self._monthly = {i.id: months.of(*self._target(i.id)) for i in self._periods[0].values()}
        self._base = {name: self._base_of(name) for name in self._monthly}
        self._forecasts = self._forecast_all()

    def _target(self, name: str) -> tuple[Target, str]:
        whole, _, part = name.partition(":")
        return self._targets[whole], part

    def lines(self) -> list[TargetLine]:
        return [self._line(name) for name in self._order]

    def _line(self, name: str) -> TargetLine:
        ytd, rolling12, full_year = (found[name] for found in self._periods)
        parts = tuple(self._line(part.id) for part in ytd.parts)
        said = self._forecast(name)
        if self._by_members(ytd):
            said = _every(said, parts)
        return TargetLine(name, ytd.scope, ytd, rolling12, full_year, said, self._needed(rolling12), parts)

    def _by_members(self, whole: Indicator) -> bool:
        """Whether each member has to arrive: the pollutants of a group "every", and the sectors of zero growth."""
        target, part = self._target(whole.id)
        return not part and (target.group == "every" or (target.kind == "carbon" and bool(whole.parts)))

    # -- base year -----------------------------------------------------------------------------------------------------

    def _base_of(self, name: str) -> float:
        """The base year's indicator: from its months as the forecast counts them, or from its figure; NaN if unknown.

        A year's bill stands in no month, so the figure may know what the months do not.
        """
        if self._why_no_base(name):
            return float("nan")
        figure = self._periods[1][name].base
        monthly = self._monthly[name]
        value = monthly.of_year(self._programme.base_year, self._first_month)
        if np.isnan(value):
            value = number(figure.value) / ((figure.coverage or 1.0) if monthly.per_year > 1.0 else 1.0)
        return value if value > 0.0 else float("nan")

    def _why_no_base(self, name: str) -> str:
        """Key of what stands between the base year and any later one; "" for nothing."""
        indicator = self._periods[1][name]
        if indicator.reason in NO_CHANGE:
            return indicator.reason
        if indicator.base.value is None:
            return indicator.base.note or "no_base_year"
        return "base_year_coverage" if (indicator.base.coverage or 0.0) < self._programme.min_coverage else ""

    # -- forecast ------------------------------------------------------------------------------------------------------

    def _forecast_all(self) -> dict[str, tuple[int, Forecasts]]:
        """All series of the scope in one call: row and result by name."""
        names = list(self._monthly)
        limits = [self._limit(name) / self._monthly[name].per_year for name in names]
        found = forecast(
            np.stack([self._monthly[name].numerator for name in names]),
            np.stack([self._monthly[name].denominator for name in names]),
            self._first_month,
            self._programme.target_year,
            threshold=np.array(limits),
        )
        return {name: (row, found) for row, name in enumerate(names)}

    def _limit(self, name: str) -> float:
        """The indicator at which the target is just met."""
        return self._base[name] * (1.0 - self._target(name)[0].reduction)

    def _forecast(self, name: str) -> Forecast:
        row, found = self._forecasts[name]
        base = self._base[name]
        values = [float(column[row]) * self._monthly[name].per_year for column in (found.centre, found.low, found.high)]
        ahead = int(found.months_ahead[row])
        reason = "closed" if self._closed else ""
        if not reason and np.isnan(values[0]):
            reason = "history_too_short"
        if reason:
            values = [float("nan")] * 3
        elif np.isnan(base):
            reason = self._why_no_base(name) or "no_base_year"
        value, low, high = (_known(v) for v in values)
        change, change_low, change_high = (_known(float(intensity.change(v, base))) for v in values)
        return Forecast(
            value=value,
            low=low,
            high=high,
            change=change,
            change_low=change_low,
            change_high=change_high,
            probability=None if reason else _known(float(found.probability[row])),
            from_ms=self._year.from_ms,
            to_ms=self._year.to_ms,
            months_known=int(found.months_known[row]),
            months_ahead=ahead,
            method="walk" if ahead else "known",
            reason=reason,
        )

    # -- still needed --------------------------------------------------------------------------------------------------

    def _needed(self, rolling12: Indicator) -> Needed:
        """From the last twelve months; where each member has to arrive, what the worst one needs."""
        name, by_members = rolling12.id, self._by_members(rolling12)
        target, _ = self._target(name)
        row, found = self._forecasts[name]
        left = max((self._programme.target_year + 1 - 1970) * 12 - self._end, 0)
        members = rolling12.parts if by_members and rolling12.parts else (rolling12,)
        change = intensity.still_needed(-target.reduction, float(np.max([number(m.change) for m in members])))
        budget = float("nan")
        ahead = int(found.months_ahead[row])
        if ahead and not by_members:
            expected = float(found.denominator_known[row] + found.denominator_ahead[row])
            allowed = self._limit(name) / self._monthly[name].per_year * expected
            budget = (allowed - float(found.numerator_known[row])) / ahead
        return Needed(
            change=_known(change),
            per_month=_known(intensity.even_pace(change, left)),
            months=left,
            budget=_known(budget),
            budget_unit="" if by_members else f"{self._monthly[name].unit}/month",
            budget_months=ahead,
        )


def _every(whole: Forecast, parts: Sequence[TargetLine]) -> Forecast:
    """The forecast of the least likely member, which bounds the probability of all together from above."""
    unknown = next((part.forecast for part in parts if part.forecast.probability is None), None)
    if unknown is not None or not parts:
        reason = "no_points" if unknown is None else unknown.reason
        blank = Forecast(
            None, None, None, None, None, None, None, whole.from_ms, whole.to_ms, whole.months_known, whole.months_ahead
        )
        return replace(blank, method="every_lowest_part", reason=reason)
    lowest = min(parts, key=lambda part: (part.forecast.probability or 0.0, -(part.forecast.change or 0.0)))
    return replace(lowest.forecast, method="every_lowest_part", of=lowest.id)


def _flat(indicators: Sequence[Indicator]) -> Iterator[Indicator]:
    for indicator in indicators:
        yield indicator
        yield from _flat(indicator.parts)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
