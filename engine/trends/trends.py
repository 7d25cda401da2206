"""Do a plant's discharges fall, month against the same month, by more than noise and by more than the analysers err?

For each pollutant of each outlet and of the plant: the monthly load and the monthly flow-weighted mean since the base
year, tested by seasonal Kendall. The totals of `engine.targets.indicators` alone say whether a target is met; the test
says whether what changed is more than noise (trend statistics, section 8). Both stand side by side here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analytics.autocorrelation import lag1, lag1_bound, residual
from analytics.censored import (
    SHOW_RANGE_ABOVE,
    LimitChange,
    filled,
    limit_change,
    seasonal_kendall_censored,
    share_below,
    slope_range,
)
from analytics.columns import Float64
from analytics.seasonal import SeasonalKendall, by_season
from engine.columns import MonthBook
from engine.figure import Indicator
from engine.kept import Kept
from engine.trends.series import MonthSeries, plant_series
from registry import Indicator as Target
from registry import Registry

Verdict = Literal["falling", "rising", "no_trend", "not_distinguishable", "unknown"]
Note = Literal[
    "too_short", "no_base_year", "months_differ", "autocorrelated", "p_differ", "limit_fell", "limit_rose",
    "limit_varied", "many_below",
]  # fmt: skip

SIGNIFICANT = 0.05
LEVEL = 0.95
CORRECTED_FROM_YEARS = 10.0
"""Years from which the p with dependent months counts; before it, its covariances are guesses (smwrStats)."""

BASE_MONTHS = 9
"""Months of the base year that must count before its level is one: 75 %."""


@dataclass(frozen=True, eq=False)
class Trend:
    """One tested series.

    Attributes
    ----------
    series : MonthSeries
    test : SeasonalKendall
        Slopes in the unit of the series per year.
    years : float
        From the first month that counts to the last.
    p : float
        The one that counts, plain below ten years, with dependent months from then on; NaN where it is too short.
    corrected : bool
        Which one it is.
    base_level : float
        Mean month of the base year; NaN where fewer than nine of its months count.
    slope_range : tuple of float
        Slopes with all non-detects at 0 and at the limit.
    lag1, lag1_bound : float
        Correlation of neighbours in what trend and season leave, and what it stays below without memory in 95 of 100.
    censored, estimated, stretched : float
        Shares of the months that count: below the limit; of their known time spread over longer steps; not known and
        taken to be like the rest of its month.
    limits : str
        How the detection limit moved (`analytics.censored.limit_change`).
    verdict : str
        ``falling`` and ``rising``: more than noise; ``no_trend``: not more; ``not_distinguishable``: a change below
        the error of the analyser; ``unknown``.
    notes : tuple of str
        Keys of remarks.
    """

    series: MonthSeries
    test: SeasonalKendall
    years: float
    p: float
    corrected: bool
    base_level: float
    slope_range: tuple[float, float]
    lag1: float
    lag1_bound: float
    censored: float
    estimated: float
    stretched: float
    limits: LimitChange
    verdict: Verdict = "unknown"
    notes: tuple[Note, ...] = ()

    def per_base(self, slope: float) -> float:
        """A slope as share of the base year's mean month, per year; NaN where there is none."""
        return slope / self.base_level if self.base_level > 0.0 else math.nan

    def line(self) -> tuple[Float64, Float64, Float64]:
        """Sen's line month by month, and those of the interval's slopes through the same point of medians; NaN where it
        is too short."""
        series = self.series
        when = np.arange(len(series.month)) / 12.0
        counted = series.counted
        if self.test.reason:
            nothing = np.full(len(when), np.nan)
            return nothing, nothing, nothing
        middle = float(np.median(filled(series.value, series.below, 0.5)[counted]))
        away = when - float(np.median(when[counted]))
        sides = np.array([middle + slope * away for slope in (self.test.low, self.test.high)])
        return middle + self.test.slope * away, sides.min(axis=0), sides.max(axis=0)


@dataclass(frozen=True, eq=False)
class PlantTrends:
    """All tested series of a plant.

    Attributes
    ----------
    plant : str
    base_year : int
    trends : tuple of Trend
        In the order of `engine.trends.series.plant_series`.
    totals : dict of str to Indicator
        ``medium:pollutant``, or ``energy_per_value_added``, to the target's verdict from totals; only what a programme
        asks for.
    """

    plant: str
    base_year: int
    trends: tuple[Trend, ...]
    totals: dict[str, Indicator]


