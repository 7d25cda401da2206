"""What happens on the way: readings that never come, come late, twice, in any order, or from two gateways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.columns import Flag, Float64, Int64, Kind, Quality, Readings
from simulators.faults.cases import DELAY_MS, Cases, start_of
from simulators.faults.clocks import silence_found
from simulators.faults.display import displayed
from simulators.faults.place import Fault, Place, Slot, Stage, losing, neighbours_ms, place

GARBLED = 5
"""Readings that come a second time with another value."""

LONGEST = 600
"""Readings that a gap takes at most: ten hours of minutes."""


def gap(name: str, length_ms: int) -> Fault:
    """Nothing comes for a while. A register knows what flowed, a rate and an amount do not."""

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        length = min(max(length_ms // cases.line.period_ms, 1), LONGEST)
        return _lost(cases, place(cases, slot, rng, length))

    return Fault(name, Stage.WAY, act)


def hole(name: str) -> Fault:
    """Nothing came in the hole of the line, which is too long to be drawn reading by reading."""

    def act(cases: Cases, _slot: Slot, _rng: np.random.Generator) -> Cases:
        where = _the_hole(cases)
        return losing(silence_found(cases, *neighbours_ms(cases, where)), where)

    return Fault(name, Stage.WAY, act)


def retained_long_ago(name: str) -> Fault:
    """The broker hands out a message that it kept for months: the first reading, with its own time.

    It is the line's reading before the hole.
    """

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        cases = hole(name).apply(cases, slot, rng)
        first = cases.first[:-1]
        flag, arrival_ms = cases.readings.flag.copy(), cases.readings.received_ms.copy()
        flag[first] |= np.uint8(Quality.RETAINED)
        arrival_ms[first] = arrival_ms[first + 1] + 50
        return replace(cases, readings=replace(cases.readings, flag=flag, received_ms=arrival_ms))

    return Fault(name, Stage.WAY, act)


def late(name: str, late_ms: int) -> Fault:
    """A stretch arrives so much later, after everything else, and backwards."""

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        length = min(max(late_ms // cases.line.period_ms, 1), 360)
        where = place(cases, slot, rng, length)
        arrival_ms = cases.readings.received_ms.copy()
        last_ms = arrival_ms[where.readings[np.cumsum(where.length) - 1]]
        order = np.arange(len(where.readings)) - np.repeat(np.cumsum(where.length) - where.length, where.length)
        arrival_ms[where.readings] = last_ms[where.case] + late_ms - order
        return replace(cases, readings=replace(cases.readings, received_ms=arrival_ms))

    return Fault(name, Stage.WAY, act)


def not_yet(name: str, late_ms: int) -> Fault:
    """The same before the late part has come: what is known by then must be honest."""

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        return _lost(cases, place(cases, slot, rng, min(max(late_ms // cases.line.period_ms, 1), 360)))

    return Fault(name, Stage.WAY, act)


def shuffled(name: str) -> Fault:
    """Readings arrive in random order."""

    def act(cases: Cases, _slot: Slot, rng: np.random.Generator) -> Cases:
        delay_ms = rng.integers(0, 100 * cases.line.period_ms, len(cases.readings))
        arrival_ms = cases.readings.received_ms + delay_ms
        return replace(cases, readings=replace(cases.readings, received_ms=arrival_ms))

    return Fault(name, Stage.WAY, act)


def every_twice(name: str) -> Fault:
    """Each message is delivered twice (QoS 1)."""

    def act(cases: Cases, _slot: Slot, _rng: np.random.Generator) -> Cases:
        again = replace(cases.readings, received_ms=cases.readings.received_ms + DELAY_MS)
        return _joined(cases, again, np.arange(len(again)))

    return Fault(name, Stage.WAY, act)


def other_value(name: str) -> Fault:
    """Some readings come a second time with another value.

    Of a register the neighbours tell which one is right: garbled before or after, by 5 % to a hundredfold. Of a rate or
    an amount nobody can know: here the second value is the correction.
    """

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng, GARBLED)
        at = where.readings
        value = cases.readings.value[at]
        wrong = displayed(value * np.exp(rng.uniform(np.log(1.05), np.log(100.0), len(at))), where.case % 3)
        low = rng.random(len(at)) < 0.5
        wrong = np.where(low, displayed(value * rng.uniform(0.0, 0.9, len(at)), where.case % 3), wrong)
        twin = cases.readings.take(at)
        later_ms = (
            np.where(rng.random(len(at)) < 0.5, 50, -50) if cases.kind is Kind.REGISTER else np.full(len(at), -50)
        )
        garbled = replace(twin, value=wrong, received_ms=twin.received_ms + later_ms)
        differs = garbled.value != value
        case = where.case[differs]
        joined = _joined(cases, garbled.take(differs), at[differs])
        twin_ms = twin.time_ms[differs]
        told = Flag.CONFLICT | Flag.SPIKE | Flag.ZERO | Flag.RANGE
        return joined.with_wanted(case, twin_ms, twin_ms, int(told))

    return Fault(name, Stage.WAY, act)


def two_gateways(name: str) -> Fault:
    """Two gateways publish one point: a register or rate read again half a period later, an amount a second time."""

    def act(cases: Cases, _slot: Slot, _rng: np.random.Generator) -> Cases:
        if cases.kind in (Kind.AMOUNT, Kind.MEAN):
            return every_twice(name).apply(cases, _slot, _rng)
        half_ms = cases.line.period_ms // 2
        time_ms = cases.readings.time_ms + half_ms
        case = cases.case
        if cases.kind is Kind.RATE:
            value = displayed(cases.truth.rate_at(case, time_ms), case % 3, rounds=True)
        else:
            value = _register_at(cases, case, time_ms)
        second = replace(cases.readings, time_ms=time_ms, value=value, received_ms=cases.readings.received_ms + half_ms)
        return _joined(cases, second, np.arange(len(second)))

    return Fault(name, Stage.WAY, act)


def faultless(name: str) -> Fault:
    """Nothing happens."""
    return Fault(name, Stage.WAY, lambda cases, _slot, _rng: cases)


def _register_at(cases: Cases, case: Int64, time_ms: Int64) -> Float64:
    """What the display of an unbroken register shows at other instants."""
    return displayed(start_of(cases.line, cases.count)[case] + cases.truth.at(case, time_ms), case % 3)


def _the_hole(cases: Cases) -> Place:
    return Place(cases.first[:-1] + cases.line.hole_at, np.zeros(cases.count, np.int64))


def _lost(cases: Cases, where: Place) -> Cases:
    broken = losing(silence_found(cases, *neighbours_ms(cases, where)), where)
    gone = np.zeros(len(cases.readings), np.bool_)
    gone[where.readings] = True
    return broken.without(gone)


def _joined(cases: Cases, more: Readings, after: Int64) -> Cases:
    """With further readings, each behind the one at its position."""
    readings = Readings.concat([cases.readings, more])
    order = np.argsort(np.concatenate([np.arange(len(cases.readings)), after]), kind="stable")
    return replace(cases, readings=readings.take(order))
