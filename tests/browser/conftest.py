"""The app over fakes behind a real socket, and a Chromium that looks at it."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn

from api import create_app
from tests.api.fakes import FakeServices
from tests.demofolder import filled_demo, running_demo

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


@dataclass
class Site:
    """A running page."""

    url: str
    services: FakeServices


@pytest.fixture
def site() -> Iterator[Site]:
    services = FakeServices()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    config = uvicorn.Config(create_app(services), log_level="error", timeout_graceful_shutdown=1, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}", services)
    services.live.close()
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()
    listening.close()


@pytest.fixture(scope="module")  # the driver keeps an event loop running, which tests of other rooms must not meet
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed (Debian: chromium)")
    with playwright.sync_playwright() as driver:
        # What a browser asks by itself (updates, safe browsing) is not what the page asks.
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()


class Visit:
    """A page with everything it asked for and complained about."""

    def __init__(self, chromium, site: Site, **options) -> None:
        self.context = chromium.new_context(
            viewport={"width": 1280, "height": 720}, timezone_id="Europe/Berlin", **options
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.complaints.append(m.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.site = site

    def open(self, path: str) -> None:
        self.page.goto(self.site.url + path)

    def assert_clean(self) -> None:
        """Nothing was asked of another host, and nothing went wrong on the page."""
        assert self.requests
        assert [url for url in self.requests if not url.startswith((self.site.url, "data:", "blob:"))] == []
        assert self.complaints == []


@pytest.fixture
def visit(chromium, site) -> Iterator[Visit]:
    found = Visit(chromium, site, locale="zh-CN")
    yield found
    found.context.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running demo whose history is settled."""
    folder = filled_demo(tmp_path_factory).copy(tmp_path_factory.mktemp("demo") / "data")
    with running_demo(folder) as url:
        yield url
