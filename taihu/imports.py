"""Which commands bring in what no meter sends: `taihu import statements`, `factors`, `events`, `readings`, `influx`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collector.bulk import RefusedRows, refused_rows
from registry.importreport import ImportReport
from taihu.clock import WallClock
from taihu.importing import import_factors_into, import_into
from taihu.options import Config, Data, settings_of
from taihu.settings import writing
from taihu.terminal import emit_text, fail, say

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
