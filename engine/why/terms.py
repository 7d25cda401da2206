"""Of what is an indicator the sum, plant by plant, at one end of a comparison?

A `Term` is one member of the sum at one end: the energy of a plant, its fresh water, the load of one outlet, the CO2 of
its processes. It is told as a level (standard coal at fixed equivalent values, m3) and what each unit of the level
counts for, with everything completed to the whole period; `coverage` takes that back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.energy import GRID, KG_PER_T, SELF_USE
from engine.accounts import Accounts
from engine.figure import Figure
from engine.period import Period
from engine.stated import stated
from registry import FactorMissing
from registry import Indicator as Target
from registry.lists import CARRIERS

ENERGY, WATER, PROCESS = "energy", "water", "process"
"""Names of members that are whole plants; those of loads are told in `engine.why.loads`."""


@dataclass(frozen=True)
class Stream:
    """One carrier of a term, completed to the whole period.

    Attributes
    ----------
    name : str
    level : float
        Standard coal at the equivalent value of the base year [tce], water or flow [m3]; CO2 of processes [tCO2].
    amount : float
        The same in the unit of the indicator's numerator.
    """

    name: str
    level: float
    amount: float


@dataclass(frozen=True)
class Term:
    """One member of an indicator's numerator at one end.

    Attributes
    ----------
    amount : float
        As it stands in the indicator's numerator: what is known of it.
    streams : tuple of Stream
    """

    amount: float
    streams: tuple[Stream, ...]

    @property
    def level(self) -> float:
        """Of all streams."""
        return sum(stream.level for stream in self.streams)

    @property
    def completed(self) -> float:
        """The amount as if all time were known, what is not like what is."""
        return sum(stream.amount for stream in self.streams)


NOTHING = Term(0.0, ())


@dataclass(frozen=True)
class Earned:
    """What a plant earned and made at one end, completed to the whole period.

    Attributes
    ----------
    value : float
        Value added at base-year prices; 0 for a plant that is not in the sum at this end. [10k_yuan]
    known : float
        The part of it that is stated. [10k_yuan]
    output : float or None
        Products, where all are stated in one unit.
    """

    value: float
    known: float
    output: float | None


def earned(accounts: Accounts, period: Period) -> Earned:
    """Value added and output of a plant."""
    figure = accounts.value_added(period)
    known = figure.value or 0.0
    return Earned(known / (figure.coverage or 1.0), known, output_of(accounts, period))


def output_items(accounts: Accounts) -> tuple[str, ...]:
    """Items of the plant's products; none where they are stated in several units, which cannot be added."""
    registry, plant = accounts.registry, accounts.ledger.plant
    items = [item for item in registry.statement_items(plant) if item.startswith("output:")]
    units = {row.unit for item in items for row in registry.statements(plant, item)}
    return tuple(items) if len(units) == 1 else ()


def output_of(accounts: Accounts, period: Period) -> float | None:
    """All products of a period, completed; None where a product is not stated for most of the days."""
    found = [stated(accounts.registry.statements(accounts.ledger.plant, i), period) for i in output_items(accounts)]
    if not found or min(known for _, known in found) < 0.5:
        return None
    return sum(value / known for value, known in found)


def terms(accounts: Accounts, target: Target, period: Period) -> dict[str, Term]:
    """The members of one plant that are whole plants, by name: energy or water per value added, or CO2."""
    if target.kind == "carbon":
        return _carbon(accounts, period)
    if target.quantity == "energy":
        return {ENERGY: _energy(accounts, period)}
    water = accounts.water(period)
    return {WATER: Term(water.value or 0.0, (Stream(WATER, whole(water), whole(water)),))}


def heat_per_unit(accounts: Accounts, name: str, period: Period, unit: str) -> float:
    """Standard coal of one unit at the equivalent value of the base year, or of the period where that has no row, so
    that a level never moves because a factor does. [tce per unit]

    Raises
    ------
    FactorMissing
        If the book has no such row.
    """
    try:
        row = accounts.coal_factors(name, accounts.base_year, unit)[1]
    except FactorMissing:
        row = accounts.coal_factors(name, period.years()[-1][0], unit)[1]
    return row.kg_per(unit) / KG_PER_T


def _energy(accounts: Accounts, period: Period) -> Term:
    found = {name: accounts.carrier_tce(name, period) for name in sorted(accounts.energy_carriers())}
    counted = {name: coal for name, coal in found.items() if coal.value is not None}
    streams = [s for name, coal in counted.items() for s in _streams(accounts, name, period, coal.value or 0.0, True)]
    return Term(sum(coal.value or 0.0 for coal in counted.values()), tuple(streams))


def _carbon(accounts: Accounts, period: Period) -> dict[str, Term]:
    """CO2 of energy on the heat of all energy, also of what has no CO2; and that of the processes."""
    by_name = {f.name.removeprefix("co2:"): f for f in _walk(accounts.carbon(period)) if f.name.startswith("co2:")}
    energy = {name: f for name, f in by_name.items() if name in CARRIERS}
    streams: list[Stream] = []
    for name in sorted(accounts.energy_carriers()):
        co2_t = energy[name].value if name in energy else None
        try:
            streams += _streams(accounts, name, period, co2_t or 0.0, False)
        except FactorMissing:
            # Without standard coal it has no place among the levels; its CO2 then cannot be split.
            streams.append(Stream(name, 0.0, (co2_t or 0.0) / _covered(energy[name]) if name in energy else 0.0))
    found = {ENERGY: Term(sum(f.value or 0.0 for f in energy.values()), tuple(streams))}
    process = [f for name, f in by_name.items() if name not in CARRIERS]
    if process:
        known = sum(f.value or 0.0 for f in process)
        found[PROCESS] = Term(known, tuple(Stream(f.name, whole(f), whole(f)) for f in process))
    return found


def _streams(accounts: Accounts, name: str, period: Period, counted: float, own_counts: bool) -> Iterator[Stream]:
    """A carrier as streams; `counted` is what is known of it in the numerator. Own power stands apart: it is worth its
    equivalent value, or has no CO2 at all."""
    amount = accounts.carrier(name, period)
    if amount.value is None:
        return
    covered = _covered(amount)
    heat = heat_per_unit(accounts, name, period, amount.unit)
    own = amount.value - (accounts.bought(name, period).value or 0.0) if name == GRID else 0.0
    if own:
        year = period.years()[-1][0]
        rate = accounts.coal_factors(name, year, amount.unit)[1].kg_per(amount.unit) / KG_PER_T if own_counts else 0.0
        yield Stream(SELF_USE, own * heat / covered, own * rate / covered)
        counted -= own * rate
    yield Stream(name, (amount.value - own) * heat / covered, counted / covered)


def _walk(figure: Figure) -> Iterator[Figure]:
    yield figure
    for part in figure.inputs:
        yield from _walk(part)


def _covered(figure: Figure) -> float:
    """Coverage as a divisor; what is not known at all amounts to 0 and stays so."""
    return figure.coverage or 1.0


def whole(figure: Figure) -> float:
    """A figure as if all of its time were known."""
    return (figure.value or 0.0) / _covered(figure)
