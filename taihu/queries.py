"""Which commands ask what the API knows? Each stands in a `taihu.show_...` of its own and is registered here.

A query is three steps: `taihu.options.Source.of(config, data, url)`, its `ask(path, params)`, and a table
(`taihu.terminal.emit_table`) or, with ``--json``, the answer as it came (`emit_json`).
"""

from __future__ import annotations

import typer

from taihu.show_carbon import carbon
from taihu.show_exceedances import exceedances
from taihu.show_explain import explain
from taihu.show_overview import overview
from taihu.show_savings import savings
from taihu.show_targets import targets
from taihu.show_trend import trend
from taihu.show_why import why


def register(app: typer.Typer) -> None:
    """Add the queries to the command line."""
    app.command(name="carbon")(carbon)
    app.command(name="exceedances")(exceedances)
    app.command(name="explain")(explain)
    app.command(name="overview")(overview)
    app.command(name="savings")(savings)
    app.command(name="targets")(targets)
    app.command(name="trend")(trend)
    app.command(name="why")(why)
