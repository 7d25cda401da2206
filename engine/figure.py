"""What is a figure, when a user sees one?

Never a bare number: a value with its unit and period, how much of it was measured, how much is provisional, which
factors made it, and the inputs it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Status = Literal["met", "on_pace", "behind", "not_assessable"]
Step = Literal["15min", "hour", "day", "month", "year"]
Period = Literal["ytd", "rolling12", "full_year"]


@dataclass(frozen=True)
class Figure:
    """One value and how it came about.

    Attributes
    ----------
    value : float or None
        None is "not known"; 0 is a value.
    unit : str
    from_ms, to_ms : int
        Period ``[from, to)``. [ms UTC]
    coverage : float or None
        Share of the period's time that is known, measured or estimated; 0 to 1. None where no time is covered by
        nature (a target).
    estimated : float
        Share of the value's time whose amount was spread, not measured; 0 to 1.
    provisional : float
        Share of the value that rests on provisional statements or plans; 0 to 1.
    factors : str or None
        Edition of the factor book used, None where no factor was.
    formula : str
        The arithmetic in one line of symbols, e.g. ``E / V(2015)``.
    inputs : tuple of Figure
        What went in.
    name : str
        What it is, a stable key the page translates, e.g. ``energy_tce`` or ``point:wx-dyeing/el.in``.
    note : str
        Key of a remark the page translates ("" for none), e.g. ``base_year_incomplete``.
    scope : str
        Whose it is, as `Indicator.scope`; "" for that of the figure it is an input of. With period and name it is the
        figure's id (`engine.explain.explainer`).
    """

    name: str
    value: float | None
    unit: str
    from_ms: int
    to_ms: int
    coverage: float | None = None
    estimated: float = 0.0
    provisional: float = 0.0
    factors: str | None = None
    formula: str = ""
    inputs: tuple[Figure, ...] = ()
    note: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Indicator:
    """One target of the programme held against its base year.

    Attributes
    ----------
    id : str
        Indicator of the programme, e.g. ``energy_per_value_added``.
    scope : str
        ``plant:ID``, ``city:ID`` or ``programme:ID``.
    base, current : Figure
        The same figure in the base period and in the current one.
    change : float or None
        ``current / base - 1``; negative is a reduction.
    target : float
        Required change, e.g. -0.18.
    progress : float or None
        ``ln(1 + change) / ln(1 + target)``; 1 is the target reached. None for "no growth", which has no way to go.
    pace : float
        Progress that the even pace asks for in the current period; 0 to 1, and 0 for "no growth".
    status : str
        `Status`.
    reason : str
        Key that says why it cannot be assessed ("" otherwise).
    parts : tuple of Indicator
        For groups: the indicators of the members (each pollutant, each sector).
    beside : tuple of Figure
        Other readings of the target, told beside the verdict and without weight in it.
    """

    id: str
    scope: str
    base: Figure
    current: Figure
    change: float | None
    target: float
    progress: float | None
    pace: float
    status: Status
    reason: str = ""
    parts: tuple[Indicator, ...] = field(default=())
    beside: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Series:
    """What one point amounted to in equal steps of time, as parallel lists of length n.

    Attributes
    ----------
    unit : str
        Unit of `amount`, canonical (kWh, m3, kg ...); for concentrations and states the unit of the level.
    rate_unit : str
        Unit of `level` and `peak` (kW, m3/h, mg/m3 ...).
    start_ms : list of int
        Start of each step; days, months and years are local ones. A step without any knowledge stands too. [ms UTC]
    amount : list of float or None
        Amount in the step; None where nothing is known and, for levels, everywhere.
    level : list of float or None
        Mean rate over the known time, or mean level. [rate_unit]
    coverage : list of float
        Known share of the step's time, 0 to 1.
    estimated : list of float
        Share of the step's time whose amount was spread, 0 to 1.
    peak : list of float or None
        Largest rate or level seen. [rate_unit]
    flags : list of list of str
        Names of `analytics.columns.Flag` in lower case.
    """

    unit: str
    rate_unit: str
    start_ms: list[int]
    amount: list[float | None]
    level: list[float | None]
    coverage: list[float]
    estimated: list[float]
    peak: list[float | None]
    flags: list[list[str]]
