"""Instants and ranges of requests. (api/times.py)"""

from __future__ import annotations

import pytest

from analytics.columns import DAY_MS, HOUR_MS
from api.errors import ApiError
from api.times import MAX_STEPS, iso, parse_instant_ms, parse_range_ms

MIDNIGHT_MS = 1_535_731_200_000  # 2018-08-31T16:00:00Z, midnight of 1 September in China (date -d @1535731200)


@pytest.mark.parametrize(
    "text",
    [
        "2018-08-31T16:00:00Z",
        "2018-09-01T00:00:00+08:00",
        "2018-09-01T00:00:00 08:00",  # the plus sign of a query that was not escaped
        "2018-08-31T16:00:00.000Z",
        " 2018-08-31T16:00Z ".strip(),
    ],
)
def test_one_instant_written_in_many_ways(text):
    assert parse_instant_ms(text, "query.from") == MIDNIGHT_MS


@pytest.mark.parametrize(
    "text", ["", "now", "2018-13-01T00:00:00Z", "2018-09-01", "1969-12-31T23:59:59Z", "9999-12-31T00:00:00Z"]
)
def test_what_is_no_instant_is_refused_with_what_came(text):
    with pytest.raises(ApiError) as error:
        parse_instant_ms(text, "query.from")
    assert repr(text) in error.value.message
    assert "wanted" in error.value.message
    assert error.value.where == "query.from"


def test_iso_and_back():
    for time_ms in (0, MIDNIGHT_MS, MIDNIGHT_MS + 1, 4_102_444_800_000):
        assert iso(time_ms).endswith("Z")
        assert parse_instant_ms(iso(time_ms), "x") == time_ms


def test_defaults_reach_back_from_now():
    assert parse_range_ms(None, None, "hour", MIDNIGHT_MS) == (MIDNIGHT_MS - 7 * DAY_MS, MIDNIGHT_MS)
    assert parse_range_ms(None, iso(MIDNIGHT_MS), "15min", 0) == (MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS)


def test_the_largest_range_is_answered_and_one_more_step_is_not():
    from_ms = MIDNIGHT_MS - MAX_STEPS * HOUR_MS
    assert parse_range_ms(iso(from_ms), iso(MIDNIGHT_MS), "hour", 0) == (from_ms, MIDNIGHT_MS)
    with pytest.raises(ApiError, match="20001 steps of hour, wanted at most 20000 at once; take step=day or a shorter"):
        parse_range_ms(iso(from_ms - 1), iso(MIDNIGHT_MS), "hour", 0)


def test_an_empty_range_is_refused():
    with pytest.raises(ApiError, match="must be before"):
        parse_range_ms(iso(MIDNIGHT_MS), iso(MIDNIGHT_MS), "day", 0)
