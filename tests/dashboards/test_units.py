"""Has a panel of means the unit in which the lines tell them, whatever a plant file gives its limits in?"""

from __future__ import annotations

import pytest

from dashboards import looks, shipped
from sinks.produce.limits import TOLD_IN
from tests.dashboards.read import panels

LOOKS = {"mg/m3": looks.AIR, "mg/L": looks.WATER}


@pytest.mark.parametrize("lang", shipped.LANGS)
@pytest.mark.parametrize("medium", ["air", "water"])
def test_a_panel_of_means_has_the_unit_of_its_lines(lang: shipped.Lang, medium: str) -> None:
    units = [
        panel["fieldConfig"]["defaults"]["unit"]
        for panel in panels(shipped.dashboards(lang)["taihu-emissions"])
        if any('FROM "mean"' in one["query"] and f"\"medium\" = '{medium}'" in one["query"] for one in panel["targets"])
    ]
    assert units == [LOOKS[TOLD_IN[medium]]] * 2


def test_a_table_of_several_media_shows_the_unit_of_each_row() -> None:
    for panel in panels(shipped.dashboards("en")["taihu-emissions"]):
        asked = [one["query"] for one in panel["targets"] if panel["type"] == "table"]
        told = [query for query in asked if '"allowed"' in query or '"peak"' in query]
        assert all('"unit"' in query.rpartition("GROUP BY")[2] for query in told)
        assert bool(told) is (panel["title"] in ("Limits now", "Exceedances"))
