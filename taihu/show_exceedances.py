"""What does `taihu exceedances` print: when was which limit exceeded, how far, and by how many kilograms?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from taihu.options import AsJson, AsOf, Config, Data, Source, Url
from taihu.terminal import emit_json, emit_table, say

Plants = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PLANT]...", help="Plant ids; without any, all of them.", show_default=False),
]
From = Annotated[str | None, typer.Option("--from", help="ISO 8601 with zone; default: the year so far.")]
To = Annotated[str | None, typer.Option(help="ISO 8601 with zone; default: now.")]


def exceedances(
    plant: Plants = None,
    from_: From = None,
    to: To = None,
    as_of: AsOf = None,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Runs of valid hours or days over a limit, the newest first: start, end, peak, mean, mass above the limit.

    Limits whose confidence is unsure come from presets: the plant's permit decides.
    """
    params = {"plant": plant or [], "from": from_, "to": to, "as_of": as_of}
    found = Source.of(config, data, url).ask("/exceedances", params)
    if as_json:
        emit_json(found)
        return
    emit_table(table(found))
    say(f"{len(found)} exceedance{'' if len(found) == 1 else 's'}")


def table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """One exceedance a line."""
    shown = Table(
        "point", "pollutant", "limit", "standard", "confidence", "from", "to", "over", "peak", "mean", "above, kg"
    )
    for row in rows:
        limit = row["limit"]
        reference = "" if limit["o2_ref"] is None else f" at {limit['o2_ref']:g} % O2"
        shown.add_row(
            row["point"],
            row["pollutant"],
            f"{limit['value']:g} {limit['unit']} {limit['averaging']}{reference}",
            " ".join(word for word in (limit["standard"], limit["class"]) if word),
            limit["confidence"],
            row["start"],
            row["end"] + (" (open)" if row["open"] else ""),
            f"{row['periods']} × {limit['averaging']}",
            f"{row['peak']:.4g}",
            f"{row['mean']:.4g}",
            "—" if row["excess_kg"] is None else f"{row['excess_kg']:.3g}",
        )
    return shown
