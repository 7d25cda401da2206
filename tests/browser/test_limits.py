"""Somebody looks at the limits of a plant: how each stands, what was exceeded, what is reported; every number opens."""

from __future__ import annotations

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed").expect
expect.set_options(timeout=20_000)  # two cores, shared

pytestmark = pytest.mark.browser


def test_limits_exceedances_and_tax_in_chinese_and_every_number_opens(visit):
    page = visit.page
    visit.open("/#/plant/wx-dyeing/emissions")
    nox = page.locator("tr[data-limit='wx-dyeing/st.nox']")
    expect(nox).to_contain_text("GB 13271-2014 · 锅炉 特别排放限值 燃气")
    expect(nox).to_contain_text("待确认")
    expect(nox.locator("svg.days rect.day-2").first).to_be_attached()
    expect(page.locator("tr[data-limit]")).to_have_count(7)
    exceedance = page.locator("[data-exceedance='wx-dyeing/st.nox']").first
    expect(exceedance).to_contain_text("150 mg/m³")
    expect(page.locator(".exceedances .fine").last).to_contain_text("次超标")
    expect(page.locator("[data-load='ww.COD']")).to_contain_text("HJ/T 356-2007")

    nox.locator("button.figure").click()
    panel = page.locator("dialog.panel")
    expect(panel).to_contain_text("比对均值 · 氮氧化物")
    expect(panel).to_contain_text("C · (21 − O2ref) / (21 − O2)")
    expect(panel.locator("details.input")).to_have_count(4)
    expect(panel).to_contain_text("烟气含氧量")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()

    exceedance.locator("button.figure").last.click()
    expect(panel).to_contain_text("超出限值的排放量 · 氮氧化物")
    expect(panel).to_contain_text("Σ (C − L · (21 − O2) / (21 − O2ref)) · Q")
    page.keyboard.press("Escape")

    page.locator("[data-load='st.NOx'] button.figure").last.click()
    expect(panel).to_contain_text("环境保护税 · 氮氧化物")
    expect(panel).to_contain_text("减免后比例")
    page.keyboard.press("Escape")
    visit.assert_clean()


def test_another_span_is_another_list_and_english_is_english(visit):
    page = visit.page
    visit.open("/#/plant/wx-dyeing/emissions")
    expect(page.locator("[data-exceedance]").first).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator(".exceedances h2")).to_have_text("Exceedances")
    first = page.locator("[data-exceedance]").first.inner_text()
    page.get_by_role("button", name="last year").click()
    expect(page.locator("[data-exceedance]").first).not_to_have_text(first, use_inner_text=True)
    page.get_by_role("button", name="last month").click()
    expect(page.locator(".reported tbody tr")).to_have_count(7)
    for block in (".limits-block", ".exceedances", ".reported"):
        text = page.locator(block).inner_text()
        assert not [character for character in text if "\u4e00" <= character <= "\u9fff"], text
    visit.assert_clean()


def test_a_narrow_screen_is_not_wider_than_itself(visit):
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 800})
    visit.open("/#/plant/wx-dyeing/emissions")
    expect(page.locator("[data-exceedance]").first).to_be_visible()
    expect(page.locator("[data-load]").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
