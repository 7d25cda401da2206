"""Do the pages about pollutants name every preset with its values, its reference oxygen and how sure it is?"""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.limitpresets import LimitPreset, limit_presets
from registry.taxrates import tax_rates

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["pollutants.md", "pollutants.zh.md"])
@pytest.mark.parametrize("preset", limit_presets().values(), ids=lambda p: p.id)
def test_every_preset_is_on_the_page_as_it_is(page: str, preset: LimitPreset) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    (row,) = [line for line in text.splitlines() if line.startswith(f"| `{preset.id}` |")]
    assert (preset.name.zh if "zh" in page else preset.name.en) in row
    for pollutant, value in preset.values.items():
        assert f"{pollutant} {value:g}" in row
    assert preset.reference_o2 is None or f"| {preset.reference_o2:g} % |" in row
    assert row.endswith(f"| {preset.grade} |")


@pytest.mark.parametrize("page", ["pollutants.md", "pollutants.zh.md"])
def test_every_rate_is_on_the_page(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for rate in tax_rates():
        assert f"| {rate.air:g} | {rate.water:g} | {rate.valid_from} | {rate.grade} |" in text
