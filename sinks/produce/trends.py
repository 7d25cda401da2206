"""Which discharges change by more than noise?"""

from __future__ import annotations

from engine.trends.trends import PlantTrends, Trend
from sinks.lineprotocol import fields, series
from sinks.produce.rows import Rows
from sinks.schema import TREND

VERDICT = {"falling": -1, "rising": 1, "no_trend": 0, "not_distinguishable": 0}
"""How a verdict is written down; a change below the analyser's error is no change that could be told."""


def trend_lines(rows: Rows, found: PlantTrends, day_ms: int) -> None:
    """Every tested series of a plant, slopes as shares of the base year's mean month.

    Parameters
    ----------
    rows : Rows
    found : PlantTrends
    day_ms : int
        Start of the local day. [ms UTC]
    """
    for trend in found.trends:
        of = trend.series
        key = series(
            TREND,
            plant=found.plant,
            medium=of.medium,
            outlet=of.outlet,
            series=of.pollutant or of.quantity,
            of=of.quantity,
        )
        rows.add(key, day_ms, _told(trend))


def _told(trend: Trend) -> str:
    if trend.verdict == "unknown":
        return fields(TREND, known=0)
    test = trend.test
    return fields(
        TREND,
        known=1,
        slope=trend.per_base(test.slope),
        low=trend.per_base(test.low),
        high=trend.per_base(test.high),
        p=trend.p,
        verdict=VERDICT[trend.verdict],
    )
