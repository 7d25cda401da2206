"""What does `taihu trend` print: which of a plant's monthly series change by more than noise, and by how much?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from taihu.asking import part
from taihu.options import AsJson, AsOf, Config, Data, Source, Url
from taihu.terminal import emit_json, emit_table, say

Plant = Annotated[str, typer.Argument(help="Plant id.", metavar="PLANT")]
Medium = Annotated[str | None, typer.Option(help="water or air; default: both.")]
Pollutant = Annotated[str | None, typer.Option(help="Only this pollutant, e.g. COD.")]

LEGEND = (
    "verdict: the change is more than noise (p < {significant:g}) and above the analyser's error; "
    "only total says whether a target is met"
)


def trend(
    plant: Plant,
    medium: Medium = None,
    pollutant: Pollutant = None,
    as_of: AsOf = None,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Monthly discharges since the base year: seasonal Kendall test, Sen slope a year with its 95 % interval, verdict.

    --json prints all months and the whole test.
    """
    params = {"medium": medium, "pollutant": pollutant, "as_of": as_of}
    found = Source.of(config, data, url).ask(f"/plants/{part(plant)}/trends", params)
    if as_json:
        emit_json(found)
        return
    emit_table(table(found["trends"]))
    say(LEGEND.format(significant=found["significant"]))


def table(trends: Iterable[Mapping[str, Any]]) -> Table:
    """One tested series a line."""
    shown = Table(
        "series", "months", "slope a year", "95 % interval", "of base", "p", "p, dependent", "verdict", "total"
    )
    for one in trends:
        test = one["test"]
        shown.add_row(
            _series(one),
            f"{test['n']}",
            f"{_number(test['slope'])} {one['unit']}",
            f"{_number(test['low'])} … {_number(test['high'])}",
            _percent(test["slope_share"]),
            _number(test["p_plain"], 2) + (" *" if test["counts"] == "plain" else ""),
            _number(test["p_correlated"], 2) + (" *" if test["counts"] == "correlated" else ""),
            " ".join([one["verdict"], *(f"({note})" for note in one["notes"])]),
            _total(one["total"]),
        )
    shown.caption = "* the p that counts: with dependent months from ten years on"
    return shown


def _series(one: Mapping[str, Any]) -> str:
    names = (one["medium"], one["pollutant"], one["quantity"], one["outlet"] and f"[{one['outlet']}]")
    # Square brackets are markup to the table.
    return " ".join(name for name in names if name).replace("[", r"\[")


def _total(total: Mapping[str, Any] | None) -> str:
    if total is None:
        return ""
    return f"{_percent(total['change'])} of {_percent(total['target'])}: {total['status']}"


def _number(value: float | None, digits: int = 4) -> str:
    return "—" if value is None else f"{value:.{digits}g}"


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:+.1f} %"
