"""What did a plant, a city or a programme save in each year?"""

from __future__ import annotations

from collections.abc import Sequence

from engine.figure import Figure
from engine.savings.savings import YearSaving
from registry import Programme
from sinks.lineprotocol import series
from sinks.produce.rows import Rows, of_figure, of_value
from sinks.schema import SAVING


def saving_lines(rows: Rows, scope: str, programme: Programme, years: Sequence[YearSaving]) -> None:
    """Every year of a scope, at the start of the local year; each saving is a series of its own.

    Parameters
    ----------
    rows : Rows
    scope : str
    programme : Programme
        Says the goal, and whose it is.
    years : sequence of YearSaving
        As `engine.figures.Figures.savings` says.
    """
    goal = programme.goal_of(scope)
    for year in years:
        for figure in _told(year):
            rows.add(_key(scope, figure.name, figure.unit), year.fixed_base.from_ms, of_figure(SAVING, figure))
        if goal is not None:
            # A number of the programme file: whole, and nothing of it is estimated.
            text = of_value(SAVING, goal.goal_tce, 1.0, 0.0, 0.0)
            rows.add(_key(scope, "goal", year.fixed_base.unit), year.fixed_base.from_ms, text)


def _told(year: YearSaving) -> list[Figure]:
    """Savings of the year and, where it counts, those added up by the product: a sum of lines would leave out a year
    that is not known without a word.
    """
    base, before = year.by_base, year.by_year
    figures = (base.plants, base.final, base.total, base.total_final, before.plants, before.total)
    return [figure for figure in figures if figure is not None]


def _key(scope: str, name: str, unit: str) -> str:
    return series(SAVING, scope=scope, series=name, unit=unit)
