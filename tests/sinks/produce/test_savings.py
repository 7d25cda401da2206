"""Savings are what the API says of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.savings_out import savings_out
from sinks.produce.rows import Rows
from sinks.produce.savings import saving_lines
from storage import Store
from tests.sinks.produce.parse import told
from tests.sinks.produce.test_months import World


@pytest.fixture(name="world", scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("savings")
    with Store.open(folder / "data") as store:
        yield World(folder, store)


@pytest.mark.parametrize("scope", ["plant:a", "city:wuxi", "programme:sunan-2019"])
def test_years_are_those_of_the_api(world: World, scope: str) -> None:
    programme, _ = world.figures.group(scope)
    assert programme is not None
    years = world.figures.savings(scope)
    rows = Rows()
    saving_lines(rows, scope, programme, years)
    found = told(rows.lines())
    said = savings_out(programme, scope, years)
    assert len(said.years) == 3
    for year, one in zip(years, said.years, strict=True):
        wanted = {
            "saving_fixed_base": one.fixed_base, "saving_yearly": one.yearly,
            "saving_fixed_base_final": one.fixed_base_more.final, "saving_fixed_base_total": one.fixed_base_more.total,
            "saving_fixed_base_total_final": one.fixed_base_more.total_final,
            "saving_yearly_total": one.yearly_more.total,
        }  # fmt: skip
        for name, figure in wanted.items():
            assert figure is not None and figure.value is not None
            assert found.pop((f"saving,scope={scope},series={name},unit=tce", year.fixed_base.from_ms)) == {
                "value": figure.value, "known": 1.0, "coverage": figure.coverage, "estimated": figure.estimated,
                "provisional": figure.provisional,
            }  # fmt: skip
        if said.goal_tce is not None:
            goal = found.pop((f"saving,scope={scope},series=goal,unit=tce", year.fixed_base.from_ms))
            assert (goal["value"], goal["known"]) == (said.goal_tce, 1.0)
    assert not found


def test_a_saving_by_hand(world: World) -> None:
    programme, _ = world.figures.group("plant:a")
    assert programme is not None
    rows = Rows()
    saving_lines(rows, "plant:a", programme, world.figures.savings("plant:a"))
    first = told(rows.lines())[
        "saving,scope=plant:a,series=saving_fixed_base,unit=tce", world.figures.savings("plant:a")[0].fixed_base.from_ms
    ]
    # 2016: 366 days; 2400 kWh for 10 became 1920 kWh for 10, at 0.1229 kgce/kWh
    assert first["value"] == pytest.approx(366 * (2400 - 1920) * 0.1229 / 1000)
