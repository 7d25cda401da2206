"""Every error has one shape, whichever route and whatever went wrong. (api/errors.py)"""

from __future__ import annotations

import pytest
from fastapi import APIRouter, HTTPException

from api import create_app
from api.errors import ApiError
from tests.api.conftest import Client
from tests.api.fakes import FakeServices


def assert_error(response, status, code, where=None):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert set(response.json()) == {"error"}
    error = response.json()["error"]
    assert set(error) == {"code", "message", "where"}
    assert error["code"] == code
    assert error["message"]
    assert error["where"] if where is None else error["where"] == where
    return error["message"]


def routes() -> list[tuple[str, set[str]]]:
    schema = create_app(FakeServices()).openapi()
    return [(path, {m.upper() for m in methods}) for path, methods in schema["paths"].items()]


def test_there_are_routes_to_walk():
    assert len(routes()) >= 15


@pytest.mark.parametrize("path", [path for path, _ in routes()])
def test_every_route_answers_the_wrong_method_in_the_one_shape(client, path):
    assert_error(client.request("DELETE", path.replace("{", "").replace("}", "")), 405, "method_not_allowed")


@pytest.mark.parametrize(
    ("path", "method"), [(path, method) for path, methods in routes() for method in methods if "{" in path]
)
def test_every_route_with_an_id_refuses_one_that_is_not_there(client, path, method):
    of_a_copy = path.startswith("/api/v1/sinks/")
    ids = {"plant": "nowhere", "point": "nothing", "scope": "plant:nowhere", "period": "ytd"}
    url = path.format(**ids, name="nowhere" if of_a_copy else "energy_tce")
    message = assert_error(client.request(method, url, json=None if method == "GET" else {}), 404, "not_found")
    assert "nowhere" in message
    assert ("main" if of_a_copy else "wx-dyeing") in message  # says what there is


@pytest.mark.parametrize(
    ("url", "status", "where", "said"),
    [
        ("/api/v1/nothing", 404, "/api/v1/nothing", "there is nothing at"),
        ("/nothing", 404, "/nothing", "there is nothing at"),
        ("/static/nothing.js", 404, "/static/nothing.js", "there is nothing at"),
        ("/api/v1/points?plant=x", 404, "query.plant", "'x'"),
        ("/api/v1/findings?point=wx-dyeing/x", 404, "query.point", "wx-dyeing/el.in"),
        ("/api/v1/now?plant=wx-dyeing&plant=x", 404, "query.plant", "'x'"),
        ("/api/v1/indicators", 422, "query.scope", "required"),
        ("/api/v1/indicators?scope=wx-dyeing", 422, "query.scope", "plant:ID, city:ID, sector:CODE or programme:ID"),
        ("/api/v1/indicators?scope=city:paris", 404, "query.scope", "wuxi"),
        ("/api/v1/indicators?scope=plant:wx-dyeing&period=week", 422, "query.period", "'week'"),
        ("/api/v1/dead-letters?limit=0", 422, "query.limit", "'0'"),
        ("/api/v1/dead-letters?before_id=x", 422, "query.before_id", "'x'"),
        ("/api/v1/findings?from=yesterday", 422, "query.from", "'yesterday'"),
        ("/api/v1/points/wx-dyeing/el.in/series?step=week", 422, "query.step", "'week'"),
        ("/api/v1/points/wx-dyeing/el.in/series?from=2018-08-01T00:00:00", 422, "query.from", "names no time zone"),
        ("/api/v1/points/wx-dyeing/el.in/series?to=0001-01-01T00:00:00Z", 422, "query.to", "1970 to 2100"),
        ("/api/v1/points/wx-dyeing/el.in/series?from=2019-01-01T00:00:00Z", 422, "query.from", "must be before"),
    ],
)
def test_message_says_what_failed_what_came_and_what_was_wanted(client, url, status, where, said):
    message = assert_error(client.get(url), status, "not_found" if status == 404 else "invalid", where)
    assert said in message


def test_five_years_of_quarters_are_refused_with_what_to_do_instead(client):
    # 2014-01-01 to 2019-01-01 are 1 826 days of 96 quarters.
    query = {"from": "2014-01-01T00:00:00Z", "to": "2019-01-01T00:00:00Z", "step": "15min"}
    message = assert_error(
        client.get("/api/v1/points/wx-dyeing/el.in/series", params=query), 422, "invalid", "query.step"
    )
    assert "175296 steps of 15min" in message
    assert "step=day" in message
    response = client.get("/api/v1/points/wx-dyeing/el.in/series", params={**query, "step": "day"})
    assert len(response.json()["start_ms"]) == 1827  # the first and the last local day are touched in part


@pytest.fixture
def broken() -> Client:
    app = create_app(FakeServices())
    routes = APIRouter()

    @routes.get("/fault")
    def fault():
        raise RuntimeError("secret path /var/lib")

    @routes.get("/conflict")
    def conflict():
        raise ApiError(409, "the history is being imported; wanted its end", "path")

    @routes.get("/conflict2")
    def conflict2():
        raise HTTPException(409, "already there")

    app.include_router(routes)
    return Client(app)


def test_a_fault_says_no_inner_detail_and_is_logged(broken, caplog):
    message = assert_error(broken.get("/fault"), 500, "internal", "/fault")
    assert "RuntimeError" in message
    assert "secret" not in message
    assert "secret path" in caplog.text


def test_conflicts_have_the_shape_too(broken):
    assert "imported" in assert_error(broken.get("/conflict"), 409, "conflict", "path")
    assert assert_error(broken.get("/conflict2"), 409, "conflict", "/conflict2") == "already there"


def test_errors_carry_the_security_headers(client, broken):
    for response in (client.get("/nothing"), broken.get("/fault")):
        assert response.headers["x-content-type-options"] == "nosniff"


def test_openapi_names_the_shape_for_every_route():
    for path, methods in create_app(FakeServices()).openapi()["paths"].items():
        for operation in methods.values():
            for status in ("404", "422", "500"):
                schema = operation["responses"][status]["content"]["application/json"]["schema"]
                assert schema["$ref"].endswith("/ErrorBody"), (path, status)
