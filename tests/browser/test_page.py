"""Somebody looks at the page: overview, plant, point; values move, the language changes, nothing is asked elsewhere."""

from __future__ import annotations

import pytest

from api import create_app

expect = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed").expect
expect.set_options(timeout=20_000)  # two cores, shared

pytestmark = pytest.mark.browser


def canvas_is_drawn(page, selector: str) -> None:
    """Wait until a chart has more than one colour."""
    page.wait_for_function(
        """selector => { const canvas = document.querySelector(selector + ' canvas'); if (!canvas) return false;
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        const seen = new Set(); for (let i = 3; i < data.length; i += 16) seen.add(data[i]); return seen.size > 2; }""",
        arg=selector,
    )


def test_walk_from_overview_to_plant_to_point_while_values_move(visit, site):
    page = visit.page
    visit.open("/")
    expect(page.locator(".target[data-target]")).to_have_count(5)
    expect(page.locator(".target[data-target]").first).to_contain_text("单位工业增加值能耗")
    expect(page.locator(".plants tbody tr")).to_have_count(6)
    expect(page.locator(".target[data-target]").nth(2)).to_contain_text("最弱项 COD")
    expect(page.locator("tr[data-plant=cz-steel]")).to_contain_text("钢铁")
    expect(page.locator(".live.live")).to_be_visible()

    power = page.locator("tr[data-plant=wx-dyeing] .figure .number").first
    before = power.text_content()
    page.evaluate("window.notReloaded = true")
    site.services.advance(60_000, nudge_kw=1000.0)
    expect(power).not_to_have_text(before)

    page.get_by_role("link", name="无锡太湖印染厂").click()
    expect(page.locator("h1")).to_have_text("无锡太湖印染厂")
    expect(page.locator(".matrix tbody tr")).to_have_count(3)
    canvas_is_drawn(page, ".load")
    canvas_is_drawn(page, ".pair")
    number = page.locator(".power .number")
    before = number.text_content()
    site.services.advance(60_000, nudge_kw=1000.0)
    expect(number).not_to_have_text(before)

    page.get_by_role("tab", name="计量").click()
    expect(page.locator(".matrix")).to_be_hidden()
    page.locator("tr[data-point='wx-dyeing/el.in'] a").click()
    expect(page.locator("h1")).to_have_text("总进线电量")
    canvas_is_drawn(page, ".chart.tall")
    latest = page.locator(".latest .number")
    before = latest.text_content()
    site.services.advance(120_000)
    expect(latest).not_to_have_text(before)
    page.get_by_role("button", name="15 分钟").click()
    expect(page.locator(".choice [aria-pressed=true]").first).to_have_text("15 分钟")
    expect(page.locator(".event")).to_have_count(7)
    assert page.evaluate("window.notReloaded") is True
    visit.assert_clean()


def test_language_is_switched_everywhere_and_kept(visit):
    page = visit.page
    visit.open("/#/plant/sz-fab")
    expect(page.locator("h1")).to_contain_text("苏州")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_contain_text("Suzhou")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".target[data-target]")).to_have_count(4)  # no CO2 target in this sector
    text = page.locator("body").inner_text()
    chinese = {character for character in text if "\u4e00" <= character <= "\u9fff"}
    assert chinese <= set("中文")  # only the button that leads back
    visit.open("/#/")
    expect(page.locator(".plants tbody tr")).to_have_count(6)
    expect(page.locator("h1")).to_contain_text("Green manufacturing")
    visit.open("/?lang=zh")
    expect(page.locator("h1")).to_contain_text("苏南")
    visit.assert_clean()


def test_a_figure_opens_with_formula_and_inputs(visit):
    page = visit.page
    visit.open("/?lang=en#/plant/wx-dyeing")
    page.locator(".target").first.locator(".figure").nth(1).click()
    panel = page.locator("dialog.panel")
    expect(panel).to_contain_text("Comprehensive energy / Value added at base-year prices")
    expect(panel).to_contain_text("GB/T 2589-2008")
    expect(panel.locator("> * > .facts > .input")).to_have_count(2)
    panel.locator("summary", has_text="Value added").first.click()
    expect(panel).to_contain_text("25%")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    visit.assert_clean()


