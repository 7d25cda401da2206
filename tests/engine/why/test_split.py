"""Are the effects those of a calculation by hand, and do they sum to the change whatever the plants do?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from engine.why.loads import BY_FLOW
from engine.why.parts import KEYS, Effect, Member
from engine.why.split import split
from engine.why.terms import ENERGY, NOTHING, PROCESS, Earned, Stream, Term
from engine.why.weather import Weather

NO_WEATHER = Weather()


def log_mean(a: float, b: float) -> float:
    return a if a == b else (a - b) / math.log(a / b)


def coal(amount: float, level: float | None = None, covered: float = 1.0, name: str = "coal") -> Term:
    """Energy of one carrier, of which a share is known."""
    return Term(amount, (Stream(name, (amount if level is None else level) / covered, amount / covered),))


def earns(value: float, output: float | None = None, covered: float = 1.0) -> Earned:
    return Earned(value / covered, value, output)


def plant(
    base: tuple[Term, Earned],
    current: tuple[Term, Earned],
    plant_id: str = "p",
    sector: str = "C17",
    name: str = ENERGY,
    weather: Weather = NO_WEATHER,
) -> Member:
    return Member(plant_id, sector, name, (base[0], current[0]), (base[1], current[1]), weather)


def by_key(effects: Sequence[Effect]) -> dict[str, float]:
    return {effect.key: effect.amount for effect in effects}


def change_of(members: Sequence[Member], absolute: bool) -> tuple[float, float, float]:
    """Base, current and change of the indicator, as sums first and then the ratio."""
    ends = []
    for end in (0, 1):
        amount = sum(member.terms[end].amount for member in members)
        stated = {member.plant: member.earned[end].known for member in members}
        ends.append(amount if absolute else amount / sum(stated.values()))
    return ends[0], ends[1], ends[1] - ends[0]


def test_one_plant_is_efficiency_and_product_value() -> None:
    # E/V = E/Q x Q/V: 100/50 x 50/100 = 1 -> 120/75 x 75/150 = 0.8. L(0.8, 1) = 0.2 / ln 1.25.
    member = plant((coal(100.0), earns(100.0, 50.0)), (coal(120.0), earns(150.0, 75.0)))
    effects = split([member], absolute=False)
    weight = 0.2 / math.log(1.25)
    assert by_key(effects) == pytest.approx({"efficiency": weight * math.log(1.6 / 2.0)})
    dearer = plant((coal(100.0), earns(100.0, 50.0)), (coal(120.0), earns(150.0, 60.0)))
    found = by_key(split([dearer], absolute=False))
    assert found == pytest.approx({"product_value": weight * math.log(0.4 / 0.5)})  # 2 tce a piece, both times
    assert effects[0].share == pytest.approx(-0.2)


def test_an_amount_has_a_volume() -> None:
    # 100 -> 120 tce at V 100 -> 150: L = 20 / ln 1.2.
    member = plant((coal(100.0), earns(100.0)), (coal(120.0), earns(150.0)))
    weight = 20.0 / math.log(1.2)
    found = by_key(split([member], absolute=True))
    assert found == pytest.approx({"volume": weight * math.log(1.5), "efficiency": weight * math.log(0.8)})


def test_two_plants_of_unlike_sectors_shift_the_structure() -> None:
    # Nobody gets better: 2 and 0.5 tce per value; the light one grows from a half to three quarters.
    heavy = plant((coal(200.0), earns(100.0)), (coal(200.0), earns(100.0)), "heavy", "C31")
    light = plant((coal(50.0), earns(100.0)), (coal(150.0), earns(300.0)), "light", "C39")
    effects = split([heavy, light], absolute=False)
    assert by_key(effects) == pytest.approx({"structure": 350 / 400 - 250 / 200})
    assert [part.name for part in effects[0].parts] == ["between_sectors"]
    same = [heavy, plant((coal(50.0), earns(100.0)), (coal(150.0), earns(300.0)), "light", "C31")]
    assert [part.name for part in split(same, absolute=False)[0].parts] == ["between_plants"]


def test_a_plant_that_opens_is_structure() -> None:
    old = plant((coal(100.0), earns(100.0)), (coal(90.0), earns(100.0)), "old")
    new = plant((NOTHING, earns(0.0)), (coal(30.0), earns(100.0)), "new", weather=Weather(-5.0, 0.0))
    found = by_key(split([old, new], absolute=False))
    # The old one halves its share and is a tenth better; the new one comes with 30 / 200.
    weight = log_mean(90 / 200, 1.0)
    assert found == pytest.approx({"structure": weight * math.log(0.5) + 0.15, "efficiency": weight * math.log(0.9)})
    gone = by_key(split([old, plant((coal(30.0), earns(100.0)), (NOTHING, earns(0.0)), "new")], absolute=False))
    assert gone["structure"] == pytest.approx(log_mean(0.9, 0.5) * math.log(2.0) - 0.15)


def test_carriers_that_count_alike_have_no_mix() -> None:
    base = Term(100.0, (Stream("coal", 100.0, 100.0),))
    current = Term(90.0, (Stream("coal", 30.0, 30.0), Stream("natural_gas", 70.0, 70.0), Stream("steam", -10.0, -10.0)))
    assert set(by_key(split([plant((base, earns(50.0)), (current, earns(55.0)))], absolute=False))) == {"efficiency"}


def test_mix_and_factors_at_equal_values() -> None:
    # Level 100 tce of heat both times. Power counts 2.5, then 2.4 per heat, gas 1: mean 2.5 -> 0.5 x 2.4 + 0.5 = 1.7.
    base = Term(250.0, (Stream("electricity", 100.0, 250.0),))
    current = Term(170.0, (Stream("electricity", 50.0, 120.0), Stream("natural_gas", 50.0, 50.0)))
    effects = split([plant((base, earns(100.0)), (current, earns(100.0)))], absolute=False)
    found = by_key(effects)
    # Shares at mean rates: -0.5 x 2.45 + 0.5 x 1 = -0.725; rates at mean shares: 0.75 x -0.1 = -0.075; of -0.8.
    assert found["carrier_mix"] == pytest.approx(-0.8 * 0.725 / 0.8)
    assert found["factors"] == pytest.approx(-0.8 * 0.075 / 0.8)
    assert set(found) == {"carrier_mix", "factors"}
    assert {part.name for part in effects[0].parts} == {"electricity", "natural_gas"}


def test_gaps_are_data_and_not_savings() -> None:
    # The same plant; a fifth of the energy and a tenth of the value added are not known.
    full, holed = (coal(100.0), earns(100.0)), (coal(80.0, covered=0.8), earns(90.0, covered=0.9))
    effects = split([plant(full, holed)], absolute=False)
    assert by_key(effects) == pytest.approx({"data": 80 / 90 - 1.0})
    weight = log_mean(80 / 90, 1.0)
    parts = {part.name: part.amount for part in effects[0].parts}
    assert parts == pytest.approx({"value_added": weight * math.log(1 / 0.9), "meters": weight * math.log(0.8)})


def test_weather_is_taken_out_of_efficiency() -> None:
    # 10 of 100 came with a cold winter, and -10 of 80 with a mild one: 90 tce both times without it.
    cold = Weather(10.0, -10.0)
    found = by_key(
        split([plant((coal(100.0), earns(100.0)), (coal(80.0), earns(100.0)), weather=cold)], absolute=False)
    )
    assert found == pytest.approx({"weather": -0.2})


def test_an_outlet_has_flow_and_concentration() -> None:
    # 1000 m3 of 0.08 kg/m3 -> 900 m3 of 0.05 kg/m3 at equal value added.
    terms = Term(80.0, (Stream("COD", 1000.0, 80.0),)), Term(45.0, (Stream("COD", 900.0, 45.0),))
    effects = split([plant((terms[0], earns(10.0)), (terms[1], earns(10.0)), name=f"p/ww.COD{BY_FLOW}")], absolute=True)
    weight = 35.0 / math.log(80 / 45)
    parts = {part.name: part.amount for part in effects[0].parts}
    assert [effect.key for effect in effects] == ["efficiency"]
    assert parts == pytest.approx({"flow": weight * math.log(0.9), "concentration": weight * math.log(0.05 / 0.08)})


def test_processes_stand_apart_from_the_energy_of_a_plant() -> None:
    energy = plant((coal(100.0), earns(100.0)), (coal(100.0), earns(100.0)))
    kiln = plant((coal(400.0), earns(100.0)), (coal(380.0), earns(100.0)), name=PROCESS)
    assert by_key(split([energy, kiln], absolute=True)) == pytest.approx({"process": -20.0})


def test_what_has_no_logarithm_stays_whole() -> None:
    loss = plant((coal(100.0), earns(100.0)), (coal(90.0), earns(-20.0)), "loss")
    good = plant((coal(100.0), earns(100.0)), (coal(90.0), earns(100.0)), "good")
    effects = split([loss, good], absolute=False)
    found = by_key(effects)
    assert found["unsplit"] == pytest.approx(90 / 80 - 100 / 200)
    assert sum(found.values()) == pytest.approx(change_of([loss, good], absolute=False)[2])
    # An amount without value added is split without it.
    alone = plant((coal(100.0), earns(0.0)), (coal(90.0), earns(0.0)))
    assert by_key(split([alone], absolute=True)) == pytest.approx({"efficiency": -10.0})


def some_end(rng: np.random.Generator) -> tuple[Term, Earned]:
    streams = []
    known = 0.0
    for name in ("coal", "natural_gas", "electricity"):
        if rng.random() < 0.7:
            level, rate, covered = (
                rng.choice([0.0, 10 ** rng.uniform(-2, 5)]),
                rng.uniform(0.1, 4.0),
                rng.uniform(0.3, 1),
            )
            streams.append(Stream(name, level / covered, level * rate / covered))
            known += level * rate
    output = float(10 ** rng.uniform(0, 4)) if rng.random() < 0.5 else None
    return Term(known, tuple(streams)), earns(10 ** rng.uniform(0, 5), output, rng.uniform(0.3, 1.0))


def some_plants(rng: np.random.Generator) -> list[Member]:
    found = []
    for i in range(int(rng.integers(1, 6))):
        ends = [some_end(rng), some_end(rng)]
        if i and rng.random() < 0.3:
            ends[int(rng.integers(0, 2))] = (NOTHING, earns(0.0))
        warm = Weather(*rng.uniform(-5.0, 5.0, 2).tolist())
        found.append(plant(ends[0], ends[1], f"p{i}", str(rng.choice(["C17", "C31"])), weather=warm))
    return found


@pytest.mark.parametrize("absolute", [False, True])
def test_the_effects_sum_to_the_change_whatever_plants_do(absolute: bool) -> None:
    rng = np.random.default_rng(13)
    for _ in range(400):
        plants = some_plants(rng)
        base, current, change = change_of(plants, absolute)
        effects = split(plants, absolute=absolute)
        assert sum(by_key(effects).values()) == pytest.approx(change, abs=2e-8 * max(base, current, 1e-12))
        assert [effect.key for effect in effects] == [key for key in KEYS if key in by_key(effects)]
        for effect in effects:
            if effect.parts:
                parts = sum(part.amount for part in effect.parts)
                assert parts == pytest.approx(effect.amount, abs=1e-7 * max(base, current))
