"""What does `taihu overview` print: every plant and group of a programme against every target, one a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from taihu.options import AsJson, AsOf, Config, Data, Source, Url
from taihu.terminal import emit_json, emit_table

Period = Annotated[str, typer.Option(help="ytd, rolling12 or full_year.")]
Programme = Annotated[str | None, typer.Option(help="Default: the first.", metavar="ID")]
Plants = Annotated[int, typer.Option(help="So many plants at most; groups stand always.", min=0, metavar="N")]
Parts = Annotated[bool, typer.Option("--parts", help="Each pollutant and each sector too.")]

MARKS = {"met": "met", "on_pace": "on pace", "behind": "behind", "not_assessable": "?"}


def overview(
    period: Period = "ytd",
    programme: Programme = None,
    plants: Plants = 50,
    parts: Parts = False,
    as_of: AsOf = None,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Where all plants of a programme stand."""
    source = Source.of(config, data, url)
    found = source.ask("/overview", {"period": period, "programme": programme, "as_of": as_of})
    if as_json:
        emit_json(found)
    else:
        emit_table(table(found, plants, parts=parts))


def table(found: Mapping[str, Any], most: int = 50, *, parts: bool = False) -> Table:
    """Groups first, then plants; in each cell the change and how the target stands.

    Parameters
    ----------
    found : mapping
        The answer of ``/overview``.
    most : int
        So many plants at most.
    parts : bool
        Whether single pollutants and sectors are shown.
    """
    shown_at = [at for at, name in enumerate(found["indicators"]) if parts or ":" not in name]
    left_out = max(len(found["plants"]) - most, 0)
    shown = Table(
        "scope",
        *(found["indicators"][at].replace("_", " ") for at in shown_at),
        title=f"{found['programme']} · {found['current']['from']} .. {found['current']['to']}",
        caption=f"{left_out} more plants: --plants {len(found['plants'])}" if left_out else None,
    )
    for scope, columns in _lines(found, most):
        shown.add_row(scope, *(_cell(columns, at) for at in shown_at))
    return shown


def _lines(found: Mapping[str, Any], most: int) -> Iterator[tuple[str, Mapping[str, Sequence[Any]]]]:
    """Each scope with its columns."""
    yield from found["groups"].items()
    for row, plant in enumerate(found["plants"][:most]):
        yield f"plant:{plant['id']}", {name: found[name][row] for name in ("change", "status", "reason")}


def _cell(columns: Mapping[str, Sequence[Any]], at: int) -> str:
    status, change = columns["status"][at], columns["change"][at]
    if status is None:
        return ""
    said = "—" if change is None else f"{100 * change:+.1f} %"
    return f"{said} {columns['reason'][at] if status == 'not_assessable' else MARKS[status]}"
