"""Which instants and which data folders can the simulated plants use?"""

from __future__ import annotations

from registry import Database
from simulators import WORKS
from taihu.clock import parse_instant_ms
from taihu.importing import registry_url
from taihu.settings import Settings, SettingsError

ZONE = "Asia/Shanghai"
DEFAULT_AS_OF = "2018-09-01T00:00"
HISTORY_FROM = "2015-01-01T00:00"
LAST_INSTANT = "2020-01-01T00:00"

HISTORY_KEY = "demo_history_to_ms:"
"""Where the store keeps, plant by plant, up to when the history was imported."""


def simulated_instant_ms(as_of: str) -> int:
    """Where the plants' clock starts, as a user types it. [ms UTC]

    Raises
    ------
    SettingsError
        If it is no time, or outside the simulated years.
    """
    try:
        start_ms = parse_instant_ms(as_of, ZONE)
    except ValueError as error:
        raise SettingsError(f"--as-of {error}") from None
    if not parse_instant_ms(HISTORY_FROM, ZONE) < start_ms < parse_instant_ms(LAST_INSTANT, ZONE):
        raise SettingsError(f"--as-of {as_of}: wanted a time between {HISTORY_FROM} and {LAST_INSTANT} ({ZONE})")
    return start_ms


def refuse_other_plants(settings: Settings) -> None:
    """The demo would retire the plants of a `taihu serve`, and put simulated readings beside real ones."""
    with Database(registry_url(settings)) as database:
        database.upgrade()
        others = sorted(set(database.plant_ids()) - set(WORKS))
    if others:
        raise SettingsError(
            f"--data {settings.data}: holds the plants {', '.join(others)}; wanted an empty folder or that of a demo"
        )
