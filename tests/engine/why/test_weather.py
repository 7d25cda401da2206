"""Is the weather found where it is, and left alone where one cannot tell?

A plant whose gas is known from monthly bills: 40 tce and 0.02 tce a tonne, 0.3 tce a kelvin day of heating, and nothing
else but noise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from analytics.calendar import day_number, month_first_day
from engine.accounts import Accounts
from engine.columns import month_book
from engine.ledger import Ledger
from engine.period import Period
from engine.why.weather import Weather, weather
from registry import Registry, Statement, load_plant_files
from simulators import load_simulated, statements
from simulators.workdays import month_edges
from tests.engine.make import PLANT, ZONE, registry_of

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "plants"
GAS_KGCE = 1.2143  # per m3, equivalent value (GB/T 2589-2008, gas-field gas)
TCE_PER_T, TCE_PER_HDD = 0.02, 0.3
HEATING = np.array([340.0, 260.0, 130.0, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0, 110.0, 280.0])
MONTHS = [f"{year}-{month:02d}" for year in range(2015, 2018) for month in range(1, 13)]


def _statement(period: str, item: str, value: float, unit: str) -> Statement:
    return Statement(plant="a", period=period, item=item, value=value, unit=unit, status="final")


def _winters() -> np.ndarray:
    """Degree days: 2016 was a tenth colder than 2015, 2017 a fifth milder."""
    return np.concatenate([HEATING, 1.1 * HEATING, 0.8 * HEATING])


def _statements(
    months: int = 36, noise_tce: float = 0.3, per_degree: float = TCE_PER_HDD, degrees: bool = True
) -> list[Statement]:
    rng = np.random.default_rng(3)
    output = rng.uniform(2000.0, 3000.0, 36)
    tce = 40.0 + TCE_PER_T * output + per_degree * _winters() + rng.normal(0.0, noise_tce, 36)
    rows = []
    for i, period in enumerate(MONTHS[:months]):
        rows.append(_statement(period, "energy:natural_gas", 1000.0 * tce[i] / GAS_KGCE, "m3"))
        rows.append(_statement(period, "output:cloth", output[i], "t"))
        if degrees:
            rows.append(_statement(period, "weather:hdd", _winters()[i], "K.d"))
            rows.append(_statement(period, "weather:cdd", 0.0, "K.d"))
    return rows


def _year(year: int) -> Period:
    edges = month_first_day(np.array([year - 1970, year - 1969]) * 12)
    return Period.of(int(edges[0]), int(edges[1]), ZONE)


@pytest.fixture(name="ask")
def _ask(tmp_path: Path) -> Callable[..., Weather]:
    def ask(statements: list[Statement], quantity: str = "energy", current: int = 2017) -> Weather:
        registry = registry_of(tmp_path, PLANT.format(id="a"), statements)
        first, last = day_number(date(2015, 1, 1)), day_number(date(2018, 1, 1))
        accounts = Accounts(registry, Ledger("a", first, {}, {}), "equivalent", "GB/T 2589-2008", 2015)
        return weather(accounts, month_book(accounts, first, last), quantity, _year(2015), _year(current))

    return ask


def test_a_mild_winter_is_found(ask: Callable[..., Weather]) -> None:
    found = ask(_statements())
    assert found.why_not == "" and found.model is not None
    # 1150 kelvin days in 2015, 920 in 2017: half of the difference to each side of their mean.
    half = TCE_PER_HDD * (1150.0 - 920.0) / 2.0
    assert (found.base, found.current) == pytest.approx((half, -half), rel=0.02)
    assert found.model.cv_rmse < 0.02
    colder = ask(_statements(), current=2016)
    assert (colder.base, colder.current) == pytest.approx((-TCE_PER_HDD * 57.5, TCE_PER_HDD * 57.5), rel=0.05)


def test_what_the_cold_does_not_move_is_left_alone(ask: Callable[..., Weather]) -> None:
    assert ask(_statements(per_degree=0.0)).why_not == "no_weather_effect"
    # Less gas in cold months is no heating, whatever it is.
    assert ask(_statements(per_degree=-0.05)).why_not == "no_weather_effect"


def test_a_noisy_plant_says_that_its_model_is_weak(ask: Callable[..., Weather]) -> None:
    found = ask(_statements(noise_tce=80.0))
    assert (found.why_not, found.base, found.current) == ("weak_model", 0.0, 0.0)


def test_without_degree_days_or_with_too_few_months_nothing_is_said(ask: Callable[..., Weather]) -> None:
    assert ask(_statements(degrees=False)).why_not == "no_weather"
    assert ask(_statements(months=20), current=2016).why_not == "few_months"
    # The model stands on 30 months, but half of the current year has no degree days.
    assert ask(_statements(months=30)).why_not == "no_weather"


def test_water_has_a_model_of_its_own(ask: Callable[..., Weather]) -> None:
    water = [
        _statement(period, "water", 5000.0 + 2.0 * degrees + (i % 3), "m3")
        for i, (period, degrees) in enumerate(zip(MONTHS, _winters(), strict=True))
    ]
    found = ask([*_statements(), *water], "water")
    assert (found.base, found.current) == pytest.approx((230.0, -230.0), rel=0.02)


def test_the_heating_of_a_simulated_works_is_recovered(tmp_path: Path) -> None:
    """Baths and halls of the dyeing works take 11 m3 of gas an hour for each kelvin below 14 degC, by its model."""
    registry = Registry.of_files(load_plant_files([EXAMPLES / "wx-dyeing.toml"]))
    (works,) = load_simulated(registry.plants)
    names, edges = month_edges()
    rows = [Statement(**row) for row in statements([works]) if row["item"].partition(":")[0] in ("output", "weather")]
    for item, flows, unit in (("natural_gas", ("gas",), "m3"), ("electricity", ("jets", "finish", "utility"), "kWh")):
        hourly = np.sum([works.flows[flow].amount for flow in flows], axis=0)
        for name, amount in zip(names, np.add.reduceat(hourly, edges[:-1]).tolist(), strict=True):
            bill = {"plant": works.id, "period": name, "item": f"energy:{item}", "value": amount, "unit": unit}
            rows.append(Statement(**bill, status="final"))
    registry = registry.with_statements(rows)
    first, last = day_number(date(2015, 1, 1)), day_number(date(2020, 1, 1))
    accounts = Accounts(registry, Ledger(works.id, first, {}, {}), "equivalent", "GB/T 2589-2008", 2015)
    found = weather(accounts, month_book(accounts, first, last), "energy", _year(2015), _year(2018))
    assert found.model is not None
    # Each kelvin day: 24 h x 11 m3 x 1.2143 kgce, less what the measures on heat take off until 2019.
    by_model = 24 * 11.0 * GAS_KGCE / 1000.0
    assert 0.75 * by_model < found.model.coefficients[3] < 1.1 * by_model
    assert found.model.cv_rmse < 0.05
