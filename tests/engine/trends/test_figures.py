"""Are the months of a trend, read from a store, those of the plant's books, and does the slope follow from them?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from analytics.calendar import day_start, month_first_day
from analytics.columns import HOUR_MS, Readings
from engine.figures import Figures
from engine.period import Period
from engine.settler import Settler
from registry import Registry
from storage import Store
from tests.engine.make import HEAD, NOW_MS, ZONE, registry_of
from tests.engine.trends.trendplant import FIRST_MONTH

MONTHS = 44  # January 2015 to August 2018
STEP_MS = 6 * HOUR_MS
OUTLET = """
[[points]]
id = "q"
name = { zh = "流量", en = "Flow" }
kind = "rate"
unit = "m3/h"
direction = "discharge"
every = "1h"
hold = "7h"
[[points]]
id = "cod"
name = { zh = "化学需氧量", en = "COD" }
kind = "concentration"
unit = "mg/L"
every = "6h"
hold = "7h"
error_percent = 1
[[outlets]]
id = "ww"
name = { zh = "总排口", en = "Outlet" }
medium = "water"
flow = "q"
pollutants = { COD = "cod" }
"""


def readings(registry: Registry) -> Readings:
    """10 m3/h all the time, and 60 mg/L in 2015 that fall by 5 mg/L every New Year."""
    edges = day_start(month_first_day(np.array([FIRST_MONTH, FIRST_MONTH + MONTHS])), ZONE)
    time_ms = np.arange(edges[0], edges[1] + 1, STEP_MS, dtype=np.int64)
    year = ((time_ms + 8 * HOUR_MS).astype("datetime64[ms]").astype("datetime64[Y]").astype(int)) - 45
    parts = []
    for name, value in (("q", np.full(len(time_ms), 10.0)), ("cod", 60.0 - 5.0 * year)):
        key = np.full(len(time_ms), registry.points[f"p/{name}"].key, np.int32)
        parts.append(Readings(key, time_ms, value, np.zeros(len(time_ms), np.uint8), time_ms))
    return Readings.concat(parts)


@pytest.fixture(name="figures", scope="module")
def _figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    folder = tmp_path_factory.mktemp("trends")
    registry = registry_of(folder, HEAD + OUTLET)
    with Store.open(folder / "data") as store:
        store.append(readings(registry))
        Settler(store, registry, lambda: NOW_MS).step()
        yield Figures(store, lambda: registry, lambda: NOW_MS)


def test_every_month_is_that_of_the_books(figures: Figures) -> None:
    load = figures.trends("p").trends[0].series
    assert (load.quantity, len(load.month)) == ("load", MONTHS)
    accounts = figures.accounts("p")
    edges = month_first_day(np.arange(FIRST_MONTH, FIRST_MONTH + MONTHS + 1))
    for value, first, last in zip(load.value, edges[:-1], edges[1:], strict=True):
        booked = accounts.load("water", "COD", Period.of(int(first), int(last), ZONE))
        assert booked is not None
        assert booked.coverage == pytest.approx(1.0)
        assert value == pytest.approx(booked.value, rel=1e-9)


def test_level_slope_and_verdict_by_hand(figures: Figures) -> None:
    load, mean, energy = figures.trends("p").trends
    assert mean.series.value[:12].tolist() == pytest.approx([60.0] * 12)
    assert mean.series.value[-1] == pytest.approx(45.0)
    # Every pair of the same month is one to three years apart and falls by 5 a year.
    assert (mean.test.slope, mean.test.low, mean.test.high) == tuple(pytest.approx(-5.0, rel=1e-6) for _ in range(3))
    assert mean.per_base(mean.test.slope) == pytest.approx(-5.0 / 60.0)
    assert (mean.verdict, mean.series.error_percent, mean.series.error_sure) == ("falling", 1.0, True)
    assert load.base_level == pytest.approx(60.0 * 240.0 * 1e-3 * 365.0 / 12.0)
    assert load.stretched == pytest.approx(0.0, abs=1e-6)
    assert energy.verdict == "unknown"  # no value added is stated
    assert figures.trends("p").totals == {}  # and no programme asks for anything
