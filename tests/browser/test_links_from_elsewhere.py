"""Do links of a dashboard or a notice lead where they say? They name scopes as InfluxDB has them."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_link_with_a_scope_leads_to_its_plant(visit: Visit) -> None:
    visit.open("/#/plant:wx-dyeing")
    visit.page.locator("h1", has_text="无锡太湖印染厂").wait_for()
    visit.assert_clean()


def test_a_link_with_a_figure_opens_it(visit: Visit) -> None:
    visit.open("/#/figure/plant:wx-dyeing/ytd/energy_per_value_added")
    visit.page.locator("h1", has_text="无锡太湖印染厂").wait_for()
    visit.page.locator("dialog.panel .explain-id, dialog.panel .explain").first.wait_for()
    visit.assert_clean()


def test_a_figure_that_is_not_there_is_said(visit: Visit) -> None:
    visit.open("/#/figure/plant:wx-dyeing/ytd/no_such_figure")
    told = visit.page.locator("p[role=alert]")
    told.wait_for()
    assert "no_such_figure" in told.inner_text()
