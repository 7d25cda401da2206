"""Does every query of every panel and of every alert rule return what the API says of the same figure?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from analytics.columns import DAY_MS, HOUR_MS
from dashboards import shipped
from tests.dashboards import expected as e
from tests.dashboards.filled import INTERVALS_MS, NOW_MS, PLANTS, REACH_MS, SINKS, Filled, filled, put_in
from tests.dashboards.read import Asked, queries

pytestmark = pytest.mark.server

MINUTE_MS = NOW_MS // 60_000 * 60_000
POLLUTANTS = "(SO2|NOx|PM|COD|NH3-N|TN|TP)"
SCOPES = ("plant:zj-cement", "city:wuxi", "sector:C30", "programme:sunan-2019")
YEARS_MS = 5 * 366 * DAY_MS

NOW_NUMBERS = {
    "Power": "power_kw",
    "Electricity today": "today_kwh",
    "Water today": "today_water_m3",
    "Energy this month": "month_tce",
    "Water this month": "month_water_m3",
    "Energy this year": "year_tce",
}
FIGURES = {"Energy": "energy_tce", "Water": "water_m3", "CO2": "co2_t", "Value added": "value_added"}
BEATS = {
    "Heartbeat": "known",
    "Collecting": "collecting",
    "Settling": "settling",
    "Dead letters": "dead_letters",
    "Rejected lines": "rejected_lines",
    "Readings": "readings",
}
QUALITY = ("coverage", "estimated", "points", "doubts")
LIMIT = ("value", "allowed", "use", "valid", "due", "over_month", "over_year")

PANELS: dict[tuple[str, str, str], e.Says] = {
    ("taihu-programme", "Targets", "A"): e.status,
    ("taihu-programme", "Targets", "B"): e.standing,
    ("taihu-programme", "Targets", "C"): e.forecast,
    ("taihu-programme", "Progress", "A"): e.only(e.standing, "progress"),
    ("taihu-programme", "Chance", "A"): e.only(e.forecast, "probability"),
    ("taihu-programme", "Plants", "A"): e.plants,
    ("taihu-programme", "Plants", "B"): e.by_target,
    ("taihu-programme", "Cities", "A"): e.cities,
    ("taihu-programme", "Completeness of the data", "A"): e.of_all_plants(e.only(e.quality, "coverage")),
    ("taihu-programme", "Course of the progress", "A"): e.course,
    **{("taihu-plant", title, "A"): e.now(name) for title, name in NOW_NUMBERS.items()},
    ("taihu-plant", "Use of the limits", "A"): e.every_limit(e.limits("use")),
    ("taihu-plant", "Loads this month", "A"): e.month_loads,
    ("taihu-plant", "Power by consumer", "A"): e.power,
    ("taihu-plant", "States of the limits", "A"): e.every_limit(e.limits("state", known=False), MINUTE_MS),
    ("taihu-plant", "Course of the water of the day", "A"): e.now("today_water_m3", at_ms=MINUTE_MS),
    ("taihu-plant", "Age of the readings", "A"): e.ages,
    **{("taihu-energy", f"{title} this year", "A"): e.last_year(name) for title, name in FIGURES.items()},
    **{("taihu-energy", f"{title} by month", "A"): e.months(name) for title, name in FIGURES.items()},
    **{("taihu-energy", f"{title} by year", "A"): e.years(name) for title, name in FIGURES.items()},
    **{("taihu-energy", f"{title} by year", "B"): e.first_year(name) for title, name in FIGURES.items()},
    ("taihu-energy", "Energy by carrier", "A"): e.carriers,
    ("taihu-energy", "Energy per value added", "A"): e.months("energy_per_value_added"),
    ("taihu-energy", "Energy per value added", "B"): e.base("energy_per_value_added"),
    ("taihu-energy", "Water per value added", "A"): e.months("water_per_value_added"),
    ("taihu-energy", "Water per value added", "B"): e.base("water_per_value_added"),
    ("taihu-emissions", "Limits now", "A"): e.limits("state", known=False),
    ("taihu-emissions", "Limits now", "B"): e.limits(*LIMIT, medium=True),
    ("taihu-emissions", "Hourly means, exhaust gas", "A"): e.means("air", False, "value"),
    ("taihu-emissions", "Hourly means, exhaust gas", "B"): e.means("air", False, "allowed"),
    ("taihu-emissions", "Daily means, exhaust gas", "A"): e.means("air", True, "value"),
    ("taihu-emissions", "Daily means, exhaust gas", "B"): e.means("air", True, "allowed"),
    ("taihu-emissions", "Hourly means, wastewater", "A"): e.means("water", False, "value"),
    ("taihu-emissions", "Hourly means, wastewater", "B"): e.means("water", False, "allowed"),
    ("taihu-emissions", "Daily means, wastewater", "A"): e.means("water", True, "value"),
    ("taihu-emissions", "Daily means, wastewater", "B"): e.means("water", True, "allowed"),
    ("taihu-emissions", "Exceedances", "A"): e.exceedances,
    ("taihu-emissions", "Loads by month", "A"): e.loads("measured"),
    ("taihu-emissions", "Loads by month", "B"): e.loads("reported"),
    ("taihu-emissions", "Trends", "A"): e.trends,
    **{("taihu-quality", title, "A"): e.at(e.beat(name), MINUTE_MS) for title, name in BEATS.items()},
    ("taihu-quality", "Coverage of yesterday", "A"): e.only(e.quality, "coverage"),
    ("taihu-quality", "Plants and their doubts", "A"): e.at(e.only(e.quality, *QUALITY), MINUTE_MS),
    ("taihu-quality", "Course of the coverage", "A"): e.at(e.only(e.quality, "coverage"), MINUTE_MS),
    ("taihu-quality", "Doubts", "A"): e.at(e.only(e.quality, "doubts"), MINUTE_MS),
    ("taihu-quality", "Receiving servers", "A"): e.at(e.sinks("unsent_s", "stopped", "rejected", "sent"), MINUTE_MS),
    ("taihu-quality", "Oldest unsent line", "A"): e.at(e.sinks("unsent_s"), MINUTE_MS),
    ("taihu-quality", "Dead letters and rejected lines", "A"): e.at(e.beat("dead_letters"), MINUTE_MS),
    ("taihu-quality", "Dead letters and rejected lines", "B"): e.at(e.beat("rejected_lines"), MINUTE_MS),
    ("taihu-quality", "Settling lag", "A"): e.at(e.beat("lag_s"), MINUTE_MS),
    ("taihu-savings", "Saved, year on year", "A"): e.added_up("yearly_total_tce", "yearly_more", "total"),
    ("taihu-savings", "Goal", "A"): e.goal,
    ("taihu-savings", "Saved against the base year", "A"): e.added_up(
        "fixed_base_total_tce", "fixed_base_more", "total"
    ),
    ("taihu-savings", "Of it final", "A"): e.added_up("final_total_tce", "fixed_base_more", "total_final"),
    ("taihu-savings", "Sum against the goal", "A"): e.so_far,
    ("taihu-savings", "Sum against the goal", "B"): e.goal_of_each_year,
    ("taihu-savings", "Savings by year", "A"): e.saved("yearly_tce"),
    ("taihu-savings", "Savings by year", "B"): e.saved("fixed_base_tce"),
    ("taihu-savings", "Savings by year", "C"): e.saved("final_tce"),
    ("taihu-savings", "Savings by plant", "A"): e.saved("yearly_tce", all_plants=True),
    ("taihu-savings", "Plants and years", "A"): e.saved(
        "yearly_tce", "fixed_base_tce", "final_tce", "coverage", "provisional", all_plants=True
    ),
}
"""What each query has to return."""

SILENT = {"silent"}
"""Fields that no path of the API tells."""

ASKED = list(queries())


@pytest.fixture(scope="module")
def f(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("dashboards")) as found:
        yield found


def _variables(asked: Asked) -> Iterator[dict[str, str]]:
    """Every plant, scope and period for what the query names, and the range and step of its panel."""
    for lang in ("en",):
        for plant in PLANTS if "$plant" in asked.query else PLANTS[:1]:
            for scope in _scopes(asked):
                for period in ("ytd", "rolling12", "full_year"):
                    told = {"plant": plant, "scope": scope, "period": period, "pollutant": POLLUTANTS, "lang": lang}
                    yield told | {name: str(value) for name, value in _range(asked).items()}
                    if "$period" not in asked.query:
                        break


def _scopes(asked: Asked) -> tuple[str, ...]:
    if "$scope" not in asked.query:
        return SCOPES[:1]
    # Of sectors no savings are written: a goal is a plant's, a city's or a programme's.
    return tuple(scope for scope in SCOPES if asked.uid != "taihu-savings" or not scope.startswith("sector:"))


def _range(asked: Asked) -> dict[str, int]:
    back = {"taihu-energy": YEARS_MS, "taihu-savings": YEARS_MS, "taihu-plant": INTERVALS_MS // 2}.get(asked.uid)
    back = back or (REACH_MS if asked.settings.get("timeFrom") else 7 * DAY_MS)
    # Steps of an hour and a day begin with one, so that the first is whole.
    from_ms = (NOW_MS - back) // HOUR_MS * HOUR_MS
    return {"from_ms": from_ms, "to_ms": NOW_MS}


def _rows(f: Filled, asked: Asked, v: Mapping[str, str]) -> list[e.Row]:
    """What the server says, rows without any value left out."""
    names = {name: v[name] for name in ("plant", "scope", "period", "pollutant")}
    text = put_in(asked.query, names, int(v["from_ms"]), int(v["to_ms"]), asked.settings["interval"])
    found: list[e.Row] = []
    for series in f.server.query(text):
        tags = {name: value for name, value in (series.get("tags") or {}).items() if value}
        for time_ms, *values in series["values"]:
            told = dict(zip(series["columns"][1:], values, strict=True))
            if any(value is not None for value in told.values()):
                found.append((tags, time_ms, told))
    return found


def _key(row: e.Row, timed: bool) -> tuple[Any, ...]:
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


# -- alert rules -------------------------------------------------------------------------------------------------------


def _limit_states(f: Filled, field: str) -> dict[tuple[str, ...], float]:
    found = {}
    for plant in PLANTS:
        for tags, _, values in e.every_limit(e.limits("state", "value", "allowed", medium=True, known=False))(
            f, {"plant": plant, "pollutant": ""}
        ):
            if values[field] is not None:
                found[plant, tags["medium"], tags["outlet"], tags["series"], tags["limit"]] = float(values[field])
    return found


def _targets(f: Filled, field: str) -> dict[tuple[str, ...], float]:
    found = {}
    for scope in (*(f"plant:{plant}" for plant in PLANTS), "programme:sunan-2019"):
        for line in f.api("/targets", scope=scope):
            told = line["ytd"]
            value = e.STATUS[told["status"]] if field == "status" else told[field]
            if value is not None and (field == "status" or told["change"] is not None):
                found[scope, line["id"]] = float(value)
    return found


def _judged(f: Filled, query: str, by: tuple[str, ...], range_s: int) -> dict[tuple[str, ...], float]:
    """The last value that is not null of each series, as the rule reduces it."""
    text = put_in(query, {}, NOW_MS - range_s * 1000, NOW_MS, "1m")
    found = {}
    for series in f.server.query(text):
        values = [row[1] for row in series["values"] if row[1] is not None]
        if values:
            found[tuple(series["tags"][name] for name in by)] = float(values[-1])
    return found


def test_every_rule_judges_what_the_api_says(f: Filled) -> None:
    by_limit = ("plant", "medium", "outlet", "series", "limit")
    states = {key: state for key, state in _limit_states(f, "state").items() if state < 3}
    sink = {name: {(one.name,): float(value(one)) for one in SINKS} for name, value in _SINK.items()}
    wanted: dict[str, tuple[tuple[str, ...], list[dict[tuple[str, ...], float]]]] = {
        "taihu-limit-exceeded": (by_limit, [states, _limit_states(f, "value"), _limit_states(f, "allowed")]),
        "taihu-limit-unknown": (by_limit, [_limit_states(f, "state")]),
        "taihu-heartbeat": (("instance",), [{("test",): 1.0}]),
        "taihu-sink-stopped": (("target",), [sink["stopped"]]),
        "taihu-unsent": (("target",), [sink["unsent_s"]]),
        "taihu-target-behind": (
            ("scope", "series"),
            [_targets(f, "status"), _targets(f, "change"), _targets(f, "target")],
        ),
    }
    rules = {rule["uid"]: rule for rule in shipped.rules("en")}
    assert rules.keys() == wanted.keys()
    for uid, (by, answers) in wanted.items():
        asked = [one for one in rules[uid]["data"] if "query" in one["model"]]
        for one, answer in zip(asked, answers, strict=True):
            told = _judged(f, one["model"]["query"], by, one["relativeTimeRange"]["from"])
            if one["refId"] == "QC" and uid == "taihu-limit-exceeded":
                told = {key: value for key, value in told.items() if key in answer}
            assert told == pytest.approx(answer, rel=1e-9), f"{uid} {one['refId']}"
            assert told


_SINK = {"stopped": lambda one: one.state == "stopped", "unsent_s": lambda one: one.unsent_s}


def test_rules_fire_on_what_is_wrong_and_on_nothing_else(f: Filled) -> None:
    """The threshold of each rule, held against what the query returns."""
    fires = {}
    for rule in shipped.rules("en"):
        data = {one["refId"]: one for one in rule["data"]}
        low, high = data["T"]["model"]["conditions"][0]["evaluator"]["params"]
        text = put_in(
            data["QA"]["model"]["query"], {}, NOW_MS - data["QA"]["relativeTimeRange"]["from"] * 1000, NOW_MS, "1m"
        )
        found = {
            tuple(series["tags"].values()): [row[1] for row in series["values"] if row[1] is not None][-1]
            for series in f.server.query(text)
        }
        fires[rule["uid"]] = {key for key, value in found.items() if low < value < high}
    assert fires["taihu-heartbeat"] == set() == fires["taihu-limit-unknown"]
    assert fires["taihu-sink-stopped"] == fires["taihu-unsent"] == {("city",)}
    assert fires["taihu-limit-exceeded"] == {
        (key[4], key[1], key[2], key[0], key[3]) for key, state in _limit_states(f, "state").items() if state == 2
    }
    behind = {key for key, status in _targets(f, "status").items() if status == 2}
    assert fires["taihu-target-behind"] == behind and behind
