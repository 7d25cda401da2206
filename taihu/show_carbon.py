"""What does `taihu carbon` print: the CO2 of a plant, branch by branch, with the factors it was counted by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from taihu.asking import part
from taihu.options import AsJson, AsOf, Config, Data, Source, Url
from taihu.terminal import emit_json, emit_table

PlantId = Annotated[str, typer.Argument(metavar="PLANT", help="A plant, e.g. zj-cement.")]
From = Annotated[
    str | None, typer.Option("--from", help="Start, ISO 8601 with zone; default: 1 January.", metavar="TIME")
]
To = Annotated[
    str | None, typer.Option("--to", help="End, ISO 8601 with zone; default: the last midnight.", metavar="TIME")
]


def carbon(
    plant: PlantId,
    from_: From = None,
    to: To = None,
    as_of: AsOf = None,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """CO2 of a plant: fuels, processes, power and heat bought."""
    source = Source.of(config, data, url)
    found = source.ask(f"/plants/{part(plant)}/carbon", {"from": from_, "to": to, "as_of": as_of})
    if as_json:
        emit_json(found)
    else:
        emit_table(table(found))


def table(figure: Mapping[str, Any]) -> Table:
    """A line for every branch down to carriers and materials; their amounts and factors stand beside them."""
    shown = Table(
        "CO2", "tCO2", "share", "amount", "unit", "factor", "per", "edition", "known", "provisional", "remark",
        title=f"{figure['from']} .. {figure['to']}",
    )  # fmt: skip
    for depth, branch in _branches(figure, 0):
        amount, factor = _made_of(branch)
        shown.add_row(
            "  " * depth + branch["name"].removeprefix("co2:"),
            _number(branch["value"]),
            _share(branch["value"], figure["value"]),
            _number(amount.get("value")) if amount else "",
            amount.get("unit", ""),
            f"{factor['value']:g}" if factor else "",
            factor.get("unit", ""),
            branch["factors"] or "",
            _percent(branch["coverage"]),
            _percent(branch["provisional"]),
            branch["note"] or factor.get("note", ""),
        )
    return shown


def _branches(figure: Mapping[str, Any], depth: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    yield depth, figure
    for below in figure["inputs"]:
        if below["name"].startswith("co2"):
            yield from _branches(below, depth + 1)


def _made_of(branch: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The amount and the last factor of one carrier or material; empty for sums."""
    if not branch["name"].startswith("co2:"):
        return {}, {}
    rows = [below for below in branch["inputs"] if below["name"].startswith("factor_co2:")]
    return branch["inputs"][0], rows[-1] if rows else {}


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.1f}"


def _share(value: float | None, whole: float | None) -> str:
    return "" if value is None or not whole else f"{100 * value / whole:.1f} %"


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f} %"
