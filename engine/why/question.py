"""What is asked when somebody asks why an indicator moved?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.accounts import Accounts
from engine.columns import MonthBook
from engine.pointsums import PointSums
from engine.targets.indicators import Comparison
from registry import Plant, Programme


@dataclass(frozen=True)
class Question:
    """An indicator of a scope between two periods, and whom to ask for what it is made of.

    Attributes
    ----------
    scope, indicator : str
        The indicator as `engine.figure.Indicator.id` names it, parts too (``water_pollutants:COD``, ``co2:C31``).
    programme : Programme
    plants : sequence of (Plant, Accounts)
    when : Comparison
    period : str
        ``ytd``, ``rolling12``, ``full_year``; "" for days of the asker's choice.
    book : callable
        `engine.figures.Figures.book`.
    sums : PointSums
    """

    scope: str
    indicator: str
    programme: Programme
    plants: Sequence[tuple[Plant, Accounts]]
    when: Comparison
    period: str
    book: Callable[[str], MonthBook]
    sums: PointSums
