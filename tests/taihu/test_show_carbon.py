"""Does `taihu carbon` show every branch with its amount and factor?"""

from __future__ import annotations

import dataclasses
import io

from rich.console import Console

from api.figures_out import figure_out
from engine.figure import Figure
from taihu.show_carbon import table
from tests.api.fake_carbon import made_up_carbon
from tests.api.fake_plants import NOW_MS

DAY_MS = 86_400_000


def printed(figure: Figure) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=200).print(table(figure_out(figure).model_dump(by_alias=True)))
    return out.getvalue().splitlines()


def line(lines: list[str], word: str) -> str:
    return next(text for text in lines if f" {word} " in text)


def test_branches_amounts_and_factors() -> None:
    figure = made_up_carbon("zj-cement", NOW_MS - 30 * DAY_MS, NOW_MS)
    lines = printed(figure)
    clinker = line(lines, "clinker")
    assert all(word in clinker for word in ("0.5305", "tCO2/t", "NDRC 2013-2015", "98.0 %"))
    assert f"{figure.value:,.1f}" in line(lines, "co2_t")
    assert "100.0 %" in line(lines, "co2_t")
    # Amounts are those of carriers and materials, not of points below them.
    assert not any("material:" in text or "carrier:" in text for text in lines)


def test_what_is_not_known_is_a_dash_and_says_why() -> None:
    unknown = Figure("co2:methanol", None, "tCO2", 0, DAY_MS, 0.0, note="factor_missing", inputs=(
        Figure("carrier:methanol", 10.0, "t", 0, DAY_MS, 1.0),))  # fmt: skip
    whole = Figure("co2_t", None, "tCO2", 0, DAY_MS, 0.0, inputs=(unknown,), note="factor_missing")
    shown = line(printed(whole), "methanol")
    assert "—" in shown and "factor_missing" in shown and "10.0" in shown
    empty = dataclasses.replace(whole, inputs=(), note="part_missing")
    assert "part_missing" in line(printed(empty), "co2_t")
