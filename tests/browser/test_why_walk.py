"""Somebody asks why a target moved: the sentence, the waterfall, the meters, in both languages."""

from __future__ import annotations

import pytest

from tests.browser.test_page import canvas_is_drawn

expect = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed").expect
expect.set_options(timeout=20_000)  # two cores, shared

pytestmark = pytest.mark.browser


def test_a_card_answers_why(visit, site):
    page = visit.page
    visit.open("/#/plant/wx-dyeing/targets")
    page.get_by_role("tab", name="目标").click()
    card = page.locator("[data-target=energy_per_value_added]:visible")
    card.get_by_role("button", name="为什么？").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".why-sentence")).to_contain_text("比2015年同期")
    canvas_is_drawn(page, ".waterfall")
    expect(dialog.locator(".why-effects tbody tr")).to_have_count(6)  # five causes and their sum
    expect(dialog.locator(".why-effects tbody tr").last).to_contain_text("变化")
    expect(dialog.locator("[data-note=provisional]")).to_contain_text("暂估")
    # A meter leads to its page, and the dialog is gone there.
    dialog.locator("[data-point='wx-dyeing/el.in'] a").click()
    expect(page.locator("h1")).to_have_text("总进线电量")
    expect(dialog).to_have_count(0)
    visit.assert_clean()


def test_each_member_of_a_group_can_be_asked(visit):
    page = visit.page
    visit.open("/?lang=en#/")
    page.locator("[data-target=water_pollutants] .why-button:visible").click()
    dialog = page.get_by_role("dialog")
    members = dialog.locator(".why-members button")
    expect(members.first).to_have_text("Together")
    asked = page.expect_request(lambda request: "indicator=water_pollutants%3ANH3-N" in request.url)
    with asked:
        dialog.get_by_role("button", name="Ammonia nitrogen").click()
    expect(dialog.locator(".why-sentence")).to_contain_text("the same dates of 2015")
    expect(dialog.locator(".why-effects th[scope=row]").first).to_have_text("Structure")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    visit.assert_clean()
