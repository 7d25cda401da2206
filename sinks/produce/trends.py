"""Which discharges change by more than noise?"""

from __future__ import annotations

from engine.trends.trends import PlantTrends
from sinks.lineprotocol import fields, series
from sinks.produce.rows import Rows
from sinks.schema import SLOPE, TREND

VERDICT: dict[str, float] = {"falling": -1, "rising": 1, "no_trend": 0, "not_distinguishable": 0}
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
        tags = {
            "plant": found.plant,
            "medium": of.medium,
            "outlet": of.outlet,
            "series": of.pollutant or of.quantity,
            "of": of.quantity,
        }
        known = float(trend.verdict != "unknown")
        text = fields(TREND, known=known, p=trend.p, verdict=VERDICT.get(trend.verdict))
        rows.add(series(TREND, **tags), day_ms, text)
        slope, low, high = (trend.per_base(one) for one in (trend.test.slope, trend.test.low, trend.test.high))
        rows.add(series(SLOPE, **tags), day_ms, fields(SLOPE, value=slope, known=known, low=low, high=high))
