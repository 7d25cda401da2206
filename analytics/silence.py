"""For how long was nothing heard of a point?"""

from __future__ import annotations

import numpy as np

from analytics.columns import HOUR_MS, LOCAL_DAY, Findings, Flag, Float64, Int64, Points
from analytics.pieces import MISSING, Pieces, RegisterPieces
from analytics.track import Track, found

SILENT_PERIODS = 10
LEAST_SILENCE_MS = HOUR_MS

ROW_MS = 2**43
"""More than all times of a row: row and time as one sortable number."""


def silence_ms(points: Points) -> Int64:
    """From which distance of two readings on a point was silent: ten times the expected one, at least an hour. [ms]"""
    period = np.where(points.period_ms == LOCAL_DAY, 25 * HOUR_MS, points.period_ms)
    return np.asarray(np.maximum(SILENT_PERIODS * period, LEAST_SILENCE_MS), np.int64)


def silences(track: Track, pieces: Pieces) -> Findings:
    """Steps between readings that took longer than `silence_ms`.

    The effect is what a register counted meanwhile, where that is known; of everything else nothing is.

    Parameters
    ----------
    track : Track
        Screened readings; of a register those that its pieces lie between, of other points also those that stood still.
    pieces : Pieces
        What became of them.
    """
    long = np.diff(track.time_ms) > silence_ms(track.points)[track.row[:-1]]
    step = np.flatnonzero(long & track.same_point)
    effect: Float64 = np.full(len(step), np.nan)
    if len(step) and isinstance(pieces, RegisterPieces):
        # The last piece that begins at the reading: one of no length may stand before it.
        here, wanted = pieces.row * ROW_MS + pieces.from_ms, track.row[step] * ROW_MS + track.time_ms[step]
        place = np.maximum(np.searchsorted(here, wanted, "right") - 1, 0)
        same = (pieces.from_ms[place] == track.time_ms[step]) & (pieces.to_ms[place] == track.time_ms[step + 1])
        known = same & (pieces.state[place] != MISSING)
        effect = np.where(known, pieces.amount[place], np.nan)
    return found(track, step, step + 1, Flag.GAP, effect)
