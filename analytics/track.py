"""In what form do readings go through settlement?

As a `Track`: the readings of some points, one after the other, each with the row of its point. What is said about
single readings on the way (left out, conflicting, stuck) is collected as `Marks`; a decision about a meter becomes a
finding. These three are private to settlement.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Bool, Columns, Findings, Flag, Float64, Int32, Int64, Points, UInt16

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Track:
    """Readings of some points, sorted by (row, time).

    Attributes
    ----------
    points : Points
        One row a point.
    row : ndarray of int64, shape (n,)
        Row in `points` of each reading, never falling.
    time_ms : ndarray of int64, shape (n,)
    value : ndarray of float64, shape (n,)
        In the point's own unit.
    said : Said or None
        What persons said about single readings; None where nothing was said about any of these points.
    spread : ndarray of float64, shape (n,), or None
        By how much the values differed that came for the same time, own unit; None where none did.
    stood : ndarray of bool, shape (n,), or None
        True for the first of equal readings that came so often that the others were left out; None where none did.
    """

    points: Points
    row: Rows
    time_ms: Int64
    value: Float64
    said: Said | None = None
    spread: Float64 | None = None
    stood: Bool | None = None

    def __len__(self) -> int:
        return len(self.row)

    def keep(self, chosen: Bool) -> Track:
        """The readings where `chosen` is true; the track itself where all are."""
        if bool(chosen.all()):
            return self
        return Track(
            self.points,
            self.row[chosen],
            self.time_ms[chosen],
            self.value[chosen],
            None if self.said is None else self.said.take(chosen),
            None if self.spread is None else self.spread[chosen],
            None if self.stood is None else self.stood[chosen],
        )

    def of(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column of `points`, repeated for every reading."""
        return column[self.row]

    @cached_property
    def same_point(self) -> Bool:
        """Whether reading i + 1 is of the same point as reading i, shape (n - 1,)."""
        return np.asarray(self.row[1:] == self.row[:-1], np.bool_)

    @cached_property
    def comparable(self) -> Bool:
        """Whether the step i -> i + 1 says anything by itself: same point, and nobody said what it was; (n - 1,)."""
        if self.said is None:
            return self.same_point
        return np.asarray(self.same_point & (self.said.segment[1:] == self.said.segment[:-1]), np.bool_)

    @cached_property
    def believed(self) -> Bool | None:
        """Whether a person said that the readings on both sides of the step i -> i + 1 are true; None: of no step."""
        if self.said is None or not bool(self.said.believed.any()):
            return None
        return np.asarray(self.said.believed[1:] & self.said.believed[:-1], np.bool_)

    def display_step(self, readings: NDArray[Any] | slice) -> Float64:
        """Smallest step of the display at some readings, own unit; 0 where unknown."""
        step = self.points.resolution[self.row[readings]]
        return step if self.said is None else np.asarray(step * self.said.scale[readings], np.float64)

    def single_step(self, readings: NDArray[Any] | slice) -> Float64:
        """Spacing of single precision at some readings, own unit."""
        if self.said is None:
            return single_step(self.value[readings])
        scale = self.said.scale[readings]
        return np.asarray(single_step(self.value[readings] / scale) * scale, np.float64)


SINGLE_EXPONENT = np.int32(0x7F800000)
SINGLE_DIGITS = 2.0**-23


def single_step(value: Float64) -> Float64:
    """Spacing of single precision at some values, from the exponent of each.

    Examples
    --------
    >>> single_step(np.array([1e6, -1e7])).tolist()
    [0.0625, 1.0]
    """
    sent = np.minimum(np.abs(value), np.finfo(np.float32).max / 2).astype(np.float32)
    power = (sent.view(np.int32) & SINGLE_EXPONENT).view(np.float32)
    return np.asarray(np.maximum(power, np.finfo(np.float32).tiny) * SINGLE_DIGITS, np.float64)


@dataclass(frozen=True, eq=False)
class Said(Columns):
    """What persons said, one row a reading (`analytics.said`).

    Attributes
    ----------
    segment : ndarray of int64
        Grows by one at each declared change between two readings; steps from one segment to the next are not judged.
    scale : ndarray of float64
        By what the reading was multiplied to be in the point's own unit and ratio.
    believed : ndarray of bool
        True where the reading is true whatever it looks like.
    read : ndarray of float64
        What the display showed, before it was multiplied.
    """

    segment: Rows
    scale: Float64
    believed: Bool
    read: Float64


@dataclass(frozen=True, eq=False)
class Marks(Columns):
    """Flags that single readings leave in the interval of their time."""

    row: Rows
    time_ms: Int64
    flag: UInt16

    @classmethod
    def at(cls, track: Track, readings: NDArray[Any], flag: Flag) -> Marks:
        """The same flag at each of the chosen readings (mask or indices)."""
        row = track.row[readings]
        return cls(row, track.time_ms[readings], np.full(len(row), int(flag), np.uint16))


def no_marks() -> Marks:
    """No mark at all: what a clean track leaves."""
    return Marks(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint16))


def no_findings() -> Findings:
    """No finding at all."""
    ints, floats = np.empty(0, np.int64), np.empty(0)
    return Findings(np.empty(0, np.int32), ints, ints, np.empty(0, np.uint16), floats, floats, floats)


def found(track: Track, before: Rows, after: Rows, what: UInt16 | Flag, effect: Float64) -> Findings:
    """Findings between pairs of readings of a track.

    Parameters
    ----------
    before, after : ndarray of int64, shape (m,)
        Indices of the readings on both sides.
    what : Flag or ndarray of uint16, shape (m,)
    effect : ndarray of float64, shape (m,)
        Canonical unit; NaN where the step is missing.
    """
    shown = track.value if track.said is None else np.where(track.said.scale == 1.0, track.value, track.said.read)
    return Findings(
        point=np.asarray(track.points.key[track.row[before]], np.int32),
        time_ms=track.time_ms[before],
        until_ms=track.time_ms[after],
        what=np.broadcast_to(np.asarray(what, np.uint16), before.shape).copy(),
        before=shown[before],
        after=shown[after],
        effect=effect,
    )


def rows_of(keys: Int32, wanted: Int32) -> Rows:
    """Position of each wanted key among unique keys.

    Raises
    ------
    ValueError
        If a key is wanted that is not there.
    """
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], wanted)
    place = np.minimum(place, max(len(keys) - 1, 0))
    if len(wanted) and (len(keys) == 0 or not bool((keys[order[place]] == wanted).all())):
        unknown = sorted(set(wanted.tolist()) - set(keys.tolist()))
        raise ValueError(f"ranges name points {unknown[:5]} that the table of {len(keys)} points does not hold")
    return np.asarray(order[place], np.int64)
