"""What did a plant, a city or a programme save in each year?"""

from __future__ import annotations

from collections.abc import Sequence

from engine.savings.savings import YearSaving
from registry import Programme
from sinks.lineprotocol import fields, series
from sinks.produce.rows import Rows, is_known
from sinks.schema import SAVING


def saving_lines(rows: Rows, scope: str, programme: Programme, years: Sequence[YearSaving]) -> None:
    """Every year of a scope, at the start of the local year.

    Parameters
    ----------
    rows : Rows
    scope : str
    programme : Programme
        Says the goal, and whose it is.
    years : sequence of YearSaving
        As `engine.figures.Figures.savings` says.
    """
    key = series(SAVING, scope=scope)
    goal = programme.goal_of(scope)
    for year in years:
        fixed, totals = year.fixed_base, _totals(year)
        if not any(map(is_known, (fixed.value, year.yearly.value, *totals.values()))):
            rows.add(key, fixed.from_ms, fields(SAVING, known=0))
            continue
        text = fields(
            SAVING,
            known=1,
            fixed_base_tce=fixed.value,
            yearly_tce=year.yearly.value,
            final_tce=year.final.value,
            goal_tce=None if goal is None else goal.goal_tce,
            **totals,
            coverage=fixed.coverage,
            estimated=fixed.estimated,
            provisional=fixed.provisional,
        )
        rows.add(key, fixed.from_ms, text)


def _totals(year: YearSaving) -> dict[str, float | None]:
    """Added up by the product: a sum of lines would leave out a year that is not known without a word."""
    told = {
        "fixed_base_total_tce": year.by_base.total,
        "yearly_total_tce": year.by_year.total,
        "final_total_tce": year.by_base.total_final,
    }
    return {name: None if figure is None else figure.value for name, figure in told.items()}
