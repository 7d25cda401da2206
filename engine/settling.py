"""How are the intervals of some ranges made from the journal, and put in place of the old ones?

::

    dirty            x x                     new readings, or what an event acts on
    touched     [----------)                 as far as these change how others are understood
    read     |-- o o  ...  o o --|           what decides about the touched ranges (`engine.surroundings`)

`settle_ranges` asks only the journal, so its answer is the same whatever was settled before; `write` adds what comes
of intervals: silences shared out by the weeks before them (`engine.spread`), loads and days.
"""

from __future__ import annotations

import numpy as np

from analytics.clock import whole_windows, wrong_clocks
from analytics.columns import Events, Findings, Intervals, Ranges
from analytics.curve import no_intervals
from analytics.dryflow import Gas, dry_flow, dry_levels
from analytics.loads import load
from analytics.settlement import Settled, settle
from engine.daysums import day_sums
from engine.journal import Journal
from engine.kept import Replaceable
from engine.plan import Plan
from engine.spread import spread, whole_silences
from engine.surroundings import readings_around, surroundings, widened


def touched_by(journal: Journal, plan: Plan, dirty: Ranges) -> Ranges:
    """The ranges whose intervals may change when something new stands in the dirty ones.

    Parameters
    ----------
    journal : Journal
    plan : Plan
    dirty : Ranges
        One row a point, of points that the plan knows.

    Returns
    -------
    Ranges
        One row a point, in whole intervals; the points of one outlet share one range.
    """
    events = journal.events_in_force(dirty.point)
    table = plan.rows(dirty.point)
    # Whether a clock runs wrong is told window by window.
    shifted = widened(whole_windows(table, dirty), events)
    return plan.touched(dirty.point, *surroundings(journal, table, shifted, events))


def settle_ranges(journal: Journal, plan: Plan, ranges: Ranges) -> tuple[int, Ranges, Settled]:
    """Settle some ranges from the journal alone.

    Parameters
    ----------
    journal : Journal
    plan : Plan
    ranges : Ranges
        One row a point, in whole intervals.

    Returns
    -------
    n_readings : int
        How many readings were looked at.
    ranges : Ranges
        What was settled: as asked, and the silences whole that the ranges begin or end in.
    settled : Settled
    """
    events = journal.events_in_force(ranges.point)
    while True:
        n_readings, settled = _settled(journal, plan, ranges, events)
        farther = whole_silences(plan, ranges, settled)
        if farther is None:
            return n_readings, ranges, settled
        ranges = farther


def _settled(journal: Journal, plan: Plan, ranges: Ranges, events: Events) -> tuple[int, Settled]:
    table = plan.rows(ranges.point)
    readings = readings_around(journal, table, ranges, events, whole_windows(table, ranges))
    settled = settle(table, plan.zones, readings, ranges, events)
    clocks = wrong_clocks(table, readings, ranges, events)
    if len(clocks):
        every = Findings.concat([settled.findings, clocks])
        settled = Settled(settled.intervals, every.take(np.lexsort((every.time_ms, every.point))))
    return len(readings), settled


def write(store: Replaceable, plan: Plan, ranges: Ranges, settled: Settled) -> int:
    """Share out silences, replace some ranges in the store, then the loads that come of them.

    Returns
    -------
    int
        How many intervals there are.
    """
    settled = spread(store, plan, ranges, settled)
    days, day_ranges = day_sums(store, plan.zone_of, settled.intervals, ranges)
    store.replace(ranges, settled.intervals, days, settled.findings, day_ranges=day_ranges)
    loads, load_ranges = loads_of(plan, settled.intervals, ranges)
    if len(load_ranges):
        days, day_ranges = day_sums(store, plan.zone_of, loads, load_ranges)
        store.replace(load_ranges, loads, days, day_ranges=day_ranges)
    return len(settled.intervals) + len(loads)


def loads_of(plan: Plan, intervals: Intervals, ranges: Ranges) -> tuple[Intervals, Ranges]:
    """The dry flows and loads of the outlets whose points stand in these ranges, and their ranges; sorted by point."""
    row = {int(point): i for i, point in enumerate(ranges.point)}
    first = np.searchsorted(intervals.point, ranges.point, "left")
    last = np.searchsorted(intervals.point, ranges.point, "right")
    made: dict[int, tuple[Intervals, int]] = {}

    def of(point: int) -> Intervals:
        if point in made:
            return made[point][0]
        return intervals.take(slice(int(first[row[point]]), int(last[row[point]])))

    def maybe(point: int | None) -> Intervals | None:
        return None if point is None else of(point)

    for x in plan.dry_flows:
        if all(key in row for key in x.sources):
            measured = (maybe(x.pressure), maybe(x.moisture), maybe(x.air_pressure))
            constants = (x.gas.area_m2, x.gas.velocity_factor, x.gas.moisture_share, x.gas.air_pa)
            gas = Gas(of(x.velocity), of(x.temperature), *measured, *constants)
            made[x.key] = (dry_flow(gas, x.key), row[x.velocity])
    for y in plan.loads:
        if all(key in row for key in y.sources):
            level = of(y.concentration)
            if y.is_wet:
                level = dry_levels(level, maybe(y.moisture), y.moisture_share or 0.0)
            made[y.key] = (load(of(y.flow), level, y.key), row[y.sources[0]])
    keys = sorted(made)
    rows = [made[key][1] for key in keys]
    every = Intervals.concat([no_intervals(), *(made[key][0] for key in keys)])
    return every, Ranges(np.array(keys, np.int32), ranges.from_ms[rows], ranges.to_ms[rows])
