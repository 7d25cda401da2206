"""How are "12000 kW" and "15min" read?

A quantity is a number and a unit; a duration a whole number and one of ms, s, min, h, d. One day as a distance of
readings means one local calendar day, which has 23, 24 or 25 hours.
"""

from __future__ import annotations

import math
import re

from analytics.columns import DAY_MS, HOUR_MS, LOCAL_DAY
from analytics.units import UNITS, Unit, is_amount, rate_unit
from registry.text import Frozen

_DURATION = re.compile(r"([0-9]+) ?(ms|s|min|h|d)")
_QUANTITY = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s+(\S+)")
_LENGTH_MS = {"ms": 1, "s": 1000, "min": 60_000, "h": HOUR_MS, "d": DAY_MS}


class Quantity(Frozen):
    """A value with its unit, e.g. a rating of 12000 kW."""

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"

    @property
    def dimension(self) -> str:
        """Dimension of the unit; for ``X/h`` that is no unit of its own, ``X per hour``, e.g. ``count per hour``."""
        return _resolve(self.unit)[1]

    @property
    def canonical(self) -> float:
        """Value in the canonical unit of its dimension (per hour for rates)."""
        unit, _ = _resolve(self.unit)
        return self.value * unit.factor + unit.offset


def _resolve(symbol: str) -> tuple[Unit, str]:
    """Unit and dimension; an amount per hour without a symbol of its own (``count/h``) counts as a rate."""
    if symbol in UNITS:
        return UNITS[symbol], UNITS[symbol].dimension
    amount = UNITS.get(symbol.removesuffix("/h"))
    if amount is None or not symbol.endswith("/h") or not is_amount(amount.dimension):
        raise ValueError(f"unit {symbol!r} is unknown")
    return amount, rate_dimension(amount.dimension)


def rate_dimension(amount_dimension: str) -> str:
    """Dimension of the flow of an amount: energy -> power, volume -> volume_flow, count -> ``count per hour``.

    Examples
    --------
    >>> rate_dimension("energy"), rate_dimension("count")
    ('power', 'count per hour')
    """
    symbol = rate_unit(amount_dimension)
    return UNITS[symbol].dimension if symbol in UNITS else f"{amount_dimension} per hour"


def parse_quantity(text: str) -> Quantity:
    """A number, a blank, a unit.

    Raises
    ------
    ValueError
        If the text has another form, the number is not finite or the unit is unknown.

    Examples
    --------
    >>> parse_quantity("12000 kW").canonical
    12000.0
    """
    match = _QUANTITY.fullmatch(text.strip())
    if match is None or not math.isfinite(float(match[1])):
        raise ValueError(f"{text!r} is not a number, a blank and a unit")
    _resolve(match[2])
    return Quantity(value=float(match[1]), unit=match[2])


def parse_duration_ms(text: str) -> int:
    """Length in milliseconds; a day has 24 hours here.

    Raises
    ------
    ValueError
        If the text is not a whole number above 0 and one of ms, s, min, h, d.

    Examples
    --------
    >>> parse_duration_ms("15min"), parse_duration_ms("2h")
    (900000, 7200000)
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or int(match[1]) == 0:
        raise ValueError(f"{text!r} is not a whole number above 0 and one of ms, s, min, h, d")
    return int(match[1]) * _LENGTH_MS[match[2]]


def parse_period_ms(text: str) -> int:
    """As `parse_duration_ms`, but ``1d`` is one local calendar day (`analytics.columns.LOCAL_DAY`).

    Examples
    --------
    >>> parse_period_ms("1d"), parse_period_ms("24h")
    (-1, 86400000)
    """
    length_ms = parse_duration_ms(text)
    return LOCAL_DAY if text.strip().replace(" ", "") == "1d" else length_ms
