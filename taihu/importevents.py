"""What does `taihu import events` do, with a running Taihu and without one?

Without one it opens the data folder itself, enters the events and settles the past. A running one owns the folder: then
it says where its page and its API take the same table.
"""

from __future__ import annotations

from pathlib import Path

from engine.events.eventsheet import EventSheet, enter, read_event_sheet
from storage import StoreError, StoreLocked
from taihu.assembly import Product
from taihu.clock import Clock
from taihu.settings import Settings, SettingsError


def import_events(settings: Settings, file: Path, who: str, clock: Clock) -> EventSheet:
    """Declare the events of a CSV: all of them, or none.

    Parameters
    ----------
    settings : Settings
    file : Path
        See `engine.events.eventsheet`.
    who : str
        Who says so.
    clock : Clock

    Returns
    -------
    EventSheet
        What was entered, or what is wrong with the file.

    Raises
    ------
    SettingsError
        If the file cannot be read, nobody says so, or no plant is known.
    storage.StoreError
        If the data folder cannot be used, or belongs to a running Taihu.
    """
    if not who.strip():
        raise SettingsError("--who is empty: wanted the name of the person who says so")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror})") from error
    try:
        product = Product(settings, clock, collect=False, serve=False)
    except StoreLocked as error:
        raise StoreError(f"{error}\n{_elsewhere(settings)}") from error
    try:
        if not product.registry().plants:
            raise SettingsError(f"no plant is known in {settings.data}: wanted --config with plant files, or --data")
        return enter(read_event_sheet(content, product.registry()), product.decisions, who.strip())
    finally:
        product.stop()


def _elsewhere(settings: Settings) -> str:
    host = "127.0.0.1" if settings.http.host in ("0.0.0.0", "::") else settings.http.host
    port = settings.http.port or "PORT"
    return (
        f"upload the table on the page of the running one, http://{host}:{port}/ (a plant, Upload a table), "
        f"or send it to http://{host}:{port}/api/v1/events/csv?who=NAME as text/csv"
    )
