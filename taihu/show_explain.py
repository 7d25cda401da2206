"""What does `taihu explain` print: a figure, its rule, what it was made of, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from taihu.asking import AskError, part
from taihu.options import AsJson, AsOf, Config, Data, Source, Url
from taihu.settings import writing
from taihu.terminal import emit_json, emit_table, emit_text, say

FigureId = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="SCOPE/PERIOD/NAME, e.g. plant:wx-dyeing/ytd/energy_tce; every figure of the page shows its own.",
    ),
]
Xlsx = Annotated[
    Path | None, typer.Option(help="Write a workbook whose formulas work the figure out again.", metavar="FILE.xlsx")
]


def explain(
    figure: FigureId,
    xlsx: Xlsx = None,
    as_of: AsOf = None,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Where a figure comes from: rule, inputs, factor rows, statements, points, events."""
    if figure.count("/") < 2:
        raise AskError(f"{figure!r} is no figure's id; wanted SCOPE/PERIOD/NAME, e.g. plant:wx-dyeing/ytd/energy_tce")
    source = Source.of(config, data, url)
    path = f"/figures/{part(figure)}"
    if xlsx is not None:
        content = source.fetch(f"{path}/workbook", {"as_of": as_of})
        with writing(xlsx):
            xlsx.write_bytes(content)
        say(f"{xlsx}: {len(content)} bytes")
        return
    found = source.ask(f"{path}/explain", {"as_of": as_of})
    if as_json:
        emit_json(found)
        return
    for text in (found["text"]["en"], found["text"]["zh"], f"{found['formula']}    {found['clause']['source']}"):
        emit_text(text)
    for table in tables(found):
        emit_table(table)


def tables(found: Mapping[str, Any]) -> Iterator[Table]:
    """The tree, and below it what it rests on; empty tables are left out."""
    tree = Table("figure", "value", "unit", "known", "estimated", "provisional", "factors", "remark")
    _add(tree, found["figure"], "")
    yield tree
    factors = Table("factor", "value", "unit", "edition", "valid", "confidence", "source", "plant")
    for row in found["factors"]:
        valid = f"{row['valid_from'] or ''}..{row['valid_to'] or ''}"
        factors.add_row(
            row["carrier"], f"{row['value']:g}", row["unit"], row["edition"], valid, row["confidence"], row["source"],
            row["plant"] or "",
        )  # fmt: skip
    statements = Table("statement", "plant", "period", "value", "unit", "status", "source", "imported", "editions")
    for row in found["statements"]:
        statements.add_row(
            row["item"], row["plant"], row["period"], f"{row['value']:g}", row["unit"], row["status"], row["source"],
            row["imported"], str(row["editions"]),
        )  # fmt: skip
    points = Table("point", "known", "readings", "first", "", "last", "", "unit")
    for row in found["points"]:
        edges = [text for edge in (row["first"], row["last"]) for text in _edge(edge)]
        points.add_row(row["point"], _percent(row["coverage"]), str(row["readings"]), *edges, row["unit"])
    events = Table("event", "point", "state", "from", "until")
    for row in found["events"]:
        events.add_row(row["what"], row["point"], row["state"], row["from"], row["until"])
    yield from (table for table in (factors, statements, points, events) if table.row_count)


def _add(table: Table, figure: Mapping[str, Any], indent: str) -> None:
    table.add_row(
        indent + figure["name"],
        "—" if figure["value"] is None else f"{figure['value']:,.6g}",
        figure["unit"],
        _percent(figure["coverage"]),
        _percent(figure["estimated"]),
        _percent(figure["provisional"]),
        figure["factors"] or "",
        figure["note"],
    )
    for below in figure["inputs"]:
        _add(table, below, indent + "  ")


def _edge(edge: Mapping[str, Any] | None) -> tuple[str, str]:
    return ("", "") if edge is None else (edge["time"], f"{edge['value']:g}")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"
