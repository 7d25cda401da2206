from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboards import shipped
from dashboards.plan import plan
from dashboards.push import Outcome, carry_out
from dashboards.reach import Connection
from dashboards.server import Server
from dashboards.wanted import PushSettings
from tests.dashboards.filled import Filled, filled
from tests.fakegrafana import TOKEN, FakeGrafana

SETTINGS = PushSettings("zh", "Taihu", "http://influx:8086", "taihu", influx_token="read-only-1a2b")

_TITLES = {"zh": {"a": "工厂", "b": "能源"}, "en": {"a": "Plant", "b": "Energy"}}


def dashboard(uid: str, title: str) -> dict[str, Any]:
    """A dashboard with one panel, as the builders write them."""
    query = 'SELECT sum("amount") FROM "interval" WHERE $timeFilter GROUP BY time(1d) tz(\'Asia/Shanghai\')'
    return {
        "uid": uid,
        "title": title,
        "timezone": "Asia/Shanghai",
        "schemaVersion": 42,
        "panels": [
            {
                "id": 1,
                "type": "timeseries",
                "title": title,
                "gridPos": {"h": 8, "w": 24, "x": 0, "y": 0},
                "links": [{"title": "Taihu", "url": "http://127.0.0.1:8321/#/plant/x"}],
                "targets": [{"refId": "A", "query": query, "rawQuery": True}],
            }
        ],
        "templating": {"list": [{"name": "datasource", "type": "datasource", "current": {"value": "taihu-influx"}}]},
    }


def rule(uid: str, title: str) -> dict[str, Any]:
    """An alert rule, as the builders write them."""
    model = {"refId": "A", "query": 'SELECT last("state") FROM "limit" WHERE $timeFilter', "rawQuery": True}
    return {
        "uid": uid,
        "title": title,
        "ruleGroup": "limits",
        "condition": "A",
        "data": [
            {
                "refId": "A",
                "relativeTimeRange": {"from": 600, "to": 0},
                "datasourceUid": "taihu-influx",
                "model": model,
            }
        ],
        "noDataState": "Alerting",
        "execErrState": "Error",
        "for": "120s",
        "keep_firing_for": "5m",
        "annotations": {"summary": "{{ $labels.plant }}", "link": "http://127.0.0.1:8321/#/"},
        "labels": {"severity": "limit"},
        "isPaused": False,
    }


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small dashboards and a rule in both languages, in place of those that come with the product."""
    for lang, titles in _TITLES.items():
        folder = tmp_path / "json" / lang
        folder.mkdir(parents=True)
        for name, title in titles.items():
            text = json.dumps(dashboard(f"taihu-{name}", title), ensure_ascii=False)
            (folder / f"taihu-{name}.json").write_text(text, encoding="utf-8")
        rules = json.dumps([rule("taihu-limit", titles["a"])], ensure_ascii=False)
        (folder / shipped.RULES_FILE).write_text(rules, encoding="utf-8")
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "json")
    return tmp_path / "json"


@pytest.fixture
def grafana() -> Iterator[FakeGrafana]:
    with FakeGrafana() as fake:
        yield fake


@pytest.fixture(scope="session")
def f(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A product of two works and the lines it wrote."""
    with filled(tmp_path_factory.mktemp("dashboards")) as found:
        yield found


def server_of(grafana: FakeGrafana) -> Server:
    """A line to it that does not wait before another try."""
    return Server(Connection(grafana.url, TOKEN), sleep=lambda _: None)


def push(grafana: FakeGrafana, settings: PushSettings = SETTINGS, *, force: bool = False) -> dict[str, Outcome]:
    """What one push does, by kind and uid."""
    server = server_of(grafana)
    done = carry_out(server, settings, plan(server, settings, force=force))
    return {f"{one.step.kind} {one.step.uid}": one for one in done}


def actions(outcomes: dict[str, Outcome]) -> dict[str, str]:
    """What was decided, by kind and uid."""
    return {name: one.step.action for name, one in outcomes.items()}


def change_release(small: Path, name: str, **values: Any) -> None:
    """The next release of the product brings another text."""
    path = small / "zh" / name
    found = json.loads(path.read_text(encoding="utf-8"))
    (found[0] if isinstance(found, list) else found).update(values)
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
