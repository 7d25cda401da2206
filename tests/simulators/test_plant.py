"""Do the plants keep their balances, their calendar and their seasons, and are they the same however they are asked?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from simulators import Plant, load_simulated
from simulators.channels import Channel
from simulators.plant import Works
from simulators.workdays import EDGES, HOUR_MS, MINUTE_MS, SPAN_FROM_MS, edge_of
from tests.simulators.when import ms

IDS = ["wx-dyeing", "cz-steel", "zj-cement", "nj-chem", "sz-fab", "wx-plating"]


def channel(plant: Plant, point: str) -> Channel:
    return next(c for c in plant.channels if c.point == point)


def unrolled(plant: Plant, one: Channel, value: np.ndarray) -> np.ndarray:
    """Amount since the first reading, as somebody reads it who knows multiplier and modulus."""
    step = np.diff(value)
    if one.modulus is not None:
        step = step % one.modulus
    return np.concatenate(([0.0], np.cumsum(step))) * one.multiplier


@pytest.mark.parametrize("plant_id", IDS)
def test_registers_give_the_truth_back(plants: dict[str, Plant], plant_id: str) -> None:
    plant = plants[plant_id]
    every_six_hours = SPAN_FROM_MS + np.arange(0, EDGES - 1, 6, dtype=np.int64) * HOUR_MS
    for one in plant.channels:
        if one.kind != "register":
            continue
        value = one.read(plant.flows, plant.levels, every_six_hours)
        true = one.total(plant.flows, every_six_hours)
        step = 10.0**-one.decimals * one.multiplier
        assert np.abs(unrolled(plant, one, value) - (true - true[0])).max() <= step * 1.01, one.point
        if one.modulus is not None:
            assert 0.0 <= value.min() <= value.max() < one.modulus
        else:
            assert np.diff(value).min() >= 0.0


def test_displays_really_turn(plants: dict[str, Plant]) -> None:
    turned = set()
    for plant in plants.values():
        for one in plant.channels:
            if one.modulus is not None:
                series = plant.series(one, SPAN_FROM_MS, ms("2020-01-01"), HOUR_MS)
                if np.diff(series.value).min() < -0.9 * one.modulus:
                    turned.add(series.full_id)
    assert {"wx-dyeing/el.in", "cz-steel/el.in", "wx-plating/el.in", "zj-cement/el.in"} <= turned
    assert {"wx-dyeing/water.in", "wx-dyeing/el.dye", "nj-chem/el.cold", "sz-fab/water.in"} <= turned


@pytest.mark.parametrize("plant_id", IDS)
@pytest.mark.parametrize("step_ms", [HOUR_MS, MINUTE_MS])
def test_the_incomer_is_the_sum_of_what_stands_behind_it(plants: dict[str, Plant], plant_id: str, step_ms: int) -> None:
    plant = plants[plant_id]
    times = ms("2017-06-01") + np.arange(0, 3000, dtype=np.int64) * step_ms
    incomer = channel(plant, "el.in")
    subs = [c for c in plant.channels if c.point.startswith("el.") and c is not incomer]
    read = {c.point: unrolled(plant, c, c.read(plant.flows, plant.levels, times)) for c in (incomer, *subs)}
    metered = {name for c in subs for name, _ in c.signed()}
    rest = sum(
        sign * (plant.flows[name].total_at(times) - plant.flows[name].total_at(times[:1]))
        for name, sign in incomer.signed()
        if name not in metered
    )
    tolerance = sum(10.0**-c.decimals * c.multiplier for c in (incomer, *subs))
    balance = read["el.in"] - sum(read[c.point] for c in subs) - rest
    assert np.abs(balance).max() <= tolerance
    loss = np.diff(plant.flows["loss"].total_at(times)).sum() / read["el.in"][-1]
    assert 0.003 < loss < 0.03  # transformers and cables of a works: one or two per cent
    if plant_id != "sz-fab":
        assert read["el.in"][-1] > sum(read[c.point][-1] for c in subs)


@pytest.mark.parametrize("plant_id", IDS)
def test_every_reading_is_a_function_of_seed_and_time(plants: dict[str, Plant], plant_id: str) -> None:
    plant, again = plants[plant_id], load_simulated([plant_id])[0]
    from_ms, to_ms = ms("2018-08-30 07:13"), ms("2018-08-30 11:02")
    middle_ms = ms("2018-08-30 09:00")
    late = again.readings(middle_ms, to_ms)
    early = again.readings(from_ms, middle_ms)
    for whole in plant.readings(from_ms, to_ms):
        parts = [s for s in (*early, *late) if s.channel == whole.channel]
        assert np.concatenate([s.value for s in parts]).tolist() == whole.value.tolist()
        assert np.concatenate([s.due_ms for s in parts]).tolist() == whole.due_ms.tolist()


def test_another_seed_is_another_plant() -> None:
    first, second = load_simulated(["nj-chem"], seed=1)[0], load_simulated(["nj-chem"], seed=2)[0]
    a, b = first.flows["output"].rate, second.flows["output"].rate
    assert not np.allclose(a, b)
    assert a.mean() == pytest.approx(b.mean(), rel=0.03)
    with pytest.raises(ValueError, match="seed"):
        Plant(first.works, seed=-1)


def test_only_simulated_ids_are_loaded() -> None:
    assert [p.id for p in load_simulated()] == IDS
    assert [p.id for p in load_simulated(["wx-plating", "my-own-plant", "cz-steel"])] == ["cz-steel", "wx-plating"]


@pytest.mark.parametrize(("plant_id", "low", "high"), [("wx-dyeing", 0.0, 0.15), ("wx-plating", 0.0, 0.12),
                                                       ("zj-cement", 0.0, 0.15), ("cz-steel", 0.3, 0.6),
                                                       ("nj-chem", 0.45, 0.75), ("sz-fab", 0.88, 1.0)])  # fmt: skip
@pytest.mark.parametrize("new_year", ["2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05"])
def test_spring_festival_shows(plants: dict[str, Plant], plant_id: str, low: float, high: float, new_year: str) -> None:
    output = plants[plant_id].flows["output"].amount
    day = edge_of(date.fromisoformat(new_year))
    holiday = output[day : day + 96].mean()
    ordinary = output[day + 35 * 24 : day + 63 * 24].mean()
    assert low <= holiday / ordinary <= high


def test_seasons_show(plants: dict[str, Plant]) -> None:
    def july_over_march(values: np.ndarray) -> float:
        july = [values[edge_of(date(y, 7, 1)) : edge_of(date(y, 8, 1))].sum() for y in range(2015, 2020)]
        march = [values[edge_of(date(y, 3, 1)) : edge_of(date(y, 4, 1))].sum() for y in range(2015, 2020)]
        return sum(july) / sum(march)

    fab = plants["sz-fab"]
    assert july_over_march(fab.flows["cleanroom"].amount) > 1.05  # chillers
    assert july_over_march(fab.flows["gas"].amount) < 0.9  # heating
    assert july_over_march(plants["nj-chem"].flows["cold"].amount) > 1.1


def test_the_sun_feeds_the_fab_from_june_2016(plants: dict[str, Plant]) -> None:
    fab = plants["sz-fab"]
    made, out, support = fab.flows["pv"].amount, fab.flows["surplus"].amount, fab.flows["support"].amount
    begin = edge_of(date(2016, 6, 1))
    assert made[:begin].sum() == 0.0
    yearly_kwh = made[edge_of(date(2018, 1, 1)) : edge_of(date(2019, 1, 1))].sum()
    assert 950.0 < yearly_kwh / 3800.0 < 1200.0
    # What is exported is what the support building leaves over: the balance of its busbar.
    assert out == pytest.approx(np.maximum(made - support, 0.0), abs=0.15 * 3800.0)
    assert np.all(out <= made + 1e-9)
    assert 0.03 < out.sum() / made.sum() < 0.4
    assert fab.flows["tools"].rate.min() > 3800.0  # so the incomer never runs backwards


@pytest.mark.parametrize("plant_id", IDS)
def test_nothing_leaves_the_plausible(plants: dict[str, Plant], plant_id: str) -> None:
    plant = plants[plant_id]
    water = plant.flows["water"].amount.sum()
    effluent = plant.flows["ww.flow"].amount.sum()
    assert 0.1 < effluent / water < 1.0
    for name, level in plant.levels.items():
        assert level.value.min() > 0.0, name


def test_a_model_that_forgets_a_flow_is_told_so(plants: dict[str, Plant]) -> None:
    works = plants["nj-chem"].works
    short = Works(
        id="x", zh="x", en="x", city="nanjing", sector="C26", dialect="values", economy=works.economy,
        channels=works.channels, measures=works.measures, model=lambda site: {"output": np.ones(EDGES)},
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"model of x gave no .*synthesis"):
        _ = Plant(short).flows
