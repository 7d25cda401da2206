"""Times against GNU date and against the rules of Europe's summer time (2018-10-28 01:00 UTC, 2018-03-25 01:00 UTC)."""

from __future__ import annotations

import pytest

from collector.times import time_reader
from collector.values import BadItem

SHANGHAI = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
MIDNIGHT_MS = 1_535_731_200_000  # date -d '2018-09-01 00:00:00 +0800' +%s
LATER = 4_000_000_000_000


@pytest.mark.parametrize(
    ("unit", "zone", "raw", "time_ms"),
    [
        ("ms", SHANGHAI, 1650006388943, 1650006388943),
        ("s", SHANGHAI, 1688606685, 1688606685000),
        ("s", SHANGHAI, 1757060280.21, 1757060280210),
        ("s", SHANGHAI, "1757060280.21", 1757060280210),
        ("us", SHANGHAI, 1650006388943999, 1650006388943),
        ("ns", SHANGHAI, 1676522982000000001, 1676522982000),
        ("ns", SHANGHAI, "1676522982000000001", 1676522982000),
        ("iso", SHANGHAI, "2018-09-01 00:00:00", MIDNIGHT_MS),
        ("iso", SHANGHAI, "2018-09-01T00:00:00.250", MIDNIGHT_MS + 250),
        ("iso", SHANGHAI, "2018-08-31T16:00:00Z", MIDNIGHT_MS),
        ("iso", BERLIN, "2018-09-01T00:00:00+08:00", MIDNIGHT_MS),
        ("%Y%m%d%H%M%S", SHANGHAI, "20180901000000", MIDNIGHT_MS),
        ("%Y%m%d%H%M%S", SHANGHAI, 20180901000000, MIDNIGHT_MS),
        ("%Y%m%d%H%M%S%f", SHANGHAI, "20180901000000123", MIDNIGHT_MS + 123),
        ("%d.%m.%Y %H:%M %z", SHANGHAI, "31.08.2018 16:00 +0000", MIDNIGHT_MS),
        ("iso", BERLIN, "2018-07-01 12:00:00", 1530439200000),  # date -d '2018-07-01 12:00 +0200'
        ("iso", BERLIN, "2018-01-01 12:00:00", 1514804400000),  # date -d '2018-01-01 12:00 +0100'
    ],
)
def test_times(unit: str, zone: str, raw: object, time_ms: int) -> None:
    assert time_reader(unit, zone)(raw, LATER) == time_ms


FIRST_HALF_PAST_TWO_MS = 1_540_686_600_000  # 2018-10-28 00:30 UTC, still summer time
SECOND_HALF_PAST_TWO_MS = FIRST_HALF_PAST_TWO_MS + 3_600_000


@pytest.mark.parametrize("received_ms", [FIRST_HALF_PAST_TWO_MS + 2000, SECOND_HALF_PAST_TWO_MS + 2000])
def test_the_doubled_hour_is_told_apart_by_the_time_of_receipt(received_ms: int) -> None:
    assert time_reader("iso", BERLIN)("2018-10-28 02:30:00", received_ms) == received_ms - 2000


def test_the_hour_that_never_was_counts_from_before_the_gap() -> None:
    # 02:30 by a clock that nobody moved forward is 01:30 UTC.
    assert time_reader("iso", BERLIN)("2018-03-25 02:30:00", LATER) == 1_521_941_400_000


@pytest.mark.parametrize(
    ("unit", "raw"),
    [("ms", "noon"), ("ms", [1]), ("ms", True), ("ms", float("nan")), ("s", 1e300), ("ns", 10**40), ("iso", "1.9.2018"),
     ("iso", None), ("iso", "0001-01-01T00:00:00"), ("%Y%m%d", "2018-09-01"), ("ms", "1" * 5000)],
)  # fmt: skip
def test_what_is_no_time_is_refused(unit: str, raw: object) -> None:
    with pytest.raises(BadItem, match=r"^not a time: "):
        time_reader(unit, SHANGHAI)(raw, LATER)
