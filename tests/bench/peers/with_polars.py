"""The same job in polars.

Fast because point and quarter are one integer that is told to be sorted: groups are then found by where it changes.
Columns that fit in memory are settled there a tenth to a quarter faster than by the streaming engine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.columns import HOUR_MS, INTERVAL_MS, Points, Readings
from tests.bench.peers import Answer

NAME = f"polars {pl.__version__}"

BAD_OR_NULL = 3


@dataclass(frozen=True)
class Held:
    """Points and readings as data frames."""

    points: pl.DataFrame
    readings: pl.DataFrame


def threads() -> int:
    return pl.thread_pool_size()


def load(points: Points, readings: Readings) -> Held:
    return Held(
        pl.DataFrame(
            {name: getattr(points, name) for name in ("factor", "rating_per_h", "resolution")} | {"point": points.key}
        ),
        pl.DataFrame({name: getattr(readings, name) for name in ("point", "time_ms", "value", "flag")}),
    )


def settle(held: Held, with_bounds: bool) -> pl.DataFrame:
    point, time_ms, value = pl.col("point"), pl.col("time_ms"), pl.col("value")
    step_ms, rise = time_ms.shift(-1) - time_ms, value.shift(-1) - value
    stays = point.shift(-1) == point
    wrong = stays & ((rise < 0) | ~step_ms.is_between(1, INTERVAL_MS))
    steps = held.readings.lazy().select(
        "point",
        "time_ms",
        "value",
        cell=(point.cast(pl.Int64) * (1 << 32) + time_ms // INTERVAL_MS).set_sorted(),
        per_ms=pl.when(stays).then(rise / step_ms),
        doubtful=wrong | (pl.col("flag") & BAD_OR_NULL != 0) | ~value.is_finite(),
    )
    cells = steps.group_by("cell", maintain_order=True).agg(
        point.first(),
        first_ms=time_ms.first(),
        last_ms=time_ms.last(),
        first_value=value.first(),
        last_value=value.last(),
        peak_per_ms=pl.col("per_ms").max(),
        leaving_per_ms=pl.col("per_ms").last(),
        doubtful=pl.col("doubtful").any(),
    )
    return _quarters(cells, held.points.lazy(), with_bounds).collect(engine="in-memory")


def _quarters(cells: pl.LazyFrame, points: pl.LazyFrame, with_bounds: bool) -> pl.LazyFrame:
    """Read the curve at both edges of each cell."""
    first_ms, last_ms = pl.col("first_ms"), pl.col("last_ms")
    leaving, entering = pl.col("leaving_per_ms"), pl.col("entering_per_ms")
    start_ms = pl.col("start_ms")
    came = pl.col("point").shift(1) == pl.col("point")
    cells = cells.with_columns(
        start_ms=first_ms // INTERVAL_MS * INTERVAL_MS, entering_per_ms=pl.when(came).then(leaving.shift(1))
    )
    begins, ends = entering.is_not_null(), leaving.is_not_null()
    end_ms = pl.when(ends).then(start_ms + INTERVAL_MS).otherwise(last_ms)
    begin_ms = pl.when(begins).then(start_ms).otherwise(first_ms)
    last, first = pl.col("last_value"), pl.col("first_value")
    end = pl.when(ends).then(last + leaving * (end_ms - last_ms)).otherwise(last)
    begin = pl.when(begins).then(first - entering * (first_ms - begin_ms)).otherwise(first)
    # A step that ends on the edge does not touch the quarter that begins there; max_horizontal passes over nulls.
    touches = pl.when(first_ms > start_ms).then(entering)
    peak = pl.max_horizontal("peak_per_ms", touches) * pl.col("factor") * HOUR_MS
    amount = (end - begin) * pl.col("factor")
    bounds = _bounds(amount, end_ms - last_ms, first_ms - begin_ms) if with_bounds else {}
    return (
        cells.join(points, on="point", how="left", maintain_order="left")
        .filter(end_ms > begin_ms)
        .select(
            "point",
            "start_ms",
            amount=amount,
            measured_s=(end_ms - begin_ms) / 1000,
            peak=peak,
            doubtful=pl.col("doubtful") | (peak > pl.col("rating_per_h")).fill_null(False),
            **bounds,
        )
    )


def _bounds(amount: pl.Expr, begun_ms: pl.Expr, going_ms: pl.Expr) -> dict[str, pl.Expr]:
    """What the step that leaves the quarter may have counted before the edge, and the one that enters it after."""
    factor, most_per_ms = pl.col("factor"), pl.col("rating_per_h") / HOUR_MS
    leaving, entering = pl.col("leaving_per_ms") * factor, pl.col("entering_per_ms") * factor
    leaving_ms = pl.col("first_ms").shift(-1) - pl.col("last_ms")
    below, above = _part(leaving, leaving_ms, begun_ms, most_per_ms)
    more_below, more_above = _part(entering, leaving_ms.shift(1), going_ms, most_per_ms)
    last = pl.when(leaving.is_not_null()).then(pl.col("first_value").shift(-1)).otherwise(pl.col("last_value"))
    blur = factor * (_blur(pl.col("first_value")) + _blur(last))
    return {
        "below": pl.min_horizontal(amount, below + more_below + blur).cast(pl.Float32),
        "above": (above + more_above + blur).cast(pl.Float32),
    }


def _part(per_ms: pl.Expr, step_ms: pl.Expr, part_ms: pl.Expr, most_per_ms: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """How far below and above the straight line the amount of a part of a step can lie; 0 where there is no step."""
    step, told = per_ms * step_ms, per_ms * part_ms
    below = told - pl.max_horizontal(pl.lit(0.0), step - most_per_ms * (step_ms - part_ms))
    above = pl.min_horizontal(most_per_ms * part_ms, step) - told
    return below.fill_null(0.0), above.fill_null(0.0)


def _blur(value: pl.Expr) -> pl.Expr:
    """Three steps of the display or the spacing of single precision, the larger."""
    return pl.max_horizontal(3 * pl.col("resolution"), pl.lit(2.0).pow(value.log(2.0).floor() - 23))


def answer(result: pl.DataFrame) -> Answer:
    columns = {name: np.asarray(result[name].to_numpy()) for name in result.columns}
    return Answer(**columns)
