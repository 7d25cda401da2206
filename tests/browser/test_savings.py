"""Somebody looks for what was saved: of the programme, of Wuxi with its goal, of one plant; in both languages."""

from __future__ import annotations

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed").expect
expect.set_options(timeout=20_000)  # two cores, shared

pytestmark = pytest.mark.browser


def test_the_city_has_its_goal_and_names_who_is_left_out(visit):
    page = visit.page
    visit.open("/#/city/wuxi")
    block = page.locator(".savings")
    expect(block.locator("h2")).to_have_text("节能量")
    expect(block.locator(".savings-goal .card")).to_have_count(2)
    expect(block.locator(".savings-goal")).to_contain_text("1,000,000")
    expect(block.locator(".savings-goal .unsure")).to_contain_text("不确定")
    expect(block.locator("[data-view=yearly] tbody tr")).to_have_count(3)
    expect(block.locator("[data-view=yearly] h3")).to_contain_text("计入目标")
    block.locator(".savings-plants summary").click()
    expect(block.locator("tr[data-saved=wx-plating]")).to_contain_text("基准年开始之后才投产")
    # Numbers open, and their tree says what they were made from.
    block.locator("tr[data-year='2016'] button.figure").first.click()
    expect(page.locator("dialog.panel h2").first).to_contain_text("节能量")
    page.keyboard.press("Escape")
    # Another scope has no goal of its own.
    page.locator(".scope-nav a[data-id=suzhou]").click()
    expect(block.locator(".savings-goal .card")).to_have_count(1)
    visit.assert_clean()


def test_a_plant_shows_both_views_in_english(visit):
    page = visit.page
    visit.open("/?lang=en#/plant/wx-dyeing/targets")
    block = page.locator(".savings")
    expect(block.locator("[data-view]")).to_have_count(2)
    expect(block.locator("[data-view=fixed_base] h3")).to_have_text("Against 2015")
    expect(block.locator("[data-view=fixed_base] thead")).not_to_contain_text("By summed intensity")
    expect(block.locator("tr[data-year='2018']").first).to_contain_text("so far")
    visit.assert_clean()
