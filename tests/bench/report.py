"""In what shape does the benchmark answer?"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Result:
    """One measured number and the bound it is held to.

    Attributes
    ----------
    name, unit : str
    value : float
    bound : float or None
        None: stated only.
    ok : bool
        Whether the bound is kept.
    """

    name: str
    value: float
    unit: str
    bound: float | None = None
    ok: bool = True


def at_least(name: str, value: float, unit: str, bound: float) -> Result:
    return Result(name, value, unit, bound, value >= bound)


def at_most(name: str, value: float, unit: str, bound: float) -> Result:
    return Result(name, value, unit, bound, value <= bound)


def more_than(name: str, value: float, unit: str, bound: float) -> Result:
    return Result(name, value, unit, bound, value > bound)


def show(result: Result, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(result)), flush=True)
        return
    bound = "" if result.bound is None else f"   bound {result.bound:g}   {'ok' if result.ok else 'MISSED'}"
    print(f"{result.name:<58} {result.value:>14,.3f} {result.unit}{bound}", flush=True)


def note(text: str) -> None:
    """Progress for a person; never on standard output."""
    print(text, file=sys.stderr, flush=True)
