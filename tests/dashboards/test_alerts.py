"""Do the alert rules keep Grafana's rules and ours?"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dashboards import shipped
from tests.dashboards.read import texts
from tests.dashboards.test_build import NAMES

RULES = [(lang, rule) for lang in shipped.LANGS for rule in shipped.rules(lang)]


def _id(value: object) -> str:
    return value["uid"] if isinstance(value, dict) else str(value)


def _query(rule: dict[str, Any], ref: str = "QA") -> str:
    return str(next(one["model"]["query"] for one in rule["data"] if one["refId"] == ref))


@pytest.mark.parametrize(("lang", "rule"), RULES, ids=_id)
def test_a_rule_keeps_the_rules(lang: str, rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9-]{1,40}", rule["uid"]) and 0 < len(rule["title"]) <= 190
    assert rule["execErrState"] == "Error"
    assert rule["noDataState"] == ("Alerting" if rule["uid"] == "taihu-heartbeat" else "KeepLast")
    assert rule["for"] and rule["keep_firing_for"]
    assert set(rule["labels"]) == {"severity", "regulation", "product"}
    assert rule["annotations"]["link"].startswith(f"{shipped.PAGE}/#/")
    refs = [one["refId"] for one in rule["data"]]
    assert len(set(refs)) == len(refs) and rule["condition"] in refs
    for one in rule["data"]:
        assert one["model"]["refId"] == one["refId"]
        assert one["relativeTimeRange"]["to"] == 0
        # Evaluated every 60 s, over more than lines take to come: states are written each minute, sent within seconds.
        assert one["relativeTimeRange"]["from"] >= 600
        assert one["datasourceUid"] in (shipped.DATASOURCE_UID, "__expr__")
        assert one["model"].get("resultFormat", "time_series") == "time_series"
    named = set(re.findall(r'index \$values "(\w)"', json.dumps(rule["annotations"]).replace('\\"', '"')))
    assert named and named <= set(refs)


@pytest.mark.parametrize("lang", shipped.LANGS)
def test_uids_and_titles_are_unique(lang: shipped.Lang) -> None:
    rules = shipped.rules(lang)
    for key in ("uid", "title"):
        assert len({rule[key] for rule in rules}) == len(rules) == 6


def test_the_chinese_rules_speak_chinese() -> None:
    for rule in shipped.rules("zh"):
        told = {key: rule["annotations"][key] for key in ("summary", "description")} | {"title": rule["title"]}
        for key, text in texts(told):
            words = set(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", text)) - NAMES
            assert not words, f"{rule['uid']}: {key} {text!r} has {words}"


def test_both_languages_ask_the_same() -> None:
    for one, other in zip(shipped.rules("en"), shipped.rules("zh"), strict=True):
        spoken = {"title", "annotations"}
        assert {k: v for k, v in one.items() if k not in spoken} == {k: v for k, v in other.items() if k not in spoken}


def test_limits_are_one_rule_over_all_plants() -> None:
    rules = {rule["uid"]: rule for rule in shipped.rules("en")}
    exceeded, unknown = rules["taihu-limit-exceeded"], rules["taihu-limit-unknown"]
    for rule in (exceeded, unknown):
        assert _query(rule).endswith('GROUP BY "plant", "medium", "outlet", "series", "limit", "unit"')
        assert rule["labels"]["regulation"] == "{{ $labels.limit }}"
    assert unknown["for"] == "1h"
