"""Are the dashboards that are shipped those that the builders make, and do they keep Grafana's rules and ours?"""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from typing import Any

import pytest

from dashboards import build, frame, shipped
from dashboards.sdk import model
from sinks.schema import MEASUREMENTS
from tests.dashboards.read import SPOKEN, VARIABLE, panels, queries, texts

LANGS = shipped.LANGS
ALL = [(lang, uid) for lang in LANGS for uid in frame.UIDS]
NO_DATA = {"en": "no data", "zh": "无数据"}
UNITS = {
    "percentunit", "kwatt", "kwatth", "m3", "masskg", "s", "none", "short", "dateTimeFromNow", "conmgm3"
}  # fmt: skip
"""Grafana's own, as of its table of units; ours begin with ``suffix:``."""
NAMES = {
    "GB", "HJ", "CO", "CO2", "tCO2", "tce", "CNY", "mg", "L", "m", "T", "A", "B", "C", "ytd", "rolling12",
    "full_year", "Taihu", "plant", "city", "sector", "programme", "sunan", "wuxi", "All", "ln", "p", "printf", "Labels",
    "labels", "limit", "tag_series", "tag_limit", "tag_outlet", "tag_plant", "tag_scope", "tag_target",
    "tag_instance", "series", "outlet", "target", "instance", "scope", "index", "values", "if", "else", "end",
    "Value", "g", "http", "unit",
}  # fmt: skip
"""Standards, symbols, and what a template says to Grafana and not to a person."""


def _dashboard(lang: shipped.Lang, uid: str) -> dict[str, Any]:
    return copy.deepcopy(_shipped(lang)[uid])


@cache
def _shipped(lang: shipped.Lang) -> dict[str, dict[str, Any]]:
    return shipped.dashboards(lang)


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_committed_is_what_the_builders_make(lang: shipped.Lang) -> None:
    made = build.texts(lang)
    there = {path.name: path.read_text(encoding="utf-8") for path in (shipped.FOLDER / lang).iterdir()}
    assert there == made, "run: python -m dashboards.build"


@pytest.mark.parametrize(("lang", "uid"), ALL)
def test_json_to_model_to_json_is_the_same(lang: shipped.Lang, uid: str) -> None:
    found = _dashboard(lang, uid)
    assert build.plain(model.Dashboard.from_json(found)) == found


def _mute(found: Any) -> Any:
    """Without what is said."""
    if isinstance(found, list):
        return [_mute(one) for one in found]
    if isinstance(found, dict):
        if found.get("id") == "displayName":
            return {"id": "displayName"}
        return {key: _mute(value) for key, value in found.items() if key not in SPOKEN}
    return found.replace("name_zh", "name_en").replace("万元", "10⁴ CNY") if isinstance(found, str) else found


@pytest.mark.parametrize("uid", frame.UIDS)
def test_both_languages_have_the_same_structure(uid: str) -> None:
    both = [_dashboard(lang, uid) for lang in LANGS]
    for found in both:
        for variable in found["templating"]["list"]:
            if variable["type"] == "custom":
                variable["query"] = ""  # names and values in one text
        for panel in panels(found):
            panel.get("options", {}).pop("sortBy", None)  # by the title of a column
    assert _mute(both[0]) == _mute(both[1])


