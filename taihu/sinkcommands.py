"""What do `taihu sink status` and `taihu sink resync` do?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from taihu.asking import part
from taihu.options import AsJson, Config, Data, Source, Url
from taihu.settings import SettingsError
from taihu.terminal import emit_json, emit_table, emit_text, say

REFUSED_SHOWN = 5
"""So many of the newest refused lines are shown."""

sinks = typer.Typer(no_args_is_help=True, help="The copies in InfluxDB: how they stand, and filling one again.")

Name = Annotated[str | None, typer.Option("--target", help="Which [influx.NAME]; the only one by default.")]


@sinks.command(name="status")
def status(config: Config = None, data: Data = None, url: Url = None, as_json: AsJson = False) -> None:
    """Each copy: whether its server takes lines, how old the oldest unsent one is, what was refused.

    Exit status 1 when a server refuses until somebody mends it.
    """
    source = Source.of(config, data, url)
    found, refused = source.ask("/sinks"), source.ask("/sinks/rejected", {"limit": str(REFUSED_SHOWN)})
    if as_json:
        emit_json({"sinks": found, "rejected": refused})
    elif not found:
        emit_text("no copy is configured: wanted [influx.NAME] in the settings")
    else:
        emit_table(table(found))
        for row in refused["rows"]:
            emit_text(f"refused by {row['target']} at {row['at']}: {row['reason']}\n  {row['line']}")
    if any(sink["state"] == "stopped" for sink in found):
        raise typer.Exit(1)


@sinks.command(name="resync")
def resync(
    since: Annotated[
        str | None,
        typer.Option("--from", help="A date, or ISO 8601 with zone; without it everything.", metavar="TIME"),
    ] = None,
    target: Name = None,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Send again what a server lost: readings, intervals and figures.

    What it has it simply gets once more; nothing else waits for it. Beside no running Taihu it begins with the next.
    """
    source = Source.of(config, data, url)
    name = chosen([str(sink["name"]) for sink in source.ask("/sinks")], target)
    told = source.ask(f"/sinks/{part(name)}/resync", body={"from": since})
    if as_json:
        emit_json(told)
    else:
        say(f"{name} gets {'everything' if since is None else 'what is of ' + since + ' or later'} once more")


def chosen(names: Sequence[str], target: str | None) -> str:
    """The target that is meant.

    Raises
    ------
    taihu.settings.SettingsError
        If there is none, or several and none was named.
    """
    if target is not None:
        return target
    if len(names) == 1:
        return names[0]
    wanted = f"--target with one of {', '.join(names)}" if names else "[influx.NAME] in the settings"
    raise SettingsError(f"sink resync: {len(names)} copies are configured; wanted {wanted}")


def table(found: Sequence[Mapping[str, Any]]) -> Table:
    """One target a line."""
    shown = Table("target", "state", "since", "unsent", "oldest unsent", "sent", "refused", "last words", "url")
    for sink in found:
        shown.add_row(
            sink["name"],
            sink["state"],
            sink["since"],
            f"{sink['unsent']:,}",
            age(sink["unsent_s"]),
            f"{sink['sent']:,}",
            f"{sink['rejected']:,}",
            sink["last_error"],
            sink["url"],
        )
    return shown


def age(seconds: float) -> str:
    """A length of time, with the unit one would say.

    Examples
    --------
    >>> age(0.0), age(42.4), age(5400.0), age(259200.0)
    ('-', '42 s', '90 min', '72 h')
    """
    if seconds == 0:
        return "-"
    for unit, length_s, most in (("s", 1, 120), ("min", 60, 120), ("h", 3600, 100)):
        if seconds < most * length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{seconds / 86_400:.0f} d"
