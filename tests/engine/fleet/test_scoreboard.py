"""Do all plants and groups at once stand as each of them does alone?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.verdict import STATUSES, Reason
from engine.figure import Indicator
from engine.figures import Figures
from engine.fleet.rows import plant_row
from engine.fleet.scoreboard import Board, board
from engine.fleet.table import FleetTable
from engine.fleet.times import fleet_times
from engine.targets.indicators import PERIODS
from registry import Database, Registry, import_statements, load_plant_files, load_programmes
from simulators import load_simulated, statements, write_statements
from tests.engine.make import ZONE
from tests.engine.random_plants import KeptDays, now_ms, random_days, random_plants

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "plants"


def board_of(registry: Registry, figures: Figures, today: int) -> Board:
    programme = registry.programmes["sunan-2019"]
    when = fleet_times(programme, today, ZONE)
    table = FleetTable()
    table.put(plant_row(figures.accounts(plant), when) for plant in registry.plants)
    groups: dict[str, list[str]] = {"programme:sunan-2019": list(registry.plants)}
    for plant in registry.plants.values():
        groups.setdefault(f"city:{plant.city}", []).append(plant.id)
        groups.setdefault(f"sector:{plant.sector}", []).append(plant.id)
    return board(programme, table, {p.id: p.sector for p in registry.plants.values()}, groups, when)


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def assert_same(found: Board, scope: str, period: int, one: Indicator) -> None:
    """One indicator of the tree, and the parts of its group, against the arrays."""
    what = f"{scope} {PERIODS[period]} {one.id}"
    at, compared = found.scopes.index(scope), found.standings[one.id]
    told = [STATUSES[compared.status[at, period]], Reason(compared.reason[at, period]).key]
    assert told == [one.status, one.reason], what
    numbers = [getattr(compared, name)[at, period] for name in ("base", "current", "change", "progress")]
    wanted = [one.base.value, one.current.value, one.change, one.progress]
    assert numbers == pytest.approx([_number(value) for value in wanted], rel=1e-9, abs=1e-9, nan_ok=True), what
    shares = [compared.coverage[at, period], compared.provisional[at, period]]
    assert shares == pytest.approx([one.current.coverage, one.current.provisional], abs=1e-9), what
    for part in one.parts:
        assert found.counted[part.id][at]
        assert_same(found, scope, period, part)


def assert_all(found: Board, figures: Figures) -> None:
    for scope in found.scopes:
        for period, name in enumerate(PERIODS):
            told = figures.indicators(scope, name)
            measured = {part.id for one in told for part in one.parts}
            here = {i for i in found.standings if ":" in i and found.counted[i][found.scopes.index(scope)]}
            assert here == measured
            for one in told:
                assert_same(found, scope, period, one)


@pytest.mark.parametrize("seed", range(12))
def test_all_scopes_stand_as_each_alone(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    registry, kept, today = random_plants(tmp_path, rng, n_plants=int(rng.integers(1, 7)))
    figures = Figures(kept, lambda: registry, lambda: now_ms(today))
    assert_all(board_of(registry, figures, today), figures)


def test_the_plants_of_the_demo_stand_as_each_alone(tmp_path: Path) -> None:
    today = int(np.datetime64("2018-09-01", "D").astype(int))
    plants = load_simulated()
    write_statements(statements(plants, now_ms(today)), tmp_path / "statements.csv")
    with Database(f"sqlite:///{tmp_path / 'registry.db'}") as database:
        database.upgrade()
        database.save(load_plant_files([EXAMPLES]), load_programmes(), complete=True)
        report = import_statements(database, tmp_path / "statements.csv", now_ms=lambda: now_ms(today))
        assert not report.bad
        registry = database.snapshot()
    kept = KeptDays(random_days(registry, np.random.default_rng(4), today))
    figures = Figures(kept, lambda: registry, lambda: now_ms(today))
    found = board_of(registry, figures, today)
    assert found.n_plants == len(plants)
    assert_all(found, figures)


@pytest.mark.parametrize("date", ["2016-01-01", "2017-01-01", "2019-12-31", "2018-03-01", "2016-02-29", "2020-02-29"])
def test_at_the_edges_of_the_year(tmp_path: Path, date: str) -> None:
    registry, kept, _ = random_plants(tmp_path, np.random.default_rng(7), n_plants=3)
    today = int(np.datetime64(date, "D").astype(int))
    figures = Figures(kept, lambda: registry, lambda: now_ms(today))
    assert_all(board_of(registry, figures, today), figures)


def test_nobody_measures_and_nothing_is_stated(tmp_path: Path) -> None:
    registry, kept, today = random_plants(tmp_path, np.random.default_rng(2), n_plants=2)
    bare = Registry.build(plants=registry.plants.values(), programmes=registry.programmes.values())
    nothing = KeptDays(kept.rows.take(slice(0, 0)))
    figures = Figures(nothing, lambda: registry.with_statements([]), lambda: now_ms(today))
    assert_all(board_of(registry, figures, today), figures)
    assert not bare.points
