"""All plants in one answer: compressed, with a tag, and in the shape that is promised. (api/routes_overview.py)"""

from __future__ import annotations

import pytest

from api.overview_out import OverviewOut

PATH = "/api/v1/overview"


def test_the_answer_has_the_shape_of_its_schema(client):
    found = client.get(f"{PATH}?period=rolling12&programme=sunan-2019").json()
    OverviewOut.model_validate(found)
    assert found["period"] == "rolling12"
    assert set(found) == {field.alias or name for name, field in OverviewOut.model_fields.items()}
    n_plants, n_indicators = len(found["plants"]), len(found["indicators"])
    for column in ("change", "progress", "coverage", "provisional", "status", "reason"):
        assert len(found[column]) == n_plants
        assert {len(row) for row in found[column]} == {n_indicators}
    # The same as one asks for alone.
    row = [p["id"] for p in found["plants"]].index("wx-dyeing")
    alone = client.get("/api/v1/indicators?scope=plant:wx-dyeing&period=rolling12").json()
    for one in alone:
        assert found["change"][row][found["indicators"].index(one["id"])] == one["change"]


def test_it_goes_out_compressed_once_and_tagged(client):
    packed = client.get(PATH, headers={"Accept-Encoding": "gzip"})
    plain = client.get(PATH, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Cache-Control"] == "no-cache"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    for answer, accepted in ((packed, "gzip"), (plain, "identity")):
        asked = {"Accept-Encoding": accepted, "If-None-Match": f'"other", {answer.headers["ETag"]}'}
        again = client.get(PATH, headers=asked)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("?programme=nothing", 404, "there is no programme 'nothing'; known are sunan-2019"),
        ("?period=decade", 422, "full_year"),
        ("?as_of=2099-01-01", 422, "later than now"),
    ],
)
def test_what_is_not_there_is_refused(client, query, status, words):
    answer = client.get(PATH + query)
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]
