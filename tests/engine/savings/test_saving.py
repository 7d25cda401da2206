"""Worked examples of the notes on energy savings (savings.md, 6) as figures, and what a saving says of itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from engine.figure import Figure
from engine.period import Period, new_year
from engine.savings.plant import PlantYears, pairs_of
from engine.savings.saving import GAPS, Side, saving, total
from engine.savings.savings import Reckoned, year_savings
from engine.savings.years import saving_years
from registry import load_programmes
from tests.engine.make import ZONE

(PROGRAMME,) = load_programmes()


def _side(year: int, energy_tce: float, value: float, coverage: float = 1.0) -> Side:
    period = Period.of(new_year(year), new_year(year + 1), ZONE)
    span = (period.from_ms, period.to_ms)
    return Side(
        Figure("energy_tce", energy_tce, "tce", *span, coverage),
        Figure("value_added_base_prices", value, "10k_yuan", *span, 1.0),
    )


def test_the_worked_examples_of_the_notes() -> None:
    # savings.md 6, example 2: (0.385 - 0.412) * 96 000 = -2 592 tce, and negative is a saving there
    one = saving("saving_fixed_base", "e", _side(2015, 412.0, 1000.0), _side(2016, 0.385 * 96_000, 96_000.0))
    assert one.value == pytest.approx(2592.0)
    # example 4: three quantities from the same four years
    sides = [_side(2015, 0.520 * 40_000, 40_000.0), *(_side(*year) for year in _EXAMPLE_4)]
    years = saving_years(2016, new_year(2019), 2015, ZONE)
    plants = [Reckoned.of(PROGRAMME, _plant(sides), years)]
    found = year_savings(PROGRAMME, "plant:x", plants, years, 2016)
    last = found[-1]
    assert last.by_year.total is not None and last.by_base.total is not None
    assert last.by_year.total.value == pytest.approx(897.0)
    assert last.fixed_base.value == pytest.approx(924.0)
    assert last.by_base.total.value == pytest.approx(2021.0)


_EXAMPLE_4 = tuple(
    (2016 + i, e * m, m) for i, (e, m) in enumerate(zip((0.510, 0.503, 0.498), (4e4, 4.1e4, 4.2e4), strict=True))
)


def _plant(sides: Sequence[Side]) -> PlantYears:
    periods = [Period.of(new_year(2015 + i), new_year(2016 + i), ZONE) for i in range(len(sides))]
    pairs = [pair for year in saving_years(2016, new_year(2019), 2015, ZONE) for pair in pairs_of(year).values()]
    return PlantYears("plant:x", dict(zip(periods, sides, strict=True)), {pair: np.zeros(6) for pair in pairs})


def test_gaps_that_may_turn_the_saving_round_are_told() -> None:
    base = _side(2015, 1000.0, 1000.0)
    assert saving("saving_yearly", "e", base, _side(2016, 880.0, 1000.0, 0.9)).note == ""
    assert saving("saving_yearly", "e", base, _side(2016, 920.0, 1000.0, 0.9)).note == GAPS


def test_a_closed_plant_keeps_what_it_saved() -> None:
    one = saving("saving_yearly", "e", _side(2015, 1000.0, 1000.0), _side(2016, 900.0, 1000.0))
    closed = saving("saving_yearly", "e", _side(2016, 900.0, 1000.0), _side(2017, 0.0, 0.0), "closed")
    assert total("saving_yearly_total", [one, closed]).value == pytest.approx(100.0)
    with pytest.raises(ValueError, match="adds no year"):
        total("saving_yearly_total", [])
