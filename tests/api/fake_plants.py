"""How large are the made-up plants, and what do their meters show at an instant?"""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone

from analytics.columns import DAY_MS, HOUR_MS, INTERVAL_MS, Kind
from analytics.units import UNITS
from registry import Point

LOCAL = timezone(timedelta(hours=8))
NOW_MS = int(datetime(2018, 9, 1, 15, 20, tzinfo=LOCAL).timestamp() * 1000)
FACTORS = "GB/T 2589-2008"

# Mean power [kW], energy [tce a year], water [m3 a year], value added [10k yuan a year].
SIZE: dict[str, tuple[float, float, float, float]] = {
    "wx-dyeing": (6200, 31_000, 2_100_000, 42_000),
    "cz-steel": (48_000, 182_000, 1_500_000, 160_000),
    "zj-cement": (15_500, 240_000, 620_000, 52_000),
    "nj-chem": (9400, 68_000, 1_900_000, 96_000),
    "sz-fab": (27_000, 34_000, 3_400_000, 310_000),
    "wx-plating": (3100, 5200, 880_000, 21_000),
}
CHANGES: dict[str, tuple[float | None, ...]] = {
    "wx-dyeing": (-0.191, -0.232, -0.171, -0.262),
    "cz-steel": (-0.148, -0.121, -0.139, -0.214),
    "zj-cement": (-0.062, -0.159, None, -0.093),
    "nj-chem": (-0.141, -0.173, -0.088, -0.181),
    "sz-fab": (-0.203, -0.066, -0.124, None),
    "wx-plating": (0.034, -0.088, -0.187, -0.151),
}
TARGETS = (-0.18, -0.20, -0.16, -0.20)
PACE = 0.75


def local_midnight(time_ms: int) -> int:
    """Start of the local day. [ms UTC]"""
    return (time_ms + 8 * HOUR_MS) // DAY_MS * DAY_MS - 8 * HOUR_MS


def local_start(time_ms: int, step: str) -> int:
    """Start of the local step that holds an instant. [ms UTC]"""
    if step in ("15min", "hour"):
        length = INTERVAL_MS if step == "15min" else HOUR_MS
        return time_ms // length * length
    if step == "day":
        return local_midnight(time_ms)
    at = datetime.fromtimestamp(time_ms / 1000, LOCAL)
    first = datetime(at.year, at.month if step == "month" else 1, 1, tzinfo=LOCAL)
    return int(first.timestamp() * 1000)


def following(start_ms: int, step: str) -> int:
    """Start of the next step. [ms UTC]"""
    lengths = {"15min": INTERVAL_MS, "hour": HOUR_MS, "day": DAY_MS}
    if step in lengths:
        return start_ms + lengths[step]
    return local_start(start_ms + (32 if step == "month" else 367) * DAY_MS, step)


def shape(time_ms: float, seed: int) -> float:
    """Load of a works around 1: day, week and season."""
    hours = (time_ms / HOUR_MS + 8) % 24
    weekday = int((time_ms / DAY_MS + 8 / 24 + 3) % 7)  # 1970-01-01 was a Thursday
    season = 1 + 0.06 * math.cos(2 * math.pi * (time_ms / DAY_MS / 365.25 - 0.55))
    noise = 0.05 * math.sin(time_ms / 2.7e6 + seed) + 0.03 * math.sin(time_ms / 7.1e5 + 2 * seed)
    return season * (0.88 if weekday >= 5 else 1.03) * (0.94 + 0.16 * math.sin(math.pi * (hours - 6) / 13) + noise)


def reading(point: Point, time_ms: int) -> float:
    """What a meter of that kind shows at an instant."""
    if point.kind is Kind.REGISTER:
        return round((time_ms - 1.42e12) / HOUR_MS * mean_rate(point) / point.multiplier, 2) % (point.modulus or 1e9)
    return round(mean_rate(point) * shape(time_ms, point.key), 3)


def mean_rate(point: Point) -> float:
    """Mean of the point's flow or level, in its own unit (per hour for registers)."""
    power_kw, _, water_m3, _ = SIZE[point.plant]
    if point.carrier == "electricity":
        shares = {"import": 1.0, "production": 0.04, "export": 0.004}
        return power_kw * shares.get(point.direction, 0.3) / UNITS[point.unit].factor
    if point.carrier == "water":
        return water_m3 / 8766
    if point.kind is Kind.CONCENTRATION:
        return {"COD": 42.0, "NH3-N": 4.1, "TN": 11.0, "TP": 0.28, "SO2": 21.0, "NOx": 88.0, "PM": 9.0}.get(
            next((x for x in ("COD", "NH3-N", "TN", "TP", "SO2", "NOx", "PM") if x.lower() in point.id.lower()), ""),
            7.5,
        )
    return 0.75 * water_m3 / 8766
