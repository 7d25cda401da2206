"""In what shape do trends go out: the months, the test, what it rests on, and what the totals say beside it?"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from analytics.calendar import day_start, month_first_day
from analytics.columns import Float64
from api.figures_out import finite
from api.models import Answer
from api.times import iso
from engine.figure import Indicator, Status
from engine.trends.series import Quantity
from engine.trends.trends import LEVEL, SIGNIFICANT, Note, PlantTrends, Trend, Verdict, days_below
from registry import Registry
from registry.text import Text


class TrendMonthOut(Answer):
    """One month of a series."""

    month: str = Field(examples=["2018-08"])
    start_ms: int = Field(description="Its start in the plant's zone. [ms UTC]", examples=[1533052800000])
    end_ms: int = Field(description="Its end; exclusive. [ms UTC]", examples=[1535731200000])
    value: float | None = Field(description="null: the month does not count; the limit if below.", examples=[7521.4])
    below: bool = Field(description="The mean lies below the detection limit.", examples=[False])
    low: float | None = Field(description="Load with days below the limit at 0.", examples=[7521.4])
    high: float | None = Field(description="Load with days below the limit at the limit.", examples=[7521.4])
    known: float = Field(description="Known share of the month, 0 to 1.", examples=[0.997])
    estimated: float = Field(description="Share of the known time that was spread.", examples=[0.0])
    valid_days: int | None = Field(description="Days that count.", examples=[31])
    line: float | None = Field(description="Sen's line.", examples=[7800.0])
    line_low: float | None = Field(description="The interval's slopes through the same medians.", examples=[7600.0])
    line_high: float | None = Field(examples=[8000.0])


class TrendTestOut(Answer):
    """Seasonal Kendall test and Sen slope."""

    n: int = Field(description="Months that count.", examples=[44])
    years: float = Field(description="From the first of them to the last.", examples=[3.67])
    s: float | None = Field(examples=[-40.0])
    variance: float | None = Field(examples=[88.0])
    z: float | None = Field(examples=[-4.16])
    p: float | None = Field(description="The one that counts.", examples=[2.1e-05])
    counts: Literal["plain", "correlated"] = Field(description="Which one that is: correlated from ten years on.")
    p_plain: float | None = Field(examples=[2.1e-05])
    p_correlated: float | None = Field(description="With dependent months (Hirsch and Slack).", examples=[0.11])
    tau: float | None = Field(examples=[-0.645])
    slope: float | None = Field(description="Sen slope, unit per year.", examples=[-1200.0])
    low: float | None = Field(description="Its interval (Gilbert).", examples=[-1650.0])
    high: float | None = Field(examples=[-980.0])
    slope_share: float | None = Field(description="Against the base year's mean month, per year.", examples=[-0.109])
    low_share: float | None = Field(examples=[-0.15])
    high_share: float | None = Field(examples=[-0.089])
    base_level: float | None = Field(description="Mean month of the base year.", examples=[11020.0])
    slope_at_zero_or_limit: list[float | None] = Field(
        description="Slopes with non-detects at 0 and at their limit, the smaller first.", examples=[[-1200.0, -1200.0]]
    )
    chi2: float | None = Field(description="Heterogeneity of the months (van Belle and Hughes).", examples=[2.1])
    degrees: int = Field(examples=[11])
    p_heterogeneity: float | None = Field(description="Small: the months do not agree.", examples=[0.97])
    lag1: float | None = Field(description="Of what trend and season leave.", examples=[0.14])
    lag1_bound: float | None = Field(description="Without memory it stays below in 19 of 20.", examples=[0.3])


class TrendTotalOut(Answer):
    """What the totals say about the target: only they do."""

    id: str = Field(description="Indicator of the programme.", examples=["water_pollutants:COD"])
    change: float | None = Field(description="Against the base year, same dates.", examples=[-0.31])
    target: float = Field(examples=[-0.16])
    status: Status
    reason: str = Field(examples=[""])
    coverage: float | None = Field(examples=[0.99])
    from_: str = Field(alias="from", examples=["2017-12-31T16:00:00Z"])
    to: str = Field(examples=["2018-08-31T16:00:00Z"])


class TrendOut(Answer):
    """One tested series."""

    outlet: str | None = Field(description="null: the plant.", examples=["ww"])
    outlet_name: Text | None
    medium: Literal["water", "air"] | None = Field(examples=["water"])
    pollutant: str | None = Field(examples=["COD"])
    quantity: Quantity
    unit: str = Field(examples=["kg"])
    verdict: Verdict
    notes: list[Note] = Field(examples=[["p_differ"]])
    test: TrendTestOut
    censored: float = Field(description="Months below the detection limit.", examples=[0.0])
    days_below: float = Field(description="Days below it.", examples=[0.0])
    estimated: float = Field(description="Known time spread over longer steps.", examples=[0.01])
    stretched: float = Field(description="Time not known, taken like the rest of its month.", examples=[0.02])
    error_percent: float | None = Field(description="Of the analyser.", examples=[10.0])
    error_sure: bool = Field(description="Whether the plant file says it.", examples=[False])
    total: TrendTotalOut | None
    months: list[TrendMonthOut]


class TrendsOut(Answer):
    """A plant's trends since the base year."""

    plant: str = Field(examples=["wx-dyeing"])
    base_year: int = Field(examples=[2015])
    significant: float = Field(description="Below this p a change is more than noise.", examples=[SIGNIFICANT])
    level: float = Field(description="Of the intervals.", examples=[LEVEL])
    trends: list[TrendOut]


