from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from simulators.replay_profile import TimeFormat
from simulators.replay_time import LabelReader


def reader(format: str = "iso", zone: str = "UTC", midnight: str = "opens") -> LabelReader:
    return LabelReader(TimeFormat.model_validate({"column": "t", "format": format, "zone": zone, "midnight": midnight}))


def utc(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("format", "zone", "label", "instant"),
    [
        ("iso", "UTC", "2017-02-01T23:00:00Z", "2017-02-01 23:00"),
        ("iso", "Asia/Seoul", "2017-02-01T00:00:00+0100", "2017-01-31 23:00"),  # its own offset goes before the zone
        ("iso", "Asia/Seoul", "2018-01-01 00:15", "2017-12-31 15:15"),
        ("%d/%m/%Y %H:%M", "Asia/Seoul", "31/12/2018 23:45", "2018-12-31 14:45"),
        ("%Y %m %d", "Australia/Melbourne", "2014 1 1", "2013-12-31 13:00"),  # summer: UTC+11
        ("%Y %m %d", "Australia/Melbourne", "2014 7 1", "2014-06-30 14:00"),  # winter: UTC+10
    ],
)
def test_labels_become_instants(format: str, zone: str, label: str, instant: str) -> None:
    assert utc(reader(format, zone).read_ms(label)) == instant


def test_a_midnight_that_closes_its_day_is_one_day_later() -> None:
    #   01/01 23:30   01/01 23:45   01/01 00:00   02/01 00:15
    #   |-------------|-------------|-------------|            a regular grid, although the third label steps back
    labels = reader("%d/%m/%Y %H:%M", "Asia/Seoul", "closes")
    times = [
        labels.read_ms(t) for t in ("01/01/2018 23:30", "01/01/2018 23:45", "01/01/2018 00:00", "02/01/2018 00:15")
    ]
    assert [b - a for a, b in pairwise(times)] == [900_000] * 3
    assert utc(times[2]) == "2018-01-01 15:00"


def test_the_last_midnight_of_the_year_opens_the_next() -> None:
    assert utc(reader("%d/%m/%Y %H:%M", "UTC", "closes").read_ms("31/12/2018 00:00")) == "2019-01-01 00:00"


def test_the_repeated_hour_of_autumn_is_passed_twice() -> None:
    # Berlin, 2018-10-28: 03:00 summer time is 02:00 winter time; clocks show 02:00-03:00 twice.
    labels = reader(zone="Europe/Berlin")
    shown = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    times = [labels.read_ms(f"2018-10-28 {t}") for t in shown]
    assert [utc(t)[-5:] for t in times] == ["23:30", "00:00", "00:30", "01:00", "01:30", "02:00"]


def test_hours_of_autumn_read_once_an_hour() -> None:
    labels = reader(zone="Europe/Berlin")
    times = [labels.read_ms(f"2018-10-28 {t}") for t in ("01:00", "02:00", "02:00", "03:00")]
    assert [b - a for a, b in pairwise(times)] == [3_600_000] * 3


def test_an_hour_that_spring_left_out_is_refused_with_the_way_out() -> None:
    with pytest.raises(ValueError, match=r"2018-03-25 02:30:00 does not exist in Europe/Berlin.*fixed zone"):
        reader(zone="Europe/Berlin").read_ms("2018-03-25 02:30")


def test_a_day_whose_midnight_was_left_out_begins_when_the_gap_ends() -> None:
    # Sao Paulo, 2018-11-04: summer time began at 00:00, which was shown as 01:00 (UTC-2).
    assert utc(reader(zone="America/Sao_Paulo").read_ms("2018-11-04")) == "2018-11-04 03:00"


@pytest.mark.parametrize("label", ["", "yesterday", "32/01/2018 00:00", "2018-01-01"])
def test_other_text_is_no_time(label: str) -> None:
    with pytest.raises(ValueError, match="is not a time of the format %d/%m/%Y %H:%M"):
        reader("%d/%m/%Y %H:%M").read_ms(label)
