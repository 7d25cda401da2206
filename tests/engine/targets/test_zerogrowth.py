"""Does a sector pass only by its own tonnes, counted alike at both ends? (carbon.md, sections 6 and 7)"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from analytics.calendar import day_start
from engine.figure import Indicator
from engine.figures import Figures
from engine.period import new_year
from registry import Programme, Registry, Statement, load_plant_files, load_programmes
from storage import Store
from tests.engine.make import ZONE

PROGRAMME = next(p for p in load_programmes() if p.id == "sunan-2019")
HEAD = """
[plant]
id = "{id}"
name = {{ zh = "厂", en = "Plant" }}
city = "{city}"
sector = "{sector}"
size = "large"
zone = "Asia/Shanghai"
programmes = ["sunan-2019"]
"""
GRID_NOW = """
[[factors]]
carrier = "electricity"
quantity = "co2"
value = 0.6101
unit = "kgCO2/kWh"
valid_from = 2019-01-01
source = "national factor of the emissions trading scheme"
"""
# Example 5: two plants of building materials.
A = {"natural_gas": (120.0, 140.0, "10k_Nm3"), "electricity": (60_000.0, 66_000.0, "MWh")}
B = {"electricity": (180_000.0, 171_000.0, "MWh"), "clinker": (1_000_000.0, 985_000.0, "t")}
Amounts = dict[str, tuple[float | None, float | None, str]]


def rows(plant: str, amounts: Amounts, years: tuple[int, int] = (2015, 2019)) -> list[Statement]:
    found = []
    for name, (base, now, unit) in amounts.items():
        item = f"material:{name}" if name in ("clinker", "limestone") else f"energy:{name}"
        for year, value in zip(years, (base, now), strict=True):
            if value is not None:
                found.append(
                    Statement(plant=plant, period=str(year), item=item, value=value, unit=unit, status="final")
                )
    return found


def judged(
    folder: Path,
    plants: dict[str, tuple[str, Amounts]],
    scope: str = "programme:sunan-2019",
    programme: Programme = PROGRAMME,
    more: str = "",
    extra: Sequence[Statement] = (),
    years: tuple[int, int] = (2015, 2019),
    life: dict[str, str] | None = None,
) -> Indicator | None:
    """The target of CO2 as of 2 January after the later year, compared year by year."""
    paths = []
    for name, (sector, _) in plants.items():
        path = folder / f"{name}.toml"
        head = HEAD.format(id=name, sector=sector, city="wuxi") + (life or {}).get(name, "")
        path.write_text(f"{head}\n{more}", encoding="utf-8")
        paths.append(path)
    statements = [row for name, (_, amounts) in plants.items() for row in rows(name, amounts, years)]
    registry = Registry.of_files(load_plant_files(paths), [programme], statements=[*statements, *extra])
    now_ms = int(day_start(new_year(years[1] + 1) + 1, ZONE))
    with Store.open(folder / "data") as store:
        found = Figures(store, lambda: registry, lambda: now_ms).indicators(scope, "full_year")
    return next((indicator for indicator in found if indicator.id == "co2"), None)


def told(indicator: Indicator | None) -> tuple[str, str]:
    assert indicator is not None
    return indicator.status, indicator.reason


def with_target(**changes: object) -> Programme:
    """The programme with another target of CO2."""
    target = next(t for t in PROGRAMME.indicators if t.kind == "carbon")
    others = tuple(t for t in PROGRAMME.indicators if t.kind != "carbon")
    return PROGRAMME.model_copy(update={"indicators": (*others, target.model_copy(update=changes))})


def test_example_5_the_sector_passes_and_plant_a_alone_fails(tmp_path: Path) -> None:
    plants: dict[str, tuple[str, Amounts]] = {"a": ("C30", dict(A)), "b": ("C30", dict(B))}
    whole = judged(tmp_path, plants)
    assert whole is not None
    assert (whole.base.value, whole.current.value) == (
        pytest.approx(701_934.627, abs=0.5),
        pytest.approx(692_299.064, abs=0.5),
    )
    assert whole.change == pytest.approx(-0.01373, abs=5e-6)
    assert (whole.target, whole.progress, whole.pace, told(whole)) == (0.0, None, 0.0, ("met", ""))
    assert [(part.id, part.status, part.current.name) for part in whole.parts] == [("co2:C30", "met", "co2:C30")]
    assert [figure.scope for figure in whole.parts[0].current.inputs] == ["plant:a", "plant:b"]
    alone = judged(tmp_path, plants, "plant:a")
    assert alone is not None
    assert (told(alone), alone.parts) == (("behind", ""), ())
    assert alone.change == pytest.approx(0.104, abs=5e-4)


def test_example_5_mixed_vintages_are_refused(tmp_path: Path) -> None:
    plants: dict[str, tuple[str, Amounts]] = {"a": ("C30", dict(A)), "b": ("C30", dict(B))}
    whole = judged(tmp_path, plants, more=GRID_NOW)
    assert told(whole) == ("not_assessable", "editions_mixed")
    assert whole is not None and whole.parts[0].reason == "editions_mixed"
    # Both numbers stand there, each by its own factor; only nothing is concluded from them.
    b = whole.parts[0].current.inputs[1]
    power = b.inputs[1].inputs[0]
    assert power.value == pytest.approx(171_000 * 0.6101)


def test_a_comparison_across_editions_is_refused_unless_one_is_chosen(tmp_path: Path) -> None:
    plants: dict[str, tuple[str, Amounts]] = {"b": ("C30", dict(B))}
    free = PROGRAMME.model_copy(update={"co2_edition": None, "target_year": 2023})
    assert told(judged(tmp_path, plants, programme=free, years=(2015, 2022))) == ("not_assessable", "editions_mixed")
    assert told(judged(tmp_path, plants, years=(2015, 2022))) == ("met", "")


def test_measured_at_one_end_and_default_at_the_other_is_refused(tmp_path: Path) -> None:
    own = """
