"""Is a backup begun, refused and told of?"""

from __future__ import annotations

import pytest

from api import create_app
from tests.api.conftest import Client
from tests.api.fake_backups import PROOF
from tests.api.fakes import FakeServices


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def client(services: FakeServices) -> Client:
    return Client(create_app(services))


def test_a_backup_is_begun_once_and_asked_for(services: FakeServices, client: Client) -> None:
    assert client.get("/api/v1/backup").json()["state"] == "none"
    wanted = {"to": "/var/backups/taihu", "keep": 7, "proof": PROOF}
    begun = client.request("POST", "/api/v1/backup", json=wanted)
    assert (begun.status_code, begun.json()) == (
        200,
        {"state": "running", "done": 12.0, "total": 48.0, "folder": "/var/backups/taihu", "error": ""},
    )
    assert client.get("/api/v1/backup").json() == begun.json()
    again = client.request("POST", "/api/v1/backup", json=wanted)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
    assert services.backups.asked == [("/var/backups/taihu", 7)]


def test_what_cannot_be_is_refused(services: FakeServices, client: Client) -> None:
    wrong = client.request("POST", "/api/v1/backup", json={"to": "/x", "keep": None, "proof": "guessed"})
    assert (wrong.status_code, wrong.json()["error"]["where"]) == (422, "body.proof")
    none = client.request("POST", "/api/v1/backup", json={"to": "/x", "keep": 0, "proof": PROOF})
    assert (none.status_code, none.json()["error"]["where"]) == (422, "body.keep")
    assert services.backups.asked == []
