"""The `taihu` command: what can be typed, and what it answers."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from collector import BrokerStartError
from collector.bulk import ImportFailed
from dashboards.refusals import GrafanaError
from registry import ConfigError, RegistryError, check
from simulators.replay import replay as replay_file
from simulators.replay_profile import ReplayError
from storage import StoreError
from taihu import __version__, operations, queries
from taihu.asking import AskError
from taihu.backupfiles import BackupError
from taihu.clock import WallClock
from taihu.doctor import command as doctor
from taihu.grafanacommands import grafana
from taihu.imports import imports
from taihu.noticecommands import notices
from taihu.options import Config, Data, settings_of
from taihu.settings import Settings, SettingsError, load_settings, mqtt_settings, plant_files, programmes
from taihu.sinkcommands import sinks
from taihu.stop import Stopper
from taihu.terminal import emit_json, emit_table, emit_text, fail, progress, say

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    help="""Taihu 太湖: energy, water and emissions of factories per unit of value added, live, against a base year.

First look: [bold]taihu demo[/] (six simulated plants, nothing else needed).

Own plant: a plant file as in examples/plants, [bold]taihu check[/] it, then [bold]taihu serve -c taihu.toml[/].""",
)
app.add_typer(imports, name="import")
app.add_typer(sinks, name="sink")
app.add_typer(notices, name="notices")
app.add_typer(grafana, name="grafana")
queries.register(app)
operations.register(app)
doctor.register(app)

Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port of the page; 0 takes any free one.")]


BROKER = "mqtt://host:1883, mqtt://user:password@host:1883, or mqtts://... for TLS."


@app.command()
def demo(
    data: Annotated[Path, typer.Option("--data", help="Folder that keeps the demo's data.", metavar="DIR")] = Path(
        "var"
    ),
    as_of: Annotated[str, typer.Option(help="Where the plants' clock starts (Asia/Shanghai).")] = "2018-09-01T00:00",
    speed: Annotated[float, typer.Option(min=0.001, help="Plant seconds per second; 1 is real time.")] = 60.0,
    port: Port = None,
    seconds: Annotated[
        float | None, typer.Option("--for", min=0.1, help="Stop by itself after so many seconds.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end and nothing else.")] = False,
) -> None:
    """Six simulated plants, broker, store and page in one process.

    Everything stands under --data and is kept: the next start goes on where this one stopped.
    """
    from taihu.demo import Demo

    settings = _with_port(load_settings(None, data=data), port)
    running = Demo(settings, as_of, speed)
    try:
        with progress("history", shown=running.needs_history and not as_json) as bar:
            running.start(bar.advance_to)
            if not as_json:
                say(f"Taihu runs at {running.product.url} (data in {data}; Ctrl-C stops it)")
            Stopper().wait(seconds)
    finally:
        # Figures are asked before the stop, from the same state the page showed last.
        summary = running.summary() if as_json and sys.exc_info()[0] is None else None
        running.stop()
    if summary is not None:
        emit_json(summary)
    else:
        say("stopped; nothing acknowledged was lost")


@app.command()
def serve(config: Config = None, data: Data = None, port: Port = None) -> None:
    """Collect from the broker, settle, and show the page."""
    _run(_settings(config, data, port), "Taihu runs", collect=True, serve=True)


@app.command()
def collect(config: Config = None, data: Data = None) -> None:
    """Only journal what the broker brings; a later `taihu serve` on the same folder settles it."""
    _run(_settings(config, data, None), "Taihu collects", collect=True, serve=False)


def _run(settings: Settings, title: str, *, collect: bool, serve: bool) -> None:
    from taihu.assembly import Product

    # The louder one counts: --verbose, or the settings.
    root_log = logging.getLogger()
    root_log.setLevel(min(root_log.level, logging.getLevelNamesMapping()[settings.log_level.upper()]))
    product = Product(settings, WallClock(), collect=collect, serve=serve)
    try:
        product.start()
        where = f" at {product.url}" if product.url else ""
        inside = " (started inside)" if product.broker is not None else ""
        say(f"{title}{where}, reading {product.broker_url}{inside}; data in {settings.data}; Ctrl-C stops it")
        if not product.registry().plants:
            say("no plant is described yet: name plant files in the settings, plants = [...]")
        Stopper().wait()
    finally:
        product.stop()
    say("stopped; nothing acknowledged was lost")


@app.command(name="check")
def check_command(
    files: Annotated[list[Path] | None, typer.Argument(help="Plant files; without any, those of the settings.")] = None,
    config: Config = None,
) -> None:
    """Validate all configuration before anything connects; exit status 1 when something is wrong."""
    settings = load_settings(config)
    if settings.mqtt is not None:
        mqtt_settings(settings.mqtt)
    known = programmes(settings)
    paths = files or plant_files(settings)
    if not paths:
        raise SettingsError("nothing to check: name plant files, or settings that name some (plants = [...])")
    problems = check(paths, [programme.id for programme in known])
    for problem in problems:
        emit_text(str(problem))
    count = sum(len(list(path.glob("*.toml"))) if path.is_dir() else 1 for path in paths)
    if problems:
        fail(f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in {count} file(s)")
        raise typer.Exit(1)
    say(f"{count} file(s) in order")


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="The data, .csv or .csv.gz.")],
    profile: Annotated[Path, typer.Option(help="How to read it and how to publish it.", metavar="FILE.toml")],
    broker: Annotated[str, typer.Option(help=BROKER)] = "mqtt://127.0.0.1:1883",
    speed: Annotated[str, typer.Option(help="max, or how many seconds of data pass in one second.")] = "max",
) -> None:
    """Publish a CSV over MQTT as a gateway would; `taihu serve` on the other side turns it into figures."""
    with progress(file.name, counted=False) as bar:
        done = replay_file(profile, file, broker, speed, progress=bar.advance_to)
    for row in done.bad_rows:
        emit_text(str(row))
    say(f"{done.rows} rows, {done.messages} messages published, {done.acknowledged} acknowledged")
    if done.unheard:
        say(f"{done.unheard} messages were on topics nobody is subscribed to: does taihu serve run with this plant?")
    if done.bad_row_count:
        fail(f"{done.bad_row_count} rows skipped")
        raise typer.Exit(1)


@app.command()
def simulate(
    broker: Annotated[str | None, typer.Option(help=f"Publish until stopped, to {BROKER}")] = None,
    plant: Annotated[list[str] | None, typer.Option(help="Only these plants (several times).")] = None,
    as_of: Annotated[str, typer.Option(help="Where the plants' clock starts (Asia/Shanghai).")] = "2018-09-01T00:00",
    speed: Annotated[float, typer.Option(min=0.001, help="Plant seconds per second.")] = 60.0,
    truth: Annotated[
        Path | None, typer.Option(help="Write the true daily amounts of 2015-2019 as CSV.", metavar="FILE")
    ] = None,
    statements: Annotated[
        Path | None, typer.Option(help="Write the plants' statements as CSV.", metavar="FILE")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--for", min=0.1, help="Stop by itself after so many seconds.")
    ] = None,
) -> None:
    """The six simulated plants without the monitor: their truth, their statements, or their messages to any broker."""
    from taihu.simulate import run

    if broker is None and truth is None and statements is None:
        raise SettingsError("nothing to do: wanted --broker, --truth or --statements")
    run(broker, plant, as_of, speed, truth, statements, Stopper(), seconds)


@app.command(name="score")
def score_command(
    seeds: Annotated[int, typer.Option(min=1, help="Cases for each fault, kind of reading and sampling.")] = 200,
    only: Annotated[str, typer.Option(help="Only faults whose name holds this text.", metavar="TEXT")] = "",
    data: Annotated[
        Path | None, typer.Option(help="Break the readings of this CSV instead of simulated ones.", metavar="FILE")
    ] = None,
    profile: Annotated[
        Path | None, typer.Option(help="How to read it, as for taihu replay.", metavar="FILE.toml")
    ] = None,
    peer_rules: Annotated[
        bool, typer.Option("--peer-rules", help="Apply the rules of other programs to the same registers.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")] = False,
) -> None:
    """Break meters in every known way, settle them, and say how far from the truth each total is.

    Exit status 1 when a row falls short: a total off by more than 0.1 %, a quarter outside its bounds, something
    missing that could be known, or an event that was not found.
    """
    from taihu.score import page, run_score, table

    with progress("faults", shown=not as_json) as bar:
        done = run_score(seeds, only, peer_rules=peer_rules, data=data, profile=profile, progress=bar.advance_to)
    if as_json:
        emit_json(done.as_dict())
    elif as_markdown:
        emit_text(page(done))
    else:
        emit_table(table(done))
        for line in done.short:
            say(f"{line.name}, {line.reading}: {'; '.join(line.shortfalls)}")
    if done.short:
        raise typer.Exit(1)


def _settings(config: Path | None, data: Path | None, port: int | None) -> Settings:
    return _with_port(settings_of(config, data), port)


def _with_port(settings: Settings, port: int | None) -> Settings:
    if port is None:
        return settings
    return settings.model_copy(update={"http": settings.http.model_copy(update={"port": port})})


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more in the log.")] = False,
) -> None:
    if version:
        emit_text(__version__)
        raise typer.Exit
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


TOLD = (
    AskError,
    GrafanaError,
    BackupError,
    BrokerStartError,
    ConfigError,
    ImportFailed,
    RegistryError,
    ReplayError,
    SettingsError,
    StoreError,
)
"""Errors whose text says what a user can mend."""


def main(run: Callable[[], Any] = app) -> None:
    """Entry point: what a user can mend is one line, not a traceback."""
    try:
        run()
    except TOLD as error:
        fail(str(error))
        sys.exit(2)
