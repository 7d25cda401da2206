"""Does what comes with the product pass Grafana's rules, in both languages and both ways?"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
import yaml

from dashboards import shipped
from dashboards.files import provisioning
from dashboards.plan import plan
from dashboards.push import carry_out
from dashboards.reach import Connection
from dashboards.server import Server
from dashboards.shipped import LANGS, Lang
from tests.dashboards.conftest import SETTINGS
from tests.fakegrafana import TOKEN, FakeGrafana


@pytest.mark.parametrize("lang", LANGS)
def test_all_is_taken_and_the_second_run_writes_nothing(grafana: FakeGrafana, lang: Lang) -> None:
    settings = replace(SETTINGS, language=lang, contact_url="https://hook.example/x")
    server = Server(Connection(grafana.url, TOKEN))
    outcomes = list(carry_out(server, settings, plan(server, settings)))
    assert [(one.step.uid, one.error) for one in outcomes if not one.good] == []
    assert grafana.kept.dashboards.keys() == shipped.dashboards(lang).keys()
    assert grafana.kept.rules.keys() == {rule["uid"] for rule in shipped.rules(lang)}
    count = len(grafana.writes)
    assert {step.action for step in plan(server, settings)} == {"same"}
    assert len(grafana.writes) == count


@pytest.mark.parametrize("lang", LANGS)
def test_files_hold_all_of_it(lang: Lang) -> None:
    texts = provisioning(replace(SETTINGS, language=lang))
    assert {f"dashboards/taihu/{uid}.json" for uid in shipped.dashboards(lang)} < texts.keys()
    groups = yaml.safe_load(texts["alerting/taihu.yaml"])["groups"]
    rules = {rule["uid"]: rule for group in groups for rule in group["rules"]}
    for rule in shipped.rules(lang):
        told = rules[rule["uid"]]
        assert [query["model"] for query in told["data"]] == [query["model"] for query in rule["data"]]
        assert "$" not in "".join(cast(dict[str, str], told["annotations"]).values())
