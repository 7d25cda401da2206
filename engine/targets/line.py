"""What does the strip say of one target?"""

from __future__ import annotations

from dataclasses import dataclass, field

from analytics.forecast import LEVEL
from engine.figure import Indicator


@dataclass(frozen=True)
class Forecast:
    """The indicator over the whole target year.

    Attributes
    ----------
    value, low, high : float or None
        Median and bounds of the interval, in the unit of the base figure of what is forecast.
    change, change_low, change_high : float or None
        The same against the base year; negative is a reduction.
    probability : float or None
        Of meeting the target, 0 to 1.
    level : float
        Share of such intervals that hold the truth.
    from_ms, to_ms : int
        The target year. [ms UTC]
    months_known, months_ahead : int
        Known months of the whole history, and months of the target year that are forecast.
    method : str
        ``walk`` (`analytics.walk`), ``known`` (the year is over) or ``every_lowest_part``.
    of : str
        Indicator whose forecast it is, where a group is forecast as one of its members; "" for its own.
    reason : str
        Key of what is missing ("" for nothing): ``history_too_short``, ``no_base_year`` or the base figure's own note,
        ``closed``.
    """

    value: float | None
    low: float | None
    high: float | None
    change: float | None
    change_low: float | None
    change_high: float | None
    probability: float | None
    from_ms: int
    to_ms: int
    months_known: int
    months_ahead: int
    level: float = LEVEL
    method: str = "walk"
    reason: str = ""
    of: str = ""


@dataclass(frozen=True)
class Needed:
    """What is left to do.

    Attributes
    ----------
    change : float or None
        Still needed against the last twelve months, ``(1 + target) / (1 + change) - 1``; not negative: nothing.
    per_month : float or None
        The same as an even change a month up to the end of the target year.
    months : int
        Whole months until then.
    budget : float or None
        What each month of the target year that is not known may take on the average, at the expected value added;
        negative: the known months alone took more than the year may. [budget_unit]
    budget_unit : str
        ``tce/month`` ...
    budget_months : int
        How many such months there are.
    """

    change: float | None
    per_month: float | None
    months: int
    budget: float | None = None
    budget_unit: str = ""
    budget_months: int = 0


@dataclass(frozen=True)
class TargetLine:
    """One target, as the strip shows it; `parts` are the members of a group."""

    id: str
    scope: str
    ytd: Indicator
    rolling12: Indicator
    full_year: Indicator
    forecast: Forecast
    needed: Needed
    parts: tuple[TargetLine, ...] = field(default=())
