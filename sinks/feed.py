"""What has a target not got yet, as lines, a piece at a time?

The journal is the queue: a piece is read from the store when it is about to be sent, and never more than two are held,
whether the backlog is a second or a year. Each piece says where the target is once it has it. In a round come the lines
of the product first (they are few and people look at them), then what was settled, then readings in order of arrival,
then what lay there before the target came.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from analytics.columns import DAY_MS, INTERVAL_MS, Ranges
from registry import Registry
from sinks.lineprotocol import line
from sinks.pointlines import PointSeries
from storage import Follower, Store

PIECE_LINES = 25_000
"""About so many lines a piece: some megabytes."""

PIECES_A_ROUND = 8
"""So many pieces of a backlog are sent before somebody looks for newer figures."""

PIECE_RANGES = 20_000
"""So many changed ranges are looked at at once."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Some lines, and where the target is when it has them.

    Attributes
    ----------
    lines : list of str
        May be empty: then there is only a place to go to.
    after : Follower
    unknown : int
        Readings that were left out, since the registry knows no such point.
    """

    lines: list[str]
    after: Follower
    unknown: int = 0


class Feed:
    """Reads for one target.

    Parameters
    ----------
    store : Store
    registry : Registry
        Whose tags the lines get; `reload` exchanges it.
    """

    def __init__(self, store: Store, registry: Registry) -> None:
        self._store = store
        self._extents: Ranges | None = None
        self.reload(registry)

    def reload(self, registry: Registry) -> None:
        """Use the tags of another registry from the next piece on."""
        self._series = PointSeries(registry)

    def forget(self) -> None:
        """Look up again how far the intervals of each point reach: they are to be sent again."""
        self._extents = None

    def round(self, at: Follower, *, intervals: bool = True) -> Iterator[Piece]:
        """A piece of each kind, as far as there is anything; none where the target has all.

        Parameters
        ----------
        at : Follower
            Where the target is.
        intervals : bool
            Whether to look for settled intervals: those of the running quarter change with every reading.
        """
        stages = [self._lines, self._changes, self._readings, self._refill]
        for stage in stages if intervals else [self._lines, self._readings, self._refill]:
            for piece in stage(at):
                yield piece
                at = piece.after

    def _lines(self, at: Follower) -> Iterator[Piece]:
        head = self._store.heads.line
        if at.line >= head:
            return
        found, number = self._store.lines_after(at.line, PIECE_LINES)
        lines = [line(*row) for row in zip(found.series, found.fields, found.time_ms.tolist(), strict=True)]
        yield Piece(lines, replace(at, line=number if lines else head))

    def _changes(self, at: Follower) -> Iterator[Piece]:
        if not at.intervals or at.change >= self._store.heads.change:
            return
        ranges, change = self._store.changed_after(at.change, PIECE_RANGES)
        for part in portions(ranges, PIECE_LINES):
            yield Piece(self._series.interval_lines(part, self._store.intervals(part)), at)
        yield Piece([], replace(at, change=change))

    def _readings(self, at: Follower) -> Iterator[Piece]:
        for _ in range(PIECES_A_ROUND):
            if not at.readings or at.arrival >= self._store.heads.arrival:
                return
            readings, arrival = self._store.arrived(at.arrival, PIECE_LINES)
            lines, unknown = self._series.reading_lines(readings)
            at = replace(at, arrival=arrival)
            yield Piece(lines, at, unknown)

    def _refill(self, at: Follower) -> Iterator[Piece]:
        for _ in range(PIECES_A_ROUND):
            if not at.refilling:
                self._extents = None
                return
            extents = self._extents
            if extents is None:
                extents = self._extents = self._store.interval_extents()
            days = max(1, PIECE_LINES * INTERVAL_MS // DAY_MS // max(len(extents), 1))
            to_ms = min((at.refill_from_ms // DAY_MS + days) * DAY_MS, at.refill_to_ms)
            # A day of thousands of points is more than a piece.
            for part in portions(clipped(extents, at.refill_from_ms, to_ms), 2 * PIECE_LINES):
                yield Piece(self._series.interval_lines(part, self._store.intervals(part)), at)
            later = extents.from_ms[extents.to_ms > to_ms]
            # Where no point has anything for years, these are passed over.
            next_ms = max(to_ms, int(later.min())) if len(later) else at.refill_to_ms
            at = replace(at, refill_from_ms=next_ms)
            yield Piece([], at)


def ahead(pieces: Iterator[Piece], reader: Executor) -> Iterator[Piece]:
    """The pieces, each of them read by `reader` while the one before it is on its way."""
    coming = reader.submit(next, pieces, None)
    while (piece := coming.result()) is not None:
        coming = reader.submit(next, pieces, None)
        yield piece


def clipped(ranges: Ranges, from_ms: int, to_ms: int) -> Ranges:
    """What of the ranges lies in ``[from_ms, to_ms)``, in whole quarters."""
    start_ms = -(-np.maximum(ranges.from_ms, from_ms) // INTERVAL_MS) * INTERVAL_MS
    cut = Ranges(ranges.point, start_ms, np.minimum(ranges.to_ms, to_ms))
    return cut.take(cut.from_ms < cut.to_ms)


def portions(ranges: Ranges, most: int) -> Iterator[Ranges]:
    """The ranges in order of time, in portions of about `most` quarters each.

    Parameters
    ----------
    ranges : Ranges
        In whole quarters, without overlap.
    most : int
        A portion is at most a day of one point longer.
    """
    counts = -(-(ranges.to_ms - ranges.from_ms) // DAY_MS)
    before = np.cumsum(counts) - counts
    step = np.arange(counts.sum()) - np.repeat(before, counts)
    from_ms = np.repeat(ranges.from_ms, counts) + step * DAY_MS
    days = Ranges(
        np.repeat(ranges.point, counts), from_ms, np.minimum(from_ms + DAY_MS, np.repeat(ranges.to_ms, counts))
    )
    days = days.take(np.argsort(days.from_ms, kind="stable"))
    held = np.cumsum((days.to_ms - days.from_ms) // INTERVAL_MS)
    for rows in np.split(np.arange(len(days)), np.flatnonzero(np.diff(held // most)) + 1):
        if len(rows):
            yield days.take(rows)
