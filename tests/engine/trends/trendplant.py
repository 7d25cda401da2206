"""A plant with two outlets whose days are made up by hand, for tests of trends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from analytics.calendar import month_first_day
from analytics.columns import Days, Findings, Int32, Intervals, Ranges
from engine.columns import Column, MonthBook
from registry import Registry
from tests.engine.make import HEAD, registry_of

FIRST_MONTH = (2015 - 1970) * 12
HOURS = 24.0

POINTS = """
[[points]]
id = "{id}.q"
name = {{ zh = "流量", en = "Flow" }}
kind = "rate"
unit = "m3/h"
every = "1min"
[[points]]
id = "{id}.cod"
name = {{ zh = "化学需氧量", en = "COD" }}
kind = "concentration"
unit = "mg/L"
every = "1h"
{keys}
[[outlets]]
id = "{id}"
name = {{ zh = "排口", en = "Outlet" }}
medium = "water"
flow = "{id}.q"
pollutants = {{ COD = "{id}.cod" }}
"""


def trend_registry(folder: Path, outlets: Sequence[str] = ("ww",), keys: str = "") -> Registry:
    """The registry of the plant "p"; `keys` are further lines of each concentration point."""
    return registry_of(folder, HEAD + "".join(POINTS.format(id=outlet, keys=keys) for outlet in outlets))


class TrendStore:
    """Local days of flow [m3/d], concentration [mg/L] and load, from functions of the day's place and month.

    Parameters
    ----------
    registry : Registry
    months : int
        From January 2015 on.
    """

    settled_batch = 1

    def __init__(self, registry: Registry, months: int) -> None:
        self._registry = registry
        self.edges = month_first_day(np.arange(FIRST_MONTH, FIRST_MONTH + months + 1))
        self.day = np.arange(self.edges[0], self.edges[-1])
        self.month = np.searchsorted(self.edges, self.day, "right") - 1
        self._rows: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def put(
        self,
        outlet: str,
        flow_m3: Callable[[np.ndarray], np.ndarray],
        level_mg_l: Callable[[np.ndarray], np.ndarray],
        known: np.ndarray | float = 1.0,
    ) -> None:
        """Days of one outlet; flow and level are functions of the month's number from 0, `known` a share a day."""
        share = np.broadcast_to(np.asarray(known, float), self.day.shape)
        flow, level = flow_m3(self.month) * np.ones(len(self.day)), level_mg_l(self.month) * np.ones(len(self.day))
        for name, amount in (
            (f"{outlet}.q", flow * share),
            (f"{outlet}.cod", level * 1000.0 * HOURS * share),
            (f"{outlet}.COD", level * flow * 1e-3 * share),
        ):
            self._rows[self._registry.points[f"p/{name}"].key] = (amount, share)

    def days(self, points: Int32, first_day: int, last_day: int) -> Days:
        parts = []
        for key in sorted(int(p) for p in points):
            amount, share = self._rows[key]
            rows = (self.day >= first_day) & (self.day <= last_day) & (share > 0.0)
            n = int(np.count_nonzero(rows))
            parts.append(
                Days(
                    np.full(n, key, np.int32),
                    self.day[rows].astype(np.int32),
                    amount[rows],
                    (share[rows] * 86_400.0).astype(np.float32),
                    np.zeros(n, np.float32),
                    np.full(n, 86_400.0, np.float32),
                    np.zeros(n),
                    np.zeros(n, np.uint16),
                )
            )
        return Days.concat(parts)

    def intervals(self, ranges: Ranges) -> Intervals:
        raise AssertionError("trends are made of days")

    def findings(self, points: Int32 | None, from_ms: int, to_ms: int, limit: int = 1000) -> Findings:
        raise AssertionError("trends are made of days")

    def meta_get(self, key: str) -> str | None:
        return None


def month_column(amount: np.ndarray, known: np.ndarray | float = 1.0) -> Column:
    """A column of a month book that is measured and final."""
    n = len(amount)
    return Column(amount.astype(float), np.broadcast_to(np.asarray(known, float), n).copy(), np.zeros(n), np.zeros(n))


def book_of(months: int, energy: np.ndarray | None = None, earned: np.ndarray | None = None) -> MonthBook:
    """A month book that holds energy and value added only; by default none is known."""
    nothing = month_column(np.zeros(months), 0.0)
    return MonthBook(
        plant="p",
        first_month=FIRST_MONTH,
        month=np.arange(FIRST_MONTH, FIRST_MONTH + months, dtype=np.int32),
        units={},
        carriers={},
        coal_kg={},
        grid_kwh=nothing,
        self_use_kwh=nothing,
        energy_tce=nothing if energy is None else month_column(energy),
        water_m3=nothing,
        value_added=nothing if earned is None else month_column(earned),
        loads={},
    )
