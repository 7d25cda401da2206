"""How does a number in one unit become the same quantity in another?

Every unit belongs to one dimension and every dimension has one canonical unit, the one with factor 1 and offset 0:

    canonical = value * factor + offset

Rates are canonical *per hour* (kW, m3/h, t/h), so that a rate integrated over hours is the canonical amount (kWh, m3,
t) without any further constant. Normal cubic metres (0 degC, 101.325 kPa) are a dimension of their own: they are not
volume, and turning one into the other needs the gas's temperature and pressure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import overload

from analytics.columns import Float64


@dataclass(frozen=True)
class Unit:
    """One unit of one dimension.

    Attributes
    ----------
    symbol : str
        ASCII symbol as written in configuration, e.g. ``"m3/h"``.
    dimension : str
        e.g. ``"volume_flow"``.
    factor, offset : float
        ``canonical = value * factor + offset``; offset is 0 except for temperature scales.
    """

    symbol: str
    dimension: str
    factor: float
    offset: float = 0.0


_KJ_PER_KCAL = 4.1868  # GB/T 2589-2020; the 2008 edition printed with 4.1816
_KJ_PER_KWH = 3600.0

# Dimension: {symbol: factor or (factor, offset)}; the first symbol of a dimension is its canonical unit.
_TABLE: dict[str, dict[str, float | tuple[float, float]]] = {
    "energy": {
        "kWh": 1.0,
        "Wh": 1e-3,
        "Wmin": 1e-3 / 60.0,  # old Shelly meters count watt minutes
        "MWh": 1e3,
        "GWh": 1e6,
        "kJ": 1.0 / _KJ_PER_KWH,
        "MJ": 1e3 / _KJ_PER_KWH,
        "GJ": 1e6 / _KJ_PER_KWH,
        "kcal": _KJ_PER_KCAL / _KJ_PER_KWH,
    },
    "power": {"kW": 1.0, "W": 1e-3, "MW": 1e3, "MJ/h": 1e3 / _KJ_PER_KWH, "GJ/h": 1e6 / _KJ_PER_KWH},
    "volume": {"m3": 1.0, "L": 1e-3, "10k_m3": 1e4},
    "volume_flow": {"m3/h": 1.0, "m3/s": 3600.0, "m3/d": 1.0 / 24.0, "L/s": 3.6, "L/min": 0.06, "L/h": 1e-3},
    "normal_volume": {"Nm3": 1.0, "10k_Nm3": 1e4},
    "normal_flow": {"Nm3/h": 1.0, "Nm3/s": 3600.0, "Nm3/min": 60.0},
    "mass": {"t": 1.0, "kg": 1e-3, "g": 1e-6},
    "mass_flow": {"t/h": 1.0, "kg/h": 1e-3, "t/d": 1.0 / 24.0, "kg/s": 3.6},
    "concentration": {"mg/m3": 1.0, "ug/m3": 1e-3, "g/m3": 1e3, "mg/L": 1e3, "ug/L": 1.0},
    "temperature": {"degC": 1.0, "K": (1.0, -273.15), "degF": (5.0 / 9.0, -160.0 / 9.0)},
    "temperature_difference": {"delta_K": 1.0, "delta_degF": 5.0 / 9.0},
    "pressure": {"Pa": 1.0, "hPa": 1e2, "kPa": 1e3, "MPa": 1e6, "bar": 1e5},
    "ratio": {"1": 1.0, "%": 1e-2},
    "ph": {"pH": 1.0},
    "count": {"count": 1.0, "piece": 1.0},
    "coal": {"kgce": 1.0, "tce": 1e3},
    "velocity": {"m/s": 1.0},
    "area": {"m2": 1.0, "mu": 2000.0 / 3.0},
    "voltage": {"V": 1.0, "kV": 1e3},
    "current": {"A": 1.0},
    "frequency": {"Hz": 1.0},
}


def _build() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for dimension, rows in _TABLE.items():
        for symbol, entry in rows.items():
            factor, offset = entry if isinstance(entry, tuple) else (entry, 0.0)
            units[symbol] = Unit(symbol, dimension, factor, offset)
    return units


UNITS: Mapping[str, Unit] = MappingProxyType(_build())
"""All units by symbol."""

DIMENSIONS: Mapping[str, str] = MappingProxyType({name: next(iter(rows)) for name, rows in _TABLE.items()})
"""Canonical unit of each dimension."""

_INTEGRATED = MappingProxyType(
    {"power": "energy", "volume_flow": "volume", "normal_flow": "normal_volume", "mass_flow": "mass"}
)
_AMOUNTS = frozenset({*_INTEGRATED.values(), "count", "coal"})


def unit(symbol: str) -> Unit:
    """The unit of a symbol.

    Raises
    ------
    ValueError
        If no unit is written so; names the nearest ones.

    Examples
    --------
    >>> unit("MWh").factor
    1000.0
    """
    found = UNITS.get(symbol)
    if found is not None:
        return found
    plain = (
        symbol.strip().replace("³", "3").replace("²", "2").replace("°", "deg").replace("µ", "u").replace("℃", "degC")
    )
    by_lower = {s.lower(): s for s in UNITS}
    near = [by_lower[s] for s in get_close_matches(plain.lower(), by_lower, n=3, cutoff=0.6)]
    hint = f"; did you mean {' or '.join(near)}?" if near else f"; known units: {', '.join(UNITS)}"
    raise ValueError(f"unit {symbol!r} is unknown{hint}")


@overload
def convert(value: float, from_unit: str, to_unit: str) -> float: ...
@overload
def convert(value: Float64, from_unit: str, to_unit: str) -> Float64: ...
def convert(value: float | Float64, from_unit: str, to_unit: str) -> float | Float64:
    """The same quantity in another unit; NaN stays NaN.

    Parameters
    ----------
    value : float or ndarray of float64
        In `from_unit`.
    from_unit, to_unit : str
        Symbols of one dimension.

    Raises
    ------
    ValueError
        If a symbol is unknown or the dimensions differ.

    Examples
    --------
    >>> convert(1.0, "GJ", "MWh")
    0.2777777777777778
    >>> import numpy as np
    >>> convert(np.array([0.0, 100.0]), "degC", "K")
    array([273.15, 373.15])
    """
    source, target = unit(from_unit), unit(to_unit)
    if source.dimension != target.dimension:
        raise ValueError(
            f"cannot convert {from_unit} ({source.dimension}) to {to_unit} ({target.dimension}): dimensions differ"
        )
    if source.symbol == target.symbol:
        return value
    return (value * source.factor + (source.offset - target.offset)) / target.factor


def canonical_unit(dimension: str) -> str:
    """Symbol of the canonical unit of a dimension; ValueError for an unknown dimension."""
    try:
        return DIMENSIONS[dimension]
    except KeyError:
        raise ValueError(f"dimension {dimension!r} is unknown; known: {', '.join(DIMENSIONS)}") from None


def integrated(dimension: str) -> str:
    """The dimension that a rate becomes when it is summed over hours.

    Raises
    ------
    ValueError
        If the dimension is not a rate.

    Examples
    --------
    >>> integrated("power"), canonical_unit(integrated("volume_flow"))
    ('energy', 'm3')
    """
    canonical_unit(dimension)
    if dimension not in _INTEGRATED:
        raise ValueError(f"dimension {dimension!r} is not a rate; rates are {', '.join(_INTEGRATED)}")
    return _INTEGRATED[dimension]


def is_rate(dimension: str) -> bool:
    """True where summing over hours gives another dimension of this module."""
    return dimension in _INTEGRATED


def is_amount(dimension: str) -> bool:
    """True for what can be summed as it is: energy, volume, normal volume, mass, count, coal."""
    return dimension in _AMOUNTS


def amount_unit(dimension: str) -> str:
    """Unit of an interval's amount: canonical for amounts, integrated for rates, level times hours for levels.

    Examples
    --------
    >>> amount_unit("energy"), amount_unit("power"), amount_unit("concentration")
    ('kWh', 'kWh', 'mg/m3·h')
    """
    symbol = canonical_unit(dimension)
    if is_rate(dimension):
        return canonical_unit(integrated(dimension))
    return symbol if is_amount(dimension) else f"{symbol}·h"


def rate_unit(dimension: str) -> str:
    """Unit of a rate or level read from an interval: per hour for amounts, canonical for rates and levels.

    Examples
    --------
    >>> rate_unit("energy"), rate_unit("volume"), rate_unit("concentration"), rate_unit("count")
    ('kW', 'm3/h', 'mg/m3', 'count/h')
    """
    symbol = canonical_unit(dimension)
    for rate, amount in _INTEGRATED.items():
        if amount == dimension:
            return canonical_unit(rate)
    return f"{symbol}/h" if is_amount(dimension) else symbol
