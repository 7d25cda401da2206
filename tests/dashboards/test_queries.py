"""Does every query of every panel return what the API says of the same figure, and do variables and links lead on?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest

from analytics.columns import DAY_MS, HOUR_MS
from dashboards import shipped
from tests.dashboards.expected import PANELS
from tests.dashboards.expected.rows import Row
from tests.dashboards.filled import INTERVALS_MS, NOW_MS, PLANTS, REACH_MS, Filled, put_in
from tests.dashboards.read import Asked, queries, span_ms

pytestmark = pytest.mark.server

POLLUTANTS = "(SO2|NOx|PM|COD|NH3-N|TN|TP)"
SCOPES = ("plant:zj-cement", "city:wuxi", "sector:C30", "programme:sunan-2019")
YEARS_MS = 5 * 366 * DAY_MS
WRITTEN_MS = {"taihu-plant": INTERVALS_MS // 2, "taihu-emissions": REACH_MS}
"""How far back a dashboard is asked at most: so far lines were written."""

SILENT = {"silent"}
"""Fields that no path of the API tells."""

ASKED = list(queries())


def _variables(asked: Asked) -> Iterator[dict[str, str]]:
    """Every plant, scope and period for what the query names, and the range and step of its panel."""
    plants = PLANTS if "$plant" in asked.query else PLANTS[:1]
    periods = ("ytd", "rolling12", "full_year") if "$period" in asked.query else ("ytd",)
    for plant, scope, period in product(plants, _scopes(asked), periods):
        told = {"plant": plant, "scope": scope, "period": period, "pollutant": POLLUTANTS, "lang": "en"}
        yield told | {name: str(value) for name, value in _range(asked).items()}


def _scopes(asked: Asked) -> tuple[str, ...]:
    if "$scope" not in asked.query:
        return SCOPES[:1]
    # Of sectors no savings are written: a goal is a plant's, a city's or a programme's.
    return tuple(scope for scope in SCOPES if asked.uid != "taihu-savings" or not scope.startswith("sector:"))


def _range(asked: Asked) -> dict[str, int]:
    since = asked.settings.get("timeFrom") or asked.since
    back = min(span_ms(since), WRITTEN_MS.get(asked.uid, YEARS_MS))
    # Steps of an hour and a day begin with one, so that the first is whole.
    from_ms = (NOW_MS - back) // HOUR_MS * HOUR_MS
    return {"from_ms": from_ms, "to_ms": NOW_MS}


def _rows(f: Filled, asked: Asked, v: Mapping[str, str]) -> list[Row]:
    """What the server says, rows without any value left out."""
    names = {name: v[name] for name in ("plant", "scope", "period", "pollutant")}
    text = put_in(asked.query, names, int(v["from_ms"]), int(v["to_ms"]), asked.settings["interval"])
    found: list[Row] = []
    for series in f.server.query(text):
        tags = {name: value for name, value in (series.get("tags") or {}).items() if value}
        for time_ms, *values in series["values"]:
            told = dict(zip(series["columns"][1:], values, strict=True))
            if any(value is not None for value in told.values()):
                found.append((tags, time_ms, told))
    return found


def _key(row: Row, timed: bool) -> tuple[Any, ...]:
    return (tuple(sorted(row[0].items())), row[1] if timed else None)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.name)
def test_a_query_returns_what_the_api_says(f: Filled, asked: Asked) -> None:
    says = PANELS[asked.uid, asked.panel, asked.ref]
    told_any = False
    for v in _variables(asked):
        wanted = list(says(f, v))
        timed = any(time_ms is not None for _, time_ms, _ in wanted)
        rows = {_key(row, timed): row[2] for row in _rows(f, asked, v)}
        told = {_key(row, timed): row[2] for row in wanted if any(value is not None for value in row[2].values())}
        assert rows.keys() == told.keys(), v
        for key, values in told.items():
            assert values.keys() <= rows[key].keys() and rows[key].keys() - values.keys() <= SILENT
            for name, value in values.items():
                near = abs(value - rows[key][name]) < 0.1 if name in ("lat", "lon") else _same(value, rows[key][name])
                assert near, f"{v}: {key} {name}: {rows[key][name]} is not {value}"
        told_any |= bool(told)
    # A panel about what these works do not have says so; everything else was shown at least once.
    assert told_any or asked.panel in ("Power", "Daily means, exhaust gas", "Hourly means, wastewater")


def test_every_query_has_its_answer() -> None:
    assert {(asked.uid, asked.panel, asked.ref) for asked in ASKED} == PANELS.keys()


def test_the_chinese_build_asks_the_same_but_for_names() -> None:
    english, chinese = ([asked.query for asked in queries(lang)] for lang in shipped.LANGS)
    assert [query.replace("name_en", "name_zh") for query in english] == chinese


def test_variables_offer_what_is_there(f: Filled) -> None:
    offered: dict[tuple[str, str], set[str]] = {}
    for uid, dashboard in shipped.dashboards("en").items():
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                found = f.server.query(put_in(variable["query"], {"plant": "zj-cement"}, 0, NOW_MS, "1m"))
                offered[uid, variable["name"]] = {value for series in found for _, value in series["values"]}
    for uid in ("taihu-plant", "taihu-emissions", "taihu-quality"):
        assert offered[uid, "plant"] == set(PLANTS)
    scopes = {"plant:wx-dyeing", "city:zhenjiang", "sector:C17", *SCOPES}
    assert offered["taihu-programme", "scope"] >= scopes and offered["taihu-energy", "scope"] >= scopes
    assert offered["taihu-savings", "scope"] >= scopes - {"sector:C17", "sector:C30"}
    of_cement = {told["pollutant"] for told in f.api("/plants/zj-cement/limits")}
    assert offered["taihu-emissions", "pollutant"] == of_cement


@pytest.mark.parametrize("scope", ["plant:zj-cement", "programme:sunan-2019"])
def test_links_lead_to_figures_that_open(f: Filled, scope: str) -> None:
    """What a link of a panel names is an id of the API."""
    names = [line["id"] for line in f.api("/targets", scope=scope)]
    linked = {
        panel["fieldConfig"]["defaults"]["links"][0]["url"].rsplit("/", 1)[1]
        for panel in shipped.dashboards("en")["taihu-energy"]["panels"]
        if panel.get("fieldConfig", {}).get("defaults", {}).get("links")
    }
    assert linked >= {"energy_tce", "water_m3", "co2_t", "energy_per_value_added", "water_per_value_added"}
    for name in linked:
        assert f.api(f"/figures/{scope}/ytd/{name}/explain")["figure"]["name"] == name
    for name in names:
        found = f.api(f"/figures/{scope}/ytd/{name}/explain")
        # A group has no figure of its own: its id opens the sum of its members' equivalents, or their tonnes.
        assert found["figure"]["name"] in (name, f"{name}_equivalents", f"{name}_t")
