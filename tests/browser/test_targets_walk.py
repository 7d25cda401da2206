"""A manager walks the real demo: strip, why, one figure to its readings, exceedances, trends; every number opens.

The clock of the demo starts on 1 September 2018, so this year so far is compared with January to August of 2015.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.browser.conftest import Visit
from tests.demofolder import filled_demo, running_demo

expect = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed").expect
expect.set_options(timeout=40_000)  # the targets of six plants, on two shared cores

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

PLANT = "wx-dyeing"
TABS = ("now", "targets", "emissions", "carbon", "meters")

OPEN_ALL = """async (loading) => {
  const until = async (what) => {
    for (const from = performance.now(); performance.now() - from < 20000;) {
      const found = what();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`waited in vain for ${what}`);
  };
  document.querySelectorAll("main details").forEach((part) => { part.open = true; });
  const opened = [];
  const seen = new Set();
  for (const button of document.querySelectorAll("main button.figure")) {
    if (!button.isConnected || !button.checkVisibility()) continue;
    const { scope, name, from, to, value } = button.figure ?? {};
    const same = [scope, name, from, to, value].join(" ");
    if (name && seen.has(same)) continue; // a figure that stands in two places opens one panel
    seen.add(same);
    button.click();
    const panel = await until(() => document.querySelector("dialog.panel"));
    await until(() => !panel.innerText.includes(loading));
    const text = (selector) => panel.querySelector(selector)?.innerText.trim() ?? "";
    opened.push([text("h2"), text(".panel-value"), text(".pairs dd"), button.innerText.trim()]);
    panel.close();
    await until(() => !document.querySelector("dialog.panel"));
  }
  return opened;
}"""


@dataclass
class Address:
    """What a `Visit` needs of a site."""

    url: str


@pytest.fixture(name="demo", scope="module")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo on a clock that goes no faster than ours: what is opened here is of whole years and months."""
    folder = filled_demo(tmp_path_factory).copy(tmp_path_factory.mktemp("demo") / "data")
    with running_demo(folder, "--speed", "1") as url:
        yield url


@pytest.fixture(name="walk", params=["zh", "en"])
def _walk(request: pytest.FixtureRequest, chromium, demo: str) -> Iterator[Visit]:
    visit = Visit(chromium, Address(demo), locale="zh-CN" if request.param == "zh" else "en-GB")
    visit.page.set_default_timeout(40_000)
    visit.lang = request.param
    yield visit
    visit.context.close()


@pytest.fixture(name="english")
def _english(chromium, demo: str) -> Iterator[Visit]:
    visit = Visit(chromium, Address(demo), locale="en-GB")
    visit.page.set_default_timeout(40_000)
    yield visit
    visit.context.close()


def card(page, target: str):
    return page.locator(f".target[data-target={target}]")


def test_from_the_strip_to_why_to_a_reading(walk):
    page, zh = walk.page, walk.lang == "zh"
    walk.open("/#/")
    energy = card(page, "energy_per_value_added")
    expect(energy).to_contain_text("2019 年预测" if zh else "Forecast 2019")
    expect(energy).to_contain_text("达标概率" if zh else "Chance")
    expect(page.locator(".target[data-target]")).to_have_count(5)

    energy.locator(".why-button").click()
    dialog = page.locator("dialog.ask")
    expect(dialog.locator(".why-sentence")).to_contain_text("单位工业增加值能耗" if zh else "nergy per value added")
    expect(dialog.locator("canvas")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(energy.locator(".why-button")).to_be_focused()

    page.locator(f"tr[data-plant={PLANT}] a").click()
    page.get_by_role("tab", name="目标" if zh else "Targets").click()
    page.locator("#panel-targets .target[data-target=energy_per_value_added] .outlooks .figure").nth(1).click()
    opened = page.locator("dialog.panel")
    expect(opened).to_contain_text("GB/T 2589")
    opened.locator("summary", has_text="综合能耗" if zh else "Comprehensive energy").first.click()
    expect(opened).to_contain_text("折标准煤" if zh else "Coal equivalent")
    page.keyboard.press("Escape")
    walk.assert_clean()


def test_exceedances_trends_and_carbon_stand_on_their_tabs(walk):
    page, zh = walk.page, walk.lang == "zh"
    walk.open(f"/#/plant/{PLANT}/emissions")
    expect(page.get_by_role("tab", selected=True)).to_have_text("排放" if zh else "Emissions")
    expect(page.locator("#panel-emissions")).to_contain_text("超标" if zh else "xceedance")
    expect(page.locator(".trend-card").first).to_contain_text("每年" if zh else "a year")
    expect(page.locator(".trend-card canvas").first).to_be_visible()
    page.get_by_role("tab", selected=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", selected=True)).to_have_text("碳" if zh else "Carbon")
    expect(page.locator(".carbon-block .list")).to_contain_text("0.7035")  # kg CO2 a kWh of 2015's grid
    text = page.locator("body").inner_text()
    if not zh:
        assert {c for c in text if "\u4e00" <= c <= "\u9fff"} <= set("中文")  # only the button that leads back
    walk.assert_clean()


@pytest.mark.parametrize("place", ["", *(f"plant/{PLANT}/{tab}" for tab in TABS)])
def test_every_number_opens(english, place):
    page = english.page
    english.open(f"/#/{place}")
    tab = place.rpartition("/")[2]
    ready = {"meters": ".balance tbody tr", "emissions": ".trend-card", "carbon": ".carbon-block td"}
    expect(page.locator(ready.get(tab, ".target[data-target]")).first).to_be_visible()
    opened = page.evaluate(OPEN_ALL, "Looking where it comes from")
    assert len(opened) >= (4 if tab == "meters" else 15)
    for name, value, period, shown in opened:
        assert name and value and period, (name, value, period, shown)
        assert "undefined" not in name + value + period and "NaN" not in name + value
    english.assert_clean()
