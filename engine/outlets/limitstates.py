"""How does each limit of a plant stand now: its mean, how much of the quarter is valid, what was exceeded this year?

A state is only given by what is known: a limit whose mean is unknown is neither kept nor exceeded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.calendar import day_of, day_start, month_first_day, month_of, year_of_day
from analytics.columns import Bool, Int64
from analytics.exceedances import runs, within_share
from analytics.units import UNITS
from analytics.validity import USABLE, HourClass
from engine.figure import Figure
from engine.outlets.exceedances import over_of, plant_periods
from engine.outlets.hours import ReadHours
from engine.outlets.limits import LimitPeriods
from engine.period import new_year
from registry import Limit, Outlet, Registry

WARN_SHARE = 0.9
"""Share of the limit from which a mean is a warning."""

OK, WARN, EXCEEDED, UNKNOWN = 0, 1, 2, 3
"""States of a limit."""

DAY_LETTERS = {"kept": "0", "over": "2", "unknown": "3", "stopped": "4"}
"""What a local day of a limit was, in `LimitState.days`."""


@dataclass(frozen=True)
class LimitState:
    """How one limit stands.

    Attributes
    ----------
    outlet : Outlet or None
        None where the point belongs to no outlet: it is not judged.
    pollutant : str
    limit : Limit
    current : Figure
        Mean of the period that runs, so far; of the last one where nothing is known of it yet. [limit's unit]
    state : int
        0 kept, 1 warning, 2 exceeded, 3 unknown.
    valid, due : int
        Periods of this quarter that are over: valid ones, and all but those in which the source stood.
    not_judged : int
        Valid ones of this year that were marked: oxygen close to air.
    month, year : tuple of int
        Periods over the limit, and exceedances, of this local month and year.
    month_share : float or None
        Share of this month's judged periods that kept the limit, for a limit of a monthly share.
    first_day : int
        First local day of the year, as days since 1970-01-01.
    days : str
        A letter for each local day since then: `DAY_LETTERS`.
    """

    outlet: Outlet | None
    pollutant: str
    limit: Limit
    current: Figure
    state: int
    valid: int = 0
    due: int = 0
    not_judged: int = 0
    month: tuple[int, int] = (0, 0)
    year: tuple[int, int] = (0, 0)
    month_share: float | None = None
    first_day: int = 0
    days: str = ""


def limit_states(read: ReadHours, registry: Registry, plant_id: str, now_ms: int) -> list[LimitState]:
    """How each limit of a plant stands at the present, in the order of its file.

    Raises
    ------
    KeyError
        If there is no such plant.
    """
    zone = registry.plants[plant_id].zone
    today = int(day_of(now_ms, zone))
    first = new_year(year_of_day(today))
    from_ms = int(day_start(first, zone))
    found = {id(p.limit): (o, p) for o, p in plant_periods(read, registry, plant_id, from_ms, now_ms)}
    states = []
    for limit in registry.limits(plant_id):
        outlet, periods = found.get(id(limit), (None, None))
        if outlet is None or periods is None:
            nothing = Figure(f"mean:{limit.point}", None, limit.value.unit, from_ms, now_ms, 0.0, note="not_judged")
            states.append(LimitState(None, "", limit, nothing, UNKNOWN))
        else:
            states.append(_state(outlet, periods, now_ms, today, zone))
    return states


def _state(outlet: Outlet, periods: LimitPeriods, now_ms: int, today: int, zone: str) -> LimitState:
    ended = periods.end_ms <= now_ms
    over = over_of(periods, now_ms)
    day = day_of(periods.start_ms, zone).astype(np.int64)
    month = int(month_of(today))
    quarter_from = int(month_first_day(month // 3 * 3))
    in_month = day >= int(month_first_day(month))
    in_quarter = ended & (day >= quarter_from)
    classes = periods.classes
    current, state = _current(outlet, periods, now_ms)
    share = None
    if periods.limit.monthly_share is not None:
        rows = ended & in_month
        shares = within_share(over[rows], periods.judged[rows], np.zeros(int(rows.sum()), np.int64))[1]
        share = float(shares[0]) if len(shares) and np.isfinite(shares[0]) else None
    first = new_year(year_of_day(today))
    return LimitState(
        outlet,
        periods.pollutant,
        periods.limit,
        current,
        state,
        valid=int((in_quarter & np.isin(classes, USABLE)).sum()),
        due=int((in_quarter & (classes != HourClass.STOPPED)).sum()),
        not_judged=int((ended & (classes == HourClass.MARKED)).sum()),
        month=_counts(periods, over & in_month),
        year=_counts(periods, over),
        month_share=share,
        first_day=first,
        days=_letters(periods, over, ended, day - first, today - first + 1),
    )


def _counts(periods: LimitPeriods, over: Bool) -> tuple[int, int]:
    """Periods over the limit, and exceedances."""
    return int(over.sum()), len(runs(periods.mean, over))


def _letters(periods: LimitPeriods, over: Bool, ended: Bool, place: Int64, n_days: int) -> str:
    """What each day was: over in any period, else kept where any was judged, else stopped or unknown."""
    inside = (place >= 0) & (place < n_days)

    def any_of(rows: Bool) -> Bool:
        return np.bincount(place[inside & rows], minlength=n_days) > 0

    letters = np.full(n_days, DAY_LETTERS["unknown"])
    letters[any_of(ended & (periods.classes == HourClass.STOPPED))] = DAY_LETTERS["stopped"]
    letters[any_of(ended & periods.judged)] = DAY_LETTERS["kept"]
    letters[any_of(over)] = DAY_LETTERS["over"]
    return "".join(letters.tolist())


def _current(outlet: Outlet, periods: LimitPeriods, now_ms: int) -> tuple[Figure, int]:
    """The mean of the period that runs, or of the newest known one of the last two, and the state it makes."""
    running = int(np.searchsorted(periods.start_ms, now_ms, "right")) - 1
    rows = [i for i in (running, running - 1) if i >= 0 and np.isfinite(periods.mean[i])]
    row = rows[0] if rows else max(running, 0)
    limit, factor = periods.limit, UNITS[periods.limit.value.unit].factor
    value = float(periods.mean[row]) / factor if rows else None
    figure = _figure(outlet, periods, row, now_ms, value)
    if value is None or periods.classes[row] == HourClass.MARKED:
        return figure, OK if periods.classes[row] == HourClass.STOPPED else UNKNOWN
    use = value / limit.value.value
    return figure, EXCEEDED if use > 1.0 else WARN if use > WARN_SHARE else OK


def _figure(outlet: Outlet, periods: LimitPeriods, row: int, now_ms: int, value: float | None) -> Figure:
    limit = periods.limit
    factor = UNITS[limit.value.unit].factor
    span = (int(periods.start_ms[row]), min(int(periods.end_ms[row]), now_ms))
    elapsed = max((span[1] - span[0]) / (int(periods.end_ms[row]) - span[0]), 1e-9)
    coverage = min(1.0, float(periods.known[row]) / elapsed)
    measured = float(periods.as_measured[row])
    mean = None if np.isnan(measured) else measured / factor
    inputs = [Figure(f"point:{limit.full_point}", mean, limit.value.unit, *span, coverage=coverage)]
    formula, note = "", ""
    if limit.reference_o2 is not None:
        formula = "C · (21 − O2ref) / (21 − O2)"
        oxygen = float(periods.oxygen_pct[row]) if periods.oxygen_pct is not None else np.nan
        known = None if np.isnan(oxygen) else oxygen
        note = "oxygen_missing" if known is None else "" if value is not None else "oxygen_of_air"
        if outlet.oxygen is not None:
            inputs.append(Figure(f"point:{outlet.plant}/{outlet.oxygen}", known, "%", *span))
        inputs.append(Figure("reference_o2", limit.reference_o2, "%", *span, note=limit.confidence_note))
    if periods.classes[row] == HourClass.MARKED:
        note = "oxygen_doubtful"
    elif periods.classes[row] == HourClass.STOPPED:
        note = "source_stopped"
    inputs.append(Figure("limit", limit.value.value, limit.value.unit, *span, note=limit.confidence_note))
    return Figure(
        f"mean:{periods.pollutant}",
        value,
        limit.value.unit,
        *span,
        coverage=coverage,
        formula=formula,
        inputs=tuple(inputs),
        note=note,
    )
