"""What does `taihu targets` print: where each target stands, where it is heading, and what is still needed?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
        emit_table(table(found, period))


def table(lines: Iterable[Mapping[str, Any]], period: str = "ytd") -> Table:
    """Targets and their parts, one a line."""
    shown = Table(
        Column("scope", no_wrap=True), Column("target", no_wrap=True), "base", "current", "unit", "change", "of",
        "progress", "status", "known", "forecast", "80 %", "chance", "needed a month", "budget a month",
        box=None, pad_edge=False,
    )  # fmt: skip
    for line in _flat(lines):
        indicator, forecast, needed = line[period], line["forecast"], line["needed"]
        reason = f" ({indicator['reason']})" if indicator["reason"] else ""
        shown.add_row(
            line["scope"],
            line["id"],
            _number(indicator["base"]["value"]),
            _number(indicator["current"]["value"]),
            indicator["current"]["unit"],
            _percent(indicator["change"]),
            _percent(indicator["target"]),
            _number(indicator["progress"]),
            indicator["status"] + reason,
            _percent(indicator["current"]["coverage"]),
            _percent(forecast["change"]),
            _interval(forecast),
            forecast["reason"] or _percent(forecast["probability"], 0),
            _needed(needed),
            _budget(needed),
        )
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
    return "—" if needed["budget"] is None else f"{needed['budget']:.4g} {needed['budget_unit'].removesuffix('/month')}"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.4g}"


def _percent(share: float | None, digits: int = 1) -> str:
    return "—" if share is None else f"{100 * share:.{digits}f} %"
