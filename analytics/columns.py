"""In what shape do readings, intervals and days travel between the rooms?

As columns: frozen dataclasses of equally long one-dimensional arrays, one row an entry. Times are UTC milliseconds
since 1970 (``int64``); periods are half-open, ``[start, end)``, and carry the label of their start.

::

    readings   t0      t1      t2                       what came
               |-------|-------|----
    intervals  [ 15 min )[ 15 min )[ 15 min )           what a point amounted to
    days       [ local day                      )       sums of intervals
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum, IntFlag
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]
Float64 = NDArray[np.float64]
Float32 = NDArray[np.float32]
UInt8 = NDArray[np.uint8]
UInt16 = NDArray[np.uint16]
Bool = NDArray[np.bool_]

INTERVAL_MS = 900_000
"""Length of the settlement interval: 15 minutes. [ms]"""

HOUR_MS = 3_600_000
DAY_MS = 86_400_000


class Kind(IntEnum):
    """What a point's readings say about time."""

    REGISTER = 1
    """A running total; what happened between two readings is their difference."""
    AMOUNT = 2
    """What flowed during the period the label names."""
    RATE = 3
    """An instantaneous rate; linear between two readings that are close enough."""
    MEAN = 4
    """The mean of a rate over the period the label names."""
    CONCENTRATION = 5
    """A sampled level, held until the next sample or until its hold time runs out."""
    STATE = 6
    """A level that is only shown (temperature, on/off); held like a concentration."""
    LOAD = 7
    """Derived, never received: mass = concentration x flow of one outlet. [kg]"""
    DRY_FLOW = 8
    """Derived, never received: standard dry volume of flue gas, from its velocity and state. [Nm3]"""


DERIVED = (Kind.LOAD, Kind.DRY_FLOW)
"""Kinds that are made from the intervals of other points."""


class Quality(IntFlag):
    """What the journal knows about one reading besides its value."""

    GOOD = 0
    BAD_AT_SOURCE = 1
    """The sender itself marked the value as bad; it is kept and not used."""
    NULL = 2
    """The sender said that it has no value (null, NaN); the journal's value is NaN."""
    RETAINED = 4
    """Delivered because of a new subscription; may be old, its own time is used."""
    IMPORTED = 8
    """Came by file, not by MQTT."""


class Flag(IntFlag):
    """What settlement met in an interval. Several may be set."""

    GAP = 1
    """Part of the amount was spread over a step longer than one interval."""
    RESET = 2
    """A register fell without a known rollover; the unknown step is estimated or missing, never counted from zero."""
    ROLLOVER = 4
    """A register passed its modulus."""
    SPIKE = 8
    """Readings that leave the possible range and come back were left out."""
    ZERO = 16
    """Zeros that cannot be true were left out."""
    STUCK = 32
    """The same value came many times in a row; it is kept."""
    RANGE = 64
    """Values outside the point's plausible range, or above its modulus, were left out."""
    CONFLICT = 128
    """Two different values for one time; the later one received is used."""
    NOISE = 256
    """Small negative steps were taken as zero."""
    BAD = 512
    """Readings marked bad at the source, null, or beyond single precision were left out."""
    IMPOSSIBLE = 1024
    """A step above the rating that never came back: not counted, missing."""
    SWAP = 2048
    """A register went on at a level that it cannot have reached since: another meter. Handled like a reset."""
    CLOCK = 4096
    """The sender's clock stood still or was wrong."""
    DECLARED = 8192
    """A declared event or a decision by a person changed what the readings alone would have given."""
    PROFILE = 16_384
    """A gap was shared out by the same hours of earlier weeks instead of evenly."""


