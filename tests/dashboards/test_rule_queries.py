"""Does every alert rule judge what the API says, and fire on what is wrong and on nothing else?"""

from __future__ import annotations

import pytest

from dashboards import shipped
from tests.dashboards.expected.limits import every_limit, limits
from tests.dashboards.expected.targets import STATUS
from tests.dashboards.filled import NOW_MS, PLANTS, SINKS, Filled, put_in

pytestmark = pytest.mark.server

BY_LIMIT = ("plant", "medium", "outlet", "series", "limit", "unit")
_SINK = {"stopped": lambda one: one.state == "stopped", "unsent_s": lambda one: one.unsent_s}


def _limit_states(f: Filled, field: str) -> dict[tuple[str, ...], float]:
    found = {}
    for plant in PLANTS:
        for tags, _, values in every_limit(limits("state", "value", "allowed", medium=True, unit=True, known=False))(
            f, {"plant": plant, "pollutant": ""}
        ):
            if values[field] is not None:
                found[(plant, *(tags[name] for name in BY_LIMIT[1:]))] = float(values[field])
    return found


def _targets(f: Filled, field: str) -> dict[tuple[str, ...], float]:
    found = {}
    for scope in (*(f"plant:{plant}" for plant in PLANTS), "programme:sunan-2019"):
        for line in f.api("/targets", scope=scope):
            told = line["ytd"]
            value = STATUS[told["status"]] if field == "status" else told[field]
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
    states = {key: state for key, state in _limit_states(f, "state").items() if state < 3}
    sink = {name: {(one.name,): float(value(one)) for one in SINKS} for name, value in _SINK.items()}
    wanted: dict[str, tuple[tuple[str, ...], list[dict[tuple[str, ...], float]]]] = {
        "taihu-limit-exceeded": (BY_LIMIT, [states, _limit_states(f, "value"), _limit_states(f, "allowed")]),
        "taihu-limit-unknown": (BY_LIMIT, [_limit_states(f, "state")]),
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
        (key[4], key[1], key[2], key[0], key[3], key[5])
        for key, state in _limit_states(f, "state").items()
        if state == 2
    }
    behind = {key for key, status in _targets(f, "status").items() if status == 2}
    assert fires["taihu-target-behind"] == behind and behind