def test_missing_is_a_dash_with_the_reason_and_never_zero(visit):
    page = visit.page
    visit.open("/?lang=en#/plant/zj-cement")
    water = page.locator(".matrix tr", has_text="Fresh water").locator(".figure").first
    expect(water).to_have_text("—")
    expect(water).to_have_attribute("title", "not known\nknown 0% · estimated 0% · provisional 0%\na part is missing")
    target = page.locator("#panel-now .target", has_text="Main water pollutants")
    expect(target).to_contain_text("not assessable")
    expect(target).to_contain_text("too little is known of the current period")
    visit.assert_clean()


def test_banners_say_what_is_wrong(visit, site):
    page = visit.page
    site.services.state["import"] = {"state": "running", "done": 2, "total": 6}
    site.services.state["collector"] = {"connected": False, "error": "127.0.0.1:1883 refused"}
    visit.open("/?lang=en")
    expect(page.locator(".banner.info")).to_contain_text("2 of 6")
    expect(page.locator(".banner.warn")).to_contain_text("127.0.0.1:1883 refused")
    assert page.locator(".banner progress").evaluate("bar => bar.value") == pytest.approx(1 / 3)
    visit.assert_clean()


def test_a_lost_stream_is_told_and_found_again(visit, site):
    page = visit.page
    visit.open("/?lang=en")
    expect(page.locator(".live.live")).to_be_visible()
    page.context.set_offline(True)
    site.services.live.close()  # ends the stream; offline, the browser cannot come back
    expect(page.locator(".live.lost")).to_be_visible()
    expect(page.locator(".banner.warn")).to_contain_text("live stream is lost")


def test_system_page_shows_parts_and_dead_letters(visit):
    page = visit.page
    visit.open("/?lang=zh#/system")
    expect(page.locator(".letters tbody tr")).to_have_count(3)
    expect(page.locator(".letters")).to_contain_text("ff fe 00 01")
    expect(page.locator("main")).to_contain_text("912,001")
    visit.assert_clean()


def test_system_page_shows_copies_what_was_refused_and_fills_one_again(visit, site):
    page = visit.page
    visit.open("/?lang=zh#/system")
    expect(page.locator(".targets tbody tr")).to_have_count(2)
    expect(page.locator(".targets tbody tr").nth(1)).to_contain_text("拒绝接收")
    expect(page.locator(".targets tbody tr").nth(1)).to_contain_text("401 unauthorized access")
    expect(page.locator(".refused tbody tr")).to_have_count(2)
    expect(page.locator(".refused")).to_contain_text("field type conflict")
    page.locator(".targets tbody tr").first.get_by_role("button").click()
    page.locator("dialog input[name=from]").fill("2018-08-01")
    page.locator("dialog button[type=submit]").click()
    expect(page.locator("dialog")).to_contain_text("正在向 main 补发")
    assert site.services.resynced == [("main", 1_533_052_800_000)]
    visit.assert_clean()


def test_what_is_not_there_is_said_in_the_language_of_the_page(visit):
    page = visit.page
    visit.open("/?lang=zh#/plant/nowhere")
    expect(page.locator("[role=alert]")).to_contain_text("不存在该对象")
    expect(page.locator("[role=alert]")).to_contain_text("wx-dyeing")


def test_reference_is_drawn_from_our_own_description(visit, site):
    page = visit.page
    described = create_app(site.services).openapi()["paths"]
    visit.open("/docs?lang=en")
    expect(page.locator(".operation")).to_have_count(sum(len(methods) for methods in described.values()))
    page.locator(".operation", has_text="/api/v1/plants/{plant}/now").locator("summary").first.click()
    expect(page.locator(".operation", has_text="/api/v1/plants/{plant}/now")).to_contain_text("figures")
    visit.assert_clean()


@pytest.mark.parametrize("path", ["/#/", "/#/plant/wx-dyeing", "/#/plant/wx-dyeing/meters", "/#/point/wx-dyeing/el.in"])
def test_no_view_scrolls_sideways_from_phone_to_wall(visit, path):
    page = visit.page
    visit.open(path)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    for width, height in ((390, 844), (1280, 720), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    visit.assert_clean()
