"""Does each panel look back as far as its values are true, and no further: now, today, this year?"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashboards import frame, shipped
from tests.dashboards.read import panels, span_ms

EVERY_MINUTE = ("now", "limit", "quality", "heartbeat", "sink")
EVERY_DAY = ("target", "compared", "progress", "forecast", "needed", "place", "trend", "slope")
DAY_MS = 86_400_000
NEWEST = re.compile(r'SELECT last\("\w+"\) AS "\w+"[^()]* FROM "(\w+)" (?!.*time\()')
"""The newest line of each series, which stands for the present."""


def _present(panel: dict[str, Any]) -> set[str]:
    """The measurements of which a panel shows the newest line, without its time."""
    shown = {mapping["matcher"]["options"] for mapping in panel["fieldConfig"]["overrides"]}
    is_timed = "Time" in shown or panel["options"].get("reduceOptions", {}).get("fields") == "/^Time$/"
    asked = (target for target in panel["targets"] if target["refId"] == "A" or panel["type"] == "table")
    return set() if is_timed else {found[1] for one in asked if (found := NEWEST.search(one["query"]))}


ALL = [(uid, panel) for uid, found in shipped.dashboards("en").items() for panel in panels(found)]


def test_what_stands_for_now_is_of_now() -> None:
    """A wall must not show the power of yesterday, or a met target of last month, as if Taihu still ran."""
    seen = set()
    for uid, panel in ALL:
        for name in _present(panel):
            most_ms = 600_000 if name in EVERY_MINUTE else 3 * DAY_MS if name in EVERY_DAY else 367 * DAY_MS
            if name != "saving":  # has the years as they are, and the newest one is the sum of all
                assert 0 < span_ms(panel.get("timeFrom", "")) <= most_ms, f"{uid}: {panel['title']} ({name})"
                assert panel["hideTimeOverride"] is True, f"{uid}: {panel['title']} is not of its range"
            seen.add(name)
    assert seen == {"now", "limit", "quality", "heartbeat", *EVERY_DAY, "year", "saving"}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_this_year_is_the_one_that_yesterday_was_in(zone: str) -> None:
    """Also after a leap year; a year that is not counted on any more is gone on 3 January at the latest."""
    (back_ms,) = {span_ms(panel["timeFrom"]) for _, panel in ALL if "year" in _present(panel)}
    back = dt.timedelta(milliseconds=back_ms)
    for year in range(2015, 2035):
        began, later = (dt.datetime(y, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC) for y in (year, year + 1))
        assert later + dt.timedelta(hours=23, minutes=59) - back <= began <= later + dt.timedelta(days=2) - back


def test_a_range_is_kept_only_between_dashboards_that_look_as_far() -> None:
    """Months are not looked for in a day, nor minutes in years."""
    found = shipped.dashboards("en")
    days = {uid: span_ms(one["time"]["from"]) / DAY_MS for uid, one in found.items()}
    kept = set()
    for uid, one in found.items():
        for link in one["links"]:
            if link["keepTime"]:
                to = link["url"].removeprefix("/d/")
                assert max(days[uid], days[to]) <= 7 * min(days[uid], days[to]), f"{uid} -> {to}"
                kept.add((uid, to))
    assert kept == {(a, b) for group in frame.ALIKE for a in group for b in group - {a}}
    assert "__url_time_range" not in str(found)


def test_links_lead_to_the_same_server() -> None:
    """Where there are two InfluxDB, whoever looks at one of them goes on looking at it."""
    for uid, panel in ALL:
        for url in re.findall(r"'(/d/[^']+)'", str(panel)):
            assert url.endswith("${datasource:queryparam}"), f"{uid}: {panel['title']}"
    for one in shipped.dashboards("en").values():
        assert all(link["includeVars"] for link in one["links"] if link["url"].startswith("/d/"))
