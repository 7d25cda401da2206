"""Which readings of a register leave the possible course and come back?

A momentary zero, a spike, a garbled frame: some readings are away, then the register goes on where it was. Such an
excursion is left out whole, and the step across it is an ordinary step.

::

    value            x x                     x               excursion: x
              o  o         o   o          o     o  o         o goes on from o
              i  k    eve  j              i  k  j

Reading ``i`` is the last one before, ``k = i + 1`` the first one away, ``j`` (at most `LOOK_AHEAD` readings after
``k``) the return, ``eve = j - 1``. With and without a rating, all of this must hold:

* the step ``i -> k`` falls by more than noise, or rises faster than the rating allows;
* the return is consistent with ``i``: ``r_j >= r_i`` (less noise) and, with a rating, ``r_j - r_i <= rating * dt``; a
  register that runs back may return to either side of ``r_i``;
* if the register fell: on the eve of its return it was still at least half as far away as it ever was. A register that
  was reset and has counted up to its old value again has crept back instead, and stays a reset.

A spike that rises no faster than the rating, or one of a register without a rating, shows only when it falls back. So
for each falling step ``eve -> j`` the nearest earlier reading ``i`` (at most `LOOK_AHEAD` back) with ``0 < r_i <= r_j``
is looked up, and it is an excursion if it is gross: the first step up ``i -> k`` makes at least half of the whole
height ``max - r_i``, and the fall undoes at least half of it. (A register that stood at zero before may truly have
counted and then been reset to zero, like the ones that count "today".)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.columns import Bool, Columns, Float64
from analytics.noise import cap_per_ms, doubtful_steps, noise_of
from analytics.track import Rows, Track

LOOK_AHEAD = 12
"""Readings within which an excursion must have ended. Ten momentary zeros in a row are in the fault corpus."""

HALF = 0.5


@dataclass(frozen=True, eq=False)
class Excursions(Columns):
    """Readings ``first .. back - 1`` are away; ``first - 1`` and ``back`` are good."""

    first: Rows
    back: Rows


def excursions(track: Track) -> Excursions:
    """All excursions of a track, none overlapping another; where two could begin, the earlier one counts.

    Parameters
    ----------
    track : Track
        Screened readings of registers.
    """
    falls, rises = doubtful_steps(track)
    if track.believed is not None:
        falls = falls[~track.believed[falls]]
    if len(falls) + len(rises) == 0:
        return Excursions(np.empty(0, np.int64), np.empty(0, np.int64))
    ahead = _look_ahead(track, np.union1d(falls, rises))
    behind = _look_back(track, falls)
    both = Excursions.concat([ahead, behind])
    # Earliest start first; at the same start, the shorter one.
    return _disjoint(both.take(np.lexsort((both.back, both.first))))


def _look_ahead(track: Track, step: Rows) -> Excursions:
    """For each doubtful step the first consistent return."""
    value, row, last = track.value, track.row, len(track) - 1
    before = value[step]
    tolerance = noise_of(track, step)
    cap = cap_per_ms(track.points)[row[step]]
    segment = _segment(track)
    runs_back = track.points.is_net[row[step]]
    fell = value[step + 1] < before
    depth = np.zeros(len(step))
    back = np.full(len(step), -1, np.int64)
    open_ = np.ones(len(step), np.bool_)
    for ahead in range(1, LOOK_AHEAD + 1):
        eve = np.minimum(step + ahead, last)
        j = np.minimum(eve + 1, last)
        depth = np.maximum(depth, before - value[eve])
        rise = value[j] - before
        elapsed = (track.time_ms[j] - track.time_ms[step]).astype(np.float64)
        most = _allowed(cap, elapsed) + tolerance
        fits = (rise >= np.where(runs_back, -_back(most, before), -tolerance)) & (rise <= most)
        fits &= open_ & (step + ahead + 1 <= last) & (segment[j] == segment[step])
        crept = fell & (np.abs(before - value[eve]) < HALF * depth)
        back = np.where(fits & ~crept, j, back)
        open_ &= ~fits
    chosen = back >= 0
    return Excursions(step[chosen] + 1, back[chosen])


def _look_back(track: Track, falls: Rows) -> Excursions:
    """For each falling step the nearest earlier reading from which a gross spike rose."""
    value, segment = track.value, _segment(track)
    falls = falls[~track.points.is_net[track.row[falls]]]
    after = value[falls + 1]
    top = np.full(len(falls), -np.inf)
    first = np.full(len(falls), -1, np.int64)
    for behind in range(1, LOOK_AHEAD + 1):
        i = np.maximum(falls - behind, 0)
        top = np.where(first < 0, np.maximum(top, value[i + 1]), top)
        same = (falls >= behind) & (segment[i] == segment[falls])
        meets = (first < 0) & same & (value[i] > 0.0) & (value[i] <= after)
        first = np.where(meets, i + 1, first)
    reached = first > 0
    falls, first, top, after = falls[reached], first[reached], top[reached], after[reached]
    origin = value[first - 1]
    height = top - origin
    gross = (value[first] - origin >= HALF * height) & (top - after >= HALF * height)
    cap = cap_per_ms(track.points)[track.row[first]]
    elapsed = (track.time_ms[falls + 1] - track.time_ms[first - 1]).astype(np.float64)
    gross &= after - origin <= _allowed(cap, elapsed) + noise_of(track, first - 1)
    return Excursions(first[gross], falls[gross] + 1)


def _allowed(cap: Float64, elapsed_ms: Float64) -> Float64:
    return np.where(np.isinf(cap), np.inf, np.where(np.isinf(cap), 0.0, cap) * elapsed_ms)


def _back(most: Float64, before: Float64) -> Float64:
    """How far a register that runs back may have gone; without a rating, to its half."""
    return np.where(np.isinf(most), 0.5 * np.abs(before), most)


def _segment(track: Track) -> Rows:
    """Number that stays the same as long as nobody declared a change of the meter, and the point is the same."""
    return np.append(0, np.cumsum(~track.comparable))


def _disjoint(candidates: Excursions) -> Excursions:
    """Of candidates sorted by start, those met when one walks from left to right and skips what lies inside.

    Each candidate knows the next one that starts after its return; the walk is the set reached from the first, found
    by doubling the jumps instead of walking.
    """
    n = len(candidates)
    if n == 0:
        return candidates
    following = np.append(np.searchsorted(candidates.first, candidates.back, "right"), n)
    reached: Bool = np.zeros(n + 1, np.bool_)
    reached[0] = True
    for _ in range(n.bit_length() + 1):
        reached[following[reached]] = True
        following = following[following]
    return candidates.take(reached[:n])