def trends_out(registry: Registry, found: PlantTrends, chosen: list[Trend]) -> TrendsOut:
    """The chosen ones of a plant's trends."""
    zone = registry.plants[found.plant].zone
    names = {outlet.id: outlet.name for outlet in registry.outlets(found.plant)}
    return TrendsOut(
        plant=found.plant,
        base_year=found.base_year,
        significant=SIGNIFICANT,
        level=LEVEL,
        trends=[_trend_out(trend, zone, names, found) for trend in chosen],
    )


def _trend_out(trend: Trend, zone: str, names: dict[str, Text], found: PlantTrends) -> TrendOut:
    series = trend.series
    total = None
    if series.quantity != "concentration" and series.outlet is None:
        key = f"{series.medium}:{series.pollutant}" if series.quantity == "load" else series.quantity
        total = found.totals.get(key)
    return TrendOut(
        outlet=series.outlet,
        outlet_name=None if series.outlet is None else names[series.outlet],
        medium=series.medium,
        pollutant=series.pollutant,
        quantity=series.quantity,
        unit=series.unit,
        verdict=trend.verdict,
        notes=list(trend.notes),
        test=_test_out(trend),
        censored=trend.censored,
        days_below=days_below(series),
        estimated=trend.estimated,
        stretched=trend.stretched,
        error_percent=series.error_percent,
        error_sure=series.error_sure,
        total=None if total is None else _total_out(total),
        months=_months_out(trend, zone),
    )


def _test_out(trend: Trend) -> TrendTestOut:
    test = trend.test
    return TrendTestOut(
        n=test.n,
        years=trend.years,
        s=finite(test.s),
        variance=finite(test.variance),
        z=finite(test.z),
        p=finite(trend.p),
        counts="correlated" if trend.corrected else "plain",
        p_plain=finite(test.p),
        p_correlated=finite(test.p_correlated),
        tau=finite(test.tau),
        slope=finite(test.slope),
        low=finite(test.low),
        high=finite(test.high),
        slope_share=finite(trend.per_base(test.slope)),
        low_share=finite(trend.per_base(test.low)),
        high_share=finite(trend.per_base(test.high)),
        base_level=finite(trend.base_level),
        slope_at_zero_or_limit=[finite(slope) for slope in trend.slope_range],
        chi2=finite(test.chi2),
        degrees=test.degrees,
        p_heterogeneity=finite(test.p_heterogeneity),
        lag1=finite(trend.lag1),
        lag1_bound=finite(trend.lag1_bound),
    )


def _total_out(total: Indicator) -> TrendTotalOut:
    return TrendTotalOut.model_validate(
        {
            "id": total.id,
            "change": finite(total.change),
            "target": total.target,
            "status": total.status,
            "reason": total.reason,
            "coverage": finite(total.current.coverage),
            "from": iso(total.current.from_ms),
            "to": iso(total.current.to_ms),
        }
    )


def _months_out(trend: Trend, zone: str) -> list[TrendMonthOut]:
    series, months = trend.series, trend.series.months
    ranged = months is not None and series.quantity == "load"
    low = months.load_low_kg if ranged and months is not None else series.value
    high = months.load_high_kg if ranged and months is not None else series.value
    line, line_low, line_high = trend.line()
    edges = day_start(month_first_day(np.append(series.month, series.month[-1] + 1)), zone)
    names = np.datetime_as_string(series.month.astype("datetime64[M]"))
    return [
        TrendMonthOut(
            month=str(names[i]),
            start_ms=int(edges[i]),
            end_ms=int(edges[i + 1]),
            value=_at(series.value, i),
            below=bool(series.below[i]),
            low=_at(low, i),
            high=_at(high, i),
            known=float(series.known[i]),
            estimated=float(series.estimated[i]),
            valid_days=None if months is None else int(months.valid_days[i]),
            line=_at(line, i),
            line_low=_at(line_low, i),
            line_high=_at(line_high, i),
        )
        for i in range(len(series.month))
    ]


def _at(values: Float64, row: int) -> float | None:
    return finite(float(values[row]))
