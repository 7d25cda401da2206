"""What does `taihu targets` print: where each target stands, where it is heading, and what is still needed?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from taihu.options import AsJson, AsOf, Config, Data, Source, Url
from taihu.terminal import emit_json, emit_table

Scopes = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SCOPE]...",
        help="plant:ID, city:ID, sector:CODE or programme:ID; without any, every programme.",
        show_default=False,
    ),
]
Period = Annotated[str, typer.Option(help="ytd, rolling12 or full_year: what base and current are.")]
PERIODS = ("ytd", "rolling12", "full_year")


def targets(
    scope: Scopes = None,
    period: Period = "ytd",
    as_of: AsOf = None,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Where the targets stand and where they are heading: base, current, progress, forecast, probability, need."""
    if period not in PERIODS:
        raise typer.BadParameter(f"{period!r}; wanted one of {', '.join(PERIODS)}", param_hint="--period")
    source = Source.of(config, data, url)
    scopes = scope or [f"programme:{programme['id']}" for programme in source.ask("/programmes")]
    found = source.ask("/targets", {"scope": scopes, "as_of": as_of})
    if as_json:
        emit_json(found)
    else:
        for table in tables(found, period):
            emit_table(table)


def tables(lines: Iterable[Mapping[str, Any]], period: str = "ytd") -> Iterator[Table]:
    """Of each scope where its targets stand, and where they are heading: one table of both is too wide for a screen."""
    for scope, own in groupby(lines, lambda line: line["scope"]):
        flat = list(_flat(own))
        yield _standing(f"{scope}, {period}: where the targets stand", flat, period)
        yield _outlook(f"{scope}: where they are heading in the target year", flat)


def _standing(title: str, lines: Iterable[Mapping[str, Any]], period: str) -> Table:
    unit, status = Column("unit", no_wrap=True), Column("status")
    shown = _table(title, "base", "current", unit, "change", "of", "done", "known", status)
    for line in lines:
        indicator = line[period]
        judged = _judged_by(indicator)
        reason = f": {indicator['reason']}" if indicator["reason"] else ""
        shown.add_row(
            _as_member(line["id"], judged["id"]),
            _number(judged["base"]["value"]),
            _number(judged["current"]["value"]),
            judged["current"]["unit"],
            _percent(indicator["change"]),
            f"{100 * indicator['target']:g} %",
            _percent(indicator["progress"], 0),
            _percent(indicator["current"]["coverage"]),
            indicator["status"].replace("_", " ") + reason,
        )
    return shown


def _outlook(title: str, lines: Iterable[Mapping[str, Any]]) -> Table:
    shown = _table(title, "forecast", "80 %", Column("chance", justify="right"), "needed a month", "budget a month")
    for line in lines:
        forecast, needed = line["forecast"], line["needed"]
        shown.add_row(
            _as_member(line["id"], forecast["of"] or line["id"]),
            _percent(forecast["change"]),
            _interval(forecast),
            forecast["reason"] or _percent(forecast["probability"], 0),
            _needed(needed),
            _budget(needed),
        )
    return shown


def _judged_by(indicator: Mapping[str, Any]) -> Mapping[str, Any]:
    """A group whose members all have to arrive stands as its weakest one: that one's figures, not the sum's."""
    if indicator["change"] is None:
        return indicator
    return next((part for part in indicator["parts"] if part["change"] == indicator["change"]), indicator)


def _as_member(name: str, member: str) -> str:
    return name if member == name else f"{name} (as {member.partition(':')[2]})"


def _table(title: str, *columns: str | Column) -> Table:
    """Ids and numbers are never cut; what is only a name is a column of numbers."""
    numbers = (Column(one, justify="right", no_wrap=True) if isinstance(one, str) else one for one in columns)
    shown = Table(Column("target", no_wrap=True), *numbers, title=title, box=None, pad_edge=False)
    shown.title_justify, shown.title_style = "left", "bold"
    return shown


def _flat(lines: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        yield line
        yield from _flat(line["parts"])


def _interval(forecast: Mapping[str, Any]) -> str:
    if forecast["change_low"] is None:
        return "—"
    return f"{100 * forecast['change_low']:.1f} … {_percent(forecast['change_high'])}"


def _needed(needed: Mapping[str, Any]) -> str:
    if needed["change"] is not None and needed["change"] >= 0.0:
        return "nothing"
    return _percent(needed["per_month"], 2)


def _budget(needed: Mapping[str, Any]) -> str:
    budget = needed["budget"]
    return "—" if budget is None else f"{_number(budget)} {needed['budget_unit'].removesuffix('/month')}"


def _number(value: float | None) -> str:
    """Four digits, and whole numbers from a thousand on."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.4g}"


def _percent(share: float | None, digits: int = 1) -> str:
    return "—" if share is None else f"{100 * share:.{digits}f} %"
