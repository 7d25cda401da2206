"""Local times become instants as the zone database of Python says, and doubtful ones are named."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from collector.bulk.zones import Doubt, Zone, midnight_closes, wall_ms

ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "Australia/Melbourne",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Tehran",
)


def _by_python(name: str, wall: int) -> tuple[int, int]:
    moment = datetime.fromtimestamp(wall / 1000, UTC).replace(tzinfo=ZoneInfo(name))
    first, second = (round(moment.replace(fold=fold).timestamp() * 1000) for fold in (0, 1))
    return first, Doubt.NONE if first == second else Doubt.AMBIGUOUS if second > first else Doubt.SKIPPED


@pytest.mark.parametrize("name", ZONES)
def test_as_python_reads_them_one_by_one(name: str) -> None:
    draw = random.Random(7)
    # A quarter of all times of 2012 around the changes, the rest anywhere until 2037.
    walls = [draw.randrange(1_262_304_000, 2_145_916_800) * 1000 for _ in range(1500)]
    walls += list(range(1_325_376_000_000, 1_356_998_400_000, 6 * 3_600_000 + 900_000))
    walls += [wall + step * 600_000 for wall in _changes(name) for step in range(-20, 20)]
    utc_ms, doubt = Zone(name).to_utc_ms(np.array(walls, np.int64))
    assert list(zip(utc_ms.tolist(), doubt.tolist(), strict=True)) == [_by_python(name, wall) for wall in walls]


def _changes(name: str) -> list[int]:
    """Walls of the days of 2011 and 2018 on which the offset differs from that of the day before."""
    zone, found = ZoneInfo(name), []
    for year in (2011, 2018):
        day = datetime(year, 1, 1, 12, tzinfo=UTC)
        days = [datetime.fromtimestamp(day.timestamp() + 86_400 * n, UTC) for n in range(365)]
        offsets = [d.astimezone(zone).utcoffset() for d in days]
        found += [wall_ms(days[n]) for n in range(1, 365) if offsets[n] != offsets[n - 1]]
    return found


def test_a_doubtful_time_is_named_with_its_zone() -> None:
    zone = Zone("Europe/Berlin")
    twice, never = (wall_ms(datetime(2018, m, d, 2, 30, tzinfo=UTC)) for m, d in ((10, 28), (3, 25)))
    assert zone.to_utc_ms(np.array([twice, never]))[1].tolist() == [Doubt.AMBIGUOUS, Doubt.SKIPPED]
    assert "showed 2018-10-28 02:30 twice" in zone.reason("2018-10-28 02:30", Doubt.AMBIGUOUS)
    assert "Etc/GMT-1" in zone.reason("2018-03-25 02:30", Doubt.SKIPPED)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="Asia/Nanjing"):
        Zone("Asia/Nanjing")


def test_a_midnight_that_closes_its_day_is_the_next_one() -> None:
    day = 86_400_000
    assert midnight_closes(np.array([0, 1, day])).tolist() == [day, 1, 2 * day]
