"""Which commands bring in what no meter sends: `taihu import statements`, `factors`, `events`, `readings`, `influx`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collector.bulk import RefusedRows, refused_rows
from collector.bulk.influxclient import InfluxServer
from registry.importreport import ImportReport
from taihu.clock import WallClock
from taihu.importing import import_factors_into, import_into
from taihu.options import Config, Data, settings_of
from taihu.settings import SettingsError, writing
from taihu.terminal import emit_table, emit_text, fail, say

SHOWN = 20
"""So many refused rows of a history are shown; the report has all of them."""

Report = Annotated[Path | None, typer.Option(help="Write the rows that failed to this CSV.", metavar="FILE")]

imports = typer.Typer(
    no_args_is_help=True, help="Bring in what no meter sends: statements, factors, events, histories."
)


@imports.command(name="statements")
def import_statements_command(
    file: Annotated[Path, typer.Argument(help="CSV or .xlsx with plant, period, item, value, unit, status, source.")],
    config: Config = None,
    data: Data = None,
    report: Report = None,
) -> None:
    """Monthly value added, output, price indices and bills, row by row: good rows are kept, bad rows are listed.

    The same file twice changes nothing; a changed value becomes a new edition and the old one is kept.
    """
    _tell(import_into(settings_of(config, data), file, WallClock().now_ms), report)


@imports.command(name="factors")
def import_factors_command(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV or .xlsx with carrier, quantity, basis, value, unit, valid_from, valid_to, edition, source, "
            "confidence, plant."
        ),
    ],
    config: Config = None,
    data: Data = None,
    who: Annotated[str, typer.Option(help="Who says so; kept with the rows.", metavar="NAME")] = "",
    why: Annotated[str, typer.Option(help="Why; kept with the rows.", metavar="TEXT")] = "",
    report: Report = None,
) -> None:
    """Coefficients of standard coal and CO2, row by row: a row about the same as an earlier one supersedes it.

    The earlier one is kept, and every figure can still be seen as of then.
    """
    _tell(import_factors_into(settings_of(config, data), file, WallClock().now_ms, who, why), report)


def _tell(done: ImportReport, report: Path | None) -> None:
    """What became of the rows; exit status 1 when some were refused."""
    emit_text(str(done))
    if report is not None:
        with writing(report):
            done.write_csv(report)
    if done.bad:
        raise typer.Exit(1)


@imports.command(name="events")
def import_events_command(
    file: Annotated[
        Path, typer.Argument(help="CSV with point, kind, at, to, end_value, start_value, ratio, shift, why.")
    ],
    who: Annotated[str, typer.Option(help="Who says so; kept with every event.", metavar="NAME")],
    config: Config = None,
    data: Data = None,
) -> None:
    """Declared events of meters (swap, reset, ratio, unit, clock, leave_out, calibration): all lines, or none.

    Times without a zone are those of the plant's clocks. The past is settled again.
    """
    from taihu.importevents import import_events

    done = import_events(settings_of(config, data), file, who, WallClock())
    for bad in done.bad:
        emit_text(f"{file}:{bad.line}: {bad.column + ': ' if bad.column else ''}{bad.reason}")
    if done.bad:
        fail(f"nothing was entered: {len(done.bad)} problem{'s' if len(done.bad) > 1 else ''} in {file}")
        raise typer.Exit(1)
    say(f"{len(done.declarations)} event(s) entered, and the past is settled again")


@imports.command(name="readings")
def import_readings_command(
    files: Annotated[list[Path], typer.Argument(help="CSV, gzipped CSV or Parquet: time, point, value[, flag].")],
    told: Annotated[
        Path | None, typer.Option("--map", help="How other columns, times and units are read.", metavar="MAP.toml")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of times that name none, e.g. Asia/Shanghai.", metavar="ZONE")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Read from the beginning, whatever was read before.")] = False,
    config: Config = None,
    data: Data = None,
    report: Report = None,
) -> None:
    """A history of readings: good rows are kept, bad rows are listed, what is there already is left out.

    A second run goes on where the first was ended; the same file twice changes nothing. Exit status 1 when rows were
    refused.
    """
    from taihu.importreadings import import_readings

    with refused_rows(report) as refused:
        for done in import_readings(settings_of(config, data), files, told, zone, refused, WallClock(), again=again):
            emit_text(str(done))
    _tell_refused(refused, report)


@imports.command(name="influx")
def import_influx_command(
    url: Annotated[str, typer.Option(help="Address of an InfluxDB 1 or 2.", metavar="http://HOST:8086")],
    database: Annotated[
        str, typer.Option("--database", "--bucket", help="Database of version 1, bucket of version 2.", metavar="NAME")
    ],
    told: Annotated[Path | None, typer.Option("--map", help="Which series is which point.", metavar="MAP.toml")] = None,
    begin: Annotated[
        str | None, typer.Option("--from", help="Date (UTC) or time with offset; without it the first value.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="The same; without it now.")] = None,
    token: Annotated[str | None, typer.Option(envvar="INFLUX_TOKEN", help="Of version 2.")] = None,
    org: Annotated[
        str | None, typer.Option(help="Of version 2; a token belongs to one, so it is rarely needed.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="Of version 1.")] = None,
    password: Annotated[str | None, typer.Option(envvar="INFLUX_PASSWORD", help="Of version 1.")] = None,
    policy: Annotated[str | None, typer.Option(help="Retention policy; without it the default one.")] = None,
    show: Annotated[bool, typer.Option("--list", help="Show the series that are there, and end.")] = False,
    suggest: Annotated[bool, typer.Option("--suggest", help="Print a first map by similar names, and end.")] = False,
    again: Annotated[bool, typer.Option("--again", help="From the beginning, whatever was read before.")] = False,
    config: Config = None,
    data: Data = None,
    report: Report = None,
) -> None:
    """The history of an InfluxDB, by InfluxQL: what is there already is left out, and a second run goes on.

    First --list, then --suggest > map.toml, then the same with --map map.toml.
    """
    from taihu import importinflux

    server = InfluxServer(url, database, policy, token, user, password, org)
    if show:
        emit_table(importinflux.series_table(server))
        return
    settings = settings_of(config, data)
    if suggest:
        emit_text(importinflux.suggested(server, settings).rstrip())
        return
    if told is None:
        raise SettingsError("--map is missing: wanted a map of series and points; --suggest prints a first one")
    with refused_rows(report) as refused:
        done = importinflux.import_influx(settings, server, told, begin, end, refused, WallClock(), again=again)
        emit_text(f"{database}: {done}")
        for silent in done.silent:
            emit_text(f"{database}: no value in {silent}")
    _tell_refused(refused, report)


def _tell_refused(refused: RefusedRows, report: Path | None) -> None:
    """What of a history was refused; exit status 1 when anything was."""
    if refused.count == 0:
        return
    for file, row in refused.listed[:SHOWN]:
        emit_text(f"{file}:{row.place}: {f'{row.column} = {row.came}: ' if row.column else ''}{row.reason}")
    more = refused.count - min(SHOWN, len(refused.listed))
    if more:
        emit_text(f"... and {more} more{'' if report else '; --report FILE.csv lists all'}")
    raise typer.Exit(1)
