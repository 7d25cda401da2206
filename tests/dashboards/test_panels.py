"""Do colours, names and dashed lines of the panels say what is so?"""

from __future__ import annotations

from typing import Any

import pytest

from dashboards import looks, shipped
from dashboards.words import CARRIERS, CITIES, ENERGY
from registry import CARRIERS as REGISTERED
from registry.lists import CITY_NAMES
from tests.dashboards.read import panels


def _panel(uid: str, title: str, lang: shipped.Lang = "en") -> dict[str, Any]:
    return next(panel for panel in panels(shipped.dashboards(lang)[uid]) if panel["title"] == title)


def _colour(panel: dict[str, Any], value: float) -> str:
    """As Grafana takes it: the last step that begins at or below the value."""
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    return str([step["color"] for step in steps if step["value"] is None or step["value"] <= value][-1])


@pytest.mark.parametrize(
    ("progress", "colour"), [(-0.1, looks.RED), (0.0, looks.BLUE), (0.45, looks.BLUE), (1.0, looks.GREEN)]
)
def test_the_colour_of_progress_never_contradicts_the_status(progress: float, colour: str) -> None:
    """With 45 % in the fourth of ten years a target is on pace: red would be wrong."""
    assert _colour(_panel("taihu-programme", "Progress"), progress) == colour


def test_a_line_from_another_query_is_found_by_its_field() -> None:
    """Grafana calls a series ``year.value`` where it has no alias; a column of a table has the name of the field."""
    found = 0
    for panel in panels(shipped.dashboards("en")["taihu-energy"]):
        for change in panel.get("transformations") or []:
            if change["id"] == "configFromData":
                (name,) = {one["fieldName"] for one in change["options"]["mappings"]}
                asked = next(one for one in panel["targets"] if one["refId"] == change["options"]["configRefId"])
                assert asked["resultFormat"] == "table" and asked["query"].startswith(f'SELECT "{name}" FROM')
                found += 1
    assert found == 6


@pytest.mark.parametrize("lang", shipped.LANGS)
def test_carriers_and_targets_are_called_by_their_names(lang: shipped.Lang) -> None:
    def renamed(uid: str, title: str) -> dict[str, str]:
        changes = _panel(uid, title, lang)["transformations"]
        return {one["options"]["regex"]: one["options"]["renamePattern"] for one in changes}

    for id_, (en, zh) in CARRIERS.items():
        assert (REGISTERED[id_].name.en, REGISTERED[id_].name.zh) == (en, zh)
    carriers = renamed("taihu-energy", "Energy by carrier" if lang == "en" else "分品种能耗")
    assert carriers["^coal:natural_gas$"] == ("Natural gas" if lang == "en" else "天然气")
    assert list(carriers.items())[-1] == ("^coal:(.*)$", "$1")
    for title in (
        ("Progress", "Chance of meeting the target", "Course of the progress")
        if lang == "en"
        else ("进度", "达标概率", "进度的变化")
    ):
        name = "Energy per value added" if lang == "en" else "单位工业增加值能耗"
        assert renamed("taihu-programme", title)["^energy_per_value_added$"] == name


def test_no_text_names_one_basis_of_standard_coal() -> None:
    """A programme counts with equivalent or with equal values (当量值, 等价值)."""
    for lang in shipped.LANGS:
        for uid in shipped.dashboards(lang):
            for panel in panels(shipped.dashboards(lang)[uid]):
                assert ("当量值" in panel["description"]) == (ENERGY[1] in panel["description"]), panel["title"]


def test_each_taihu_has_a_heartbeat_of_its_own() -> None:
    """One that lives must not stand for one that is silent."""
    beat = _panel("taihu-quality", "Heartbeat")
    assert beat["options"]["reduceOptions"]["values"] is True and 'GROUP BY "instance"' in beat["targets"][0]["query"]
    for title in ("Collecting", "Settling", "Dead letters", "Rejected lines", "Readings"):
        panel = _panel("taihu-quality", title)
        assert panel["targets"][0]["alias"] == "$tag_instance" and panel["options"]["textMode"] == "auto"


def _columns(panel: dict[str, Any]) -> list[dict[str, Any]]:
    told = [
        {one["id"]: one["value"] for one in override["properties"]} for override in panel["fieldConfig"]["overrides"]
    ]
    return [one for one in told if "displayName" in one]


def test_a_matrix_is_found_without_the_name_of_its_query() -> None:
    """Grafana's `groupingToMatrix` makes a frame without a refId: a step that asks for one passes it by."""
    changes = _panel("taihu-programme", "Plants")["transformations"]
    (at,) = [i for i, one in enumerate(changes) if one["id"] == "groupingToMatrix"]
    assert changes[at]["filter"]["options"] == "B"
    assert changes[at + 1]["options"]["renameByName"] == {"scope\\series": "scope"}
    assert all("filter" not in one for one in changes[at + 1 :])


def test_all_columns_of_a_table_fit_into_it() -> None:
    """A column without a width takes at least `minWidth`, 150 pixels where nothing is said."""
    for uid, board in shipped.dashboards("en").items():
        for panel in panels(board):
            if panel["type"] == "table":
                least = panel["fieldConfig"]["defaults"]["custom"]["minWidth"]
                wide = sum(one.get("custom.width", least) for one in _columns(panel))
                assert wide <= panel["gridPos"]["w"] * 1600 / 24 - 10, (uid, panel["title"], wide)


def test_bars_of_several_series_never_hide_each_other() -> None:
    """Grafana draws them at one place: only stacked ones, or a part before its whole, can be read."""
    whole_and_part = {"Savings against the base year"}
    for board in shipped.dashboards("en").values():
        for panel in panels(board):
            custom = panel["fieldConfig"]["defaults"].get("custom", {})
            if custom.get("drawStyle") == "bars" and custom.get("stacking", {}).get("mode") != "normal":
                dashed = {one["matcher"]["options"] for one in panel["fieldConfig"]["overrides"]}
                shown = [
                    one for one in panel["targets"] if one["resultFormat"] != "table" and one["refId"] not in dashed
                ]
                assert len(shown) == 1 or panel["title"] in whole_and_part, panel["title"]


@pytest.mark.parametrize("lang", shipped.LANGS)
def test_cities_are_called_by_their_names(lang: shipped.Lang) -> None:
    assert {id_: (name.en, name.zh) for id_, name in CITY_NAMES.items()} == CITIES
    title = "Plants" if lang == "en" else "工厂"
    city = next(
        one for one in _columns(_panel("taihu-programme", title, lang)) if one["displayName"] in ("city", "城市")
    )
    told = {id_: result["text"] for one in city["mappings"] for id_, result in one["options"].items()}
    assert told["wuxi"] == ("Wuxi" if lang == "en" else "无锡")


def test_no_chinese_panel_has_an_english_unit() -> None:
    for board in shipped.dashboards("zh").values():
        assert "CNY" not in str([panel["fieldConfig"] for panel in panels(board)])
