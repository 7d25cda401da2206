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
        pd.DataFrame(
            {name: getattr(points, name) for name in ("factor", "rating_per_h", "resolution")}, index=points.key
        ),
        pd.DataFrame({name: getattr(readings, name) for name in ("point", "time_ms", "value", "flag")}),
    )


def settle(held: Held, with_bounds: bool) -> pd.DataFrame:
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
    return _quarters(cells, held.points, with_bounds)


def _quarters(cells: pd.DataFrame, points: pd.DataFrame, with_bounds: bool) -> pd.DataFrame:
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
    if with_bounds:
        cells = cells.assign(
            leaving=leaving * factor,
            entering=entering * factor,
            begun_ms=end_ms - cells["last_ms"],
            going_ms=cells["first_ms"] - begin_ms,
            factor=factor,
            most_per_ms=rating_per_h / HOUR_MS,
            resolution=cells["point"].map(points["resolution"]),
        )
        _add_bounds(quarters, cells)
    known = end_ms > begin_ms
    return quarters if known.all() else quarters[known]


def _add_bounds(quarters: pd.DataFrame, cells: pd.DataFrame) -> None:
    """What the step that leaves the quarter may have counted before the edge, and the one that enters it after."""
    leaving_ms = cells["first_ms"].shift(-1) - cells["last_ms"]
    below, above = _part(cells["leaving"], leaving_ms, cells["begun_ms"], cells["most_per_ms"])
    more_below, more_above = _part(cells["entering"], leaving_ms.shift(1), cells["going_ms"], cells["most_per_ms"])
    last = cells["first_value"].shift(-1).where(cells["leaving"].notna(), cells["last_value"])
    blur = cells["factor"] * (_blur(cells["first_value"], cells) + _blur(last, cells))
    quarters["below"] = np.minimum(quarters["amount"], below + more_below + blur).astype(np.float32)
    quarters["above"] = (above + more_above + blur).astype(np.float32)


def _part(per_ms: pd.Series, step_ms: pd.Series, part_ms: pd.Series, most_per_ms: pd.Series) -> list[pd.Series]:
    """How far below and above the straight line the amount of a part of a step can lie; 0 where there is no step."""
    step, told = per_ms * step_ms, per_ms * part_ms
    below = told - (step - most_per_ms * (step_ms - part_ms)).clip(lower=0.0)
    above = np.minimum(most_per_ms * part_ms, step) - told
    return [below.fillna(0.0), above.fillna(0.0)]


def _blur(value: pd.Series, cells: pd.DataFrame) -> pd.Series:
    """Three steps of the display or the spacing of single precision, the larger."""
    return np.maximum(3 * cells["resolution"], np.exp2(np.floor(np.log2(value)) - 23))


def answer(result: pd.DataFrame) -> Answer:
    return Answer(**{name: result[name].to_numpy() for name in result.columns})
