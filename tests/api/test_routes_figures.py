"""Explained figures, proposals and new editions over HTTP. (api.routes_figures, api.routes_editions)"""

from __future__ import annotations

from api import create_app
from tests.api.conftest import Client
from tests.api.fakes import FakeServices

ENERGY = "/api/v1/figures/plant:wx-dyeing/ytd/energy_tce/explain"
ROW = {
    "carrier": "electricity",
    "quantity": "coal",
    "basis": "equivalent",
    "value": 0.123,
    "unit": "kgce/kWh",
    "edition": "GB/T 2589-2008",
    "source": "3600/29307.6",
    "confidence": "sure",
}
SAID = {
    "plant": "wx-dyeing",
    "period": "2018-03",
    "item": "value_added",
    "value": 2500.0,
    "unit": "10k_yuan",
    "status": "final",
}


def test_a_figure_says_its_rule_factors_statements_and_points(client: Client) -> None:
    found = client.get(ENERGY).json()
    assert found["id"] == "plant:wx-dyeing/ytd/energy_tce"
    assert found["formula"] == "E = Σ Eᵢ · kᵢ"
    assert found["clause"]["confidence"] == "sure"
    factor = found["factors"][0]
    # The row has no dates of its own: those of its edition are shown.
    assert (factor["value"], factor["valid_to"], factor["own_to"]) == (0.1229, "2021-04-01", None)
    assert found["statements"][0]["editions"] == 2
    assert found["points"][0]["point"] == "wx-dyeing/el.in"
    assert set(found["text"]) == {"zh", "en"}


def test_a_name_with_colon_and_slash_is_one_name(client: Client) -> None:
    found = client.get("/api/v1/figures/plant:wx-dyeing/now/point:wx-dyeing/el.in/explain").json()
    assert found["id"] == "plant:wx-dyeing/now/point:wx-dyeing/el.in"


def test_an_earlier_moment_is_handed_on() -> None:
    services = FakeServices()
    assert Client(create_app(services)).get(ENERGY, params={"as_of": "1535731200000"}).status_code == 200
    assert services.explainer.asked[-1][3] == 1_535_731_200_000


def test_what_an_id_does_not_name_is_404_with_what_is_there(client: Client) -> None:
    answer = client.get("/api/v1/figures/plant:wx-dyeing/ytd/enery/explain")
    assert answer.status_code == 404
    assert answer.json()["error"]["where"] == "path.name"
    assert "known are" in answer.json()["error"]["message"]


def test_a_proposal_changes_nothing() -> None:
    services = FakeServices()
    client = Client(create_app(services))
    found = client.request("POST", "/api/v1/preview", json={"factors": [ROW], "statements": [SAID]}).json()
    assert found["figures"][0]["difference"] == 2.0
    assert found["indicators"][0]["id"] == "energy_per_value_added"
    assert services.kept == []


def test_rows_are_kept_with_who_and_why() -> None:
    services = FakeServices()
    client = Client(create_app(services))
    for path, row in (("factors", ROW), ("statements", SAID)):
        answer = client.request("POST", f"/api/v1/{path}", json={"rows": [row], "who": "王芳", "why": "审定"})
        assert answer.status_code == 200, answer.text
    (factors, who, why), (statements, *_) = services.kept
    assert (factors.factors[0].value, who, why) == (0.123, "王芳", "审定")
    assert statements.statements[0].status == "final"


def test_a_row_that_cannot_be_is_named_by_its_place(client: Client) -> None:
    def refused(path: str, body: dict) -> tuple[int, str]:
        answer = client.request("POST", f"/api/v1/{path}", json=body)
        return answer.status_code, answer.json()["error"]["where"]

    said = {"who": "a", "why": "b"}
    assert refused("preview", {"factors": [ROW, {**ROW, "unit": "kg"}]}) == (422, "body.factors.1.unit")
    assert refused("preview", {"factors": [ROW, {**ROW, "value": 9.0}]}) == (422, "body.factors.1")
    assert refused("factors", {"rows": [{**ROW, "edition": "x"}], **said}) == (422, "body.rows.0.edition")
    assert refused("statements", {"rows": [{**SAID, "plant": "x"}], **said}) == (422, "body.rows.0.plant")
    assert refused("statements", {"rows": [], **said}) == (422, "body.rows")
    assert refused("factors", {"rows": [ROW], "who": "", "why": "b"}) == (422, "body.who")
