"""Somebody opens the carbon tab of a plant: tonnes against the base year, where they come from, how each is made."""

from __future__ import annotations

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed").expect
expect.set_options(timeout=20_000)  # two cores, shared

pytestmark = pytest.mark.browser


def test_the_carbon_of_a_cement_plant_opens_down_to_factors(visit):
    page = visit.page
    visit.open("/#/plant/zj-cement/carbon")
    block = page.locator(".carbon-block")
    expect(block.locator(".carbon-cards .card")).to_have_count(4)
    expect(block.locator(".carbon-cards .card").nth(3)).to_contain_text("达标")
    expect(block.locator("[data-scope]")).to_have_count(3)
    rows = block.locator("table.carbon tbody tr")
    expect(rows).to_have_count(3)
    clinker = block.locator("tr[data-co2=clinker]")
    expect(clinker).to_contain_text("水泥熟料")
    expect(clinker).to_contain_text("0.5305")
    # Every number opens.
    for button in block.locator("button.figure").all():
        button.click()
        expect(page.locator("dialog.panel h2").first).not_to_be_empty()
        page.keyboard.press("Escape")
        expect(page.locator("dialog.panel")).to_have_count(0)
    visit.assert_clean()


def test_a_plant_of_another_sector_in_english_has_no_verdict(visit):
    page = visit.page
    visit.open("/?lang=en#/plant/wx-dyeing/carbon")
    block = page.locator(".carbon-block")
    expect(block.locator(".carbon-cards .card")).to_have_count(3)
    expect(block.locator("[data-scope=co2_scope2]")).to_contain_text("CO₂ of power and heat bought")
    expect(block.locator("[data-scope=co2_process]")).to_have_count(0)
    expect(block.locator("tr[data-co2=electricity]")).to_contain_text("Electricity")
    visit.assert_clean()
