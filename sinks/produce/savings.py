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
        fixed = year.fixed_base
        if not (is_known(fixed.value) or is_known(year.yearly.value)):
            rows.add(key, fixed.from_ms, fields(SAVING, known=0))
            continue
        text = fields(
            SAVING,
            known=1,
            fixed_base_tce=fixed.value,
            yearly_tce=year.yearly.value,
            final_tce=year.final.value,
            goal_tce=None if goal is None else goal.goal_tce,
            coverage=fixed.coverage,
            estimated=fixed.estimated,
            provisional=fixed.provisional,
        )
        rows.add(key, fixed.from_ms, text)
