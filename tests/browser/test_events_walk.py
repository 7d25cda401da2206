"""A manager decides about doubts of a meter: the month follows, the history stays, a withdrawal brings the month back.

The meter: 600 kW from 28 August 00:00 to 31 August 20:00, a reading a minute, so 55 190 kWh between the first and the
last one. Its exchange at 11:00 took five minutes, which settlement estimates at 50 kWh. What a decision changed is told
up to the last whole quarter of an hour, 19:45: 55 050 kWh.
"""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass

import pytest

from tests.browser.conftest import Visit
from tests.faulty import SWAP_START, faulty_product

expect = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed").expect
expect.set_options(timeout=20_000)

pytestmark = pytest.mark.browser

POINT = "works/in"
MONTH_MWH, CORRECTED_MWH = "55.19", "55.28"  # 50 kWh estimated; 100 + 40 kWh said


@dataclass
class Address:
    """What a `Visit` needs of a site."""

    url: str


@pytest.fixture(name="works")
def _works(chromium, tmp_path):
    with faulty_product(tmp_path) as product:
        visit = Visit(chromium, Address(product.url.rstrip("/")), locale="zh-CN")
        yield visit
        visit.context.close()


def expect_month(page, amount: str) -> None:
    """What the first tab says of this month; the events stand on the last one."""
    page.get_by_role("tab").first.click()
    expect(page.locator(".matrix tbody tr").first.locator(".figure").nth(1)).to_contain_text(amount)
    page.get_by_role("tab").last.click()


def decide(page, what: str, decision: str, **fields: str) -> None:
    page.locator(f".event[data-what={what}] [data-decision={decision}]").click()
    if "end_value" in fields:
        page.get_by_label("旧表止数和新表起数").check()
    for name, value in fields.items():
        page.fill(f".ask [name={name}]", value)
    page.locator(".ask .main").click()
    expect(page.locator(".ask")).to_contain_text("已重新结算")


def close(page) -> None:
    page.locator(".ask .main").click()
    expect(page.locator(".ask")).to_have_count(0)


def test_a_manager_accepts_corrects_rejects_and_withdraws(works):
    page = works.page
    works.open("/#/plant/works")
    expect(page.locator(".open-events")).to_have_text("3 项待处理")
    expect_month(page, MONTH_MWH)
    page.get_by_role("tab").first.click()
    page.locator(".open-events").click()  # leads to where they stand
    expect(page.get_by_role("tab").last).to_have_attribute("aria-selected", "true")

    # The hall took 360 of 600 kW yesterday, the compressors 180: a tenth is metered nowhere.
    balance = page.locator("[data-balance='works/in']")
    expect(balance).to_contain_text("+10.00%")
    expect(balance).to_contain_text("有未计量部分")

    # Accept the spike, with name and reason: without them the form does not leave.
    spike = page.locator(".event[data-what=spike]")
    expect(spike).to_contain_text("计为 40 kWh")
    spike.locator("[data-decision=accept]").click()
    page.locator(".ask .main").click()
    assert page.locator(".ask [name=who]").evaluate("field => field.validity.valueMissing")
    page.keyboard.press("Escape")
    decide(page, "spike", "accept", who="王芳", why="电网雷击")
    expect(page.locator(".ask")).to_contain_text("没有月份发生变化")
    close(page)

    # Correct the exchange: the old meter ended 100 kWh later, the new one had begun 40 kWh earlier.
    swap = page.locator(".event[data-what=swap]")
    expect(swap).to_contain_text("75,350 → 20,000")
    swap.locator("[data-decision=correct]").click()
    expect(page.locator(".ask [name=who]")).to_have_value("王芳")  # remembered
    page.keyboard.press("Escape")
    said = {"end_value": "75450", "start_value": str(SWAP_START - 40)}
    decide(page, "swap", "correct", **said, why="换表记录 17")
    row = page.locator(".ask .months tbody tr")
    expect(row).to_contain_text("2018-08")
    expect(row).to_contain_text("55,050 kWh")
    expect(row).to_contain_text("55,140 kWh")
    expect(row).to_contain_text("+90")
    close(page)
    expect_month(page, CORRECTED_MWH)

    # Reject how the conflict is read: the first value counts.
    decide(page, "conflict", "reject", why="主站补发有误")
    close(page)
    expect(page.locator(".open-events")).to_be_hidden()

    page.reload()
    expect_month(page, CORRECTED_MWH)
    history = page.locator(".decisions > tbody > tr")
    expect(history).to_have_count(3)
    for text in ("更正", "王芳", "换表记录 17", "旧表止数 75,450", "55,050", "55,140"):
        expect(history.nth(1)).to_contain_text(text)

    history.nth(1).get_by_role("button").click()
    page.fill(".ask [name=why]", "记录写错")
    page.locator(".ask .main").click()
    expect(page.locator(".ask .months tbody tr")).to_contain_text("−90")
    close(page)
    expect_month(page, MONTH_MWH)
    expect(page.locator(".open-events")).to_have_text("1 项待处理")
    expect(history).to_have_count(4)
    expect(history.first).to_contain_text("撤回")
    works.assert_clean()


