"""Times and shifts as people write them. (engine/events/writtentime.py)"""

from __future__ import annotations

import pytest

from engine.events.writtentime import local_instant_ms, parse_shift_ms

HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("text", "zone", "iso_ms"),
    [
        ("2018-09-01 00:00", "Asia/Shanghai", 1_535_731_200_000),  # 2018-08-31T16:00Z
        ("2018-09-01 00:00:05", "Asia/Shanghai", 1_535_731_205_000),
        ("2018-09-01T00:00:00+08:00", "Europe/Berlin", 1_535_731_200_000),
        ("2018-08-31T16:00Z", "Asia/Shanghai", 1_535_731_200_000),
        # 2018-10-28 the clocks of Berlin show 02:30 twice; the first is 00:30Z.
        ("2018-10-28 02:30", "Europe/Berlin", 1_540_686_600_000),
    ],
)
def test_an_instant_is_read_as_the_plants_clocks_show_it(text, zone, iso_ms):
    assert local_instant_ms(text, zone) == iso_ms


@pytest.mark.parametrize(
    "text", ["2018-09-01", "yesterday", "", "2018-13-01 00:00", "1969-12-31 00:00", "2100-01-02 00:00"]
)
def test_what_is_no_instant_is_refused_with_what_is_wanted(text):
    with pytest.raises(ValueError, match="wanted YYYY-MM-DD HH:MM"):
        local_instant_ms(text, "Asia/Shanghai")


def test_an_hour_that_the_clocks_skip_is_refused():
    with pytest.raises(ValueError, match="skipped by the clocks of Europe/Berlin"):
        local_instant_ms("2018-03-25 02:30", "Europe/Berlin")


def test_shifts_have_a_sign_and_a_unit():
    assert parse_shift_ms("-8h") == -8 * HOUR_MS
    assert parse_shift_ms("90 s") == 90_000
    for text in ("8", "0h", "", "1.5h", "--1h"):
        with pytest.raises(ValueError, match="wanted a sign"):
            parse_shift_ms(text)
