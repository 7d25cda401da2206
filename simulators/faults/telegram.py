"""What happens to the value of a telegram: zeros, nulls, spikes, a frozen value, another unit, a flickering digit.

All of these act on what is sent; the meter itself counts on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.columns import FOREVER_MS, EventKind, Events, Flag, Float64, Kind, Quality
from simulators.faults.cases import Cases
from simulators.faults.display import displayed
from simulators.faults.place import MARGIN, Fault, Place, Slot, Stage, losing, lost_ms, neighbours_ms, place

STUCK_COUNT = 20
"""Equal readings from which the stuck meters of the corpus are declared to be stuck."""


def _left_out(cases: Cases, where: Place, what: Flag) -> Cases:
    """The readings of a place cannot be used: found as `what`; without a register they leave something unknown."""
    case = np.arange(cases.count)
    before_ms, after_ms = neighbours_ms(cases, where)
    cases = cases.with_wanted(case, before_ms, after_ms, int(what)) if what else cases
    return losing(cases, where)


def zeros(name: str, length: int) -> Fault:
    """Readings of zero. Of rates and amounts only meters that declare zero as impossible can know them."""

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng, length)
        broken = _left_out(cases.with_values(where.readings, np.zeros(len(where.readings))), where, Flag.ZERO)
        if cases.kind is Kind.REGISTER:
            return broken
        points = replace(cases.points, zero_is_missing=np.ones(cases.count, np.bool_))
        return replace(broken, points=points)

    return Fault(name, Stage.TELEGRAM, act)


def nulls(name: str, length: int) -> Fault:
    """The sender says NaN, null, or that its value is bad."""

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng, length)
        flag = cases.readings.flag.copy()
        value = cases.readings.value.copy()
        at, way = where.readings, where.case % 3
        value[at[way < 2]] = np.nan
        flag[at[way == 1]] |= np.uint8(Quality.NULL)
        flag[at[way == 2]] |= np.uint8(Quality.BAD_AT_SOURCE)
        broken = replace(cases, readings=replace(cases.readings, value=value, flag=flag))
        return _left_out(broken, where, Flag(0))

    return Fault(name, Stage.TELEGRAM, act)


def spike_up(name: str) -> Fault:
    """One to five readings far above what can be, up to 50 million, and back.

    The height is at least 20 times what can flow until the spike is over; for rates and amounts above what can flow.
    """

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng, rng.integers(1, 6, cases.count))
        if cases.kind is Kind.REGISTER:
            least = 20.0 * 7 * cases.line.rating_per_h * cases.line.period_ms / 3_600_000
            height = np.exp(rng.uniform(np.log(least), np.log(5e7), cases.count))
            value = cases.readings.value[where.at - 1][where.case] + height[where.case]
        else:
            height = np.exp(rng.uniform(np.log(2.0), np.log(1e5), cases.count))
            value = (_possible(cases) * height)[where.case]
        broken = cases.with_values(where.readings, displayed(value, where.case % 3))
        return _left_out(_with_limits(broken), where, Flag.SPIKE | Flag.RANGE if _is_flow(cases) else Flag.SPIKE)

    return Fault(name, Stage.TELEGRAM, act)


def spike_down(name: str) -> Fault:
    """One to five readings below the register and back: it cannot fall."""

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng, rng.integers(1, 6, cases.count))
        if cases.kind is Kind.REGISTER:
            share = rng.uniform(0.01, 0.9, cases.count)
            value = cases.readings.value[where.at - 1][where.case] * share[where.case]
        else:
            value = -(_possible(cases) * rng.uniform(2.0, 1e3, cases.count))[where.case]
        broken = cases.with_values(where.readings, displayed(value, where.case % 3))
        return _left_out(_with_limits(broken), where, Flag.SPIKE | Flag.RANGE if _is_flow(cases) else Flag.SPIKE)

    return Fault(name, Stage.TELEGRAM, act)


def stuck(name: str, length: int = 3 * STUCK_COUNT) -> Fault:
    """The same value again and again while the meter counts on, in a meter that declares how often is too often.

    How a register that caught up ran meanwhile, nobody knows; how much of a rate flowed, neither.
    """

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng, length)
        case = np.arange(cases.count)
        frozen = cases.readings.value[where.at][where.case]
        points = replace(cases.points, stuck_count=np.full(cases.count, STUCK_COUNT, np.int32))
        broken = replace(cases.with_values(where.readings, frozen), points=points)
        before_ms, after_ms = neighbours_ms(cases, where)
        broken = broken.with_wanted(case, before_ms, after_ms, int(Flag.STUCK))
        return losing(broken, _repeats(broken, where))

    return Fault(name, Stage.TELEGRAM, act)


def _repeats(cases: Cases, where: Place) -> Place:
    """The repeated readings of a frozen run: all but its first, which is true.

    Readings beside the run that happen to be equal belong to it, for all that anybody can see.
    """
    value, frozen = cases.readings.value, cases.readings.value[where.at]
    begin, end = where.at.copy(), where.at + where.length
    for _ in range(MARGIN // 2):
        begin -= value[begin - 1] == frozen
        end += value[end] == frozen
    return Place(begin + 1, end - begin - 1)


def flicker(name: str) -> Fault:
    """In a stretch every fifth reading shows the last digit one step too low."""

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng, _length(cases, slot) // 2)
        low = where.readings[rng.random(len(where.readings)) < 0.2]
        value = cases.readings.value[low]
        single = np.spacing(value.astype(np.float32)).astype(np.float64)
        step = np.where(cases.case[low] % 3 == 2, single, cases.points.resolution[cases.case[low]])
        return cases.with_values(low, value - step)

    return Fault(name, Stage.TELEGRAM, act)


def other_unit(name: str, *, declared: bool) -> Fault:
    """After an update the gateway sends Wh where it sent kWh, with as many digits."""

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng)
        case = np.arange(cases.count)
        after = np.flatnonzero(np.arange(len(cases.readings)) >= where.at[cases.case])
        broken = cases.with_values(after, cases.readings.value[after] * 1000.0)
        from_ms = cases.readings.time_ms[where.at]
        if declared:
            nothing, forever = np.full(cases.count, np.nan), np.full(cases.count, FOREVER_MS)
            what = np.full(cases.count, int(EventKind.UNIT), np.uint8)
            points = (case + 1).astype(np.int32)
            thousandth = np.full(cases.count, 0.001)
            return broken.with_events(Events(points, from_ms, forever, what, thousandth, nothing, nothing))
        before_ms = cases.readings.time_ms[where.at - 1]
        end_ms = np.full(cases.count, int(cases.truth.knot_ms[-1]) + cases.line.period_ms)
        wanted = Flag.SPIKE | Flag.RANGE if _is_flow(cases) else Flag.SWAP | Flag.IMPOSSIBLE | Flag.RANGE
        broken = broken.with_wanted(case, before_ms, from_ms, int(wanted))
        from_unknown_ms = lost_ms(cases, Place(where.at, np.zeros_like(where.at)))[0]
        return _with_limits(broken).with_unknown(case, from_unknown_ms, end_ms)

    return Fault(name, Stage.METER, act)


def at_level(name: str, level: float) -> Fault:
    """A register so far on that its single-precision sender loses small steps, whatever its display shows."""

    def act(cases: Cases, _slot: Slot, _rng: np.random.Generator) -> Cases:
        value = (cases.readings.value + level).astype(np.float32).astype(np.float64)
        return replace(cases, readings=replace(cases.readings, value=value))

    return Fault(name, Stage.TELEGRAM, act)


def _length(cases: Cases, slot: Slot) -> int:
    """Readings that a place in the slot may have."""
    return int(cases.line.count * (slot.high - slot.low)) - 2 * MARGIN - 1


def _is_flow(cases: Cases) -> bool:
    return cases.kind is not Kind.REGISTER


def _possible(cases: Cases) -> Float64:
    """Largest value that a rate, mean or amount can truly have."""
    hours = cases.line.period_ms / 3_600_000 if cases.kind is Kind.AMOUNT else 1.0
    return np.full(cases.count, cases.line.rating_per_h * hours)


def _with_limits(cases: Cases) -> Cases:
    """Rates and amounts without a rating have a plausible range: without either, nobody can know a spike."""
    if cases.kind is Kind.REGISTER:
        return cases
    unrated = np.isnan(cases.points.rating_per_h)
    possible = _possible(cases)
    high = np.where(unrated, possible, cases.points.valid_hi)
    low = np.where(unrated, -0.05 * possible, cases.points.valid_lo)
    return replace(cases, points=replace(cases.points, valid_hi=high, valid_lo=low))
