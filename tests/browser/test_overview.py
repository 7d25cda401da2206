"""Whose targets, how many stand where, and a table that stays quick with thousands of plants."""

from __future__ import annotations

import json
import math

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed").expect
expect.set_options(timeout=20_000)  # two cores, shared

pytestmark = pytest.mark.browser

MANY = 6000
ENERGY = "energy_per_value_added"
TALLY = f".target[data-target={ENERGY}] .tally button"
EARLY = ".target.waiting .tally button"


def changes(page, column: int) -> list[float | None]:
    """The numbers of one target in the table, from the top."""
    cells = page.locator(f".plants tbody tr td.verdict:nth-of-type({column}) .number")
    numbers = [text.strip("%+").replace("−", "-") for text in cells.all_inner_texts()]
    return [None if number == "—" else float(number) for number in numbers]


def test_the_strip_and_the_table_follow_city_and_sector(visit):
    page = visit.page
    visit.open("/?lang=en")
    expect(page.locator(".plants tbody tr")).to_have_count(6)
    page.evaluate("window.notReloaded = true")
    page.get_by_role("link", name="Wuxi", exact=True).click()
    expect(page.locator("h1")).to_have_text("Wuxi")
    expect(page).to_have_title("Wuxi · Taihu")
    expect(page.locator(".plants tbody tr")).to_have_count(2)
    expect(page.locator(".count-of")).to_have_text("2 of 2")
    # Each plant of the city is counted once by status.
    expect(page.locator(TALLY).first).to_be_visible()
    assert sum(int(text.strip(" ✓●▼○")) for text in page.locator(TALLY).all_inner_texts()) == 2
    page.go_back()
    expect(page.locator(".plants tbody tr")).to_have_count(6)
    visit.open("/?lang=en#/sector/C31")
    expect(page.locator("h1")).to_have_text("Steel")
    expect(page.locator(".plants tbody tr")).to_have_count(1)
    visit.assert_clean()


def test_a_status_filters_and_a_column_sorts(visit):
    page = visit.page
    visit.open("/?lang=en")
    behind = page.locator(f"{TALLY}[aria-label^='behind']")
    expect(behind).to_be_visible()
    count = int(behind.inner_text().strip(" ▼"))
    assert count > 0
    behind.click()
    expect(page.locator(".plants tbody tr")).to_have_count(count)
    expect(behind).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Energy: behind ×").click()
    expect(page.locator(".plants tbody tr")).to_have_count(6)

    head = page.locator(".plants thead").get_by_role("button", name="Energy", exact=True)
    for direction in ("ascending", "descending"):
        head.click()
        expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", direction)
        expect(head).to_be_focused()
        found = changes(page, 5)
        known = [change for change in found if change is not None]
        assert known == sorted(known, reverse=direction == "descending")
        assert found[: len(known)] == known  # what is not known stands last, both ways
    page.get_by_role("searchbox").fill("wafer")
    expect(page.locator(".plants tbody tr")).to_have_count(1)
    visit.assert_clean()


def many_plants() -> tuple[list[dict], dict]:
    """Thousands of plants and their columns, as the API gives them."""
    cities, sectors = ["wuxi", "suzhou", "nanjing"], ["C17", "C26", "C31"]
    plants = [
        {
            "id": f"p{i:04d}", "name": {"zh": f"工厂 {i}", "en": f"Works {i}"}, "city": cities[i % 3],
            "sector": sectors[i // 3 % 3], "size": "small", "zone": "Asia/Shanghai", "programmes": ["sunan-2019"],
            "point_count": 3, "incomer": None,
        }
        for i in range(MANY)
    ]  # fmt: skip
    change = [[None if i % 100 == 0 else round(0.2 * math.sin(i), 4)] for i in range(MANY)]
    status = [["not_assessable" if c is None else "met" if c <= -0.18 else "behind"] for (c,) in change]
    same = [[1.0]] * MANY
    columns = {
        "indicators": [ENERGY], "plants": plants, "change": change, "status": status, "progress": same,
        "coverage": same, "provisional": [[0.0]] * MANY, "reason": [[""]] * MANY, "pace": 0.75,
        "groups": {
            "programme:sunan-2019": {
                "change": [-0.131], "status": ["behind"], "progress": [0.707], "coverage": [1.0], "provisional": [0.0],
                "reason": [""],
            }
        },
    }  # fmt: skip
    return plants, columns


def answer(page, path: str, body: object) -> None:
    """The page gets this in place of what the app says."""
    text = json.dumps(body)
    page.route(path, lambda route: route.fulfill(body=text, content_type="application/json"))


def test_thousands_of_plants_are_searched_sorted_and_scrolled(visit):
    page = visit.page
    plants, columns = many_plants()
    for path, body in (("/api/v1/plants", plants), ("/api/v1/overview?*", columns)):
        answer(page, f"**{path}", body)
    visit.open("/?lang=en")
    expect(page.locator(".count-of")).to_have_text("6,000 of 6,000")
    rows = page.locator(".plants tbody:not(.room) tr")
    expect(rows.first).to_contain_text("Works 0")
    assert rows.count() < 100  # drawn: what is seen, and a little more

    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("tr[data-plant=p5999]")).to_be_visible()
    expect(page.locator("tr[data-plant=p0000]")).to_have_count(0)
    assert rows.count() < 100

    spent_ms = page.evaluate(
        """() => { const button = document.querySelectorAll('.plants thead button')[1];
        const from = performance.now(); button.click(); return performance.now() - from; }"""
    )
    assert spent_ms < 500
    page.evaluate("scrollTo(0, 0)")
    lowest = min(range(MANY), key=lambda i: (columns["change"][i][0] is None, columns["change"][i][0] or 0.0))
    expect(rows.first).to_contain_text(f"{abs(columns['change'][lowest][0]):.1%}")

    page.get_by_role("searchbox").fill("works 4711")
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox").fill("")
    page.get_by_label("City").select_option("suzhou")
    expect(page.locator(".count-of")).to_have_text("2,000 of 6,000")
    met = sum(row[0] == "met" for row in columns["status"])
    expect(page.locator(f"{EARLY}[aria-label^='met']").first).to_have_text(f"✓{met:,}")
    # The trees of so many are not asked for: their sums come with the columns.
    expect(page.locator(".target.waiting").first).to_contain_text("−13.1%")
    expect(page.locator(".many-plants")).to_contain_text("choose a city or a sector")
    assert [url for url in visit.requests if "/targets" in url] == []
    visit.assert_clean()
