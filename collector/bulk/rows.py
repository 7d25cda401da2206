"""What was understood of a chunk, and what was not?

Columns of what names a point, a time and a value, beside counts of what is no reading by the map's own words, and a
list of what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analytics.columns import Float64, Int64, Quality, Readings, UInt8
from collector.bulk.target import Targets


@dataclass(frozen=True)
class Refused:
    """One row, or one value of a row, that is not kept.

    Attributes
    ----------
    place : str
        Where it stands: the line of a CSV, the row of a Parquet file, the time of a series.
    column : str
        "" where the row as a whole is meant.
    came : str
        What stands there.
    reason : str
        What is wrong with it, and what was wanted.
    """

    place: str
    column: str
    came: str
    reason: str


@dataclass(frozen=True, eq=False)
class Understood:
    """What the rows of a chunk say.

    Attributes
    ----------
    target : ndarray of int64, shape (n,)
        Row of the targets.
    time_ms : ndarray of int64, shape (n,)
        [ms UTC]
    value : ndarray of float64, shape (n,)
        As it came; NaN where the sender said that it has none.
    flag : ndarray of uint8, shape (n,)
        `Quality` bits.
    line : ndarray of int64, shape (n,), or None
        Where each stands; None where nobody counted.
    rows : int
        Rows of the file, good or not.
    empty : int
        Cells without a value that are no reading.
    skipped : int
        Rows of names that the map leaves out.
    refused : list of Refused
    """

    target: Int64
    time_ms: Int64
    value: Float64
    flag: UInt8
    line: Int64 | None
    rows: int
    empty: int = 0
    skipped: int = 0
    refused: list[Refused] = field(default_factory=list)

    def readings(self, targets: Targets, received_ms: int) -> Readings:
        """As readings of the journal: in the points' own units, marked as imported."""
        plain = targets.plain
        value = self.value if plain else self.value * targets.factor[self.target] + targets.offset[self.target]
        return Readings(
            targets.key[self.target].astype(np.int32),
            self.time_ms,
            value,
            self.flag | np.uint8(Quality.IMPORTED),
            np.full(len(self.time_ms), received_ms, np.int64),
        )
