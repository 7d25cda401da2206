"""Which steps of a register are in doubt, and which small falls are only noise?

Noise are falls by no more than three display steps, or by no more than the spacing of float32 at the register's value
(0.0625 at 10^6, 1 at 10^7): gateways that mix two scans, round, or send single precision. The higher value stays the
reference for the next readings. A register that stays lower for longer than that is believed: the reference follows,
and the small step back counts as what it is, so that nothing is counted twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.columns import HOUR_MS, Bool, Float64, Points
from analytics.track import Rows, Track

NOISE_STEPS = 3.0
"""Falls of up to this many steps of the display are noise."""

REFERENCE = 12
"""For so many readings a higher value stays the reference of those after it."""


def cap_per_ms(points: Points) -> Float64:
    """Largest possible rise of each *point*, own unit per millisecond; inf where no rating is known."""
    cap = points.rating_per_h / np.abs(points.factor) / HOUR_MS
    return np.where(np.isnan(cap), np.inf, cap)


def noise_of(track: Track, readings: NDArray[Any] | slice) -> Float64:
    """Falls up to this size below these readings are noise: three display steps, or the spacing of float32."""
    return np.maximum(NOISE_STEPS * track.display_step(readings), track.single_step(readings))


def allowed(track: Track, steps: Rows) -> Float64:
    """How far a register can have moved in these steps by its rating, own unit; inf where no rating is known."""
    cap = cap_per_ms(track.points)[track.row[steps]]
    elapsed = (track.time_ms[steps + 1] - track.time_ms[steps]).astype(np.float64)
    return np.where(np.isinf(cap), np.inf, np.where(np.isinf(cap), 0.0, cap) * elapsed)


def doubtful_steps(track: Track) -> tuple[Rows, Rows]:
    """Indices ``i`` of the steps ``i -> i + 1`` that fall beyond noise, and of those that rise too fast.

    A register that runs back (`Points.is_net`) falls in doubt only beyond its rating, or, without one, by more than
    half.
    """
    step = np.diff(track.value)
    judged = track.comparable
    falls = np.flatnonzero((step < 0.0) & judged)
    falls = falls[-step[falls] > noise_of(track, falls)]
    net = track.points.is_net[track.row[falls]]
    if bool(net.any()):
        most = allowed(track, falls)
        most = np.where(np.isinf(most), 0.5 * np.abs(track.value[falls]), most)
        falls = falls[~net | (-step[falls] > most)]
    cap = cap_per_ms(track.points)
    if bool(np.isinf(cap).all()):
        return falls, np.empty(0, np.int64)
    if track.believed is not None:
        judged = judged & ~track.believed
    with np.errstate(invalid="ignore"):
        rises = np.flatnonzero((step > cap[track.row[:-1]] * np.diff(track.time_ms)) & judged)
    # A step of the display within a few milliseconds looks fast and is none.
    return falls, rises[step[rises] > allowed(track, rises) + noise_of(track, rises)]


def without_noise(track: Track, falls: Rows) -> tuple[Track, Rows, Float64]:
    """Lift small falls to the highest of the last readings.

    Parameters
    ----------
    track : Track
    falls : ndarray of int64
        Steps that fall in earnest; no reading is lifted across them.

    Returns
    -------
    track : Track
    lifted : ndarray of int64
        The readings that were lifted.
    by : ndarray of float64, shape (n,)
        By how much, own unit.
    """
    steps_back = (np.diff(track.value) < 0.0) & track.comparable & ~track.points.is_net[track.row[1:]]
    steps_back[falls] = False
    small = np.flatnonzero(steps_back)
    if len(small) == 0:
        return track, small, np.zeros(len(track))
    near = np.zeros(len(track) + REFERENCE, np.bool_)
    for after in range(1, REFERENCE + 1):
        near[small + after] = True
    near_rows = np.flatnonzero(near[: len(track)])
    reach = _joined(track, falls)
    top = track.value[near_rows]
    for back in range(1, REFERENCE + 1):
        before = np.maximum(near_rows - back, 0)
        top = np.where(reach[near_rows] == reach[before], np.maximum(top, track.value[before]), top)
    by = np.zeros(len(track))
    by[near_rows] = top - track.value[near_rows]
    value = track.value.copy()
    value[near_rows] = top
    return replace(track, value=value), np.flatnonzero(by > 0.0), by


def _joined(track: Track, falls: Rows) -> Rows:
    """Number of the stretch without a real fall, a declared change or a change of point, of each reading."""
    cut: Bool = ~track.comparable
    cut[falls] = True
    return np.append(0, np.cumsum(cut))
