"""Equivalents, the pollutants that are taxed, and reliefs: pollutants.md 5."""

from __future__ import annotations

import pytest

from analytics.tax import equivalents, outlet_tax, relief


@pytest.mark.parametrize(
    ("pollutant", "medium", "wanted"),
    [("SO2", "air", 1052.63), ("NH3-N", "water", 1250.0), ("TP", "water", 4000.0), ("COD", "water", 1000.0)],
)
def test_one_tonne(pollutant: str, medium: str, wanted: float) -> None:
    assert equivalents(pollutant, 1000.0, medium) == pytest.approx(wanted, abs=5e-3)  # type: ignore[arg-type]


def test_a_tonne_of_sulphur_dioxide_in_suzhou_costs_6315_yuan_79() -> None:
    (line,) = outlet_tax({"SO2": 1000.0}, "air", 6.0)
    assert line.amount_yuan == pytest.approx(6315.79, abs=5e-3)


def test_three_air_pollutants_with_most_equivalents_are_taxed() -> None:
    lines = outlet_tax({"CO": 1670.0, "SO2": 9.5, "NOx": 95.0, "PM": 21.8}, "air", 6.0)
    #   equivalents: CO and NOx 100 each, PM as smoke 10, SO2 10; three of them count
    assert [line.counted for line in lines] == [True, True, True, False]
    assert {line.pollutant for line in lines[:2]} == {"CO", "NOx"}
    assert sum(line.amount_yuan or 0.0 for line in lines) == pytest.approx(210.0 * 6.0)


def test_dust_is_smoke_or_general_dust() -> None:
    assert equivalents("PM", 21.8, "air") == pytest.approx(10.0)
    assert equivalents("PM", 40.0, "air", dust="dust") == pytest.approx(10.0)


def test_water_takes_five_of_the_first_class_and_three_others() -> None:
    first = {"Hg": 0.0005, "Cd": 0.01, "Cr": 0.12, "Cr6": 0.08, "As": 0.1, "Pb": 0.15}  # 1, 2, 3, 4, 5, 6 equivalents
    others = {"COD": 40.0, "NH3-N": 8.0, "TP": 5.0, "SS": 4.0}  # 40, 10, 20, 1
    lines = outlet_tax({**first, **others}, "water", 7.0)
    assert {line.pollutant for line in lines if line.counted} == {"Cd", "Cr", "Cr6", "As", "Pb", "COD", "NH3-N", "TP"}


def test_only_the_largest_of_the_organic_sums_counts() -> None:
    lines = {x.pollutant: x for x in outlet_tax({"COD": 100.0, "BOD5": 60.0, "SS": 4.0, "TP": 1.0}, "water", 7.0)}
    assert lines["BOD5"].equivalents == 120.0
    assert {name for name, line in lines.items() if line.counted} == {"BOD5", "SS", "TP"}


def test_nitrogen_and_hydrocarbons_have_no_equivalent_and_unknown_is_not_zero() -> None:
    lines = {x.pollutant: x for x in outlet_tax({"TN": 100.0, "COD": None, "TP": 0.25}, "water", 7.0)}
    assert (lines["TN"].equivalents, lines["TN"].amount_yuan) == (None, 0.0)
    assert lines["COD"].amount_yuan is None
    assert lines["TP"].amount_yuan == pytest.approx(7.0)


@pytest.mark.parametrize(
    ("mean", "exceeded", "wanted"), [(70.1, False, 1.0), (70.0, False, 0.75), (50.0, False, 0.5), (50.0, True, 1.0)]
)
def test_reliefs_of_article_13(mean: float, exceeded: bool, wanted: float) -> None:
    assert relief(mean, 100.0, exceeded) == wanted
    (line,) = outlet_tax({"SO2": 95.0}, "air", 6.0, {"SO2": relief(mean, 100.0, exceeded)})
    assert line.amount_yuan == pytest.approx(600.0 * wanted)


def test_no_relief_without_mean_or_limit() -> None:
    assert relief(None, 100.0, False) == 1.0
    assert relief(10.0, None, False) == 1.0
