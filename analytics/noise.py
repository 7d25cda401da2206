"""Which steps of a register are in doubt, and which small falls are only noise?

Noise are falls by no more than three display steps, or by no more than the spacing of float32 at the register's value
(0.0625 at 10^6, 1 at 10^7): gateways that mix two scans, round, or send single precision. They count 0 and the higher
value stays the reference.
"""

from __future__ import annotations

import numpy as np

from analytics.columns import HOUR_MS, Float64
from analytics.track import Rows, Track

NOISE_STEPS = 3.0
"""Falls of up to this many steps of the display are noise."""


def cap_per_ms(track: Track) -> Float64:
    """Largest possible rise of each *point*, own unit per millisecond; inf where no rating is known."""
    points = track.points
    cap = points.rating_per_h / np.abs(points.factor) / HOUR_MS
    return np.where(np.isnan(cap), np.inf, cap)


def noise_of(track: Track, readings: Rows) -> Float64:
    """Falls up to this size below these readings are noise: three display steps, or the spacing of float32."""
    value = np.minimum(np.abs(track.value[readings]), np.finfo(np.float32).max / 2)
    spacing = np.spacing(value.astype(np.float32)).astype(np.float64)
    return np.maximum(NOISE_STEPS * track.points.resolution[track.row[readings]], spacing)


def doubtful_steps(track: Track) -> tuple[Rows, Rows]:
    """Indices ``i`` of the steps ``i -> i + 1`` that fall beyond noise, and of those that rise too fast."""
    step = np.diff(track.value)
    same = track.same_point
    cap = cap_per_ms(track)
    falls = np.flatnonzero((step < 0.0) & same)
    falls = falls[-step[falls] > noise_of(track, falls)]
    if bool(np.isinf(cap).all()):
        return falls, np.empty(0, np.int64)
    with np.errstate(invalid="ignore"):
        rises = np.flatnonzero((step > cap[track.row[:-1]] * np.diff(track.time_ms)) & same)
    return falls, rises


def without_noise(track: Track) -> tuple[Track, Rows]:
    """Lift small falls to the highest value before them.

    Within a stretch between two real falls a register cannot fall, so its value is the running maximum. Where many
    small falls add up to more than noise, the stretch ends: that is a fall.
    """
    falls = np.flatnonzero((np.diff(track.value) < 0.0) & track.same_point)
    if len(falls) == 0:
        return track, falls
    real, _ = doubtful_steps(track)
    small = np.setdiff1d(falls, real, assume_unique=True)
    if len(small) == 0:
        return track, small
    point_ends = np.flatnonzero(~track.same_point) + 1
    cuts = np.unique(np.concatenate([[0], point_ends, real + 1, [len(track)]]))
    touched = np.unique(np.searchsorted(cuts, small, "right"))
    value = track.value.copy()
    lifted: list[Rows] = []
    for first, last in zip(cuts[touched - 1].tolist(), cuts[touched].tolist(), strict=True):
        _lift(track, value, first, last, lifted)
    return Track(track.points, track.row, track.time_ms, value), np.concatenate(lifted)


def _lift(track: Track, value: Float64, first: int, last: int, lifted: list[Rows]) -> None:
    """Running maximum over ``[first, last)``, started anew where the fall below it exceeds noise."""
    while first < last:
        top = np.maximum.accumulate(track.value[first:last])
        below = first + np.flatnonzero(top > track.value[first:last])
        too_deep = below[top[below - first] - track.value[below] > noise_of(track, below)]
        end = int(too_deep[0]) if len(too_deep) else last
        value[first:end] = top[: end - first]
        lifted.append(below[below < end])
        first = end
