"""Did the CO2 of the sectors that a programme names not grow since the base year?

Tonnes of all plants of a sector over the same dates, each sector by itself (`analytics.zerogrowth`). Both ends must be
counted with the same factors: power and heat with the same values, or a cleaner grid would pass for the plants' own
doing; fuels and materials from the same table, or both with what the plant measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from analytics import intensity
from analytics.verdict import Bounds, bounds
from analytics.zerogrowth import Growth, together, weaker_readings, zero_growth_within
from engine.accounts import Accounts
from engine.carbon import BOUGHT_ENERGY, UNIT
from engine.figure import Figure, Indicator, Status
from engine.period import Period
from engine.sums import add_figures
from engine.targets.verdict import number, why_not
from registry import Indicator as Target
from registry import Programme
from registry.factorrow import ANY_EDITION, PLANT_EDITION

_STATUS: dict[Growth, tuple[Status, str]] = {
    Growth.PASSED: ("met", ""),
    Growth.FAILED: ("behind", ""),
    Growth.NOT_COMPARABLE: ("not_assessable", "editions_mixed"),
    Growth.UNKNOWN: ("not_assessable", "not_comparable"),
    Growth.NOT_DISTINGUISHABLE: ("not_assessable", "not_distinguishable"),
}

_Periods = tuple[Period, Period, Period]
_Rows = dict[tuple[str, str], set[tuple[str, float]]]


def growth(
    programme: Programme, scope: str, target: Target, accounts: Sequence[Accounts], periods: _Periods
) -> Indicator | None:
    """The target held against the base year; None where no plant is of its sectors.

    Parameters
    ----------
    programme : Programme
    scope : str
        `Indicator.scope`; of a group each sector is a part, ``co2:C31``. The group's figures are those of all sectors
        together; it changed and stands as its worst sector, and the change of the sum is told beside.
    target : Target
        Of the kind ``carbon``.
    accounts : sequence of Accounts
        All plants of the scope.
    periods : tuple of Period
        The base period, the current one, and the one a year before that.
    """
    by_sector = {sector: [a for a in accounts if _sector(a).startswith(sector)] for sector in target.sectors}
    tonnes = {sector: _tonnes(members, periods) for sector, members in by_sector.items() if members}
    if not tonnes:
        return None
    if scope.startswith("plant:"):
        alone = [figures[0] for figures in next(iter(tonnes.values()))]
        return replace(_judge(programme, scope, target, target.id, alone), beside=_beside([alone]))
    parts, sums = [], []
    for sector, found in tonnes.items():
        name = f"{target.id}:{sector}"
        sums.append([_add(name, figures, period) for figures, period in zip(found, periods, strict=True)])
        parts.append(_judge(programme, scope, target, name, sums[-1]))
    wholes = [
        _add(target.id, list(side), period) for side, period in zip(zip(*sums, strict=True), periods, strict=True)
    ]
    verdict = Growth(int(together([_growth(part) for part in parts])))
    as_bad = [part for part in parts if _growth(part) is verdict]
    worst = max(as_bad, key=lambda part: -np.inf if part.change is None else part.change)
    return replace(
        _judge(programme, scope, target, target.id, wholes),
        change=worst.change,
        status=worst.status,
        reason=worst.reason,
        parts=tuple(parts),
        beside=_beside(sums),
    )


def _sector(accounts: Accounts) -> str:
    return accounts.registry.plants[accounts.ledger.plant].sector


def _tonnes(members: Sequence[Accounts], periods: _Periods) -> list[list[Figure]]:
    """The CO2 of some plants, period by period."""
    return [[replace(a.carbon(period), scope=f"plant:{a.ledger.plant}") for a in members] for period in periods]


def _add(name: str, figures: list[Figure], period: Period) -> Figure:
    return add_figures(name, UNIT, period.from_ms, period.to_ms, figures, "Σ")


def _judge(programme: Programme, scope: str, target: Target, name: str, found: Sequence[Figure]) -> Indicator:
    base, current = found[0], found[1]
    change = float(intensity.change(number(current.value), number(base.value)))
    reason = why_not(base, current, programme.min_coverage)
    status: Status = "not_assessable"
    if base.value is not None and current.value is not None and not same_factors(base, current):
        reason = "editions_mixed"
    if not reason:
        before, now = _bounds(base), _bounds(current)
        stands = zero_growth_within(before.low, before.high, now.low, now.high, target.uncertainty, target.reduction)
        status, reason = _STATUS[Growth(int(stands))]
    return Indicator(
        id=name,
        scope=scope,
        base=replace(base, scope=scope),
        current=replace(current, scope=scope),
        change=None if np.isnan(change) else change,
        target=-target.reduction if target.reduction else 0.0,
        progress=None,
        pace=0.0,
        status=status,
        reason=reason,
    )


def _growth(indicator: Indicator) -> Growth:
    verdicts = {verdict: growth for growth, verdict in _STATUS.items()}
    return verdicts.get((indicator.status, indicator.reason), Growth.UNKNOWN)


def _bounds(figure: Figure) -> Bounds:
    """What is missing of each carrier and material was anything from nothing to like the rest of it."""
    parts = [part for part in figure.inputs if part.name.startswith("co2")]
    if not parts:
        coverage = figure.coverage
        return bounds(number(figure.value), np.nan if coverage is None else coverage)
    of_parts = [_bounds(part) for part in parts]
    return Bounds(np.asarray(sum(b.low for b in of_parts)), np.asarray(sum(b.high for b in of_parts)))


# -- the same factors at both ends -------------------------------------------------------------------------------------


def same_factors(base: Figure, current: Figure) -> bool:
    """Whether two sums of CO2 were counted with the same factors, plant by plant."""
    before, now = rows_used(base), rows_used(current)
    general = {edition for rows in (*before.values(), *now.values()) for edition, _ in rows}
    if len(general - {ANY_EDITION, PLANT_EDITION}) > 1:
        return False
    return all(_same(key[1], before[key], now[key]) for key in before.keys() & now.keys())


def _same(carrier: str, before: set[tuple[str, float]], now: set[tuple[str, float]]) -> bool:
    if carrier in BOUGHT_ENERGY:
        return {value for _, value in before} == {value for _, value in now} and len(before | now) == 1
    return {edition for edition, _ in before} == {edition for edition, _ in now}


def rows_used(figure: Figure) -> _Rows:
    """Editions and values of the factors below a figure, by whose they are and carrier or material."""
    rows: _Rows = {}
    for scope, leaf in _leaves(figure, figure.scope):
        if leaf.name.startswith("factor_co2:") and leaf.value is not None:
            key = (scope, leaf.name.removeprefix("factor_co2:"))
            rows.setdefault(key, set()).add((leaf.factors or "", leaf.value))
    return rows


def _leaves(figure: Figure, scope: str) -> Iterator[tuple[str, Figure]]:
    scope = figure.scope or scope
    if not figure.inputs:
        yield scope, figure
    for part in figure.inputs:
        yield from _leaves(part, scope)


# -- weaker readings ---------------------------------------------------------------------------------------------------


def _beside(of_sectors: list[list[Figure]]) -> tuple[Figure, ...]:
    """The change of the last year, and of all sectors together since the base year; told, never judged."""
    base, now, before = ([found[side] for found in of_sectors] for side in range(3))
    tonnes = [[number(figure.value) for figure in side] for side in (base, before, now)]
    last_change, sum_change = (float(change) for change in weaker_readings(*tonnes))
    pairs = (("co2_last_year_change", last_change, before), ("co2_sum_change", sum_change, base))
    return tuple(_reading(name, change, then, now) for name, change, then in pairs)


def _reading(name: str, change: float, then: list[Figure], now: list[Figure]) -> Figure:
    mixed = not all(same_factors(a, b) for a, b in zip(then, now, strict=True))
    unknown = "editions_mixed" if mixed else "part_missing"
    value = None if mixed or np.isnan(change) else change
    return Figure(
        name=name,
        value=value,
        unit="share",
        from_ms=now[0].from_ms,
        to_ms=now[0].to_ms,
        coverage=min((figure.coverage or 0.0 for figure in (*then, *now)), default=0.0),
        formula="Σ now / Σ then - 1",
        inputs=(*now, *then),
        note="" if value is not None else unknown,
    )
