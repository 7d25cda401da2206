"""Which saving does the name of a figure's id mean, with everything below it?

``saving_fixed_base`` and ``saving_yearly`` of a plant or added up over plants; ``_of_sums`` behind it of their summed
intensity, ``_total`` of all years of the period, ``_final`` the part that is final. The period of a year is its days
(``2017-01-01..2018-01-01``, or ``ytd``); that of a total begins with a year.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.calendar import year_of_day
from engine.accounts import Accounts
from engine.figure import Figure
from engine.period import Period, new_year
from engine.savings.plant import plant_years
from engine.savings.saving import FINAL, KINDS, OF_SUMS, TOTAL
from engine.savings.savings import Reckoned, Saved, year_savings
from engine.savings.years import saving_year, saving_years
from registry import Programme

NAMES = tuple(f"{kind}{behind}" for kind in KINDS for behind in ("", OF_SUMS, FINAL, TOTAL, f"{TOTAL}{FINAL}"))


def saving_named(
    programme: Programme, scope: str, accounts: Sequence[Accounts], name: str, days: Period
) -> Figure | None:
    """The saving of that name over some days; None where no saving is called so.

    Raises
    ------
    ValueError
        If a total does not begin with a year, or any other saving has days of more than one; or if the days are not
        after the base year.
    """
    if name not in NAMES:
        return None
    zone = accounts[0].registry.plants[accounts[0].ledger.plant].zone
    first = year_of_day(days.first_day)
    if TOTAL in name:
        if days.first_day != new_year(first) or first <= programme.base_year:
            raise ValueError(f"{name} begins with a day that opens no year after {programme.base_year}")
        years = saving_years(first, days.last_day, programme.base_year, zone)
    else:
        years = (saving_year(days.first_day, days.last_day, programme.base_year, zone),)
    plants = [Reckoned.of(programme, plant_years(books, years), years) for books in accounts]
    last = year_savings(programme, scope, plants, years, first)[-1]
    by_kind: dict[str, Saved] = dict(zip(KINDS, (last.by_base, last.by_year), strict=True))
    saved = next(one for kind, one in by_kind.items() if name.startswith(kind))
    return next(
        f for f in (saved.plants, saved.final, saved.of_sums, saved.total, saved.total_final) if f and f.name == name
    )
