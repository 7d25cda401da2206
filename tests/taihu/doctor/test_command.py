"""What does a technician read, and what a script?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from taihu.cli import app
from taihu.doctor.command import language
from taihu.doctor.examine import examine
from taihu.settings import load_settings
from tests.servers import free_port
from tests.taihu.doctor.conftest import Canned, now_ms


def write(folder: Path, more: str = "") -> Path:
    path = folder / "taihu.toml"
    path.write_text(f'data = "kept"\nplants = ["p1.toml"]\n{more}', encoding="utf-8")
    return path


def run(path: Path, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["doctor", "-c", str(path), *more])
    return done.exit_code, done.stdout


@pytest.mark.usefixtures("plants")
def test_all_is_well(tmp_path: Path) -> None:
    code, told = run(write(tmp_path), "--lang", "en")
    assert code == 0, told
    assert "1 plant with 4 points" in told and "bad" not in told


@pytest.mark.usefixtures("plants")
def test_something_bad_gives_status_1_and_what_to_do_in_both_languages(tmp_path: Path) -> None:
    path = write(tmp_path, f'[mqtt]\nhost = "127.0.0.1"\nport = {free_port()}\n')
    code, told = run(path, "--lang", "zh")
    assert code == 1
    assert "错误" in told and "该端口没有服务：检查 mqtt.host、mqtt.port 和防火墙" in told
    code, told = run(path, "--json")
    answer = json.loads(told)
    assert (code, answer["ok"]) == (1, False)
    [bad] = [one for one in answer["findings"] if one["state"] == "bad"]
    assert (bad["area"], bad["check"], bad["todo"]["en"]) == (
        "mqtt",
        "reachable",
        "check mqtt.host, mqtt.port, firewall",
    )
    assert all(one["found"]["zh"] and one["found"]["en"] for one in answer["findings"])


@pytest.mark.usefixtures("plants")
def test_each_server_of_the_settings_is_looked_at(tmp_path: Path, canned: Canned) -> None:
    url = canned.url
    more = (
        f'[influx.main]\nurl = "{url}"\n[influx.spare]\nurl = "{url}"\n'
        f'[grafana]\nurl = "{url}"\ntoken = "t"\n[webhooks.office]\nurl = "{url}/in"\n'
    )
    found = examine(load_settings(write(tmp_path, more)), now_ms, lambda _: 1 << 40)
    order = ["plants", "data", "registry", "mqtt", "influx.main", "influx.spare", "grafana", "webhooks.office"]
    assert list(dict.fromkeys(one.area for one in found)) == order


def test_a_plant_file_with_a_fault_does_not_hide_the_rest(tmp_path: Path) -> None:
    (tmp_path / "p1.toml").write_text("[plant]\n", encoding="utf-8")
    found = examine(load_settings(write(tmp_path)), now_ms, lambda _: 1 << 40)
    assert (found[0].area, found[0].state) == ("plants", "bad")
    assert "p1.toml" in found[0].found.en
    assert {one.area for one in found} == {"plants", "data", "registry", "mqtt"}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], wanted: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert language() == wanted
