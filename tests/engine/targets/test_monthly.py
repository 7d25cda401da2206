"""Which months count, and what they add up to: by hand, on made-up books of two plants."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.columns import Column
from engine.figure import Figure, Indicator
from engine.targets.line import Forecast, Needed, TargetLine
from engine.targets.monthly import Months
from engine.targets.strip import _every
from registry import Programme, Statement, load_programmes

N = 24
(PROGRAMME,) = load_programmes()
TARGETS = {target.id: target for target in PROGRAMME.indicators}


def _column(amount: float, **known: float) -> Column:
    """The same every month; `known` names months (``m5=0.5``) of which less than all is known."""
    share = np.ones(N)
    for month, part in known.items():
        share[int(month[1:])] = part
    return Column(amount * share, share, np.zeros(N), np.zeros(N))


def _book(energy: Column, value: Column, loads: dict[tuple[str, str], Column], co2: Column | None = None) -> Any:
    month = np.arange(540, 540 + N)
    return SimpleNamespace(
        first_month=540, month=month, energy_tce=energy, water_m3=energy, value_added=value, loads=loads, co2_t=co2
    )


def _accounts(*planned: str, sector: str = "C17") -> Any:
    rows = tuple(
        Statement(plant="p", period=p, item="value_added", value=1.0, unit="10k_yuan", status="plan") for p in planned
    )
    plants = {"p": SimpleNamespace(sector=sector)}
    registry = SimpleNamespace(statements=lambda plant, item: rows if item == "value_added" else (), plants=plants)
    return SimpleNamespace(registry=registry, ledger=SimpleNamespace(plant="p"))


@pytest.fixture(name="months")
def _months() -> Months:
    loads = {("water", "COD"): _column(3000.0), ("water", "TN"): _column(90.0)}
    one = _book(_column(10.0, m3=0.8), _column(4.0), loads)
    other = _book(_column(5.0, m7=0.5), _column(2.0), {("water", "COD"): _column(1000.0, m2=0.0)})
    return Months(PROGRAMME, [_accounts(), _accounts("2016-12")], [one, other])


def test_sums_come_first_and_what_little_is_missing_is_like_the_rest(months: Months) -> None:
    found = months.of(TARGETS["energy_per_value_added"])
    assert (found.unit, found.per_year) == ("tce", 1.0)
    assert found.numerator[0] == 15.0
    assert found.numerator[3] == pytest.approx(15.0)  # 80 % of the one plant's month is known
    assert np.isnan(found.numerator[7])  # half is less than the programme asks for
    assert found.denominator[0] == 6.0
    assert np.isnan(found.denominator[23])  # the other plant's December is a plan
    assert found.of_year(2015, 540) != found.of_year(2015, 540)  # July is not known
    water = months.of(TARGETS["water_per_value_added"])
    assert water.unit == "m3"


def test_a_load_is_that_of_the_plants_that_measure_it(months: Months) -> None:
    cod = months.of(TARGETS["water_pollutants"], "COD")
    assert (cod.unit, cod.per_year, cod.numerator[0]) == ("kg", 12.0, 4000.0)
    assert np.isnan(cod.numerator[2])
    assert (cod.denominator == 1.0).all()
    nitrogen = months.of(TARGETS["water_pollutants"], "TN")
    assert nitrogen.of_year(2016, 540) == pytest.approx(12 * 90.0)
    assert np.isnan(months.of(TARGETS["water_pollutants"], "TP").numerator).all()


def test_a_group_is_its_equivalents(months: Months) -> None:
    """COD counts 1 kg an equivalent; nitrogen has none, phosphorus is not measured."""
    group = months.of(TARGETS["water_pollutants"])
    assert (group.unit, group.numerator[0]) == ("equivalents", 4000.0)
    assert group.of_year(2016, 540) == pytest.approx(48_000.0)
    assert np.isnan(months.of(TARGETS["air_pollutants"]).numerator).all()


def test_carbon_is_that_of_the_plants_of_its_sectors() -> None:
    energy = _column(10.0)
    books = [_book(energy, energy, {}, co2) for co2 in (_column(100.0), _column(7.0, m4=0.0), _column(1000.0))]
    plants = [_accounts(sector=sector) for sector in ("C3130", "C30", "C17")]
    months = Months(PROGRAMME, plants, books)
    whole, steel = months.of(TARGETS["co2"]), months.of(TARGETS["co2"], "C31")
    assert (whole.unit, whole.per_year) == ("tCO2", 12.0)
    assert whole.numerator[0] == 107.0
    assert np.isnan(whole.numerator[4])
    assert steel.numerator.tolist() == [100.0] * N
    unknown = Months(PROGRAMME, plants, [*books[:1], _book(energy, energy, {}), books[2]])
    assert np.isnan(unknown.of(TARGETS["co2"]).numerator).all()


def _said(probability: float | None, reason: str = "") -> Forecast:
    return Forecast(1.0, 0.9, 1.1, -0.2, -0.3, -0.1, probability, 0, 1, 44, 12, reason=reason)


def _member(name: str, said: Forecast) -> TargetLine:
    nothing = Figure("load", None, "kg", 0, 1)
    standing = Indicator(name, "plant:a", nothing, nothing, None, -0.16, None, 0.5, "not_assessable")
    return TargetLine(name, "plant:a", standing, standing, standing, said, Needed(None, None, 0, None, "", 0), ())


def test_a_group_is_forecast_as_its_least_likely_member() -> None:
    whole = _said(0.7)
    members = [
        _member("w:COD", _said(0.9)),
        _member("w:TN", replace(_said(0.4), change=-0.1)),
        _member("w:TP", _said(0.95)),
    ]
    found = _every(whole, members)
    assert (found.probability, found.change, found.of, found.method) == (0.4, -0.1, "w:TN", "every_lowest_part")
    unknown = _every(whole, [*members, _member("w:SS", _said(None, "history_too_short"))])
    assert (unknown.probability, unknown.change, unknown.reason) == (None, None, "history_too_short")
    assert _every(_said(None), []).reason == "no_points"


def test_the_programme_is_the_one_these_numbers_are_of() -> None:
    assert isinstance(PROGRAMME, Programme)
    assert (PROGRAMME.min_coverage, TARGETS["water_pollutants"].group) == (0.75, "every")
