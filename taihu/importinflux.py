"""What does `taihu import influx` do: list what is there, suggest a map, bring a history in?"""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from collector.bulk import RefusedRows
from collector.bulk.influx import InfluxDone, InfluxImport
from collector.bulk.influxclient import InfluxQueries, InfluxServer
from collector.bulk.influxlook import found_series, listing, suggested_map
from collector.bulk.influxmap import load_influx_map
from registry import Database, Registry, load_plant_files
from taihu.clock import Clock, parse_instant_ms
from taihu.importing import registry_url
from taihu.importreadings import folder_to_fill, intake_of, settle_all
from taihu.settings import Settings, SettingsError, plant_files, programmes
from taihu.terminal import progress, say


def series_table(server: InfluxServer) -> Table:
    """Everything that stands in a database, a row a series, with its newest value.

    Raises
    ------
    collector.bulk.ImportFailed
        If the server refuses or does not answer.
    """
    table = Table("measurement", "tags", "field", "newest value", "at")
    for row in listing(found_series(InfluxQueries(server, say))):
        table.add_row(*row)
    return table


def suggested(server: InfluxServer, settings: Settings) -> str:
    """A first map for the points of the settings' plants, as TOML; a running Taihu is not in its way.

    Raises
    ------
    collector.bulk.ImportFailed
        If the server refuses or does not answer.
    SettingsError, registry.ConfigError, registry.RegistryError
        If no plant is known, or its file is wrong.
    """
    known = programmes(settings)
    plants = load_plant_files(plant_files(settings), [programme.id for programme in known])
    if plants:
        registry = Registry.of_files(plants, known)
    else:
        with Database(registry_url(settings)) as database:
            database.upgrade()
            registry = database.snapshot()
    if not registry.plants:
        raise SettingsError(f"no plant is known in {settings.data}: wanted --config with plant files, or --data")
    return suggested_map(found_series(InfluxQueries(server, say)), registry)


def import_influx(
    settings: Settings,
    server: InfluxServer,
    told: Path,
    begin: str | None,
    end: str | None,
    refused: RefusedRows,
    clock: Clock,
    *,
    again: bool = False,
) -> InfluxDone:
    """Bring the history of a database into the journal, and settle what came.

    Parameters
    ----------
    settings : Settings
    server : InfluxServer
    told : Path
        A map; see `collector.bulk.influxmap`.
    begin, end : str or None
        ISO 8601 with offset, or a date (UTC); without them the first value, and now.
    refused : RefusedRows
        Gets the values that are not kept.
    clock : Clock
    again : bool
        From the beginning, whatever an earlier run read.

    Raises
    ------
    SettingsError
        If a time is none or no plant is known.
    collector.bulk.ImportFailed, registry.ConfigError, storage.StoreError
        If the import cannot go on; what came before stays.
    """
    from_ms = None if begin is None else _instant_ms("--from", begin)
    to_ms = clock.now_ms() if end is None else _instant_ms("--to", end)
    if from_ms is not None and from_ms >= to_ms:
        raise SettingsError(f"--from {begin} is not before {'now' if end is None else f'--to {end}'}")
    with folder_to_fill(settings, clock) as product:
        series = load_influx_map(told, product.registry())
        importer = InfluxImport(InfluxQueries(server, say), series, intake_of(product), refused)
        with progress(server.database, counted=False) as bar:
            done = importer.run(from_ms, to_ms, again=again, progress=bar.advance_to)
        settle_all(product)
    return done


def _instant_ms(option: str, text: str) -> int:
    try:
        return parse_instant_ms(text, "UTC")
    except ValueError as error:
        raise SettingsError(f"{option} {error}") from None
