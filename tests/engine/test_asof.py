"""Are figures as of a moment those that were shown then, and do they stay so?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.calendar import day_start
from analytics.columns import DAY_MS, HOUR_MS
from engine.asof import KEPT_MOMENTS, AsOf
from engine.figures import Figures
from engine.settler import Settler
from registry import Registry, Statement, load_plant_files
from storage import Store

from .late import END_MS, START_MS, clock, deliver, late_readings, registry_of
from .make import DAILY, FIRST_DAY, NOW_MS, ZONE, files_of, register, statements_of

STEPS = ("15min", "hour", "day", "month")


@pytest.mark.parametrize("seed", [11, 12])
def test_figures_are_those_of_a_product_that_never_got_the_rest(tmp_path: Path, seed: int) -> None:
    registry = registry_of(tmp_path)
    readings = late_readings(registry, seed)
    with Store.open(tmp_path / "now") as store:
        deliver(store, Settler(store, registry, clock(END_MS)), readings, seed)
        as_of = AsOf(store, lambda: registry, lambda _: (), clock(END_MS + 100 * DAY_MS))
        for moment_ms in (START_MS + 30 * HOUR_MS, START_MS + 99 * HOUR_MS):
            with Store.open(tmp_path / f"{moment_ms}") as fresh:
                fresh.append(readings.take(readings.received_ms <= moment_ms))
                Settler(fresh, registry, clock(moment_ms)).step()
                wanted = Figures(fresh, lambda: registry, clock(moment_ms))
                found = as_of.figures(moment_ms)
                assert found.now("p") == wanted.now("p")
                assert found.indicators("plant:p") == wanted.indicators("plant:p")
                for name in registry.points:
                    for step in STEPS:
                        assert found.series(name, START_MS, END_MS, step) == wanted.series(name, START_MS, END_MS, step)


@pytest.fixture(name="revised", scope="module")
def _revised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsOf]:
    """All is read at once; the value added of August 2018 is revised upward on the day after NOW_MS."""
    folder = tmp_path_factory.mktemp("revised")
    files = load_plant_files(files_of(folder)[:1])
    first = statements_of("a")
    last = max(s.period for s in first if s.item == "value_added" and s.value and s.period <= "2018-08")
    second = [
        s.model_copy(update={"value": 2 * s.value}) if (s.item, s.period) == ("value_added", last) else s for s in first
    ]
    registry = Registry.of_files(files, statements=second)

    def stated(as_of_ms: int) -> list[Statement]:
        return first if as_of_ms < NOW_MS + DAY_MS else second

    with Store.open(folder / "data") as store:
        store.append(register(registry, "a/el", *DAILY["a"]["el"]))
        Settler(store, registry, lambda: NOW_MS).step()
        yield AsOf(store, lambda: registry, stated, lambda: NOW_MS + 9 * DAY_MS)


def test_a_target_as_of_then_rests_on_the_statements_of_then(revised: AsOf) -> None:
    figures = revised.figures(NOW_MS)
    # January to August 2018: 243 days at 12 (10k yuan a day); one day later the revision doubles the 31 of August.
    then = figures.indicators("plant:a")[0].current
    now = revised.figures(NOW_MS + DAY_MS).indicators("plant:a")[0].current
    assert then.inputs[1].value == pytest.approx(12 * 243)
    assert now.inputs[1].value == pytest.approx(12 * (244 + 31))
    assert now.inputs[0].value == then.inputs[0].value == pytest.approx(1920 * 243 * 0.1229 / 1000)


def test_the_moment_is_the_present(revised: AsOf) -> None:
    moment_ms = int(day_start(FIRST_DAY + 365 + 59, ZONE)) + 1  # 29 February 2016
    now = revised.figures(moment_ms).now("a")
    assert now["year_kwh"].value == pytest.approx(1920 * 59)
    assert now["month_kwh"].to_ms == int(day_start(FIRST_DAY + 365 + 60, ZONE))
    found = revised.figures(moment_ms).indicators("plant:a")[0]
    assert found.current.to_ms == int(day_start(FIRST_DAY + 365 + 59, ZONE))


def test_a_moment_to_come_is_the_present(revised: AsOf) -> None:
    assert revised.at(NOW_MS + 900 * DAY_MS).as_of_ms == NOW_MS + 9 * DAY_MS


def test_moments_are_kept_but_not_the_present_and_not_for_ever(revised: AsOf) -> None:
    first = revised.at(NOW_MS)
    assert revised.at(NOW_MS) is first
    present_ms = NOW_MS + 9 * DAY_MS
    assert revised.at(present_ms) is not revised.at(present_ms)
    for i in range(KEPT_MOMENTS):
        revised.at(NOW_MS - 1 - i)
    assert revised.at(NOW_MS) is not first


def test_another_registry_makes_other_moments(tmp_path: Path) -> None:
    registry = registry_of(tmp_path)
    with Store.open(tmp_path / "now") as store:
        as_of = AsOf(store, lambda: registry, lambda _: (), clock(END_MS))
        first = as_of.at(START_MS)
        registry = replace(registry)
        assert as_of.at(START_MS) is not first
