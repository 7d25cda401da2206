"""How do readings and intervals of points become lines?

The tags of a point are written once and kept by its key; a line is then one format of a few numbers. The tags are those
the registry holds while a line is made: who renames a meter or a medium has another series from then on, and gets the
past under the new name by ``taihu sink resync``.

::

    reading,medium=electricity,meter=E01,plant=wx,series=el.in value=41.5,known=1,flag=0 1535731200000
    interval,medium=electricity,... amount=1.5,known=1.0,measured=1.0,estimated=0.0,flags=0,peak=6.1,... 1535731200000
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analytics.columns import HOUR_MS, INTERVAL_MS, Bool, Int32, Int64, Intervals, Kind, Ranges, Readings
from registry import Point, Registry
from sinks.lineprotocol import series
from sinks.schema import INTERVAL, READING

_LEVELS = (Kind.CONCENTRATION, Kind.STATE)

UNBOUNDED = 3.4e38
"""How far an amount may lie off where nothing bounds it: about the largest number of single precision. The protocol has
no infinity, and a field that is left out would keep the bound that it had.
"""

_PLACE_MS = 2**44
"""More than all times of a point: point and time as one sortable number."""


class PointSeries:
    """The series of all points of a registry, retired ones too; what is of no known point is left out.

    Parameters
    ----------
    registry : Registry
    """

    def __init__(self, registry: Registry) -> None:
        media = _media(registry)
        points = {**registry.retired, **registry.by_key}
        self._key = np.array(sorted(points), np.int64)
        self._level = np.array([points[key].kind in _LEVELS for key in self._key.tolist()], np.bool_)
        tags = {
            key: {"plant": point.plant, "meter": point.meter, "medium": media.get(point.full_id), "series": point.id}
            for key, point in points.items()
        }
        self._reading = {key: series(READING, **told) for key, told in tags.items()}
        self._interval = {key: series(INTERVAL, **told) for key, told in tags.items()}

    def reading_lines(self, readings: Readings) -> tuple[list[str], int]:
        """Readings as lines, in order; of several with one point and time only the last.

        Within one request a server may keep either of two lines of one series and time, hence the choice here.

        Returns
        -------
        lines : list of str
        unknown : int
            How many readings were of no known point.
        """
        known = np.isin(readings.point, self._key)
        unknown = int(len(readings) - known.sum())
        readings = readings if unknown == 0 else readings.take(known)
        last = _last_of_each(readings.point, readings.time_ms)
        readings = readings if last.all() else readings.take(last)
        series_of = map(self._reading.__getitem__, readings.point.tolist())
        value = np.where(np.isfinite(readings.value), readings.value, np.nan)
        rows = zip(series_of, value.tolist(), readings.flag.tolist(), readings.time_ms.tolist(), strict=True)
        lines = [
            f"{name} value={number!r},known=1,flag={flag} {at}" if number == number else f"{name} known=0 {at}"
            for name, number, flag, at in rows
        ]
        return lines, unknown

    def interval_lines(self, ranges: Ranges, intervals: Intervals) -> list[str]:
        """Every quarter of the ranges as a line: known or not.

        Parameters
        ----------
        ranges : Ranges
            In whole quarters, without overlap.
        intervals : Intervals
            Those that start in the ranges.
        """
        known_ranges = ranges.take(np.isin(ranges.point, self._key))
        point, start_ms = quarters(known_ranges)
        intervals = intervals.take(np.isin(intervals.point, self._key))
        there = np.isin(_place(point, start_ms), _place(intervals.point, intervals.start_ms))
        absent = zip(self._names(point[~there]), start_ms[~there].tolist(), strict=True)
        return [*self._known_lines(intervals), *(f"{name} known=0 {at}" for name, at in absent)]

    def _known_lines(self, intervals: Intervals) -> list[str]:
        known_s = intervals.measured_s.astype(np.float64) + intervals.estimated_s
        known_h = np.where(known_s > 0.0, known_s * 1000 / HOUR_MS, 1.0)
        # The amount of a level is in its unit times hours; what is told is its mean.
        hours = np.where(self._level[np.searchsorted(self._key, intervals.point)], known_h, 1.0)
        amount, shares = intervals.amount / hours, _shares(intervals)
        for row in np.flatnonzero(~np.isfinite(amount)).tolist():
            shares[row] = ""  # a number that no server takes is not known
        below, above = (np.where(np.isfinite(x), x / hours, UNBOUNDED) for x in (intervals.below, intervals.above))
        peak = np.where(np.isfinite(intervals.peak), intervals.peak, intervals.amount / known_h)
        columns = (column.tolist() for column in (amount, peak, below, above, intervals.start_ms))
        rows = zip(self._names(intervals.point), shares, *columns, strict=True)
        return [
            f"{name} amount={amount!r},{shares},peak={peak!r},below={below!r},above={above!r} {at}"
            if shares
            else f"{name} known=0 {at}"
            for name, shares, amount, peak, below, above, at in rows
        ]

    def _names(self, point: Int32) -> Iterator[str]:
        return map(self._interval.__getitem__, point.tolist())


def quarters(ranges: Ranges) -> tuple[Int32, Int64]:
    """Point and start of every quarter of the ranges, which begin and end with one, in order."""
    counts = (ranges.to_ms - ranges.from_ms) // INTERVAL_MS
    before = np.cumsum(counts) - counts
    step = np.arange(counts.sum()) - np.repeat(before, counts)
    return np.repeat(ranges.point, counts), np.repeat(ranges.from_ms, counts) + step * INTERVAL_MS


def _shares(intervals: Intervals) -> list[str]:
    """The fields known, measured, estimated and flags of each interval; "" where nothing is known.

    Most intervals say the same here, so each text is made once.
    """
    both = np.stack((intervals.measured_s, intervals.estimated_s), axis=1).view(np.uint64)[:, 0]
    _, slot = np.unique(both, return_inverse=True)
    _, first, text = np.unique(slot * 2**16 + intervals.flags, return_index=True, return_inverse=True)
    told = []
    for row in first.tolist():
        measured, estimated = (
            float(seconds[row]) * 1000 / INTERVAL_MS for seconds in (intervals.measured_s, intervals.estimated_s)
        )
        flags = int(intervals.flags[row])
        told.append(
            f"known={measured + estimated!r},measured={measured!r},estimated={estimated!r},flags={flags}"
            if measured + estimated > 0.0
            else ""
        )
    return [told[number] for number in text.tolist()]


def _media(registry: Registry) -> dict[str, str]:
    """What is counted or where it leaves, by full id: the carrier, else the medium of the outlet."""
    found: dict[str, str] = {}
    for plant in registry.plants:
        for outlet in registry.outlets(plant):
            gas = () if outlet.gas is None else outlet.gas.points
            local = [outlet.flow, *gas, *outlet.pollutants.values(), *map(outlet.load_id, outlet.pollutants)]
            local += [name for name in (outlet.oxygen, outlet.moisture) if name is not None]
            found |= {f"{plant}/{name}": outlet.medium for name in local}
    every: list[Point] = [*registry.retired.values(), *registry.by_key.values()]
    return found | {point.full_id: point.carrier for point in every if point.carrier is not None}


def _last_of_each(point: Int32, time_ms: Int64) -> Bool:
    """Which rows are the last of their point and time."""
    place = _place(point, time_ms)
    order = np.argsort(place, kind="stable")
    last = np.ones(len(place), np.bool_)
    last[order[:-1]] = place[order[1:]] != place[order[:-1]]
    return last


def _place(point: Int32, time_ms: Int64) -> Int64:
    return np.asarray(point.astype(np.int64) * _PLACE_MS + time_ms, np.int64)
