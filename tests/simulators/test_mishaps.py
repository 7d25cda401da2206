"""Do the demo's meters break as announced, and nothing else?"""

from __future__ import annotations

import numpy as np
import pytest

from simulators import WORKS, Plant
from simulators.mishaps import DEMO_MISHAPS, Mishap, mishaps
from simulators.workdays import MINUTE_MS

T0 = 1_535_731_200_000
"""2018-09-01 00:00 in Shanghai."""


@pytest.fixture(scope="module")
def dyeing() -> Plant:
    return Plant(WORKS["wx-dyeing"])


def shown(plant: Plant, mishap: Mishap, minutes: int, *, broken: bool) -> list[float]:
    series = plant.readings(T0, T0 + minutes * MINUTE_MS)
    if broken:
        series = list(mishaps([plant], T0, [mishap])(series))
    (found,) = [one for one in series if one.full_id == mishap.point]
    return found.value.tolist()


def test_zeros_last_three_minutes(dyeing: Plant) -> None:
    mishap = Mishap("wx-dyeing/water.in", "zero", after_min=4, minutes=3)
    clean, found = (shown(dyeing, mishap, 10, broken=broken) for broken in (False, True))
    assert found == clean[:4] + [0.0] * 3 + clean[7:]


def test_a_spike_stands_above_the_register(dyeing: Plant) -> None:
    mishap = Mishap("wx-dyeing/gas.in", "spike", after_min=2, minutes=1, value=1000.0)
    clean, found = (shown(dyeing, mishap, 5, broken=broken) for broken in (False, True))
    assert found == [*clean[:2], clean[2] + 1000.0, *clean[3:]]


def test_an_exchanged_meter_counts_on_from_its_own_start(dyeing: Plant) -> None:
    mishap = Mishap("wx-dyeing/el.util", "swap", after_min=3, value=12.5)
    clean, found = (shown(dyeing, mishap, 8, broken=broken) for broken in (False, True))
    assert found[:3] == clean[:3]
    assert found[3] == 12.5
    np.testing.assert_allclose(np.diff(found[3:]), np.diff(clean[3:]), atol=0.011)


def test_what_is_sent_does_not_depend_on_where_the_slice_begins(dyeing: Plant) -> None:
    mishap = Mishap("wx-dyeing/el.util", "swap", after_min=3, value=12.5)
    whole = shown(dyeing, mishap, 8, broken=True)
    late = mishaps([dyeing], T0, [mishap])(dyeing.readings(T0 + 5 * MINUTE_MS, T0 + 8 * MINUTE_MS))
    (found,) = [one for one in late if one.full_id == mishap.point]
    assert found.value.tolist() == whole[5:]


def test_other_points_are_left_alone(dyeing: Plant) -> None:
    series = dyeing.readings(T0, T0 + 5 * MINUTE_MS)
    broken = mishaps([dyeing], T0)(series)
    named = {mishap.point for mishap in DEMO_MISHAPS}
    assert [one is other for one, other in zip(series, broken, strict=True)] == [s.full_id not in named for s in series]


def test_the_demos_mishaps_are_of_registers() -> None:
    for mishap in DEMO_MISHAPS:
        plant, point = mishap.point.split("/")
        (channel,) = [c for c in WORKS[plant].channels if c.point == point]
        assert channel.kind == "register"
        assert mishap.after_min <= 30
