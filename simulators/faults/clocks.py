"""What happens to the label of a telegram: a clock that stands still, is an hour off, or speaks another unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analytics.columns import DAY_MS, HOUR_MS, EventKind, Events, Flag, Int64, Kind, Quality, Ranges
from simulators.faults.cases import Cases, stretches
from simulators.faults.place import Fault, Place, Slot, Stage, losing, lost_ms, neighbours_ms, place

FROZEN_READINGS = 30
"""Readings of one label while a clock stands still."""

QUARANTINED = 300
"""Readings that a wrong unit or zone concerns."""

AHEAD_MS = 8 * HOUR_MS
"""Local time of Shanghai read as UTC lies so far ahead. [ms]"""


def frozen_clock(name: str) -> Fault:
    """The gateway's clock stands still for a while: many values for one time.

    The first of them was taken then; the others are of no time, so only a register knows what flowed.
    """

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng, FROZEN_READINGS)
        time_ms = cases.readings.time_ms
        broken = _labelled(cases, where, time_ms[where.at][where.case])
        # Where hardly anything flows the same value comes again and again, and nobody can tell.
        value = cases.readings.value[where.readings].reshape(cases.count, FROZEN_READINGS)
        told = np.flatnonzero((np.diff(value, axis=1) != 0.0).sum(axis=1) >= FROZEN_READINGS // 2)
        stood_ms = time_ms[where.at]
        broken = broken.with_wanted(told, stood_ms[told], stood_ms[told], int(Flag.CLOCK))
        if cases.kind is not Kind.REGISTER:
            from_ms, to_ms = lost_ms(cases, Place(where.at, np.ones_like(where.at)))
            vague = np.setdiff1d(np.arange(cases.count), told)
            more = stretches(vague, from_ms[vague], to_ms[vague])
            broken = replace(broken, unsure=Ranges.concat([broken.unsure, more]))
        return replace(broken, unknown=losing(cases, Place(where.at + 1, where.length - 1)).unknown)

    return Fault(name, Stage.CLOCK, act)


def hour_off_declared(name: str, hours: int) -> Fault:
    """A clock is an hour ahead or behind for a stretch; a person says so.

    Around the change that would make labels run twice the gateway is silent, or no declaration could tell the two
    apart.
    """
    shift_ms = hours * HOUR_MS

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        silent = abs(shift_ms) // cases.line.period_ms + 1
        where = place(cases, slot, rng, cases.line.count // 8 + silent)
        case = np.arange(cases.count)
        off_at = where.at if hours > 0 else where.at + silent
        off = Place(off_at, where.length - silent)
        gone = Place(off.at + off.length if hours > 0 else where.at, np.full(cases.count, silent))
        broken = _imported(_labelled(cases, off, cases.readings.time_ms[off.readings] + shift_ms), off)
        from_ms = cases.readings.time_ms[off.at] + shift_ms
        to_ms = cases.readings.time_ms[off.at + off.length - 1] + shift_ms + 1
        nothing = np.full(cases.count, np.nan)
        what = np.full(cases.count, int(EventKind.CLOCK), np.uint8)
        shift = np.full(cases.count, -float(shift_ms))
        broken = broken.with_events(Events((case + 1).astype(np.int32), from_ms, to_ms, what, shift, nothing, nothing))
        broken = replace(broken, unknown=losing(cases, gone).unknown)
        left_out = np.zeros(len(cases.readings), np.bool_)
        left_out[gone.readings] = True
        return broken.without(left_out)

    return Fault(name, Stage.CLOCK, act)


def hour_off(name: str, hours: int) -> Fault:
    """A clock is an hour ahead or behind for a stretch and nobody says so: labels run twice for an hour.

    Only the total can be known; what the doubled hour held may be missing.
    """
    shift_ms = hours * HOUR_MS

    def act(cases: Cases, slot: Slot, rng: np.random.Generator) -> Cases:
        where = place(cases, slot, rng, cases.line.count // 8)
        case = np.arange(cases.count)
        before_ms, after_ms = neighbours_ms(cases, where)
        broken = _imported(_labelled(cases, where, cases.readings.time_ms[where.readings] + shift_ms), where)
        low_ms, high_ms = np.minimum(before_ms, before_ms + shift_ms), np.maximum(after_ms, after_ms + shift_ms)
        unsure = stretches(case, low_ms, high_ms + cases.line.period_ms)
        doubled_ms = after_ms if hours > 0 else before_ms + shift_ms
        broken = replace(broken, unsure=unsure)
        broken = broken.with_unknown(case, doubled_ms - cases.line.period_ms, doubled_ms + abs(shift_ms))
        what = Flag.CLOCK | Flag.CONFLICT | Flag.SPIKE | Flag.RESET | Flag.SWAP | Flag.IMPOSSIBLE
        # Where hardly anything flows in one of these hours, both labels show the same value.
        hours_ms = doubled_ms + abs(shift_ms) * np.arange(-1, 3)[:, None]
        flowed = np.diff([cases.truth.at(case, edge_ms) for edge_ms in hours_ms], axis=0)
        told = np.flatnonzero(flowed.min(axis=0) > 0.01 * cases.line.mean_per_h)
        return broken.with_wanted(told, low_ms[told], high_ms[told], int(what))

    return Fault(name, Stage.CLOCK, act)


def ahead_of_now(name: str) -> Fault:
    """Local time read as UTC: labels ahead of their receipt, which the check at the door refuses."""

    def label(time_ms: Int64) -> Int64:
        return time_ms + AHEAD_MS

    return Fault(name, Stage.CLOCK, lambda cases, slot, rng: _refused(cases, slot, rng, label))


def seconds_for_ms(name: str) -> Fault:
    """Seconds read as milliseconds: labels of January 1970, which the check at the door refuses."""

    def label(time_ms: Int64) -> Int64:
        return time_ms // 1000

    return Fault(name, Stage.CLOCK, lambda cases, slot, rng: _refused(cases, slot, rng, label))


def _refused(cases: Cases, slot: Slot, rng: np.random.Generator, label: Callable[[Int64], Int64]) -> Cases:
    where = place(cases, slot, rng, QUARANTINED)
    time_ms = cases.readings.time_ms[where.readings]
    broken = silence_found(losing(cases, where), *neighbours_ms(cases, where))
    return _labelled(broken, where, label(time_ms))


def silence_found(cases: Cases, before_ms: Int64, after_ms: Int64) -> Cases:
    """A step longer than an hour and ten periods is found as a silence."""
    case = np.flatnonzero(after_ms - before_ms > max(HOUR_MS, 10 * cases.line.period_ms))
    return cases.with_wanted(case, before_ms[case], after_ms[case], int(Flag.GAP))


def _imported(cases: Cases, where: Place) -> Cases:
    """The readings of a place come by a file, a day later; as they came, a label ahead of now would be refused."""
    arrival_ms, flag = cases.readings.received_ms.copy(), cases.readings.flag.copy()
    arrival_ms[where.readings] += DAY_MS
    flag[where.readings] |= np.uint8(Quality.IMPORTED)
    return replace(cases, readings=replace(cases.readings, received_ms=arrival_ms, flag=flag))


def _labelled(cases: Cases, where: Place, label_ms: Int64) -> Cases:
    time_ms = cases.readings.time_ms.copy()
    time_ms[where.readings] = label_ms
    return replace(cases, readings=replace(cases.readings, time_ms=time_ms))
