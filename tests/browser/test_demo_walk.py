"""Does the page of the real demo show figures that move, from the overview to the point, in both languages?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright for Python is not installed")
CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed"),
    pytest.mark.timeout(420),  # who asks first imports the history
]

PLANT = "wx-dyeing"
POINT = "el.in"


@pytest.fixture(name="page")
def _page(demo: str) -> Iterator[object]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.problems = []
        page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: page.problems.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith((demo, "data:")) else page.problems.append(r.url))
        page.goto(f"{demo}/?lang=en")
        yield page
        assert page.problems == []
        browser.close()


def test_overview_to_plant_to_point_and_a_value_changes(page: object) -> None:
    expect = playwright.expect
    expect(page.get_by_text("Energy per value added").first).to_be_visible(timeout=15_000)
    link = page.locator(f'a[href="#/plant/{PLANT}"]').first
    expect(link).to_be_visible()
    link.click()
    expect(page).to_have_url(f"{page.url.split('#')[0]}#/plant/{PLANT}")
    expect(page.get_by_text("Wuxi Taihu Dyeing Works").first).to_be_visible()
    page.get_by_role("tab", name="Meters").click()
    point = page.locator(f'a[href="#/point/{PLANT}/{POINT}"]').first
    expect(point).to_be_visible(timeout=15_000)
    # The newest reading of the incomer stands in its row and is replaced without a reload.
    row = page.locator("tr", has=point)
    before = row.inner_text()
    page.wait_for_function(
        "([href, before]) => document.querySelector(`a[href=\"${href}\"]`).closest('tr').innerText !== before",
        arg=[f"#/point/{PLANT}/{POINT}", before],
        timeout=30_000,
    )
    point.click()
    expect(page.locator("canvas").first).to_be_visible(timeout=15_000)
    expect(page.get_by_text("Electricity, incomer").first).to_be_visible()


def test_the_page_speaks_chinese(page: object) -> None:
    expect = playwright.expect
    page.get_by_text("中文").first.click()
    expect(page.get_by_text("无锡太湖印染厂").first).to_be_visible(timeout=15_000)
    assert "Energy per value added" not in page.inner_text("body")
