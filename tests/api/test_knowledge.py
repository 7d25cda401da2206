"""What was known at an earlier moment. (api/knowledge.py)"""

from __future__ import annotations

import pytest

from api.errors import ApiError
from api.knowledge import parse_as_of_ms
from tests.api.fakes import NOW_MS

ZONE = "Asia/Shanghai"
POINT = "/api/v1/points/wx-dyeing/el.in"


@pytest.mark.parametrize(
    ("text", "zone", "as_of_ms"),
    [
        ("1535731200000", ZONE, 1_535_731_200_000),
        ("2018-08-31T16:00:00Z", ZONE, 1_535_731_200_000),
        ("2018-08-31", ZONE, 1_535_731_199_999),  # ends at 2018-08-31T16:00Z
        ("2018-08-31", "Europe/Berlin", 1_535_752_799_999),  # ends at 22:00Z
        ("2018-03-25", "Europe/Berlin", 1_522_015_199_999),  # a day of 23 hours, ends at 22:00Z
        ("2018-09-01", ZONE, NOW_MS),  # today: not more than now is known of it
    ],
)
def test_a_moment_is_milliseconds_an_instant_or_the_end_of_a_day(text, zone, as_of_ms):
    assert parse_as_of_ms(text, zone, NOW_MS) == as_of_ms


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2018-09-02", "later than now"),
        (str(NOW_MS + 1), "later than now"),
        ("2018-09-01T07:20:01Z", "later than now"),
        ("9" * 30, "1970 to 2100"),
        ("2018-08-31T16:00:00", "no time zone"),
        ("soon", "no instant"),
        ("9999-12-31", "no time zone"),
    ],
)
def test_what_is_no_moment_of_the_past_is_refused(text, said):
    with pytest.raises(ApiError, match=said) as refused:
        parse_as_of_ms(text, ZONE, NOW_MS)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/plants/wx-dyeing/now",
        "/api/v1/now?plant=wx-dyeing",
        "/api/v1/indicators?scope=plant:wx-dyeing",
        "/api/v1/latest?plant=wx-dyeing",
        "/api/v1/findings?point=wx-dyeing/el.in",
        f"{POINT}/series",
        f"{POINT}/intervals",
    ],
)
def test_every_query_that_gives_figures_takes_it(client, services, url):
    before = len(services.asked_as_of)
    assert client.get(url).status_code == 200
    assert len(services.asked_as_of) == before
    joint = "&" if "?" in url else "?"
    assert client.get(f"{url}{joint}as_of=2018-08-30").status_code == 200
    assert services.asked_as_of[before:] == [1_535_644_799_999]
    refused = client.get(f"{url}{joint}as_of=2030-01-01")
    assert (refused.status_code, refused.json()["error"]["where"]) == (422, "query.as_of")


def test_the_present_of_an_answer_is_the_moment_asked_for(client):
    body = client.get("/api/v1/plants/wx-dyeing/now?as_of=2018-08-30").json()
    assert body["time"] == "2018-08-30T15:59:59.999Z"
    assert body["figures"]["month_tce"]["to"] == "2018-08-30T15:59:59.999Z"
    series = client.get(f"{POINT}/series?step=day&as_of=2018-08-30").json()
    assert series["to"] == "2018-08-30T15:59:59.999Z"
