"""Which figure does an id name?

``SCOPE/PERIOD/NAME``, e.g. ``plant:wx-dyeing/2018-01-01..2018-09-01/energy_tce``. The name is `Figure.name` as it
stands anywhere in a tree; for a group of plants it is the sum over those that have it. Periods are those of a
comparison (``ytd``, ``rolling12``, ``full_year``: its current side), ``today``, ``month``, ``year`` and ``now`` as on a
plant's page, or half-open local days ``2018-01-01..2018-09-01``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analytics.calendar import month_first_day, month_of, year_of_day
from engine.accounts import Accounts
from engine.explain.idperiod import MalformedId, days_of
from engine.explain.pointfigure import point_figure
from engine.explain.roots import roots_of
from engine.factorfigure import HEADS
from engine.figure import Figure
from engine.figures import Figures
from engine.kept import Kept
from engine.outlets.tax import month_tax
from engine.period import Period
from engine.savings.opened import NAMES as SAVINGS
from engine.savings.opened import saving_named
from engine.sums import add_figures
from engine.targets.indicators import Comparison, Indicators
from engine.targets.states import PER_VALUE_ADDED, per_value_added
from engine.value_added import statement_figure
from registry import Plant, Programme


class UnknownFigure(LookupError):
    """There is no such figure; `part` says which part of the id names nothing (scope, period or name)."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True)
class Asked:
    """The parts of an id, read.

    Attributes
    ----------
    scope, period, name : str
    programme : Programme or None
        The one the scope answers to.
    accounts : tuple of Accounts
        Books of its plants.
    days : Period
    """

    scope: str
    period: str
    name: str
    programme: Programme | None
    accounts: tuple[Accounts, ...]
    days: Period

    @property
    def id(self) -> str:
        return f"{self.scope}/{self.period}/{self.name}"


def asked(figures: Figures, scope: str, period: str, name: str) -> Asked:
    """Read an id.

    Raises
    ------
    UnknownFigure
        If the scope names nothing.
    MalformedId
        If the scope or the period cannot be read.
    """
    try:
        programme, accounts = figures.group(scope)
    except KeyError:
        raise UnknownFigure("scope", f"there is no {scope.partition(':')[0]} {scope.partition(':')[2]!r}") from None
    except ValueError as error:
        raise MalformedId("scope", str(error)) from None
    if not accounts:
        raise UnknownFigure("scope", f"{scope} has no plant; wanted a plant, or a group that has some")
    zone = plant_of(accounts[0]).zone
    return Asked(
        scope, period, name, programme, tuple(accounts), days_of(period, figures.now_ms, zone, accounts[0].base_year)
    )


def resolve(figures: Figures, store: Kept, wanted: Asked) -> Figure:
    """The figure with its whole tree.

    Parameters
    ----------
    figures : Figures
        Of the present, or of an earlier moment.
    store : Kept
        The same moment's.
    wanted : Asked

    Raises
    ------
    UnknownFigure
        If the name is none of this scope.
    """
    found = _now(figures, wanted) if wanted.period == "now" else None
    if found is None and wanted.name.startswith(PER_VALUE_ADDED):
        names = (wanted.name.removeprefix(PER_VALUE_ADDED), "value_added_base_prices")
        mass, value_added = (resolve(figures, store, replace(wanted, name=name)) for name in names)
        found = per_value_added(mass, value_added)
    if found is None:
        found = _saving(wanted) or _indicator(wanted) or _of_plants(figures, store, wanted)
    if found is None:
        raise UnknownFigure(
            "name",
            f"{wanted.scope} has no figure {wanted.name!r} over {wanted.period}; "
            f"known are {', '.join(sorted(_names(wanted))[:40])}",
        )
    return replace(figures.cut(found), scope=wanted.scope)


def plant_of(accounts: Accounts) -> Plant:
    """Whose books they are."""
    return accounts.registry.plants[accounts.ledger.plant]


# -- names -------------------------------------------------------------------------------------------------------------


def _now(figures: Figures, wanted: Asked) -> Figure | None:
    """What a plant's page shows of the present: its keys, and what is below the power."""
    parts = []
    for accounts in wanted.accounts:
        found = figures.now(accounts.ledger.plant)
        one = found.get(wanted.name) or _below([found["power_kw"]], wanted.name)
        if one is not None:
            parts.append(replace(one, scope=f"plant:{accounts.ledger.plant}"))
    return _together(parts)


