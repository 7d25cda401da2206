"""What does `taihu targets` print: each target of a plant, a city or the programme against its base year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from taihu.options import AsJson, AsOf, Config, Data, Source, Url
from taihu.terminal import emit_json, emit_table

Scopes = Annotated[
    list[str] | None,
    typer.Option("--scope", help="plant:ID, city:ID or programme:ID (several times); default: every programme."),
]
Period = Annotated[str, typer.Option(help="ytd, rolling12 or full_year.")]


def targets(
    scope: Scopes = None,
    period: Period = "ytd",
    as_of: AsOf = None,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Where the targets stand: base, current, change, progress and status."""
    source = Source.of(config, data, url)
    scopes = scope or [f"programme:{programme['id']}" for programme in source.ask("/programmes")]
    found = source.ask("/indicators", {"scope": scopes, "period": period, "as_of": as_of})
    if as_json:
        emit_json(found)
    else:
        emit_table(table(found))


def table(indicators: Iterable[Mapping[str, Any]]) -> Table:
    """Indicators and their parts, one a line."""
    shown = Table("scope", "target", "base", "current", "unit", "change", "of", "progress", "status", "coverage")
    for indicator in _flat(indicators):
        base, current = indicator["base"], indicator["current"]
        status = indicator["status"] + (f" ({indicator['reason']})" if indicator["reason"] else "")
        shown.add_row(
            indicator["scope"],
            indicator["id"],
            _number(base["value"]),
            _number(current["value"]),
            current["unit"],
            _percent(indicator["change"]),
            _percent(indicator["target"]),
            _number(indicator["progress"]),
            status,
            _percent(current["coverage"]),
        )
    return shown


def _flat(indicators: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for indicator in indicators:
        yield indicator
        yield from _flat(indicator["parts"])


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.4g}"


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f} %"
