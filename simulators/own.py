"""How would a user's own readings come out, if their meters broke?

The columns of a CSV, read by a replay profile, give loads of the user's shape in place of simulated ones: their periods
one after the other, holes closed, moved to a common time and scaled to a common mean, so that a display's last digit
means the same for all. What the unbroken readings settle to is the truth. A column that never falls is a register; any
other one holds the amount of each period, and a register that counts these amounts is broken as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from analytics.columns import HOUR_MS, INTERVAL_MS, Float64, Int64, Kind
from simulators.faults import Line, Row, corpus
from simulators.faults.corpus import SAMPLINGS_MS
from simulators.faults.truth import RATING_TOLERANCE
from simulators.judge import BAR
from simulators.replay_profile import ProfileError, load_profile
from simulators.replay_rows import read_rows

LEAST_READINGS = 600
"""A column needs so many readings."""

USUAL_READINGS = 1500
"""Readings of one case, if none of them is so large that its share of the total passes the bar."""

MOST_QUARTERS = 1_500_000
"""Quarters of all cases of a row together; where periods are long there are fewer cases."""

LONGEST_RUN = 20
"""A column with so many equal readings in a row cannot tell a stuck meter."""


@dataclass(frozen=True, eq=False)
class Own:
    """Loads of a user's file.

    Attributes
    ----------
    title : str
        File and columns.
    columns : tuple of str
        Those used, ``device/key``.
    left_out : tuple of str
        Those not used, each with the reason.
    period_ms : int
    shapes : tuple of ndarray
        Load of each period as a share of the column's mean.
    """

    title: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    period_ms: int
    shapes: tuple[Float64, ...]

    @property
    def count(self) -> int:
        """Readings of one case."""
        wanted = max(USUAL_READINGS, math.ceil(self.most / BAR))
        return min(wanted, min(len(shape) for shape in self.shapes) - 2)

    @property
    def most(self) -> float:
        """Largest load as a share of the mean."""
        return float(max(shape.max() for shape in self.shapes))

    def most_cases(self, wanted: int) -> int:
        """How many cases there is room for."""
        quarters = max(self.count * self.period_ms // INTERVAL_MS, 1)
        return max(min(wanted, MOST_QUARTERS // quarters), 1)

    def loads(self, rng: np.random.Generator, n_cases: int, n_knots: int) -> Float64:
        """A stretch of a column for each case, shape (n_cases, n_knots); the last load goes on where it ends."""
        load = np.empty((n_cases, n_knots))
        for case in range(n_cases):
            shape = self.shapes[case % len(self.shapes)]
            begin = int(rng.integers(0, max(len(shape) - n_knots, 0) + 1))
            stretch = shape[begin : begin + n_knots]
            load[case, : len(stretch)] = stretch
            load[case, len(stretch) :] = stretch[-1]
        return load

    def as_dict(self) -> dict[str, Any]:
        """For a machine."""
        return {"columns": list(self.columns), "left_out": list(self.left_out), "period_ms": self.period_ms}


def read_own(profile_path: Path, data_path: Path) -> Own:
    """Read a CSV by its replay profile.

    Raises
    ------
    ProfileError, DataError
        As a replay does; also where no column can be used.
    """
    profile = load_profile(profile_path)
    with read_rows(profile, data_path) as reader:
        rows = list(reader)
    time_ms = np.array([row.time_ms for row in rows], np.int64)
    names = [f"{channel.device}/{channel.key}" for channel in profile.columns.values()]
    used: dict[str, Float64] = {}
    left_out: list[str] = []
    order = np.argsort(time_ms, kind="stable")
    period_ms = int(np.median(np.diff(time_ms[order]))) if len(rows) > 1 else 0
    for i, name in enumerate(names):
        value = np.array([np.nan if row.values[i] is None else row.values[i] for row in rows], np.float64)[order]
        shape, why = _shape(time_ms[order], value, period_ms)
        if why:
            left_out.append(f"{name}: {why}")
        else:
            used[name] = shape
    if not used:
        raise ProfileError(f"{profile_path}: no column of {data_path} can be used: {'; '.join(left_out)}")
    title = f"{data_path.name} ({', '.join(used)})"
    return Own(title, tuple(used), tuple(left_out), period_ms, tuple(used.values()))


def _shape(time_ms: Int64, value: Float64, period_ms: int) -> tuple[Float64, str]:
    """Loads of the periods, mean 1; or why there are none."""
    usable = np.isfinite(value)
    time_ms, value = time_ms[usable], value[usable]
    nothing = np.empty(0)
    if period_ms <= 0 or len(value) < 2:
        return nothing, "has no two readings"
    if len(value) < LEAST_READINGS:
        return nothing, f"has {len(value)} readings, wanted {LEAST_READINGS}"
    if bool((value < 0.0).any()):
        return nothing, f"has readings below zero, the least {value.min()}"
    is_register = bool((np.diff(value) >= 0.0).all()) and value[-1] > value[0]
    load = np.diff(value)[np.diff(time_ms) <= 1.5 * period_ms] if is_register else value
    if not load.mean() > 0.0:
        return nothing, "never shows anything but zero"
    return np.asarray(load / load.mean(), np.float64), ""


def own_rows(own: Own) -> list[Row]:
    """The rows of the corpus that a user's readings can tell."""
    like_ms = max((ms for ms in SAMPLINGS_MS if ms <= own.period_ms), default=SAMPLINGS_MS[0])
    line = Line(own.period_ms, count=own.count, hole_at=own.count // 2, own=own)
    has_zeros = any(bool((shape == 0.0).any()) for shape in own.shapes)
    # A thousand times its least load must be impossible, or another unit looks like a load.
    is_lively = all(1000.0 * shape.min() > RATING_TOLERANCE * own.most for shape in own.shapes)
    has_runs = any(_longest_run(shape) >= LONGEST_RUN for shape in own.shapes)
    rows = []
    for row in corpus():
        tells_flows = not (has_zeros and _breaks(row, "zero"))
        kinds = tuple(k for k in row.kinds if k is Kind.REGISTER or (k is Kind.AMOUNT and tells_flows))
        fits = like_ms in row.samplings_ms and row.line.hole_ms == 0 and not row.zone and not row.line.idle < 0.0
        fits &= not (has_runs and "stuck" in row.name)
        fits &= is_lively or row.name != "Wh for kWh, undeclared"
        # A clock that is off by less than a period cannot be told from one that labels it otherwise.
        fits &= own.period_ms <= HOUR_MS or not ("an hour" in row.name or "local time" in row.name)
        if fits and kinds:
            rows.append(replace(row, kinds=kinds, line=line, samplings_ms=(own.period_ms,)))
    return rows


def _breaks(row: Row, fault: str) -> bool:
    """Whether a row may hold a fault; of random combinations nobody knows before."""
    return fault in row.name or not row.faults


def _longest_run(shape: Float64) -> int:
    """How many equal loads follow each other."""
    changes = np.flatnonzero(np.diff(shape) != 0.0)
    return int(np.diff(np.concatenate([[-1], changes, [len(shape) - 1]])).max())