def _together(parts: list[Figure]) -> Figure | None:
    """One plant's figure as it is, several plants' added up."""
    if len(parts) < 2:
        return parts[0] if parts else None
    first = parts[0]
    return add_figures(first.name, first.unit, first.from_ms, max(p.to_ms for p in parts), parts, "Σ")


def _indicator(wanted: Asked) -> Figure | None:
    """A figure that a target of the programme is judged by."""
    if wanted.programme is None:
        return None
    head = wanted.name.partition(":")[0].removesuffix("_equivalents")
    chosen = tuple(target for target in wanted.programme.indicators if target.id == head)
    if not chosen:
        return None
    programme = wanted.programme.model_copy(update={"indicators": chosen})
    # The base side is not asked for: its shortest period costs least.
    first_day = Period.of(wanted.days.first_day, wanted.days.first_day + 1, plant_of(wanted.accounts[0]).zone)
    when = Comparison(first_day, wanted.days, year_of_day(wanted.days.last_day - 1))
    for indicator in Indicators(programme, wanted.scope, list(wanted.accounts), when).all():
        for one in (indicator, *indicator.parts):
            if wanted.name in (one.id, one.current.name):
                return one.current
    return None


def _saving(wanted: Asked) -> Figure | None:
    """A saving: a sum over plants that leaves out those without a base year, or that of the summed intensity."""
    if wanted.programme is None:
        return None
    try:
        return saving_named(wanted.programme, wanted.scope, wanted.accounts, wanted.name, wanted.days)
    except ValueError as error:
        raise UnknownFigure("period", f"{wanted.id}: {error}") from None


def _of_plants(figures: Figures, store: Kept, wanted: Asked) -> Figure | None:
    parts = []
    for accounts in wanted.accounts:
        one = _of_plant(figures, store, accounts, wanted.name, wanted.days)
        if one is not None:
            parts.append(replace(one, scope=f"plant:{accounts.ledger.plant}"))
    if wanted.name.partition(":")[0] in HEADS.values():
        # Coefficients are not added: a group has one only where its plants share it.
        return parts[0] if len({(part.value, part.unit) for part in parts}) == 1 else None
    return _together(parts)


def _of_plant(figures: Figures, store: Kept, accounts: Accounts, name: str, days: Period) -> Figure | None:
    head, _, rest = name.partition(":")
    if head.startswith("tax"):
        return _below(_tax(figures, accounts, days), name)
    found = next((f for root in roots_of(head) for f in _walk(root(accounts, days)) if f.name == name), None)
    if found is not None:
        return found
    if head == "point":
        point = accounts.registry.points.get(rest)
        mine = point is not None and point.plant == accounts.ledger.plant
        return point_figure(store, point, days) if point is not None and mine else None
    return _statement(accounts, rest, days) if head == "statement" else None


def _tax(figures: Figures, accounts: Accounts, days: Period) -> list[Figure]:
    """The environmental tax of exactly these days, if they are a month."""
    month = int(month_of(days.first_day))
    if [days.first_day, days.last_day] != month_first_day([month, month + 1]).tolist():
        return []
    return [month_tax(figures.outlet_hours, accounts.registry, accounts.ledger.plant, month, figures.now_ms)]


def _statement(accounts: Accounts, item: str, days: Period) -> Figure | None:
    """The statement of exactly these days."""
    stated = accounts.registry.statements(accounts.ledger.plant, item)
    zone = plant_of(accounts).zone
    same = (s for s in stated if s.days() == (days.first_day, days.last_day))
    return next((statement_figure(s, zone) for s in same), None)


def _walk(figures: Iterator[Figure]) -> Iterator[Figure]:
    """Figures and everything below them, the upper ones first."""
    waiting = list(figures)
    while waiting:
        figure = waiting.pop(0)
        yield figure
        waiting.extend(figure.inputs)


def _below(figures: list[Figure], name: str) -> Figure | None:
    return next((f for f in _walk(iter(figures)) if f.name == name), None)


def _names(wanted: Asked) -> set[str]:
    """What the scope has figures of."""
    targets = () if wanted.programme is None else wanted.programme.indicators
    # Carbon is judged by sectors, never of one plant.
    alone = wanted.scope.startswith("plant:")
    names = {target.id for target in targets if not (alone and target.kind == "carbon")}
    names |= set(SAVINGS) if targets else set()
    for accounts in wanted.accounts[:1]:
        for root in roots_of(""):
            names |= {f.name for f in _walk(root(accounts, wanted.days))}
    return names