@pytest.mark.parametrize("uid", frame.UIDS)
def test_the_chinese_build_speaks_chinese(uid: str) -> None:
    for key, text in texts(_dashboard("zh", uid)):
        words = set(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", text)) - NAMES
        assert not words, f"{uid}: {key} {text!r} has {words}"


@pytest.mark.parametrize("uid", frame.UIDS)
def test_the_english_build_has_no_chinese(uid: str) -> None:
    assert not re.search(r"[\u4e00-\u9fff]", json.dumps(_dashboard("en", uid), ensure_ascii=False))


@pytest.mark.parametrize(("lang", "uid"), ALL)
def test_a_dashboard_keeps_the_rules(lang: shipped.Lang, uid: str) -> None:
    found = _dashboard(lang, uid)
    assert found["uid"] == uid and len(uid) <= 40
    assert found["schemaVersion"] == 42
    assert found["timezone"] == shipped.ZONE
    assert found["editable"] is True  # pushed ones; a provider of files makes them read-only by itself
    assert found["title"] and found["description"] and found["tags"] == ["taihu"]
    variables = {variable["name"]: variable for variable in found["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource" and variables["datasource"]["query"] == "influxdb"
    assert variables["page"]["query"] == shipped.PAGE
    for variable in variables.values():
        if variable["type"] == "query":
            assert variable["datasource"]["uid"] == "${datasource}"
            assert variable["refresh"] == 2  # when the range of time changes
    used = {name for name in VARIABLE.findall(json.dumps(found)) if not _is_built_in(name)}
    assert used <= variables.keys(), f"{used - variables.keys()} is no variable"


def _is_built_in(name: str) -> bool:
    return name.startswith(("tag_", "__")) or name == "timeFilter"


@pytest.mark.parametrize(("lang", "uid"), ALL)
def test_a_panel_keeps_the_rules(lang: shipped.Lang, uid: str) -> None:
    found = _dashboard(lang, uid)
    ids = [panel["id"] for panel in found["panels"]]
    assert len(set(ids)) == len(ids) and min(ids) > 0
    titles = [panel["title"] for panel in panels(found)]
    assert len(set(titles)) == len(titles)
    for panel in panels(found):
        where = f"{uid}: {panel['title']}"
        assert len(panel["description"]) > 8, where
        assert panel["datasource"] == {"type": "influxdb", "uid": "${datasource}"}, where
        assert re.fullmatch(r"[0-9]+[mhd]", panel["interval"]), where
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["unit"] in UNITS or defaults["unit"].startswith("suffix: "), where
        assert defaults["noValue"] == NO_DATA[lang], where
        assert defaults["thresholds"]["steps"][0]["value"] is None, where
        specials = [mapping["options"]["match"] for mapping in defaults["mappings"] if mapping["type"] == "special"]
        assert specials == ["null+nan"], where
        refs = [target["refId"] for target in panel["targets"]]
        assert refs and len(set(refs)) == len(refs), where
        for target in panel["targets"]:
            assert target["datasource"]["uid"] == "${datasource}" and target["rawQuery"] is True, where
        if panel["type"] in ("timeseries", "state-timeline"):
            assert defaults["custom"]["spanNulls"] is False, where


@pytest.mark.parametrize(("lang", "uid"), ALL)
def test_no_two_panels_share_a_place(lang: shipped.Lang, uid: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in _dashboard(lang, uid)["panels"]:
        place = panel["gridPos"]
        assert place["x"] >= 0 and place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells


def test_links_lead_to_dashboards_that_are_there() -> None:
    for lang, uid in ALL:
        found = _dashboard(lang, uid)
        named = set(re.findall(r'"/d/([^"?]+)', json.dumps(found)))
        assert named == set(frame.UIDS) - {uid} or named == set(frame.UIDS)
        for variable_uid, variable in re.findall(r"/d/([^\"?]+)\?var-(\w+)=", json.dumps(found)):
            names = {v["name"] for v in _dashboard(lang, variable_uid)["templating"]["list"]}
            assert variable in names, f"{variable_uid} has no variable {variable}"


@pytest.mark.parametrize("lang", LANGS)
def test_what_a_server_differs_in_is_put_in(lang: shipped.Lang) -> None:
    told = {"page": "https://taihu.example.org/", "zone": "Europe/Berlin", "datasource_uid": "mine"}
    text = json.dumps([shipped.dashboards(lang, **told), shipped.rules(lang, **told, folder_uid="there")])
    for default in (shipped.PAGE, shipped.ZONE, shipped.DATASOURCE_UID):
        assert default not in text
    assert "https://taihu.example.org/#/system" in text and "tz('Europe/Berlin')" in text
    assert {rule["folderUID"] for rule in shipped.rules(lang, folder_uid="there")} == {"there"}


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'de': wanted one of en, zh"):
        shipped.dashboards("de")  # type: ignore[arg-type]


def test_every_measurement_but_readings_is_shown_somewhere() -> None:
    asked = " ".join(one.query for one in queries())
    unseen = {m.name for m in MEASUREMENTS if f'FROM "{m.name}"' not in asked}
    # Readings may be switched off, intervals say the same; a budget is the product's page's.
    assert unseen == {"reading", "budget"}
