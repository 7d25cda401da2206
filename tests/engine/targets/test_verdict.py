"""Does missing knowledge stay missing in a verdict, and never pass for a saving?"""

from __future__ import annotations

import pytest

from engine.figure import Figure
from engine.targets.verdict import judge
from registry import load_programmes

PROGRAMME = next(p for p in load_programmes() if p.id == "sunan-2019")


def load(value: float | None, coverage: float = 1.0) -> Figure:
    return Figure("load:COD", value, "kg", 0, 1, coverage)


def quotient(top: tuple[float, float], bottom: tuple[float, float]) -> Figure:
    """Energy and value added, each with its coverage."""
    energy, earned = (
        Figure("energy", top[0], "tce", 0, 1, top[1]),
        Figure("value_added", bottom[0], "yuan", 0, 1, bottom[1]),
    )
    value = top[0] / bottom[0] if bottom[0] > 0 else None
    return Figure("ratio", value, "tce/yuan", 0, 1, min(top[1], bottom[1]), inputs=(energy, earned))


def verdict(base: Figure, current: Figure, reduction: float = 0.18) -> tuple[str, str]:
    found = judge(PROGRAMME, "plant:a", "x", reduction, 2018, (base, current))
    return found.status, found.reason


@pytest.mark.parametrize(
    ("base", "current", "wanted"),
    [
        (load(100.0), load(80.0), ("met", "")),
        (load(100.0), load(85.5), ("on_pace", "")),
        (load(100.0), load(95.0), ("behind", "")),
        # A fifth of the year is missing: 80 of 100 may be a saving of 20 % or none at all.
        (load(100.0), load(80.0, 0.8), ("not_assessable", "not_comparable")),
        (load(80.0, 0.8), load(80.0), ("not_assessable", "not_comparable")),
        # Even if it went on like the rest, 60 / 0.8 = 75 of 100 meets the target; 95 never does.
        (load(100.0), load(60.0, 0.8), ("met", "")),
        (load(100.0), load(95.0, 0.8), ("behind", "")),
        # Met, or only on pace (81 / 0.95 = 85.3): the worse of both.
        (load(100.0), load(81.0, 0.95), ("on_pace", "")),
        (load(100.0), load(60.0, 0.7), ("not_assessable", "coverage")),
        (load(100.0, 0.7), load(60.0), ("not_assessable", "base_year_coverage")),
        (load(None), load(60.0), ("not_assessable", "no_base_year")),
        (load(100.0), load(None), ("not_assessable", "no_value")),
        (load(0.0), load(60.0), ("not_assessable", "not_comparable")),
        # All discharge stopped.
        (load(100.0), load(0.0), ("met", "")),
    ],
)
def test_loads(base: Figure, current: Figure, wanted: tuple[str, str]) -> None:
    assert verdict(base, current) == wanted


@pytest.mark.parametrize(
    ("current", "wanted"),
    [
        (quotient((80.0, 1.0), (10.0, 1.0)), ("met", "")),
        # The statement of the last month is not there yet: 92 / 10 looks like 8 % saved, with it 92 / 11.5 like 20 %.
        (quotient((92.0, 1.0), (10.0, 10 / 11.5)), ("not_assessable", "not_comparable")),
        # A quarter of the energy is missing: 75 / 10 is no saving of 25 %.
        (quotient((75.0, 0.75), (10.0, 1.0)), ("not_assessable", "not_comparable")),
        (quotient((75.0, 1.0), (-10.0, 1.0)), ("not_assessable", "not_comparable")),
    ],
)
def test_quotients(current: Figure, wanted: tuple[str, str]) -> None:
    assert verdict(quotient((100.0, 1.0), (10.0, 1.0)), current) == wanted