def plant_trends(
    store: Kept, registry: Registry, book: MonthBook, base_year: int, totals: Mapping[str, Indicator]
) -> PlantTrends:
    """Every trend of a plant.

    Parameters
    ----------
    book : MonthBook
        The plant's whole months from January of the base year on.
    totals : mapping of str to Indicator
        As in `PlantTrends`.
    """
    trends = tuple(trend_of(series, base_year) for series in plant_series(store, registry, book))
    return PlantTrends(book.plant, base_year, trends, dict(totals))


def totals_of(indicators: Sequence[Indicator], targets: Sequence[Target]) -> dict[str, Indicator]:
    """The verdicts from totals by the names of `PlantTrends.totals`.

    Parameters
    ----------
    indicators : sequence of Indicator
        A plant's, of one period.
    targets : sequence of registry.Indicator
        The programme's.
    """
    asked = {target.id: target for target in targets}
    found = {}
    for whole in indicators:
        target = asked[whole.id]
        if target.quantity == "energy":
            found["energy_per_value_added"] = whole
        elif target.kind == "load":
            found |= {f"{target.medium}:{part.id.split(':', 1)[1]}": part for part in whole.parts}
    return found


def trend_of(series: MonthSeries, base_year: int) -> Trend:
    """One series with its test and verdict."""
    first = int(series.month[0]) % 12
    table, below = (by_season(values, 12, first) for values in (series.value, series.below.astype(np.float64)))
    test = seasonal_kendall_censored(table, below == 1.0, level=LEVEL)
    counted, at = series.counted, np.flatnonzero(series.counted)
    years = float(at[-1] - at[0] + 1) / 12.0 if len(at) else 0.0
    corrected = years >= CORRECTED_FROM_YEARS and not math.isnan(test.p_correlated)
    half = filled(table, below == 1.0, 0.5)
    censored = share_below(series.value, series.below)
    trend = Trend(
        series=series,
        test=test,
        years=years,
        p=test.p_correlated if corrected else test.p,
        corrected=corrected,
        base_level=_base_level(series, base_year),
        slope_range=slope_range(table, below == 1.0) if censored > 0.0 else (test.slope, test.slope),
        lag1=math.nan if test.reason else lag1(residual(half, test.slope)),
        lag1_bound=lag1_bound(len(at)),
        censored=censored,
        estimated=_mean(series.estimated[counted]),
        stretched=_mean(1.0 - series.known[counted]),
        limits=limit_change(series.limit[counted]),
    )
    return replace(trend, verdict=_verdict(trend), notes=tuple(_notes(trend)))


def _base_level(series: MonthSeries, base_year: int) -> float:
    """Mean month of the base year, weighted with volume or value added where the quantity is a ratio."""
    inside = (series.month // 12 + 1970 == base_year) & series.counted
    if np.count_nonzero(inside) < BASE_MONTHS or series.weight[inside].sum() <= 0.0:
        return math.nan
    return float(np.average(filled(series.value, series.below, 0.5)[inside], weights=series.weight[inside]))


def _mean(values: Float64) -> float:
    return float(values.mean()) if len(values) else 0.0


def _verdict(trend: Trend) -> Verdict:
    if math.isnan(trend.p):
        return "unknown"
    if trend.p >= SIGNIFICANT:
        return "no_trend"
    level = trend.base_level if trend.base_level > 0.0 else abs(float(np.nanmedian(trend.series.value)))
    error = (trend.series.error_percent or 0.0) / 100.0 * level
    change = trend.test.slope * trend.years
    if change == 0.0 or abs(change) < error:
        return "not_distinguishable"
    return "falling" if change < 0.0 else "rising"


def _notes(trend: Trend) -> list[Note]:
    test = trend.test
    if test.reason:
        return ["too_short"]
    limits: dict[LimitChange, Note] = {"fell": "limit_fell", "rose": "limit_rose", "varied": "limit_varied"}
    said: dict[Note, bool] = {
        "no_base_year": math.isnan(trend.base_level),
        "months_differ": test.p_heterogeneity < SIGNIFICANT,
        "autocorrelated": trend.lag1 > trend.lag1_bound,
        "p_differ": not math.isnan(test.p_correlated)
        and (test.p < SIGNIFICANT) is not (test.p_correlated < SIGNIFICANT),
        "many_below": max(trend.censored, days_below(trend.series)) > SHOW_RANGE_ABOVE,
    }
    return [key for key, holds in said.items() if holds] + ([limits[trend.limits]] if trend.limits else [])


def days_below(series: MonthSeries) -> float:
    """Share of the days whose mean lay below the detection limit, over the months that count."""
    return 0.0 if series.months is None else _mean(series.months.days_below[series.counted])