def test_what_is_declared_and_what_was_known_before(works):
    page = works.page
    works.open("/?lang=en#/point/works/hall")
    page.get_by_role("button", name="Declare an event").click()
    page.select_option(".ask [name=kind]", "ratio")
    page.fill(".ask [name=at]", "2018-08-31T00:00:00")
    for name, value in {"ratio": "2", "who": "Li", "why": "transformer changed"}.items():
        page.fill(f".ask [name={name}]", value)
    page.locator(".ask .main").click()
    # 360 kW for 19.75 h count twice from then on: 7 110 kWh more.
    expect(page.locator(".ask .months tbody tr")).to_contain_text("+7,110")
    close(page)
    expect(page.locator(".decisions tbody tr").first).to_contain_text("transformer changed")
    works.open("/?lang=en&as_of=2018-08-30#/plant/works")
    expect(page.locator(".asof-band")).to_contain_text("the end of 30/08/2018")
    expect_month(page, "43.19")  # 72 h of 600 kW less a minute
    expect(page.locator(".event")).to_have_count(0)
    # The reading of 24:00 came after that day: the last of its minutes was not known yet.
    expect(page.locator(".changes-block")).to_contain_text("+10 kWh")
    page.get_by_role("button", name="Back to now").first.click()
    expect_month(page, MONTH_MWH)
    works.assert_clean()


def test_a_table_with_a_failing_line_enters_nothing(works, tmp_path):
    page = works.page
    sheet = tmp_path / "events.csv"
    header = "point,kind,at,to,end_value,start_value,ratio,shift,why\n"
    good = f"{POINT},calibration,2018-08-30 08:00,,,,,,年检\n"
    sheet.write_bytes((header + good + "works/hall,swap,2018-08-30 09:00,,1,1,,,换表\n").encode("gb18030"))
    works.open("/#/plant/works/meters")
    page.get_by_role("button", name="上传表格").click()
    page.set_input_files(".ask [name=file]", sheet)
    page.fill(".ask [name=who]", "王芳")
    page.locator(".ask .main").click()
    expect(page.locator(".failed tbody tr")).to_have_count(1)
    expect(page.locator(".failed tbody tr")).to_contain_text("3")
    sheet.write_bytes((header + good).encode("gb18030"))
    page.set_input_files(".ask [name=file]", sheet)
    page.locator(".ask .main").click()
    expect(page.locator(".ask")).to_contain_text("已录入 1 个事件")
    close(page)
    expect(page.locator(".decisions tbody tr")).to_contain_text("年检")
    with urllib.request.urlopen(f"{works.site.url}/api/v1/events?state=declared") as answer:
        assert len(json.load(answer)) == 1
    works.assert_clean()
