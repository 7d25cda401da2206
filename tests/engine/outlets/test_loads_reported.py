"""Are gaps filled in the load only, marked, and by the rule of the medium and the date? And what does it cost?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS, HOUR_MS
from engine.figure import Figure
from engine.outlets.hours import read_hours
from engine.outlets.loads_reported import reported_loads
from engine.outlets.tax import month_tax
from engine.settler import Settler
from storage import Store
from tests.engine.make import START_MS, registry_of
from tests.engine.outlets.test_limits import STACK, hourly

SEPTEMBER = (2018 - 1970) * 12 + 8
DAYS = 30
NOW = START_MS + DAYS * DAY_MS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


def days_of(value: float, n: int = DAYS) -> np.ndarray:
    return np.full(24 * n, value)


def settled(store: Store, registry, from_ms: int = START_MS, **values: np.ndarray) -> None:
    for name, column in values.items():
        store.append(hourly(registry, name, column, from_ms))
    Settler(store, registry, lambda: from_ms + 60 * DAY_MS).step()


def test_a_gap_of_a_stack_is_the_largest_hour_before_it(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    nox = days_of(100.0)
    nox[240] = 140.0
    nox[300:310] = np.nan
    # A quarter of 92 days begins on 1 July: only what is valid since then counts for its capture.
    settled(store, registry, START_MS - 62 * DAY_MS, q=days_of(1e5, 92), nox=np.concatenate([days_of(90.0, 62), nox]),
            o2=days_of(4.0, 92))  # fmt: skip
    loads = reported_loads(partial(read_hours, store, registry), registry, "p", START_MS, NOW, NOW)
    load = next(x for x in loads if x.pollutant == "NOx")
    #   100 mg/m3 x 1e5 Nm3/h = 10 kg/h, one hour 14
    assert load.measured.value == pytest.approx((720 - 11) * 10.0 + 14.0)
    assert load.reported.value == pytest.approx((720 - 11) * 10.0 + 14.0 + 10 * 14.0)
    assert (load.substituted_hours, load.classes["missing"], load.rule) == (10, 10, "hj75_2017")
    assert load.substituted_share == pytest.approx(140.0 / (709 * 10.0 + 154.0))
    assert load.reported.inputs[0] == load.measured
    assert load.reported.note == "substituted"
    assert load.capture == pytest.approx(710 / 720)


def test_below_three_quarters_captured_the_gap_stays_unknown(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    nox = days_of(100.0)
    nox[:10] = np.nan
    settled(store, registry, q=days_of(1e5), nox=nox, o2=days_of(4.0))  # nothing in July and August
    load = reported_loads(partial(read_hours, store, registry), registry, "p", START_MS, NOW, NOW)[0]
    assert load.substituted_hours == 0
    assert load.reported.coverage == pytest.approx(710 / 720)
    assert load.reported.note == "substitution_incomplete"


def test_wastewater_before_2020_takes_the_mean_of_as_many_hours(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    cod = days_of(50.0)
    cod[96:98] = 80.0
    cod[98:100] = np.nan
    settled(store, registry, f=days_of(100.0), cod=cod)
    loads = reported_loads(partial(read_hours, store, registry), registry, "p", START_MS, NOW, NOW)
    load = next(x for x in loads if x.pollutant == "COD")
    #   50 mg/L x 100 m3/h = 5 kg/h; the two hours before the gap 8 kg each, and so the gap
    assert load.reported.value == pytest.approx(716 * 5.0 + 2 * 8.0 + 2 * 8.0)
    assert (load.rule, load.substituted_hours) == ("hjt356_2007", 2)


def test_wastewater_from_2020_on_takes_the_largest_day_of_thirty(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    begin = int(np.datetime64("2020-05-31T16:00", "ms").astype(np.int64))  # 1 June there
    cod = days_of(50.0)
    cod[24 * 10 : 24 * 11] = 60.0
    cod[24 * 20 : 24 * 21 - 10] = np.nan  # 10 of 24 hours: no valid day
    cod[24 * 25 : 24 * 25 + 4] = np.nan  # 20 of 24: valid, and its mean stands for all of its volume
    settled(store, registry, begin, f=days_of(100.0), cod=cod)
    end = begin + DAYS * DAY_MS
    loads = reported_loads(partial(read_hours, store, registry), registry, "p", begin, end, end)
    load = next(x for x in loads if x.pollutant == "COD")
    assert load.reported.value == pytest.approx(28 * 120.0 + 144.0 + 144.0)
    assert (load.rule, load.substituted_hours) == ("hj356_2019", 24)


def test_nothing_past_is_no_load(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    assert reported_loads(partial(read_hours, store, registry), registry, "p", NOW, NOW + HOUR_MS, NOW) == []


def part(figure: Figure, *names: str) -> Figure:
    for name in names:
        figure = next(x for x in figure.inputs if x.name == name)
    return figure


def test_the_tax_of_a_month_opens_down_to_loads_rates_and_reliefs(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    settled(store, registry, q=days_of(1e5), nox=days_of(95.0), o2=days_of(4.0), f=days_of(100.0), cod=days_of(30.0))
    found = month_tax(partial(read_hours, store, registry), registry, "p", SEPTEMBER, NOW)
    #   NOx: 720 h x 9.5 kg = 6840 kg, 7200 equivalents, Wuxi 6 yuan; 95 x 17.5/17 = 97.8 is 34.8 % below 150: 75 %
    #   COD: 72 000 m3 x 30 mg/L = 2160 kg, 7 yuan; 62.5 % below 80: half
    assert part(found, "tax_outlet:p/st", "tax:NOx").value == pytest.approx(7200 * 6.0 * 0.75)
    assert part(found, "tax_outlet:p/ww", "tax:COD").value == pytest.approx(2160 * 7.0 * 0.5)
    assert found.value == pytest.approx(7200 * 6.0 * 0.75 + 2160 * 7.0 * 0.5)
    assert found.note == "tax_estimate"
    assert part(found, "tax_outlet:p/st", "tax:NOx", "tax_rate").note == "tax_rate_unsure"
    assert part(found, "tax_outlet:p/st", "tax:NOx", "tax_relief").value == 0.75
    assert part(found, "tax_outlet:p/st", "tax:NOx", "equivalents:NOx", "reported_load:NOx").value == pytest.approx(
        6840
    )


def test_one_hour_over_the_limit_costs_the_relief(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    nox = days_of(95.0)
    nox[7] = 200.0
    settled(store, registry, q=days_of(1e5), nox=nox, o2=days_of(4.0), f=days_of(100.0), cod=days_of(30.0))
    found = month_tax(partial(read_hours, store, registry), registry, "p", SEPTEMBER, NOW)
    assert part(found, "tax_outlet:p/st", "tax:NOx", "tax_relief").value == 1.0


def test_no_tax_before_the_law_and_none_from_what_is_unknown(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    before = month_tax(partial(read_hours, store, registry), registry, "p", SEPTEMBER - 12, NOW)
    assert (before.value, before.note) == (None, "no_tax_rate")
    settled(store, registry, q=days_of(1e5), nox=days_of(95.0), o2=days_of(4.0))
    found = month_tax(partial(read_hours, store, registry), registry, "p", SEPTEMBER, NOW)
    assert (found.value, part(found, "tax_outlet:p/ww").value) == (None, None)
    assert part(found, "tax_outlet:p/st").value is not None
