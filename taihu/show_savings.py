"""What does `taihu savings` print: what was saved each year, by which view, and how much of it is final?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from taihu.options import AsJson, AsOf, Config, Data, Source, Url
from taihu.terminal import emit_json, emit_table, say

Scope = Annotated[
    str | None,
    typer.Argument(
        metavar="[SCOPE]",
        help="plant:ID, city:ID, sector:CODE or programme:ID; default: the first programme.",
        show_default=False,
    ),
]


def savings(
    scope: Scope = None,
    as_of: AsOf = None,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Energy saved since the base year, against it and against the year before: two views, never added."""
    source = Source.of(config, data, url)
    if scope is None:
        programmes = source.ask("/programmes")
        if not programmes:
            raise typer.BadParameter("there is no programme; wanted a scope", param_hint="SCOPE")
        scope = f"programme:{programmes[0]['id']}"
    found = source.ask("/savings", {"scope": scope, "as_of": as_of})
    if as_json:
        emit_json(found)
        return
    for view in VIEWS:
        emit_table(years_table(found, view))
    if not scope.startswith("plant:"):
        emit_table(plants_table(found))
    say(goal_text(found))


VIEWS = ("fixed_base", "yearly")


def years_table(found: Mapping[str, Any], view: str) -> Table:
    """One view, a row a year: the plants' savings, those of the summed intensity, what is final, what it comes to."""
    title = f"{found['scope']}: saved {_against(found, view)}, tce; positive is a saving"
    shown = _table(title, "year", "saved", "of sums", "final", "in all", "final", "known", "plants", "remark")
    for year in found["years"]:
        more = year[f"{view}_more"]
        shown.add_row(
            f"{year['year']}{' so far' if year['running'] else ''}",
            _number(year[view]),
            _number(more["of_sums"]),
            _number(more["final"]),
            _number(more["total"]),
            _number(more["total_final"]),
            _percent(year[view]["coverage"]),
            f"{year['counted']} of {len(found['plants'])}",
            year[view]["note"].replace("_", " "),
        )
    return shown


def _against(found: Mapping[str, Any], view: str) -> str:
    return "against the year before" if view == "yearly" else f"against {found['base_year']}"


def plants_table(found: Mapping[str, Any]) -> Table:
    """A row a plant: what counts towards the goal in each year, ``*`` where it is not final yet."""
    counts = found["counts"]
    years = [str(year["year"]) for year in found["years"]]
    title = f"{found['scope']}: by plant, {_against(found, counts)}, tce; * not final yet"
    shown = _table(title, "plant", *years, "remark")
    for plant in found["plants"]:
        cells = [_number(year[counts]) + ("" if year["final"] or year["reason"] else " *") for year in plant["years"]]
        reasons = dict.fromkeys(year["reason"] for year in plant["years"] if year["reason"])
        shown.add_row(plant["plant"], *cells, ", ".join(reasons).replace("_", " "))
    return shown


def goal_text(found: Mapping[str, Any]) -> str:
    """One line: what is added up, and the goal where there is one."""
    total, final = found["cumulative"], found["cumulative_final"]
    if total is None:
        return f"no year is over since {found['from_year']}"
    rule = f"since {found['from_year']}, {_against(found, found['counts'])}"
    said = f"{rule}: {_number(total)} tce, of it final {_number(final)}"
    if found["goal_tce"] is None:
        return said
    share = "—" if total["value"] is None else f"{100 * total['value'] / found['goal_tce']:.2f} %"
    return f"{said}; goal {found['goal_tce']:,.0f} tce ({found['goal_confidence']}): {share}"


def _table(title: str, first: str, *columns: str) -> Table:
    numbers = (Column(one, justify="right") for one in columns[:-1])
    shown = Table(Column(first, no_wrap=True), *numbers, columns[-1], title=title, box=None, pad_edge=False)
    shown.title_justify, shown.title_style = "left", "bold"
    return shown


def _number(figure: Mapping[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return "—"
    return f"{figure['value']:,.0f}" if abs(figure["value"]) >= 1000.0 else f"{figure['value']:.4g}"


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f} %"
