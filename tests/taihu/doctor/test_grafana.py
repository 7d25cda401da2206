"""Is a Grafana that will not take dashboards told?"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from taihu.doctor.grafana import grafana_checks
from taihu.grafanasettings import Grafana
from taihu.settings import Settings
from tests.fakegrafana import TOKEN, FakeGrafana
from tests.servers import free_port
from tests.taihu.doctor.conftest import Canned, now_ms, one, states


@pytest.fixture
def grafana() -> Iterator[FakeGrafana]:
    with FakeGrafana() as running:
        yield running


def settings(url: str, token: str | None = TOKEN) -> Settings:
    return Settings(grafana=Grafana(url=url, token=token))


def test_nothing_is_asked_where_none_is_named() -> None:
    assert grafana_checks(Settings(), now_ms) == []


def test_before_the_first_push(grafana: FakeGrafana) -> None:
    found = grafana_checks(settings(grafana.url), now_ms)
    assert states(found) | {"clock": "ok"} == {"version": "ok", "rights": "ok", "data source": "warn", "clock": "ok"}
    assert one(found, "data source").todo == ("运行 taihu grafana push", "run taihu grafana push")
    assert grafana.writes == []


def test_a_token_without_rights(grafana: FakeGrafana) -> None:
    grafana.may -= {"folders:create", "dashboards:write"}
    found = one(grafana_checks(settings(grafana.url), now_ms), "rights")
    assert (found.state, found.found.en) == ("bad", "the token lacks folders:create, dashboards:write")


def test_a_wrong_token_and_none(grafana: FakeGrafana) -> None:
    found = grafana_checks(settings(grafana.url, "sesame"), now_ms)
    assert one(found, "rights").state == "bad"
    assert "refuses the token" in one(found, "rights").found.en and "sesame" not in str(found)
    [found_none] = grafana_checks(settings(grafana.url, None), now_ms)
    assert (found_none.state, "grafana.token is missing" in found_none.found.en) == ("bad", True)


def test_a_wrong_port() -> None:
    [found] = grafana_checks(settings(f"http://127.0.0.1:{free_port()}"), now_ms)
    assert (found.check, found.state) == ("reachable", "bad")
    assert "cannot be reached" in found.found.en


def test_a_version_that_is_too_old(canned: Canned) -> None:
    body = json.dumps({"database": "ok", "version": "9.5.2", "buildInfo": {"version": "9.5.2"}}).encode()
    for path in ("/api/health", "/api/frontend/settings"):
        canned.answers["GET", path] = (200, body, {"Content-Type": "application/json"})
    found = grafana_checks(settings(canned.url), now_ms)
    assert (one(found, "version").state, one(found, "version").found.en) == ("warn", f"{canned.url}, Grafana 9.5.2")