class EventKind(IntEnum):
    """What a person said about a meter, as settlement understands it."""

    SWAP = 1
    """At `from_ms` the meter was exchanged or cleared: it ended at `end_value`, the next began at `start_value`."""
    RATIO = 2
    """From `from_ms` on one unit of the register is `value` times what the point says; `end_value` is the register
    then (NaN: interpolated)."""
    UNIT = 3
    """Readings in ``[from_ms, to_ms)`` times `value` are in the point's own unit (0.001 for Wh in place of kWh)."""
    CLOCK = 4
    """Readings labelled in ``[from_ms, to_ms)`` were taken `value` ms later than their labels say."""
    LEAVE_OUT = 5
    """Readings in ``[from_ms, to_ms)`` are not used."""
    BELIEVE = 6
    """Readings in ``[from_ms, to_ms]`` are true: none is a spike, a false zero or an impossible step."""
    AMOUNT = 7
    """Between the readings at `from_ms` and `to_ms` flowed `value`, in the canonical unit."""
    MISSING = 8
    """What flowed between the readings at `from_ms` and `to_ms` is not known."""
    FIRST = 9
    """Of different values for one time in ``[from_ms, to_ms]`` the first received one counts."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Base of all column sets: equally long arrays, addressable by row."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def take(self, rows: NDArray[Any] | slice) -> Self:
        """The chosen rows (mask, indices or slice), in that order."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def as_dict(self) -> dict[str, NDArray[Any]]:
        """Column name to array, in declared order."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def concat(cls, parts: Sequence[Self]) -> Self:
        """All rows of all parts, in order.

        Raises
        ------
        ValueError
            If `parts` is empty: the column types would be unknown.
        """
        if not parts:
            raise ValueError(f"{cls.__name__}.concat needs at least one part")
        return cls(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)})


@dataclass(frozen=True, eq=False)
class Readings(Columns):
    """Readings as they came, in the sender's own unit.

    Attributes
    ----------
    point : ndarray of int32, shape (n,)
        Key of the point in the registry.
    time_ms : ndarray of int64, shape (n,)
        Source time; for periods the label as it came, start or end. [ms UTC]
    value : ndarray of float64, shape (n,)
        Value in the point's unit before multiplier; NaN where the sender said it has none.
    flag : ndarray of uint8, shape (n,)
        `Quality` bits.
    received_ms : ndarray of int64, shape (n,)
        When it reached the collector, by the product's clock. [ms UTC]
    """

    point: Int32
    time_ms: Int64
    value: Float64
    flag: UInt8
    received_ms: Int64

    @classmethod
    def empty(cls) -> Readings:
        return cls(
            np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint8), np.empty(0, np.int64)
        )


@dataclass(frozen=True, eq=False)
class Points(Columns):
    """What settlement must know of each point; one row a point.

    Attributes
    ----------
    key : ndarray of int32
        Key of the point, unique.
    kind : ndarray of int8
        `Kind`.
    factor : ndarray of float64
        Reading times this is the canonical unit of the dimension (kWh, m3, t, Nm3, mg/m3 ...; for rates and means the
        canonical unit per hour). Holds multiplier and unit.
    offset : ndarray of float64
        Added after `factor` (temperature scales); 0 otherwise.
    modulus : ndarray of float64
        Register value, in the reading's own unit, at which the display starts again from zero; NaN where unknown.
    rating_per_h : ndarray of float64
        Largest possible flow in canonical units per hour, tolerance included; NaN where unknown.
    resolution : ndarray of float64
        Smallest step of the display in the reading's own unit; 0 where unknown.
    period_ms : ndarray of int64
        Expected distance of readings, for amounts and means the length of the labelled period;
        `LOCAL_DAY` for one local calendar day.
    label_end : ndarray of bool
        True where the label of an amount or mean is the end of its period.
    hold_ms : ndarray of int64
        Concentrations and states: how long one sample may stand for what follows.
        Rates: the longest step that is integrated.
    valid_lo, valid_hi : ndarray of float64
        Plausible range in the reading's own unit (inclusive); -inf, inf where open.
    zero_is_missing : ndarray of bool
        True where a reading of exactly zero cannot be true.
    stuck_count : ndarray of int32
        Equal readings in a row from which a point is called stuck; 0 never.
    is_net : ndarray of bool
        True for a register that runs back when energy flows the other way: its falls count, as long as the rating
        allows them.
    zone : ndarray of int32
        Index into the zone names handed to `settle` beside this table.
    """

    key: Int32
    kind: NDArray[np.int8]
    factor: Float64
    offset: Float64
    modulus: Float64
    rating_per_h: Float64
    resolution: Float64
    period_ms: Int64
    label_end: Bool
    hold_ms: Int64
    valid_lo: Float64
    valid_hi: Float64
    zero_is_missing: Bool
    stuck_count: Int32
    is_net: Bool
    zone: Int32


LOCAL_DAY = -1
"""Value of `Points.period_ms` that means one local calendar day (23, 24 or 25 hours)."""


@dataclass(frozen=True, eq=False)
class Ranges(Columns):
    """For each of some points a range of time ``[from_ms, to_ms)``. [ms UTC]"""

    point: Int32
    from_ms: Int64
    to_ms: Int64


@dataclass(frozen=True, eq=False)
class Intervals(Columns):
    """What each point amounted to in ``[start_ms, start_ms + 15 min)``.

    Only intervals that touch some knowledge stand here; an absent row is 900 s missing. A row with no known second says
    by its flags why nothing is known: its amount is 0 and its peak NaN.

    Attributes
    ----------
    point : ndarray of int32
    start_ms : ndarray of int64
        Multiple of `INTERVAL_MS`. [ms UTC]
    amount : ndarray of float64
        Integral over the known seconds, canonical unit (for concentrations and states: canonical unit times hours).
    measured_s, estimated_s : ndarray of float32
        Seconds known from short steps, and seconds whose amount is spread over a longer step. What is left of 900 s is
        missing. [s]
    peak : ndarray of float64
        Largest rate (canonical unit per hour) or level seen in the interval; NaN where none.
    flags : ndarray of uint16
        `Flag` bits.
    span_from_ms, span_to_ms : ndarray of int64
        The readings between which the estimated part was spread: a longer period that holds the whole span knows this
        amount exactly, so there it counts as measured. Equal to the interval's own edges where nothing is estimated.
        What a reset swallowed is known at no length: its span runs from 1970 to 9999. [ms UTC]
    below, above : ndarray of float32
        How far the true amount of the known seconds can lie below and above `amount`, canonical unit, rounded up: where
        a register stood between two readings, the steps of its display, the single precision of its sender. inf where
        nothing bounds it.
    """

    point: Int32
    start_ms: Int64
    amount: Float64
    measured_s: Float32
    estimated_s: Float32
    peak: Float64
    flags: UInt16
    span_from_ms: Int64
    span_to_ms: Int64
    below: Float32
    above: Float32


@dataclass(frozen=True, eq=False)
class Days(Columns):
    """What each point amounted to in one local day: a sum of intervals.

    Attributes
    ----------
    point : ndarray of int32
    day : ndarray of int32
        Local date as days since 1970-01-01.
    amount : ndarray of float64
        As in `Intervals`.
    measured_s, estimated_s : ndarray of float32
        Seconds known exactly at this length, and seconds spread over a step that leaves the day. [s]
    length_s : ndarray of float32
        Length of the day, 82 800, 86 400 or 90 000 s. [s]
    peak : ndarray of float64
    flags : ndarray of uint16
    """

    point: Int32
    day: Int32
    amount: Float64
    measured_s: Float32
    estimated_s: Float32
    length_s: Float32
    peak: Float64
    flags: UInt16


@dataclass(frozen=True, eq=False)
class Events(Columns):
    """What persons said about meters, as far as it is in force; sorted by (point, from).

    Attributes
    ----------
    point : ndarray of int32
    from_ms, to_ms : ndarray of int64
        Where it acts; equal for an instant, `FOREVER_MS` for an open end. [ms UTC]
    what : ndarray of uint8
        `EventKind`, which says what the next three mean.
    value : ndarray of float64
        Ratio, factor, shift in ms or amount; NaN where the kind has none.
    end_value, start_value : ndarray of float64
        Register before and after, in the reading's own unit; NaN where unknown.
    """

    point: Int32
    from_ms: Int64
    to_ms: Int64
    what: UInt8
    value: Float64
    end_value: Float64
    start_value: Float64

    @classmethod
    def empty(cls) -> Events:
        floats, ints = np.empty(0), np.empty(0, np.int64)
        return cls(np.empty(0, np.int32), ints, ints, np.empty(0, np.uint8), floats, floats, floats)


FOREVER_MS = 253_402_300_799_000
"""9999-12-31: the end of what has none. [ms UTC]"""


@dataclass(frozen=True, eq=False)
class Findings(Columns):
    """What settlement had to decide about a meter: reset, swap, rollover, spike, impossible step, conflict, silence ...

    Attributes
    ----------
    point : ndarray of int32
    time_ms, until_ms : ndarray of int64
        The accepted readings on both sides of the doubt. [ms UTC]
    what : ndarray of uint16
        One `Flag`.
    before, after : ndarray of float64
        The readings on both sides, in the reading's own unit.
    effect : ndarray of float64
        Amount that the applied reading of the doubt gives the step, canonical unit; NaN where it is missing.
    """

    point: Int32
    time_ms: Int64
    until_ms: Int64
    what: UInt16
    before: Float64
    after: Float64
    effect: Float64
