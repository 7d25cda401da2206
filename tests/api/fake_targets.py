"""Forecasts made up from an indicator: the change goes on for another year."""

from __future__ import annotations

import math

from engine.figure import Indicator
from engine.targets.line import Forecast, Needed, TargetLine

FROM_MS, TO_MS = 1_546_272_000_000, 1_577_808_000_000  # 2019 in Shanghai


def made_up_line(ytd: Indicator, rolling12: Indicator, full_year: Indicator) -> TargetLine:
    """One line, and below it a line a part."""
    parts = zip(ytd.parts, rolling12.parts, full_year.parts, strict=True)
    return TargetLine(
        id=ytd.id,
        scope=ytd.scope,
        ytd=ytd,
        rolling12=rolling12,
        full_year=full_year,
        forecast=_forecast(rolling12),
        needed=_needed(rolling12),
        parts=tuple(made_up_line(*part) for part in parts),
    )


def _forecast(indicator: Indicator) -> Forecast:
    unit = 0.05
    if indicator.change is None or indicator.base.value is None:
        none = None
        return Forecast(none, none, none, none, none, none, none, FROM_MS, TO_MS, 11, 12, reason="history_too_short")
    change = (1.0 + indicator.change) * 0.97 - 1.0
    low, high = change - unit, change + unit
    values = [indicator.base.value * (1.0 + c) for c in (change, low, high)]
    probability = 1.0 / (1.0 + math.exp(-(indicator.target - change) / 0.02))
    return Forecast(*values, change, low, high, probability, FROM_MS, TO_MS, 44, 12)


def _needed(indicator: Indicator) -> Needed:
    if indicator.change is None:
        return Needed(None, None, 16)
    change = (1.0 + indicator.target) / (1.0 + indicator.change) - 1.0
    return Needed(change, math.log1p(change) / 16.0, 16, 812.4, "tce/month", 12)
