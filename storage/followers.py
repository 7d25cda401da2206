"""Who copies what is kept here, and up to where has each got it?

A follower reads three things that only grow: readings by arrival, replaced intervals by the number of the change, lines
by their number. Its place in each stands in the store, so that it goes on after a restart. What lay there before it
came it gets as a *refill*: all intervals of a stretch of time, the oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from analytics.columns import FOREVER_MS, INTERVAL_MS, Ranges, Readings
from storage.arrays import arrays, names, number, select
from storage.database import Cursor


@dataclass(frozen=True)
class Follower:
    """A follower and its place.

    Attributes
    ----------
    name : str
    readings, intervals : bool
        Whether it takes these.
    arrival : int
        Arrival number of the next reading it gets.
    change, line : int
        The last change and the last line it has.
    refill_from_ms, refill_to_ms : int
        Intervals it gets besides; nothing where the first is not below the second. [ms UTC]
    whole_ms : int
        It has everything that there was at this moment of the product's clock. [ms UTC]
    """

    name: str
    readings: bool
    intervals: bool
    arrival: int = 0
    change: int = 0
    line: int = 0
    refill_from_ms: int = 0
    refill_to_ms: int = 0
    whole_ms: int = 0

    @property
    def refilling(self) -> bool:
        """Whether it still gets what lay there before it came."""
        return self.intervals and self.refill_from_ms < self.refill_to_ms


@dataclass(frozen=True)
class Heads:
    """Where what grows ends.

    Attributes
    ----------
    arrival : int
        Arrival number of the next reading that will come.
    change, line : int
        The newest change and the newest line.
    """

    arrival: int
    change: int
    line: int


def load(cursor: Cursor) -> list[Follower]:
    """All followers, by name."""
    rows = cursor.execute(
        """select name, readings, intervals, arrival, change, line, refill_from_ms, refill_to_ms, whole_ms
        from followers order by name"""
    ).fetchall()
    return [Follower(*row) for row in rows]


def save(cursor: Cursor, follower: Follower) -> None:
    """Keep the place of a follower, in place of what stood there."""
    cursor.execute("delete from followers where name = ?", [follower.name])
    cursor.execute("insert into followers values (?, ?, ?, ?, ?, ?, ?, ?, ?)", list(astuple(follower)))


def keep_only(cursor: Cursor, wanted: Sequence[Follower], now_ms: int, change: int) -> list[Follower]:
    """Make the wanted ones, by name and by what they take, the only followers.

    Those that were there keep their places. A new one begins with everything, and so does one that takes intervals now
    and did not before.
    """
    there = {follower.name: follower for follower in load(cursor)}
    kept: list[Follower] = []
    for one in wanted:
        old = there.get(one.name)
        new = replace(one, whole_ms=now_ms) if old is None else replace(old, readings=one.readings)
        if one.intervals and (old is None or not old.intervals):
            first_ms, last_ms = reach(cursor)
            new = replace(new, intervals=True, change=change, refill_from_ms=first_ms, refill_to_ms=last_ms)
        kept.append(replace(new, intervals=one.intervals))
    cursor.execute("delete from followers")
    for follower in kept:
        save(cursor, follower)
    return sorted(kept, key=lambda follower: follower.name)


def restarted(cursor: Cursor, follower: Follower, from_ms: int | None, head: Heads) -> Follower:
    """The follower at a place from where it gets everything again: what is of `from_ms` or later, all when None.

    Lines it gets again all that are kept. What it has not got yet it gets in any case.
    """
    first_ms, last_ms = reach(cursor)
    arrival = 0
    if from_ms is not None:
        first_ms = max(first_ms, from_ms)
        found = number(cursor, "select min(arrival) from readings where time_ms >= ?", [from_ms])
        arrival = min(follower.arrival, head.arrival if found is None else found)
    if follower.refilling:
        first_ms, last_ms = min(first_ms, follower.refill_from_ms), max(last_ms, follower.refill_to_ms)
    return replace(follower, arrival=arrival, line=0, refill_from_ms=first_ms, refill_to_ms=last_ms)


def reach(cursor: Cursor) -> tuple[int, int]:
    """Start of the first interval and end of the last one; twice 0 where there is none. [ms UTC]"""
    found = extents(cursor)
    return (int(found.from_ms.min()), int(found.to_ms.max())) if len(found) else (0, 0)


def extents(cursor: Cursor) -> Ranges:
    """From the first to the last interval of each point that has any, sorted by point."""
    return select(
        cursor,
        Ranges,
        f"""select point, min(start_ms) as from_ms, max(start_ms + quarters * {INTERVAL_MS}) as to_ms
        from intervals group by point order by point""",
    )


def arrived(cursor: Cursor, arrival: int, most: int, head: int) -> tuple[Readings, int]:
    """The readings that arrived from a number on, in order.

    Parameters
    ----------
    arrival : int
        Number of the first one.
    most : int
        At most so many.
    head : int
        Number after the last one that is looked for.

    Returns
    -------
    readings : Readings
    arrival : int
        Number after the last one; numbers of readings that were thinned are passed over.
    """
    first = number(cursor, "select min(arrival) from readings where arrival >= ? and arrival < ?", [arrival, head])
    if first is None:
        return Readings.empty(), max(arrival, head)
    end = min(first + most, head)
    sql = f"select {names(Readings)} from readings where arrival >= ? and arrival < ? order by arrival"
    return select(cursor, Readings, sql, [first, end]), end


def not_sent(cursor: Cursor, arrival: int) -> Ranges:
    """Per point the time of its readings that arrived from a number on; no row where none did."""
    found = arrays(
        cursor,
        """select point, min(time_ms) as from_ms, max(time_ms) + 1 as to_ms from readings
        where arrival >= ? group by point order by point""",
        [arrival],
    )
    return Ranges(found["point"], found["from_ms"], found["to_ms"])


def least(followers: Sequence[Follower]) -> Heads:
    """What all followers have: nothing is pruned beyond it."""
    return Heads(
        min((f.arrival for f in followers if f.readings), default=FOREVER_MS),
        min((f.change for f in followers if f.intervals), default=FOREVER_MS),
        min((f.line for f in followers), default=FOREVER_MS),
    )
