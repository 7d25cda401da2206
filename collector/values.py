"""Is this a number, and which?

Gateways write numbers as numbers, as text, as null. What cannot be read as one number without guessing is refused with
a reason that names what came and what was wanted.
"""

from __future__ import annotations

import math
import re
from typing import Any

from analytics.columns import Quality

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d[\d.,' ]*,\d*", re.ASCII)
_NO_VALUE = frozenset({"nan", "null"})
_STATES = {"true": 1.0, "on": 1.0, "false": 0.0, "off": 0.0}

NULL = int(Quality.NULL)


class BadItem(ValueError):
    """One item of a message that cannot be a reading; its text is ``kind: detail``, the kind one of a short list."""


def shown(raw: Any) -> str:
    """`raw` as a reason quotes it: one line, at most 60 characters."""
    text = repr(raw) if isinstance(raw, str) else str(raw).replace("\n", " ")
    return text if len(text) <= 60 else text[:57] + "..."


def number(raw: Any, *, state: bool = False) -> tuple[float, int]:
    """Read one value.

    Parameters
    ----------
    raw : Any
        What JSON made of it.
    state : bool
        True for a point of kind STATE, where true, false, "ON" and "OFF" are 1 and 0.

    Returns
    -------
    value : float
        NaN where the sender says that it has none.
    flag : int
        `Quality` bits.

    Raises
    ------
    BadItem
        If it is not one number.

    Examples
    --------
    >>> number("231.5")
    (231.5, 0)
    >>> number(None)
    (nan, 2)
    """
    if raw is None:
        return math.nan, NULL
    if isinstance(raw, bool):
        if state:
            return float(raw), 0
        raise BadItem(f"not a number: {str(raw).lower()}; true and false are values of state points only")
    if isinstance(raw, int | float):
        return _finite_or_null(raw)
    if isinstance(raw, str):
        return _from_text(raw.strip(), state=state)
    raise BadItem(f"not a number: {'a list' if isinstance(raw, list) else 'an object'} {shown(raw)}, wanted one number")


def _finite_or_null(raw: int | float) -> tuple[float, int]:
    try:
        value = float(raw)
    except OverflowError as error:
        raise BadItem(f"not a number: {shown(raw)} is too large for a 64-bit float") from error
    return (value, NULL) if math.isnan(value) else (value, 0)


def _from_text(text: str, *, state: bool) -> tuple[float, int]:
    if _NUMBER.fullmatch(text):
        return float(text), 0
    lower = text.lower()
    if lower in _NO_VALUE:
        return math.nan, NULL
    if state and lower in _STATES:
        return _STATES[lower], 0
    if _COMMA.fullmatch(text):
        raise BadItem(f"not a number: {shown(text)} has a comma; wanted a decimal point and no grouping, as in 1234.5")
    raise BadItem(f"not a number: {shown(text)}; wanted a number such as 231.5")
