"""What happens to a meter itself: cleared, exchanged, turned over, wired to another transformer.

All of these act on registers before their display rounds. The register at the instant of the change lies between two
readings; only a declaration tells it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analytics.columns import FOREVER_MS, HOUR_MS, EventKind, Events, Flag, Float64, Int64, Kind
from simulators.faults.cases import MODULUS, Cases
from simulators.faults.display import displayed
from simulators.faults.place import Fault, Place, Slot, Stage, neighbours_ms, place

Start = Callable[[Cases, Float64, np.random.Generator], Float64]
"""Register at which the next meter begins, from the register at which the old one ended."""

FALL = Flag.RESET | Flag.SWAP
JUMP = Flag.SWAP | Flag.IMPOSSIBLE


def from_zero(_cases: Cases, end: Float64, _rng: np.random.Generator) -> Float64:
    """The register is cleared."""
    return np.zeros_like(end)


def used_meter(_cases: Cases, end: Float64, rng: np.random.Generator) -> Float64:
    """Another meter that has counted less than the old one."""
    return np.asarray(end * rng.uniform(0.02, 0.6, len(end)), np.float64)


def older_meter(cases: Cases, end: Float64, rng: np.random.Generator) -> Float64:
    """Another meter that has counted so much more that no load explains it.

    A thousand to 100 000 times what can flow between two readings, as far as the display reaches.
    """
    per_step = cases.line.rating_per_h * cases.line.period_ms / HOUR_MS
    jump = np.exp(rng.uniform(np.log(1e3), np.log(1e5), len(end))) * per_step
    return np.asarray(end + np.minimum(jump, 0.5 * MODULUS), np.float64)


def exchanged(name: str, start: Start, what: Flag, *, declared: bool) -> Fault:
    """The meter is cleared or exchanged between two readings.

    Parameters
    ----------
    start : callable
    what : Flag
        Any of these must be found where it was not declared.
    declared : bool
        With the instant, the end reading of the old and the start reading of the new meter.
    """

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = _running(cases, slot, rng) if start is older_meter else place(cases, slot, rng)
        case = np.arange(cases.count)
        instant_ms, end = _instant(cases, where, rng)
        begin = displayed(start(cases, end, rng), cases.form)
        broken = _shifted(cases, where, begin - end)
        if declared:
            shown = displayed(end, cases.form)
            return broken.with_events(_events(case, EventKind.SWAP, instant_ms, end=shown, start=begin))
        before_ms, after_ms = neighbours_ms(cases, _step(where))
        return broken.with_unknown(case, before_ms, after_ms).with_wanted(case, before_ms, after_ms, int(what))

    return Fault(name, Stage.METER, act)


def turned(name: str, modulus: float, *, known: bool, in_hole: bool = False) -> Fault:
    """The register passes its modulus at a chosen reading, or in the hole of the line.

    A modulus that the load would turn several times in one step is doubled until it lasts for 500 of them.
    """

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        line = cases.line
        longest_h = max(line.period_ms, line.hole_ms) / HOUR_MS
        size = modulus
        least = max(12.0 * longest_h * line.mean_per_h, 500.0 * line.rating_per_h * line.period_ms / HOUR_MS)
        while size < least:
            size *= 2.0
        at = cases.first[:-1] + line.hole_at if in_hole else place(cases, slot, rng).at
        value = cases.readings.value
        share = rng.uniform(0.1, 0.9, cases.count)
        crossing = value[at - 1] + share * (value[at] - value[at - 1])
        turned_value = (value + (-crossing % size)[cases.case]) % size
        wanted = Flag.ROLLOVER if known else Flag.RESET | Flag.ROLLOVER | Flag.SWAP
        points = replace(cases.points, modulus=np.full(cases.count, size if known else np.nan))
        broken = replace(cases.with_values(np.arange(len(value)), turned_value), points=points)
        # A small register turns again and again; one that stands still turns elsewhere.
        fall = np.flatnonzero((np.diff(turned_value) < 0.0) & (np.diff(cases.case) == 0))
        time_ms = cases.readings.time_ms
        step = cases.case[fall], time_ms[fall], time_ms[fall + 1]
        broken = broken.with_wanted(*step, int(wanted))
        return broken if known else broken.with_unknown(*step)

    return Fault(name, Stage.METER, act)


def other_ratio(name: str, *, declared: bool) -> Fault:
    """Another current transformer: one unit of the register is something else from an instant on.

    Every other case tells the register at the exchange; the others tell only the instant.
    """

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng)
        case = np.arange(cases.count)
        instant_ms, end = _instant(cases, where, rng)
        ratio = rng.choice([0.5, 0.75, 1.5, 2.0, 4.0], cases.count)
        after = _after(cases, where)
        value = end[cases.case] + (cases.readings.value - end[cases.case]) / ratio[cases.case]
        broken = cases.with_values(after, value[after])
        if not declared:
            return broken
        shown = np.where(case % 2 == 0, displayed(end, cases.form), np.nan)
        return broken.with_events(_events(case, EventKind.RATIO, instant_ms, FOREVER_MS, value=ratio, end=shown))

    return Fault(name, Stage.METER, act)


def begins(name: str) -> Fault:
    """A new meter: its register starts at zero, and nothing is known before its first reading."""

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, Slot(slot.low, 0.5 * (slot.low + slot.high)), rng)
        broken = cases
        if cases.kind is Kind.REGISTER:
            broken = cases.with_values(np.arange(len(cases.readings)), cases.readings.value - _own(cases, where))
        gone = np.arange(len(cases.readings)) < where.at[cases.case]
        ends_ms = _edges_ms(cases, where.at)[0]
        start_ms = np.full(cases.count, cases.line.start_ms)
        return broken.without(gone).with_unknown(np.arange(cases.count), start_ms, ends_ms)

    return Fault(name, Stage.METER, act)


def ends(name: str) -> Fault:
    """A meter is taken away: nothing is known after its last reading."""

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, Slot(0.5 * (slot.low + slot.high), slot.high), rng)
        gone = np.arange(len(cases.readings)) > where.at[cases.case]
        last_ms = _edges_ms(cases, where.at)[1]
        end_ms = np.full(cases.count, int(cases.truth.knot_ms[-1]) + cases.line.period_ms)
        return cases.without(gone).with_unknown(np.arange(cases.count), last_ms, end_ms)

    return Fault(name, Stage.METER, act)


def _edges_ms(cases: Cases, at: Int64) -> tuple[Int64, Int64]:
    """From when and until when a reading knows something. [ms UTC]"""
    time_ms = cases.readings.time_ms[at]
    if cases.kind in (Kind.REGISTER, Kind.RATE):
        return time_ms, time_ms
    start_ms = time_ms - np.where(cases.points.label_end, cases.line.period_ms, 0)
    return start_ms, start_ms + cases.line.period_ms


def _own(cases: Cases, where: Place) -> Float64:
    """The register at the place, for every reading of its case."""
    return np.asarray(cases.readings.value[where.at][cases.case], np.float64)


def _step(where: Place) -> Place:
    """The step that leads to a place: a place of no reading."""
    return Place(where.at, np.zeros_like(where.length))


def _instant(cases: Cases, where: Place, rng: np.random.Generator) -> tuple[Int64, Float64]:
    """An instant in the step before the place, and the register then. [ms UTC], [kWh]"""
    time_ms, value, case = cases.readings.time_ms, cases.readings.value, np.arange(cases.count)
    length_ms = time_ms[where.at] - time_ms[where.at - 1]
    instant_ms = time_ms[where.at - 1] + np.floor(rng.uniform(0.05, 0.95, cases.count) * length_ms).astype(np.int64)
    still_to_flow = cases.truth.at(case, time_ms[where.at]) - cases.truth.at(case, instant_ms)
    return instant_ms, value[where.at] - still_to_flow


def _running(cases: Cases, slot: Slot, rng: np.random.Generator) -> Place:
    """A place where something flows before and after.

    At a standstill nobody can tell a higher meter without a rating from a frozen display that catches up.
    """
    where = place(cases, slot, rng)
    value = cases.readings.value
    for _ in range(20):
        stands = (value[where.at] == value[where.at - 10]) | (value[where.at + 10] == value[where.at])
        where = Place(np.where(stands, place(cases, slot, rng).at, where.at), where.length)
    return where


def _after(cases: Cases, where: Place) -> Int64:
    """Positions of the readings from the place on."""
    return np.flatnonzero(np.arange(len(cases.readings)) >= where.at[cases.case])


def _shifted(cases: Cases, where: Place, shift: Float64) -> Cases:
    after = _after(cases, where)
    return cases.with_values(after, cases.readings.value[after] + shift[cases.case[after]])


def _events(
    case: Int64,
    what: EventKind,
    from_ms: Int64,
    to_ms: int | Int64 | None = None,
    *,
    value: Float64 | float = np.nan,
    end: Float64 | float = np.nan,
    start: Float64 | float = np.nan,
) -> Events:
    """One event a case; at an instant where no end is named."""
    n = len(case)
    until_ms = from_ms if to_ms is None else np.broadcast_to(np.asarray(to_ms, np.int64), (n,)).copy()
    return Events(
        (case + 1).astype(np.int32),
        from_ms,
        until_ms,
        np.full(n, int(what), np.uint8),
        *(np.broadcast_to(np.asarray(x, np.float64), (n,)).copy() for x in (value, end, start)),
    )
