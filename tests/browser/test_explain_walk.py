"""A figure is opened down to its readings, its workbook fetched, another factor tried and kept; in both languages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from registry import import_statements
from simulators import load_simulated, statements, write_statements
from taihu.assembly import Product
from taihu.clock import Clock
from taihu.settings import Http, Settings
from tests.browser.conftest import Visit
from tests.engine.make import START_MS

PLANTS = Path(__file__).resolve().parents[2] / "examples" / "plants"

pytestmark = pytest.mark.server


@dataclass
class Running:
    """A product with statements and without readings, behind its own page."""

    url: str
    services: Any


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    settings = Settings(data=tmp_path / "data", plants=(PLANTS,), http=Http(port=0))
    product = Product(settings, Clock(START_MS, 1.0), collect=False)
    path = tmp_path / "statements.csv"
    write_statements(statements(load_simulated(product.registry().plants), START_MS), path)
    assert import_statements(product.database, path, lambda: START_MS).bad == ()
    product.reload_registry()
    product.start()
    yield Running(product.url.rstrip("/"), product)
    product.stop()


@pytest.fixture(params=["zh", "en"])
def walk(request: pytest.FixtureRequest, chromium: Any, running: Running) -> Iterator[Visit]:
    found = Visit(chromium, running, locale={"zh": "zh-CN", "en": "en-GB"}[request.param], accept_downloads=True)
    yield found
    found.context.close()


def open_value_added(visit: Visit) -> Any:
    """The panel of a plant's value added, of which the whole year is stated."""
    visit.open("/#/plant/wx-dyeing")
    visit.page.wait_for_selector("main h1, h1")
    visit.page.evaluate(
        """async () => {
            const { openId } = await import("/static/js/explain.js");
            await openId("plant:wx-dyeing/2017-01-01..2018-01-01/value_added_base_prices");
        }"""
    )
    panel = visit.page.locator("dialog.panel")
    panel.locator(".explain-text").wait_for()
    return panel


def test_a_figure_opens_down_and_another_statement_is_tried_and_kept(walk: Visit, running: Running) -> None:
    page, panel = walk.page, open_value_added(walk)
    assert (
        "plant:wx-dyeing/2017-01-01..2018-01-01/value_added_base_prices"
        in panel.locator(".explain-id code").inner_text()
    )
    assert "NBS" in panel.inner_text()
    rows = panel.locator(".explain-part tbody tr")
    assert rows.count() >= 12

    with page.expect_download() as waiting:
        panel.locator("a[download]").click()
    content = Path(waiting.value.path()).read_bytes()
    assert load_workbook(io.BytesIO(content))["figure"]["B2"].value.startswith("=")

    before = running.services.figures.accounts("wx-dyeing")
    rows.first.locator("button").click()
    ask = page.locator("dialog.ask")
    value = ask.locator("input[name=value]")
    value.fill(str(2 * float(value.input_value())))
    ask.locator("button.main").click()
    table = ask.locator(".before-after tbody tr")
    table.first.wait_for()
    assert table.count() >= 4  # the plant, its city, its sector, the programme
    assert running.services.database.last_import() == 1  # nothing is kept yet

    ask.locator("input[name=who]").fill("王芳")
    ask.locator("textarea[name=why]").fill("审定")
    ask.locator("form button.main").click()
    page.wait_for_function("() => !document.querySelector('dialog.ask textarea')")
    assert running.services.database.last_import() == 2
    assert running.services.figures.accounts("wx-dyeing").registry is not before.registry
    walk.assert_clean()


def test_inputs_open_for_themselves_and_language_is_the_pages(walk: Visit) -> None:
    panel = open_value_added(walk)
    chinese = re.compile(r"[\u3400-\u9fff]")
    heading = panel.locator(".explain-part h3").first.inner_text()
    assert bool(chinese.search(heading)) == (walk.page.evaluate("document.documentElement.lang") == "zh-CN")
    panel.locator("details.input").first.locator("summary").click()
    panel.locator("details.input").first.locator("button.plain").click()
    inner = walk.page.locator("dialog.panel").last
    inner.locator(".explain-id code").wait_for()
    assert (
        inner.locator(".explain-id code").inner_text() == "plant:wx-dyeing/2017-01-01..2017-02-01/statement:value_added"
    )
    walk.assert_clean()
