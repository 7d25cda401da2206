"""Are limits judged by valid periods only, at reference oxygen, and found where the simulated plant exceeds them?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS, HOUR_MS, Readings
from engine.outlets.exceedances import exceedances
from engine.outlets.hours import read_hours
from engine.outlets.limitstates import limit_states
from engine.settler import Settler
from registry import Registry, load_plant_files
from simulators import Plant
from simulators.works.wx_dyeing import WORKS
from storage import Store
from tests.engine.make import HEAD, START_MS, registry_of

EXAMPLE = Path(__file__).parents[3] / "examples" / "plants" / "wx-dyeing.toml"
POINT = """
[[points]]
id = "{id}"
name = {{ zh = "点", en = "Point" }}
kind = "{kind}"
unit = "{unit}"
every = "1h"
hold = "1h"
"""
STACK = (
    HEAD
    + "".join(
        POINT.format(id=id_, kind=kind, unit=unit)
        for id_, kind, unit in (
            ("q", "mean", "Nm3/h"),
            ("nox", "concentration", "mg/m3"),
            ("o2", "concentration", "%"),
            ("f", "mean", "m3/h"),
            ("cod", "concentration", "mg/L"),
        )
    )
    + """
[[outlets]]
id = "st"
name = { zh = "烟囱", en = "Stack" }
medium = "air"
flow = "q"
oxygen = "o2"
pollutants = { NOx = "nox" }
[[outlets]]
id = "ww"
name = { zh = "排口", en = "Outlet" }
medium = "water"
flow = "f"
pollutants = { COD = "cod" }
[[limits]]
point = "nox"
preset = "GB 13271-2014/special/gas"
[[limits]]
point = "cod"
value = "80 mg/L"
averaging = "1d"
standard = "GB 4287-2012"
"""
)
HOURS = 48


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


def hourly(registry: Registry, name: str, values: list[float] | np.ndarray, from_ms: int = START_MS) -> Readings:
    """One value an hour; NaN: none came."""
    value = np.asarray(values, np.float64)
    time_ms = from_ms + np.arange(len(value), dtype=np.int64) * HOUR_MS
    came = ~np.isnan(value)
    key = np.full(int(came.sum()), registry.points[f"p/{name}"].key, np.int32)
    return Readings(key, time_ms[came], value[came], np.zeros(len(key), np.uint8), time_ms[came])


def run(store: Store, registry: Registry, **values: list[float] | np.ndarray) -> None:
    for name, column in values.items():
        store.append(hourly(registry, name, column))
    Settler(store, registry, lambda: START_MS + 10 * DAY_MS).step()


def flat(value: float, **at: float) -> list[float]:
    """Two days of one value, some hours of it otherwise (h5=...)."""
    found = [value] * HOURS
    for name, other in at.items():
        found[int(name[1:])] = other
    return found


NOW = START_MS + HOURS * HOUR_MS


def test_hourly_means_are_held_at_reference_oxygen(tmp_path: Path, store: Store) -> None:
    #   144 mg/m3 at 4 % oxygen are 144 x 17.5/17 = 148.2; at 5 % 157.5
    registry = registry_of(tmp_path, STACK)
    run(store, registry, q=flat(1e5), nox=flat(144.0, h20=170.0), o2=flat(4.0, h6=5.0, h7=5.0, h20=2.0))
    found = exceedances(partial(read_hours, store, registry), registry, "p", START_MS, NOW, NOW)
    #   170 at 2 % are 156.6
    assert [(x.start_ms - START_MS) // HOUR_MS for x in found] == [20, 6]
    late, early = found
    assert (early.periods, early.end_ms - early.start_ms, early.open) == (2, 2 * HOUR_MS, False)
    assert (early.peak, early.mean) == pytest.approx((157.5, 157.5))
    #   allowed at 5 %: 150 x 16/17.5; 1e5 Nm3 in each of two hours
    assert early.excess_kg == pytest.approx(2 * (144.0 - 150.0 * 16 / 17.5) * 0.1)
    assert late.peak == pytest.approx(170.0 * 17.5 / 19.0)
    assert (late.limit.standard, late.limit.limit_class, late.limit.confidence) == (
        "GB 13271-2014",
        "special/gas",
        "unsure",
    )


def test_idling_is_marked_and_missing_oxygen_is_not_judged(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    o2 = flat(4.0, h3=20.5, h4=21.0, h5=np.nan)
    run(store, registry, q=flat(1e5), nox=flat(149.0), o2=o2)
    found = exceedances(partial(read_hours, store, registry), registry, "p", START_MS, NOW, NOW)
    assert [x.periods for x in found] == [HOURS - 6, 3]
    state = limit_states(partial(read_hours, store, registry), registry, "p", NOW)[0]
    assert state.not_judged == 2
    assert state.year == (HOURS - 3, 2)


def test_a_preset_at_reference_oxygen_without_an_analyser_is_unknown_and_says_why(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK.replace('oxygen = "o2"\n', ""))
    run(store, registry, q=flat(1e5), nox=flat(400.0))
    assert exceedances(partial(read_hours, store, registry), registry, "p", START_MS, NOW, NOW) == []
    state = limit_states(partial(read_hours, store, registry), registry, "p", NOW)[0]
    assert (state.state, state.current.value, state.current.note) == (3, None, "oxygen_missing")
    assert [part.name for part in state.current.inputs] == ["point:p/nox", "reference_o2", "limit"]


def test_stopped_hours_are_not_due_and_missing_ones_are(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    nox = flat(50.0, h10=np.nan, h11=np.nan)
    run(store, registry, q=flat(1e5, h30=0.0, h31=0.0, h32=0.0), nox=nox, o2=flat(4.0))
    state = limit_states(partial(read_hours, store, registry), registry, "p", NOW)[0]
    #   this quarter began on 1 July; of 62 + 2 days before now, 48 h have data, 3 of them stopped, 2 missing
    assert state.valid == HOURS - 3 - 2
    assert state.due - state.valid == 2 + (62 * 24)
    assert (state.state, state.year) == (0, (0, 0))


def test_days_of_wastewater_are_weighted_by_the_flow(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    #   first day: 12 h of 100 mg/L in 10 m3/h, 12 h of 60 mg/L in 90 m3/h: 64 mg/L; the plain mean would be 80
    cod = [100.0] * 12 + [61.0] * 12 + [60.0] * 12 + [100.0] * 12
    flow = [10.0] * 12 + [90.0] * 12 + [10.0] * 12 + [90.0] * 12
    run(store, registry, f=flow, cod=cod)
    (found,) = exceedances(partial(read_hours, store, registry), registry, "p", START_MS, NOW, NOW)
    assert found.start_ms == START_MS + DAY_MS
    assert found.mean == pytest.approx(96.0)
    assert found.excess_kg == pytest.approx((96.0 - 80.0) * 1200.0 * 1e-3)
    assert found.open


def test_a_day_with_too_little_is_not_judged(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    cod = np.full(HOURS, 100.0)
    cod[:7] = np.nan  # 17 of 24 hours, less than 75 %
    run(store, registry, f=flat(10.0), cod=cod)
    (found,) = exceedances(partial(read_hours, store, registry), registry, "p", START_MS, NOW, NOW)
    assert (found.start_ms, found.periods) == (START_MS + DAY_MS, 1)


def test_the_period_that_runs_is_shown_and_not_yet_judged(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, STACK)
    run(store, registry, q=flat(1e5), nox=flat(100.0, h47=200.0), o2=flat(4.0))
    before = NOW - HOUR_MS // 2
    assert exceedances(partial(read_hours, store, registry), registry, "p", START_MS, NOW, before) == []
    state = limit_states(partial(read_hours, store, registry), registry, "p", before)[0]
    assert (state.state, state.current.value) == (2, pytest.approx(200.0 * 17.5 / 17.0))
    assert [part.name for part in state.current.inputs] == ["point:p/nox", "point:p/o2", "reference_o2", "limit"]
    after = limit_states(partial(read_hours, store, registry), registry, "p", NOW + 5 * HOUR_MS)[0]
    assert (after.state, after.current.value) == (3, None)


def test_a_limit_holds_from_its_first_day_to_its_last(tmp_path: Path, store: Store) -> None:
    text = STACK.replace(
        'preset = "GB 13271-2014/special/gas"', 'preset = "GB 13271-2014/special/gas"\nvalid_from = 2018-09-02'
    )
    registry = registry_of(tmp_path, text)
    run(store, registry, q=flat(1e5), nox=flat(200.0), o2=flat(4.0))
    (found,) = exceedances(partial(read_hours, store, registry), registry, "p", START_MS, NOW, NOW)
    assert (found.start_ms, found.periods) == (START_MS + DAY_MS, 24)


def test_the_simulated_works_exceeds_where_its_truth_does(store: Store) -> None:
    """Hourly samples of two months: NOx at reference oxygen, and what the page must show of them."""
    registry = Registry.of_files(load_plant_files([EXAMPLE]))
    plant = Plant(WORKS)
    from_ms, to_ms = START_MS - 62 * DAY_MS, START_MS
    for channel in plant.channels:
        if channel.point in ("st.flow", "st.nox", "st.o2", "st.pm", "st.so2"):
            made = plant.series(channel, from_ms, to_ms + HOUR_MS, HOUR_MS)
            key = np.full(len(made.value), registry.points[f"wx-dyeing/{channel.point}"].key, np.int32)
            store.append(Readings(key, made.label_ms, made.value, np.zeros(len(key), np.uint8), made.due_ms))
    Settler(store, registry, lambda: to_ms).step()
    hours = np.arange(from_ms, to_ms, HOUR_MS, dtype=np.int64)
    nox, o2 = (np.round(plant.levels[name].at(hours), 2) for name in ("st.nox", "st.o2"))
    converted = nox * 17.5 / (21.0 - o2)
    wanted = hours[(converted > 150.0) & (o2 <= 19.0)]
    assert len(wanted) > 0
    found = exceedances(partial(read_hours, store, registry), registry, "wx-dyeing", from_ms, to_ms, to_ms)
    assert {x.limit.point for x in found} == {"st.nox"}
    assert sum(x.periods for x in found) == len(wanted)
    assert {x.start_ms for x in found} <= set(wanted.tolist())
    assert max(x.peak for x in found) == pytest.approx(converted[(o2 <= 19.0)].max())
