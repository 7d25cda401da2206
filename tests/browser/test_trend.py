"""Somebody looks whether the discharges of a plant fall by more than noise, in both languages and by keyboard."""

from __future__ import annotations

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed").expect
expect.set_options(timeout=20_000)  # two cores, shared

pytestmark = pytest.mark.browser


def test_loads_and_means_with_their_verdicts_and_the_total_beside(visit):
    page = visit.page
    visit.open("/#/plant/wx-dyeing/emissions")
    block = page.locator(".trend-block:visible")
    expect(block.locator(".trend-card")).to_have_count(7)
    cod = block.locator('[data-trend="load:COD"]')
    expect(cod).to_contain_text("化学需氧量")
    expect(cod.locator(".trend-chip")).to_contain_text("未超出波动")
    expect(cod.locator(".trend-total")).to_contain_text("达标")
    falling = block.locator('[data-trend="load:TN"]')
    expect(falling.locator(".trend-chip")).to_contain_text("下降")
    expect(falling.locator("canvas")).to_have_count(1)
    block.get_by_role("button", name="流量加权平均浓度").click()
    expect(block.locator('[data-trend="concentration:TN"]')).to_be_visible()
    expect(block.locator(".trend-total")).to_have_count(0)  # only totals have one
    visit.assert_clean()


def test_a_slope_opens_to_its_months_in_english(visit):
    page = visit.page
    visit.open("/?lang=en#/plant/wx-dyeing/emissions")
    card = page.locator('.trend-block:visible [data-trend="load:TN"]')
    expect(card.locator(".trend-words")).to_contain_text("a year, of the 2015 level")
    expect(card.locator(".trend-words")).to_contain_text("p < 0.001")
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(card.locator("li").last).to_contain_text("here counts the first one")
    card.locator("button.figure").click()
    panel = page.locator("dialog.panel")
    expect(panel).to_contain_text("Slope a year · Total nitrogen")
    expect(panel).to_contain_text("Month · 2015-01")
    expect(panel).not_to_contain_text("Month · 2015-11")  # too little was known of it
    page.keyboard.press("Escape")
    visit.assert_clean()


def test_energy_per_value_added_stands_beside_its_target(visit):
    visit.open("/?lang=en#/plant/wx-dyeing/targets")
    block = visit.page.locator(".trend-block:visible")
    expect(block.locator(".trend-card")).to_have_count(1)
    expect(block.locator(".trend-chip")).to_contain_text("falling")
    visit.assert_clean()
