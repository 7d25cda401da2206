"""What do `taihu import statements` and `taihu import factors` do, before, beside or after a running `taihu serve`?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from registry import Database, ImportReport, import_factors, import_statements, load_plant_files
from taihu.settings import Settings, SettingsError, plant_files, programmes


def import_into(settings: Settings, file: Path, now_ms: Callable[[], int]) -> ImportReport:
    """Keep the statements of a file in the registry of the settings.

    Parameters
    ----------
    settings : Settings
    file : Path
        ``.csv`` or ``.xlsx``.
    now_ms : callable
        The clock. [ms UTC]

    Raises
    ------
    SettingsError
        If neither the registry nor the settings know a plant.
    registry.ConfigError
        If the file, or a plant file, cannot be read.
    registry.RegistryError
        If the registry cannot be used.
    """
    with Database(registry_url(settings)) as database:
        database.upgrade()
        if not database.plant_ids():
            _save_plants(database, settings)
        return import_statements(database, file, now_ms)


def import_factors_into(
    settings: Settings, file: Path, now_ms: Callable[[], int], who: str = "", why: str = ""
) -> ImportReport:
    """Keep the factor rows of a file in the registry of the settings; as `import_into`."""
    with Database(registry_url(settings)) as database:
        database.upgrade()
        if not database.plant_ids():
            _save_plants(database, settings)
        return import_factors(database, file, now_ms, who, why)


def registry_url(settings: Settings) -> str:
    """Where the registry is: the URL of the settings, or a file in the data folder."""
    return settings.registry_url or f"sqlite:///{settings.data / 'registry.sqlite'}"


def _save_plants(database: Database, settings: Settings) -> None:
    """Before the first `taihu serve` the registry is empty, and the settings name the plants."""
    known = programmes(settings)
    plants = load_plant_files(plant_files(settings), [programme.id for programme in known])
    if not plants:
        raise SettingsError(
            f"no plant is known in {settings.data}: wanted --config with settings that name plant files, "
            "or --data with the folder of a taihu serve"
        )
    database.save(plants, known, complete=True)
