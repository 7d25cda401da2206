"""The same job in pandas.

Fast because nothing but the highest rate and the doubts needs groups: first and last of a cell are where its number
changes. Of `GroupBy` only what is compiled is used; no `apply`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.columns import HOUR_MS, INTERVAL_MS, Points, Readings
from tests.bench.peers import Answer

NAME = f"pandas {pd.__version__}"

BAD_OR_NULL = 3


@dataclass(frozen=True)
class Held:
    """Points by their key, and readings, as data frames."""

    points: pd.DataFrame
    readings: pd.DataFrame


def threads() -> int:
    return 1  # pandas has no others


def load(points: Points, readings: Readings) -> Held:
    return Held(
        pd.DataFrame({"factor": points.factor, "rating_per_h": points.rating_per_h}, index=points.key),
        pd.DataFrame({name: getattr(readings, name) for name in ("point", "time_ms", "value", "flag")}),
    )


def settle(held: Held) -> pd.DataFrame:
    readings = held.readings
    point, time_ms, value = readings["point"], readings["time_ms"], readings["value"]
    stays = point.eq(point.shift(-1, fill_value=-1))
    step_ms, rise = time_ms.shift(-1, fill_value=0) - time_ms, value.shift(-1) - value
    per_ms = (rise / step_ms).where(stays)
    wrong = stays & ((rise < 0) | (step_ms < 1) | (step_ms > INTERVAL_MS))
    wrong |= (readings["flag"] & BAD_OR_NULL).ne(0) | ~value.between(-np.inf, np.inf, inclusive="neither")
    quarter = time_ms // INTERVAL_MS
    begins = quarter.ne(quarter.shift(1, fill_value=-1)) | point.ne(point.shift(1, fill_value=-1))
    ends = begins.shift(-1, fill_value=True)
    cell = begins.cumsum()
    cells = readings.loc[begins, ["point", "time_ms", "value"]].set_axis(["point", "first_ms", "first_value"], axis=1)
    cells = cells.reset_index(drop=True)
    cells["last_ms"] = time_ms[ends].array
    cells["last_value"] = value[ends].array
    cells["leaving_per_ms"] = per_ms[ends].array
    cells["peak_per_ms"] = per_ms.groupby(cell, sort=False).max().array
    # Nearly always nothing is wrong, and one look at the whole column says so.
    cells["doubtful"] = wrong.groupby(cell, sort=False).any().array if wrong.any() else False
    return _quarters(cells, held.points)


def _quarters(cells: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Read the curve at both edges of each cell."""
    start_ms = cells["first_ms"] // INTERVAL_MS * INTERVAL_MS
    leaving = cells["leaving_per_ms"]
    entering = leaving.shift(1).where(cells["point"].eq(cells["point"].shift(1, fill_value=-1)))
    ends, begins = leaving.notna(), entering.notna()
    end_ms = (start_ms + INTERVAL_MS).where(ends, cells["last_ms"])
    begin_ms = start_ms.where(begins, cells["first_ms"])
    end = (cells["last_value"] + leaving * (end_ms - cells["last_ms"])).where(ends, cells["last_value"])
    begin = (cells["first_value"] - entering * (cells["first_ms"] - begin_ms)).where(begins, cells["first_value"])
    # A step that ends on the edge does not touch the quarter that begins there; fmax passes over NaN.
    touches = entering.where(cells["first_ms"] > start_ms)
    factor, rating_per_h = cells["point"].map(points["factor"]), cells["point"].map(points["rating_per_h"])
    peak = np.fmax(cells["peak_per_ms"], touches) * factor * HOUR_MS
    quarters = pd.DataFrame(
        {
            "point": cells["point"],
            "start_ms": start_ms,
            "amount": (end - begin) * factor,
            "measured_s": (end_ms - begin_ms) / 1000,
            "peak": peak,
            "doubtful": cells["doubtful"] | (peak > rating_per_h),
        }
    )
    known = end_ms > begin_ms
    return quarters if known.all() else quarters[known]


def answer(result: pd.DataFrame) -> Answer:
    return Answer(**{name: result[name].to_numpy() for name in result.columns})
