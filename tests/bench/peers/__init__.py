"""How would an expert write the same settlement with another tool?

Each module settles clean registers from its tool's own columns into its tool's own columns; what takes the columns in
and out is not part of the time. The readings come sorted by (point, time), as they come to `analytics.settlement`. All
three take the shortest way there is::

    readings   a    b    c  |  d    e    f  |        step b -> c: rate, falls?, longer than an interval?
                 cell k     |     cell k+1           one aggregation: first, last and highest rate of each cell
                           edge                      the curve at the edge: on the line from c to d

With that each quarter's amount is a difference of two edges, its measured seconds their distance, its peak the highest
rate of a step that touches it. Steps that fall, that are longer than a quarter or faster than the rating, and readings
that are bad, null or out of order make a quarter doubtful; none may be, because what follows from a doubt (gaps,
resets, spikes) is left out here.

The job comes in two sizes: amounts, seconds and peaks; and with them how far each amount can lie off, as in
`analytics.bounds`: between two readings a register may have moved at any time, as far as its rating allows, and three
steps of the display or single precision blur both edges. What else an interval holds is constant on clean registers
(flags, spans, estimated seconds) and left out in favour of the peers; so are the bounds of a quarter within one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from analytics.columns import Bool, Float32, Float64, Int32, Int64, Points, Readings


@dataclass(frozen=True, eq=False)
class Answer:
    """What every peer makes of clean registers; one row a quarter with a known second, sorted by (point, start).

    Attributes
    ----------
    point : ndarray of int32, shape (n,)
    start_ms : ndarray of int64, shape (n,)
        [ms UTC]
    amount : ndarray of float64, shape (n,)
        Canonical unit.
    measured_s : ndarray of float64, shape (n,)
        [s]
    peak : ndarray of float64, shape (n,)
        Canonical unit per hour.
    doubtful : ndarray of bool, shape (n,)
        Whether the quarter met anything that is not clean; the other columns are then not to be used.
    below, above : ndarray of float32, shape (n,), or None
        As in `Intervals`, canonical unit; None where they were not asked for.
    """

    point: Int32
    start_ms: Int64
    amount: Float64
    measured_s: Float64
    peak: Float64
    doubtful: Bool
    below: Float32 | None = None
    above: Float32 | None = None


class Peer(Protocol):
    """A module of this folder."""

    NAME: str

    def threads(self) -> int:
        """How many threads the tool may use."""

    def load(self, points: Points, readings: Readings) -> Any:
        """The input in the tool's own columns; not timed."""

    def settle(self, held: Any, with_bounds: bool) -> Any:
        """The job; from the tool's own columns to the tool's own columns, timed."""

    def answer(self, result: Any) -> Answer:
        """The result as arrays; not timed."""