[[factors]]
carrier = "coal"
quantity = "co2"
value = 1.6
unit = "tCO2/t"
source = "analysis"
"""
    plants: dict[str, tuple[str, Amounts]] = {"c": ("C31", {"coal": (100.0, 99.0, "t")})}
    assert told(judged(tmp_path, plants, more=own)) == ("met", "")
    later = own + "valid_from = 2018-01-01\n"
    assert told(judged(tmp_path, plants, more=later)) == ("not_assessable", "editions_mixed")
    # Measured every year: another coal is another emission.
    each = own.replace("1.6", "1.7") + "valid_to = 2018-01-01\n" + later
    assert told(judged(tmp_path, plants, more=each)) == ("met", "")


def test_a_change_below_the_stated_uncertainty_is_no_verdict(tmp_path: Path) -> None:
    plants: dict[str, tuple[str, Amounts]] = {"a": ("C30", dict(A)), "b": ("C30", dict(B))}
    assert told(judged(tmp_path, plants, programme=with_target(uncertainty=0.02))) == (
        "not_assessable",
        "not_distinguishable",
    )
    assert told(judged(tmp_path, plants, programme=with_target(uncertainty=0.01))) == ("met", "")


def test_a_group_passes_only_if_each_sector_does(tmp_path: Path) -> None:
    """Steel grows by 3 %, chemicals fall by far more: the sum falls, and the group is behind."""
    plants: dict[str, tuple[str, Amounts]] = {
        "s": ("C31", {"electricity": (1000.0, 1030.0, "MWh")}),
        "k": ("C261", {"electricity": (5000.0, 4000.0, "MWh")}),
        "t": ("C17", {"electricity": (9000.0, 19_000.0, "MWh")}),
    }
    before = [Statement(plant=p, period="2018", item="energy:electricity", value=v, unit="MWh", status="final")
              for p, v in (("s", 1100.0), ("k", 4100.0))]  # fmt: skip
    whole = judged(tmp_path, plants, extra=before)
    assert told(whole) == ("behind", "")
    assert whole is not None
    assert {part.id: part.status for part in whole.parts} == {"co2:C26": "met", "co2:C31": "behind"}
    assert whole.change == pytest.approx(0.03)  # of the worst sector; the sum fell
    # The weaker readings are told beside and pass nothing.
    beside = {figure.name: figure.value for figure in whole.beside}
    assert beside == pytest.approx({"co2_last_year_change": 5030 / 5200 - 1, "co2_sum_change": 5030 / 6000 - 1})
    assert judged(tmp_path, plants, "plant:t") is None
    assert told(judged(tmp_path, plants, "city:wuxi")) == ("behind", "")


def test_a_material_that_was_stated_and_is_not_any_more_is_not_nothing(tmp_path: Path) -> None:
    gone: Amounts = {**B, "clinker": (1_000_000.0, None, "t")}
    found = judged(tmp_path, {"b": ("C30", gone)})
    assert told(found) == ("not_assessable", "no_material_statement")
    assert found is not None and (found.current.value, found.change) == (None, None)
    stopped: Amounts = {**B, "clinker": (1_000_000.0, 0.0, "t")}
    assert told(judged(tmp_path, {"b": ("C30", stopped)})) == ("met", "")


def test_missing_months_may_hide_growth(tmp_path: Path) -> None:
    """Ten of twelve months: with the two that are missing like the rest, 1 200 t would be the base and more."""
    base = [Statement(plant="b", period="2015", item="material:clinker", value=1150.0, unit="t", status="final")]
    months = [
        Statement(plant="b", period=f"2019-{m:02d}", item="material:clinker", value=100.0, unit="t", status="final")
        for m in range(1, 11)
    ]
    assert told(judged(tmp_path, {"b": ("C30", {})}, extra=[*base, *months])) == ("not_assessable", "not_comparable")
    assert told(judged(tmp_path, {"b": ("C30", {})}, extra=[*base, *months[:6]])) == ("not_assessable", "coverage")


def test_entries_and_closures_count_with_a_known_nothing(tmp_path: Path) -> None:
    """One works opens in 2017 and one closes in 2018: 600 + 400 t of 2015 against 600 + 300 t, then 600 + 500 t."""
    plants: dict[str, tuple[str, Amounts]] = {
        "old": ("C30", {"clinker": (600.0, 600.0, "t")}),
        "gone": ("C30", {"clinker": (400.0, None, "t")}),
        "new": ("C30", {"clinker": (None, 300.0, "t")}),
    }
    life = {"gone": "closed = 2018-07-01\n", "new": "opened = 2017-03-01\n"}
    found = judged(tmp_path, plants, life=life)
    assert told(found) == ("met", "")
    assert found is not None and found.current.value is not None
    assert found.change == pytest.approx(900.0 / 1000.0 - 1)
    assert [figure.value for figure in found.parts[0].base.inputs] == pytest.approx([600 * 0.5305, 400 * 0.5305, 0.0])
    plants["new"] = ("C30", {"clinker": (None, 500.0, "t")})
    assert told(judged(tmp_path, plants, life=life)) == ("behind", "")
    # Without the dates nothing is known of them, and nothing is said.
    assert told(judged(tmp_path, plants)) == ("not_assessable", "no_material_statement")
