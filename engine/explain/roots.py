"""In which trees of a plant's books does a name stand?

Every figure of a plant stands in one of a few trees. A new tree is found everywhere as soon as it has a root here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.accounts import Accounts
from engine.figure import Figure
from engine.period import Period

Root = Callable[[Accounts, Period], Iterator[Figure]]


def _energy(accounts: Accounts, days: Period) -> Iterator[Figure]:
    yield accounts.energy(days)


def _water(accounts: Accounts, days: Period) -> Iterator[Figure]:
    yield accounts.water(days)
    yield accounts.carrier("water", days)


def _loads(accounts: Accounts, days: Period) -> Iterator[Figure]:
    for medium, pollutant in accounts.ledger.loads:
        load = accounts.load(medium, pollutant, days)
        if load is not None:
            yield load


def _value_added(accounts: Accounts, days: Period) -> Iterator[Figure]:
    yield accounts.value_added(days)


def _carbon(accounts: Accounts, days: Period) -> Iterator[Figure]:
    yield accounts.carbon(days)


ROOTS: dict[str, tuple[Root, ...]] = {
    "water_m3": (_water,),
    "load": (_loads,),
    "value_added_base_prices": (_value_added,),
    "energy_tce": (_energy,),
    "coal": (_energy,),
    "statement": (_value_added, _energy, _water),
    "co2_t": (_carbon,),
    "co2": (_carbon,),
    "factor_co2": (_carbon,),
    "factor": (_energy,),
}
"""Where a name is looked for first, by what stands before its colon; everywhere else where it is not named."""


def roots_of(head: str) -> tuple[Root, ...]:
    """The trees in which a name with this head may stand, the likeliest first."""
    return ROOTS.get(head, (_energy, _water, _loads, _value_added, _carbon))
