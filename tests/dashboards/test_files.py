from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.files import provisioning, write_files
from tests.dashboards.conftest import SETTINGS, rule

ENVIRONMENT = {"TAIHU_INFLUX_TOKEN": "from-the-environment"}


def _expanded(text: str) -> str:
    """As Grafana reads a value: `interpolateValue` of pkg/services/provisioning/values."""
    parts = [re.sub(r"\$\{?(\w+)\}?", lambda m: ENVIRONMENT.get(m[1], ""), part) for part in text.split("$$")]
    return "$".join(parts)


def _read(text: str) -> Any:
    return yaml.safe_load(text)


@pytest.mark.usefixtures("small")
class TestFiles:
    def test_all_files_are_yaml_and_say_who_wrote_them(self) -> None:
        texts = provisioning(SETTINGS)
        assert sorted(texts) == [
            "alerting/taihu.yaml",
            "dashboards/taihu.yaml",
            "dashboards/taihu/taihu-a.json",
            "dashboards/taihu/taihu-b.json",
            "datasources/taihu.yaml",
        ]
        for name, text in texts.items():
            assert _read(text)
            assert name.endswith(".json") or text.startswith("# Written by `taihu grafana files`")

    def test_the_data_source_takes_its_token_from_grafanas_environment(self) -> None:
        text = provisioning(SETTINGS)["datasources/taihu.yaml"]
        assert "read-only-1a2b" not in text
        (source,) = _read(text)["datasources"]
        assert source.items() >= {"uid": "taihu-influx", "type": "influxdb", "url": "http://influx:8086"}.items()
        assert source["jsonData"] == {"dbName": "taihu", "httpMode": "POST", "httpHeaderName1": "Authorization"}
        assert _expanded(source["secureJsonData"]["httpHeaderValue1"]) == "Token from-the-environment"

    def test_without_a_token_no_header_is_sent(self) -> None:
        (source,) = _read(provisioning(replace(SETTINGS, influx_token=None))["datasources/taihu.yaml"])["datasources"]
        assert "secureJsonData" not in source and "httpHeaderName1" not in source["jsonData"]

    def test_the_provider_points_to_the_dashboards(self) -> None:
        (provider,) = _read(provisioning(SETTINGS, "/srv/p/")["dashboards/taihu.yaml"])["providers"]
        assert provider["options"] == {"path": "/srv/p/dashboards/taihu"}
        (group,) = _read(provisioning(SETTINGS)["alerting/taihu.yaml"])["groups"]
        assert provider["folder"] == group["folder"] == "Taihu" and provider["allowUiUpdates"] is False
        # getOrCreateFolder of both provisioners looks for the title; with folderUid one of them would make a second
        assert "folderUid" not in provider

    def test_dashboards_are_the_pushed_ones(self) -> None:
        model = json.loads(provisioning(replace(SETTINGS, zone="Asia/Urumqi"))["dashboards/taihu/taihu-a.json"])
        assert model["title"] == "工厂" and model["timezone"] == "Asia/Urumqi"
        assert "$timeFilter" in model["panels"][0]["targets"][0]["query"]  # dashboards are not expanded

    def test_rules_are_groups_of_a_folder_and_their_queries_as_they_are(self) -> None:
        (group,) = _read(provisioning(SETTINGS)["alerting/taihu.yaml"])["groups"]
        assert (group["name"], group["folder"], group["interval"]) == ("limits", "Taihu", "60s")
        (told,) = group["rules"]
        assert told["data"] == rule("taihu-limit", "工厂")["data"]
        assert told["keepFiringFor"] == "5m"
        assert not {"keep_firing_for", "folderUID", "ruleGroup"} & told.keys()
        assert told["annotations"]["summary"] == "{{ .Labels.plant }}"  # $labels would be taken for a variable

    def test_the_contact_point_is_there_where_one_is_set(self) -> None:
        assert "contactPoints" not in _read(provisioning(SETTINGS)["alerting/taihu.yaml"])
        told = _read(provisioning(replace(SETTINGS, contact_url="https://h.example/x"))["alerting/taihu.yaml"])
        (point,) = told["contactPoints"]
        assert point["receivers"][0]["settings"]["url"] == "https://h.example/x"
        assert told["groups"][0]["rules"][0]["notification_settings"] == {"receiver": point["name"]}

    def test_a_dollar_in_a_name_is_kept(self) -> None:
        (provider,) = _read(provisioning(replace(SETTINGS, folder="US$"))["dashboards/taihu.yaml"])["providers"]
        assert _expanded(provider["folder"]) == "US$"

    def test_a_second_run_writes_nothing_and_takes_old_dashboards_away(self, tmp_path: Path) -> None:
        folder = tmp_path / "provisioning"
        written, removed = write_files(folder, SETTINGS)
        assert (len(written), removed) == (5, [])
        old = folder / "dashboards/taihu/taihu-gone.json"
        old.write_text("{}")
        assert write_files(folder, SETTINGS) == ([], [old])
        assert not old.exists()
        changed, _ = write_files(folder, replace(SETTINGS, folder="太湖"))
        assert sorted(path.parent.name for path in changed) == ["alerting", "dashboards"]


def test_a_text_that_grafana_would_take_for_a_variable_is_refused(small: Path) -> None:
    (small / "zh" / "rules.json").write_text(json.dumps([rule("r", "t") | {"annotations": {"summary": "5 $ a day"}}]))
    with pytest.raises(ValueError, match=r"alert rule r: summary = '5 \$ a day': Grafana would take \$ for a variable"):
        provisioning(SETTINGS)
