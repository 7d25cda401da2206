"""What is a statement, and which items may one state?

What no meter says: value added, price index, output, bills of months before metering, materials processed, declared
loads, the weather. A statement holds for one month or one year and may be revised; earlier editions are kept.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import cache
from typing import Literal

from analytics.units import UNITS
from registry.lists import CARRIERS, MATERIALS, POLLUTANTS
from registry.problems import one_of
from registry.text import Frozen

Status = Literal["final", "provisional", "plan"]
STATUSES: tuple[Status, ...] = ("final", "provisional", "plan")

_PERIOD = re.compile(r"(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2]))?")
_EPOCH = dt.date(1970, 1, 1)
_PLAIN = ("value_added", "price_index", "water")
_ITEMS = (*_PLAIN, "output:PRODUCT", "energy:CARRIER", "material:NAME", "load:POLLUTANT", "weather:hdd", "weather:cdd")
_UNITS = {
    "value_added": ("10k_yuan",),
    "price_index": ("previous_year=100",),
    "water": ("m3",),
    "material": ("t",),
    "load": ("kg", "t"),
    "weather": ("K.d",),
}
WEATHER = ("hdd", "cdd")
"""Heating and cooling degree days."""


class Statement(Frozen):
    """One value for one period.

    Attributes
    ----------
    plant : str
    period : str
        ``2018-03`` or ``2018``.
    item : str
        ``value_added``, ``price_index``, ``water``, ``output:PRODUCT``, ``energy:CARRIER``, ``material:NAME``,
        ``load:POLLUTANT``, ``weather:hdd`` or ``weather:cdd`` (heating and cooling degree days).
    value : float
    unit : str
    status : str
        final, provisional or plan.
    source : str
        Where it comes from, free text ("" where not said).
    imported_ms : int
        When this edition came. [ms UTC]
    restated : bool
        An earlier edition was final too, with another value.
    """

    plant: str
    period: str
    item: str
    value: float
    unit: str
    status: Status
    source: str = ""
    imported_ms: int = 0
    restated: bool = False

    @property
    def year(self) -> int:
        """Calendar year of the period."""
        return int(self.period[:4])

    @property
    def month(self) -> int | None:
        """Calendar month, 1 to 12; None for a whole year."""
        return int(self.period[5:]) if len(self.period) > 4 else None

    def days(self) -> tuple[int, int]:
        """First day of the period and first day after it, as days since 1970-01-01.

        Examples
        --------
        >>> Statement(plant="p", period="1970-02", item="water", value=1.0, unit="m3", status="final").days()
        (31, 59)
        """
        return period_days(self.period)


@cache  # some thousand texts at most, and each is asked for with every figure
def period_days(period: str) -> tuple[int, int]:
    """Half-open range of local days of ``YYYY-MM`` or ``YYYY``, as days since 1970-01-01.

    Raises
    ------
    ValueError
        If the text is no such period.
    """
    if not _PERIOD.fullmatch(period):
        raise ValueError(f"period {period!r} is not YYYY-MM or YYYY")
    year = int(period[:4])
    first_month, last_month = (int(period[5:]),) * 2 if len(period) > 4 else (1, 12)
    first = dt.date(year, first_month, 1)
    last = dt.date(year, last_month, calendar.monthrange(year, last_month)[1])
    return (first - _EPOCH).days, (last - _EPOCH).days + 1


def item_fault(item: str) -> str | None:
    """What is wrong with an item, as the words after "wanted"; None where nothing is.

    Examples
    --------
    >>> item_fault("load:COD") is None, item_fault("load:CODD") is None
    (True, False)
    """
    name, colon, what = item.partition(":")
    if not colon:
        return None if item in _PLAIN else one_of(item, _ITEMS)
    if name == "output":
        return None if what.strip() else "output:PRODUCT, with the name of a product"
    if name == "energy":
        return None if what in CARRIERS else f"energy:CARRIER with {one_of(what, list(CARRIERS))}"
    if name == "load":
        return None if what in POLLUTANTS else f"load:POLLUTANT with {one_of(what, list(POLLUTANTS))}"
    if name == "material":
        return None if what in MATERIALS else f"material:NAME with {one_of(what, list(MATERIALS))}"
    if name == "weather":
        return None if what in WEATHER else f"weather:NAME with {one_of(what, WEATHER)}"
    return one_of(item, _ITEMS)


def unit_fault(item: str, unit: str) -> str | None:
    """What is wrong with the unit of a known item, as the words after "wanted"; None where nothing is."""
    name, _, what = item.partition(":")
    if name == "output":
        return None if unit else "the unit of the product, e.g. t"
    if name == "energy":
        fitting = CARRIERS[what].dimensions
        options = [symbol for symbol, known in UNITS.items() if known.dimension in fitting]
    else:
        options = list(_UNITS[name])
    return None if unit in options else one_of(unit, options)
