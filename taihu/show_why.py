"""What does `taihu why` print: the sentence, the causes of a change as bars, and the meters that carry it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from taihu.options import AsJson, AsOf, Config, Data, Source, Url
from taihu.terminal import emit_json, emit_table, emit_text

Scope = Annotated[str, typer.Argument(help="plant:ID, city:ID, sector:CODE or programme:ID.")]
Indicator = Annotated[
    str, typer.Argument(help="energy_per_value_added, water_per_value_added, water_pollutants:COD, co2 ...")
]
Period = Annotated[str, typer.Option(help="ytd, rolling12 or full_year.")]
Days = "half-open local days, e.g. 2018-01-01..2018-09-01; --base and --current go together."
Base = Annotated[str | None, typer.Option(help=f"Start from other days: {Days}", metavar="FROM..TO")]
Current = Annotated[str | None, typer.Option(help="Compare other days with them.", metavar="FROM..TO")]

BAR = 24
"""Characters of the longest bar."""


def why(
    scope: Scope,
    indicator: Indicator,
    period: Period = "ytd",
    base: Base = None,
    current: Current = None,
    as_of: AsOf = None,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Why an indicator moved: its change split into causes that sum to it, and the meters that carry it."""
    params = {
        "scope": scope,
        "indicator": indicator,
        "period": period,
        "base": base,
        "current": current,
        "as_of": as_of,
    }
    found = Source.of(config, data, url).ask("/why", params)
    if as_json:
        emit_json(found)
        return
    emit_text(found["sentence"]["zh"])
    emit_text(found["sentence"]["en"])
    if found["effects"]:
        emit_table(effects_table(found))
    if found["meters"]:
        emit_table(meters_table(found))
    for note in found["notes"]:
        emit_text(f"- {note['text']['zh']} / {note['text']['en']}")


def effects_table(found: Mapping[str, Any]) -> Table:
    """Base, the causes as bars on both sides of nothing, and what is current."""
    shown = Table("cause", "", f"amount, {found['unit']}", "points", "of which")
    longest = max(abs(effect["amount"]) for effect in found["effects"])
    shown.add_row("base", "", _number(found["base"]["value"]), "100.0", "")
    for effect in found["effects"]:
        shown.add_row(
            f"{effect['name']['en']} {effect['name']['zh']}",
            bar(effect["amount"], longest),
            _number(effect["amount"], signed=True),
            _points(effect["share"]),
            _parts(effect["parts"]),
        )
    base, current = found["base"]["value"], found["current"]["value"]
    shown.add_row("current", "", _number(current), f"{100 * current / base:.1f}" if base > 0 else "—", "")
    return shown


def meters_table(found: Mapping[str, Any]) -> Table:
    """The meters, the largest first; sub-meters are inside of others."""
    shown = Table("meter", "name", "role", "base", "current", f"change, {found['unit']}")
    for meter in found["meters"]:
        shown.add_row(
            meter["point"],
            f"{meter['name']['en']} {meter['name']['zh']}",
            meter["role"],
            _number(meter["base"]),
            _number(meter["current"]),
            _number(meter["amount"], signed=True),
        )
    return shown


def bar(amount: float, longest: float) -> str:
    """A bar to the left or to the right of the middle.

    Examples
    --------
    >>> bar(-1.0, 2.0), bar(2.0, 2.0)
    ('      ██████│            ', '            │████████████')
    """
    half = BAR // 2
    length = round(half * abs(amount) / longest) if longest > 0 else 0
    left, right = (length, 0) if amount < 0 else (0, length)
    return f"{'█' * left:>{half}}│{'█' * right:<{half}}"


def _parts(parts: Sequence[Mapping[str, Any]]) -> str:
    largest = sorted(parts, key=lambda part: -abs(part["amount"]))[:4]
    return ", ".join(f"{part['text']['en']} {_number(part['amount'], signed=True)}" for part in largest)


def _number(value: float, *, signed: bool = False) -> str:
    """Four digits, and whole numbers from a thousand on."""
    sign = "+" if signed else ""
    return f"{value:{sign},.0f}" if abs(value) >= 1000.0 else f"{value:{sign}.4g}"


def _points(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:+.1f}"
