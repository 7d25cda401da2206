"""Of what is a load the sum, outlet by outlet, at both ends of a comparison?

An outlet whose flow is known at both ends has a level, its m3, and what each carries. Where a plant declared what it
discharged before its outlets were metered, an end has no outlets: then its whole load is one member.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.pollutants import pollution_equivalents
from engine.accounts import Accounts
from engine.declaredloads import NAME as DECLARED
from engine.figure import Figure
from engine.period import Period
from engine.pointsums import PointSums
from engine.why.terms import NOTHING, Stream, Term, whole
from registry import Indicator as Target

BY_FLOW = "|flow"
"""End of the name of a member whose flow is known; before it stands the full id of the load's point."""
WHOLE = "|load"
"""End of the name of a member that is the whole load of a plant; before it ``PLANT/POLLUTANT``."""

Ends = tuple[dict[str, Term], dict[str, Term]]


def loads(
    accounts: Accounts,
    target: Target,
    pollutants: Sequence[str],
    in_kg: bool,
    periods: tuple[Period, Period],
    sums: PointSums,
) -> Ends:
    """The members of one plant at both ends, by name.

    Parameters
    ----------
    accounts : Accounts
    target : Target
    pollutants : sequence of str
    in_kg : bool
        As masses, not as pollution equivalents; of these what has none is left out.
    periods : (Period, Period)
    sums : PointSums
        For the flows, which no books hold.
    """
    assert target.medium is not None
    ends: Ends = ({}, {})
    weights = dict.fromkeys(pollutants, 1.0) if in_kg else _equivalents(target, pollutants)
    for pollutant, weight in weights.items():
        found = [accounts.load(target.medium, pollutant, period) for period in periods]
        figures = [figure for figure in found if figure is not None]
        if any(part.name.startswith(DECLARED) and part.value is not None for f in figures for part in f.inputs):
            for end, figure in zip(ends, figures, strict=True):
                amount = whole(figure) * weight
                stream = Stream(pollutant, amount, amount)
                end[f"{accounts.ledger.plant}/{pollutant}{WHOLE}"] = Term((figure.value or 0.0) * weight, (stream,))
            continue
        for end, figure, period in zip(ends, figures, periods, strict=False):
            for part in figure.inputs:
                if part.value is not None:
                    _add(end, accounts, part, weight, period, periods, sums)
    return ends


def _add(
    end: dict[str, Term],
    accounts: Accounts,
    part: Figure,
    weight: float,
    period: Period,
    periods: tuple[Period, Period],
    sums: PointSums,
) -> None:
    """One outlet's load at one end."""
    registry, plant = accounts.registry, accounts.ledger.plant
    point = registry.points[part.name.removeprefix("point:")]
    outlet = next(one for one in registry.outlets(plant) if one.id == point.outlet)
    flow = registry.points.get(f"{plant}/{outlet.flow}")
    moved = {one: sums.over(flow, one) for one in periods} if flow is not None else {}
    here = moved.get(period)
    amount = whole(part) * weight
    if here is None or None in moved.values():
        end[point.full_id] = Term((part.value or 0.0) * weight, (Stream(part.name, amount, amount),))
        return
    stream = Stream(part.name, here[0] / here[1], amount)
    end[f"{point.full_id}{BY_FLOW}"] = Term((part.value or 0.0) * weight, (stream,))


def at_ends(ends: Ends) -> dict[str, tuple[Term, Term]]:
    """Both ends of each member."""
    return {name: (ends[0].get(name, NOTHING), ends[1].get(name, NOTHING)) for name in [*ends[0], *ends[1]]}


def _equivalents(target: Target, pollutants: Sequence[str]) -> dict[str, float]:
    """Pollution equivalents of one kilogram of each."""
    assert target.medium is not None
    parts = pollution_equivalents(dict.fromkeys(pollutants, 1.0), target.medium).parts
    return {name: float(part) for name, part in parts.items()}
