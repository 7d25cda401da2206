"""In which state are plants, plans and factors, so that a verdict is possible or not? See `analytics.obstacles`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics import intensity
from analytics.columns import Float64
from analytics.obstacles import AIR, CLOSED, MIXED, OPENED, PLANNED, REFUSED, STATES, WATER, together
from analytics.obstacles import obstacle as obstacle_codes
from analytics.verdict import Reason
from engine.accounts import NOT_ENERGY, Accounts
from engine.declaredloads import is_declared, is_measured
from engine.figure import Figure, Indicator
from engine.life import life_of
from engine.period import Period
from engine.targets.verdict import number
from engine.value_added import share_of_days, stated_months
from registry import FactorMissing, Programme
from registry import Indicator as Target

Pair = tuple[Period, Period]
"""The base period and the current one."""

PER_VALUE_ADDED = "per_value_added:"
"""What stands before the name of a mass that is shown per value added."""

NO_CHANGE = frozenset(reason.key for reason in REFUSED)
"""Reasons for which even the change is not said."""


def scope_states(accounts: Sequence[Accounts], pair: Pair) -> Float64:
    """The states of some plants together over one pair of periods, shape (STATES,)."""
    return together(np.stack([plant_states(a, [pair])[0] for a in accounts]))


def obstacle(programme: Programme, target: Target, states: Float64) -> str:
    """Key of what stands in the way of holding the current period against the base one; "" for nothing."""
    intense = target.kind == "intensity"
    energy = intense and target.quantity == "energy"
    codes = obstacle_codes(
        states,
        programme.min_coverage,
        per_value_added=intense,
        energy=energy,
        method_of=method_of(programme, target),
    )
    return Reason(int(codes)).key


def method_of(programme: Programme, target: Target) -> str | None:
    """The medium whose loads the programme wants by one method in both periods."""
    return None if programme.allow_declared_base or target.kind != "load" else target.medium


def plant_states(accounts: Accounts, pairs: Sequence[Pair]) -> Float64:
    """The states of one plant over some pairs of periods, shape (n_pairs, STATES)."""
    opened, closed = life_of(accounts.registry.plants[accounts.ledger.plant])
    stated = stated_months(accounts.registry.statements(accounts.ledger.plant, "value_added"))
    carriers = sorted(accounts.energy_carriers() - NOT_ENERGY)
    planned = [month for month, row in stated.items() if row.status == "plan"]
    states = np.zeros((len(pairs), STATES))
    for row, (base, current) in zip(states, pairs, strict=True):
        row[OPENED] = opened > base.first_day
        row[CLOSED] = closed <= current.first_day
        row[PLANNED] = max(share_of_days(planned, period) for period in (base, current)) if planned else 0.0
        row[MIXED] = any(_mixed(accounts, name, base, current) for name in carriers)
        for state, medium in ((WATER, "water"), (AIR, "air")):
            row[state] = _methods_differ(accounts, medium, base, current)
    return states


def _methods_differ(accounts: Accounts, medium: str, base: Period, current: Period) -> bool:
    """Whether a load is declared in one period and measured in the other."""
    ledger = accounts.ledger
    for (of, _), lane in ledger.loads.items():
        if of == medium:
            sides = [(p.first_day - ledger.first_day, p.last_day - ledger.first_day) for p in (base, current)]
            told = [is_declared(lane, *side) for side in sides]
            if (told[0] and is_measured(lane, *sides[1])) or (told[1] and is_measured(lane, *sides[0])):
                return True
    return False


def _mixed(accounts: Accounts, name: str, base: Period, current: Period) -> bool:
    """Whether a carrier that both periods used counts by rows of different editions.

    A value the plant measured in the one period and the general one in the other are of different editions, too: the
    change would hold the change of method.
    """
    sides = [_editions(accounts, name, period) for period in (base, current)]
    if not all(sides) or sides[0] == sides[1]:
        return False
    return all(accounts.carrier(name, period).value for period in (base, current))


def _editions(accounts: Accounts, name: str, period: Period) -> set[str]:
    """Empty where a factor is missing: the figure itself says so."""
    lane = accounts.ledger.carriers.get(name)
    unit = lane.unit if lane is not None else accounts.carrier(name, period).unit
    try:
        return {accounts.coal_factors(name, year, unit)[0].edition for year, _, _ in period.years()}
    except FactorMissing:
        return set()


def unassessable(indicator: Indicator, reason: str, value_added: Figure | None = None) -> Indicator:
    """The indicator and its parts without a verdict.

    Parameters
    ----------
    indicator : Indicator
    reason : str
        As `obstacle` said; what is only unsure leaves an earlier reason standing.
    value_added : Figure, optional
        Of the current period: masses of a plant without a base year are shown per value added instead.
    """
    if reason not in NO_CHANGE:
        same = indicator.status == "not_assessable"
        return indicator if same else replace(indicator, status="not_assessable", reason=reason)
    base, current = indicator.base, indicator.current
    if reason == "opened_after_base_year":
        base = replace(base, value=None, note=reason)
        current = current if value_added is None else per_value_added(current, value_added)
    elif reason == "closed":
        current = replace(current, value=None, note=reason)
    return replace(
        indicator,
        base=base,
        current=current,
        change=None,
        progress=None,
        status="not_assessable",
        reason=reason,
        parts=tuple(unassessable(part, reason, value_added) for part in indicator.parts),
    )


def per_value_added(mass: Figure, value_added: Figure) -> Figure:
    """A mass per value added, e.g. kg per 10k yuan: what can be said of a plant that has no base year."""
    value = intensity.intensity(number(mass.value), number(value_added.value))
    return replace(
        mass,
        name=f"{PER_VALUE_ADDED}{mass.name}",
        value=None if np.isnan(value) else float(value),
        unit=f"{mass.unit}/{value_added.unit}",
        coverage=min(mass.coverage or 0.0, value_added.coverage or 0.0),
        provisional=max(mass.provisional, value_added.provisional),
        formula=f"{mass.name} / {value_added.name}",
        inputs=(mass, value_added),
        note=mass.note or value_added.note,
    )
