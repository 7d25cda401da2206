"""Somebody looks at what was told: of one plant, of all, in both languages."""

from __future__ import annotations

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed").expect
expect.set_options(timeout=20_000)  # two cores, shared

pytestmark = pytest.mark.browser


def test_what_was_told_and_whether_it_arrived(visit):
    page = visit.page
    visit.open("/#/plant/wx-dyeing/emissions")
    rows = page.locator("[data-notice]")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("超标结束")
    expect(rows.first).to_contain_text("被拒收： 422: unknown plant")
    visit.open("/?lang=en#/")
    expect(page.locator("[data-notice]")).to_have_count(3)
    expect(page.locator("[data-notice='n3']")).to_contain_text("The broker is away")
    expect(page.locator("[data-notice='n3'] .chip")).to_have_text("away")
    visit.assert_clean()
