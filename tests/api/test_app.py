"""The app as a whole: description, headers, compression, caching, nothing from elsewhere. (api/app.py)"""

from __future__ import annotations

import re

import pytest

from api.app import STATIC, create_app
from tests.api.fakes import FakeServices

VENDORED = STATIC / "vendor"


def test_openapi_is_whole_and_every_reference_resolves():
    schema = create_app(FakeServices()).openapi()
    assert schema["openapi"].startswith("3.")
    text = str(schema)
    for name in set(re.findall(r"#/components/schemas/(\w+)", text)):
        assert name in schema["components"]["schemas"]
    assert "HTTPValidationError" not in text.replace("#/components/schemas/ErrorBody", "")


def test_every_route_is_described_tagged_and_typed():
    schema = create_app(FakeServices()).openapi()
    tags = {tag["name"] for tag in schema["tags"]}
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            assert path.startswith("/api/v1/")
            assert set(operation["tags"]) <= tags
            assert operation["description"].endswith(".")
            (content,) = operation["responses"]["200"]["content"].items()
            assert content[0] == "text/event-stream" or content[1]["schema"]


def test_every_answer_field_has_an_example():
    for name, model in create_app(FakeServices()).openapi()["components"]["schemas"].items():
        if name in ("ErrorBody", "ErrorDetail", "Text"):
            continue
        for field, schema in model["properties"].items():
            leaf = str(schema).count("$ref") == 0 and "enum" not in schema
            assert not leaf or "examples" in schema, f"{name}.{field}"


@pytest.mark.parametrize("url", ["/", "/docs", "/api/v1/plants", "/static/js/main.js", "/nothing"])
def test_a_browser_may_talk_only_to_us(client, url):
    headers = client.get(url).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_static_files_are_asked_for_again_with_their_etag(client):
    first = client.get("/static/js/main.js")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/static/js/main.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert client.get("/static/vendor/echarts/VERSION").headers["cache-control"] == "public, max-age=604800"
    assert client.get("/api/v1/plants").headers["cache-control"] == "no-store"


def test_answers_are_compressed(client):
    assert client.get("/api/v1/points").headers["content-encoding"] == "gzip"
    assert client.get("/static/vendor/echarts/echarts.common.min.js").headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("url", ["/", "/docs"])
def test_pages_name_only_files_that_are_there(client, url):
    page = client.get(url)
    assert page.headers["content-type"].startswith("text/html")
    for path in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert path.startswith("/"), path
        assert client.get(path).status_code == 200, path


def test_own_files_name_no_other_host():
    for path in STATIC.rglob("*"):
        if path.is_file() and VENDORED not in path.parents:
            found = re.findall(r"https?://(?!www\.w3\.org/2000/svg)[^\s\"']+", path.read_text(encoding="utf-8"))
            assert not found, path


def test_what_is_vendored_has_licence_and_version_beside_it():
    folder = VENDORED / "echarts"
    assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert "Apache Software Foundation" in (folder / "NOTICE").read_text(encoding="utf-8")
    version = (folder / "VERSION").read_text(encoding="utf-8").strip()
    assert f'version="{version}"' in (folder / "echarts.common.min.js").read_text(encoding="utf-8")
