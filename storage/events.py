"""What did persons say about meters, and what of it is in force?

Append only, like readings: a decision is changed by a later one about the same finding and taken back by a withdrawal,
and both stay readable. What was taken back counts as never said, so an earlier decision about the same finding stands
again.

::

    id  said                        in force after it
    1   swap at t                   1
    2   finding f: leave out        1, 2
    3   finding f: so many kWh      1, 3        3 replaces 2
    4   withdraws 1                 3
    5   withdraws 3                 2
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from analytics.columns import Columns, EventKind, Events, Float64, Int32, Int64, Ranges, UInt8, UInt16
from storage.arrays import insert, names, number, select, table_of, texts
from storage.database import Cursor
from storage.latest import Latest


@dataclass(frozen=True)
class MeterEvent:
    """What a person said about a meter.

    Attributes
    ----------
    point : int
        Key of the point.
    from_ms, to_ms : int
        Where it acts, as in `analytics.columns.Events`. [ms UTC]
    what : int
        `EventKind`; 0 for what changes no settlement: an accepted proposal, a calibration, a withdrawal.
    value, end_value, start_value : float
        As in `analytics.columns.Events`; NaN where there is none.
    decision : str
        ``declared``, ``accept``, ``correct``, ``reject`` or ``withdraw``.
    about_what : int
        `Flag` of the finding decided on; 0 where it is about none.
    about_from_ms, about_until_ms : int
        `time_ms` and `until_ms` of that finding; 0 where it is about none. [ms UTC]
    withdraws : int or None
        Number of the event that is taken back.
    who, why : str
    note : str
        Kind of a declared event that changes no settlement, e.g. ``calibration``.
    """

    point: int
    from_ms: int
    to_ms: int
    what: int
    value: float = math.nan
    end_value: float = math.nan
    start_value: float = math.nan
    decision: str = "declared"
    about_what: int = 0
    about_from_ms: int = 0
    about_until_ms: int = 0
    withdraws: int | None = None
    who: str = ""
    why: str = ""
    note: str = ""


@dataclass(frozen=True)
class EventRow:
    """A kept event.

    Attributes
    ----------
    id : int
        Number in order of arrival, from 1.
    batch : int
        Its place among the batches of readings.
    received_ms : int
        When it was said. [ms UTC]
    event : MeterEvent
    effect : str or None
        What it changed, as text of whoever worked it out (`Store.note_effect`); None until then.
    """

    id: int
    batch: int
    received_ms: int
    event: MeterEvent
    effect: str | None


@dataclass(frozen=True, eq=False)
class _Touch(Columns):
    """Where an event acts, with what decides how far it reaches."""

    point: Int32
    from_ms: Int64
    to_ms: Int64
    what: UInt8
    value: Float64


@dataclass(frozen=True, eq=False)
class _Said(Events):
    """Events with what decides whether they count; 0 where they withdraw none and are about no finding."""

    id: Int64
    withdraws: Int64
    about_what: UInt16
    about_from_ms: Int64
    about_until_ms: Int64


FIELDS = [field.name for field in fields(MeterEvent)]
TEXTS = ("decision", "who", "why", "note")

SAME_FINDING = """a.point = b.point and b.about_what <> 0 and a.about_what = b.about_what
    and a.about_from_ms = b.about_from_ms and a.about_until_ms = b.about_until_ms"""


def check(events: Sequence[MeterEvent]) -> None:
    """Refuse what cannot be kept.

    Raises
    ------
    ValueError
        If an event ends before it begins, or shifts a clock by no finite time.
    """
    for event in events:
        if event.to_ms < event.from_ms:
            raise ValueError(f"event of point {event.point} ends at {event.to_ms}, before it begins at {event.from_ms}")
        if event.what == EventKind.CLOCK and not math.isfinite(event.value):
            raise ValueError(
                f"event of point {event.point} shifts the clock by {event.value}; a number of ms is wanted"
            )


def write(cursor: Cursor, batch: int, received_ms: int, events: Sequence[MeterEvent]) -> list[int]:
    """Add the events and give them numbers.

    Raises
    ------
    ValueError
        If a withdrawal names no event of its point, or another withdrawal.
    """
    last = number(cursor, "select max(id) from meter_events") or 0
    ids = list(range(last + 1, last + len(events) + 1))
    _check_withdrawals(cursor, events)
    rows = zip(*(astuple(event) for event in events), strict=True)
    columns = {name: np.array(_plain(name, column)) for name, column in zip(FIELDS, rows, strict=True)}
    for name in TEXTS:
        columns[name] = texts([str(text) for text in columns[name]])
    numbers = {"id": ids, "batch": [batch] * len(ids), "received_ms": [received_ms] * len(ids)}
    insert(cursor, "meter_events", {name: np.array(values, np.int64) for name, values in numbers.items()} | columns)
    return ids


def note_effect(cursor: Cursor, event: int, effect: str) -> None:
    """Keep what event number `event` changed, in place of what was noted before.

    Raises
    ------
    ValueError
        If there is no such event.
    """
    if not number(cursor, "select count(*) from meter_events where id = ?", [event]):
        raise ValueError(f"there is no event {event} whose effect could be noted")
    cursor.execute("delete from event_effects where id = ?", [event])
    cursor.execute("insert into event_effects values (?, ?)", [event, effect])


def rows(cursor: Cursor, points: Int32 | None, as_of_ms: int | None, limit: int | None) -> list[EventRow]:
    """The newest `limit` events (all when None) that were said up to `as_of_ms`, the oldest of them first."""
    told = ", ".join(f"e.{name}" for name in FIELDS)
    chosen = np.unique(np.empty(0, np.int32) if points is None else points)
    with table_of(cursor, "g", {"point": chosen}):
        found = cursor.execute(
            f"""select e.id, e.batch, e.received_ms, f.effect, {told}
            from meter_events e left join event_effects f on e.id = f.id
            where (? or e.point in (select point from g)) and e.received_ms <= ? order by e.id desc limit ?""",
            [points is None, _latest_ms(as_of_ms), np.iinfo(np.int64).max if limit is None else limit],
        ).fetchall()
    return [
        EventRow(number, batch, received_ms, _event(event), effect)
        for number, batch, received_ms, effect, *event in reversed(found)
    ]


def in_force(cursor: Cursor, points: Int32, as_of_ms: int | None) -> Events:
    """What of all that was said up to `as_of_ms` acts on the settlement of the points, sorted by (point, from, id)."""
    with table_of(cursor, "g", {"point": np.unique(points)}):
        # Which of it counts is found here: the database would take longer to plan it than to do it.
        sql = f"""select {names(_Said, "e.")} from meter_events e semi join g on e.point = g.point
            where e.received_ms <= ? order by e.point, e.about_what, e.about_from_ms, e.about_until_ms, e.id"""
        said = select(cursor, _Said, sql, [_latest_ms(as_of_ms)])
    standing = said.take((said.withdraws == 0) & ~np.isin(said.id, said.withdraws))
    follows = standing.about_what[1:] != 0
    for column in (standing.point, standing.about_what, standing.about_from_ms, standing.about_until_ms):
        follows &= column[1:] == column[:-1]
    acting = standing.take((standing.what != 0) & ~np.append(follows, False)[: len(standing)])
    acting = acting.take(np.lexsort((acting.id, acting.from_ms, acting.point)))
    return Events(**{field.name: getattr(acting, field.name) for field in fields(Events)})


def touched(cursor: Cursor, after_batch: int, up_to_batch: int, latest: Latest) -> Ranges:
    """Where the events of some batches change what is settled, one row an event, within the time of the readings.

    An event about a finding also touches what earlier decisions about it touched: it ends their effect.
    """
    acting = select(
        cursor,
        _Touch,
        f"""with new as (select * from meter_events where batch > ? and batch <= ?),
        meant as (select id, point, about_what, about_from_ms, about_until_ms from meter_events
            where id in (select withdraws from new union all select id from new))
        select {names(_Touch, "a.")} from meter_events a
        where a.what <> 0 and exists (select 1 from meant b where a.id = b.id or ({SAME_FINDING}))""",
        [after_batch, up_to_batch],
    )
    first_ms, last_ms = latest.edges(acting.point)
    from_ms = np.maximum(acting.from_ms, first_ms)
    to_ms = np.minimum(acting.to_ms + 1, last_ms + 1)
    # A reading whose label is shifted leaves one time and comes to another, perhaps beyond the last label.
    shift_ms = np.where(acting.what == EventKind.CLOCK, np.nan_to_num(acting.value), 0.0).round().astype(np.int64)
    reach = Ranges(acting.point, from_ms + np.minimum(shift_ms, 0), to_ms + np.maximum(shift_ms, 0))
    return reach.take(from_ms < to_ms)


def _check_withdrawals(cursor: Cursor, events: Sequence[MeterEvent]) -> None:
    for event in events:
        if event.withdraws is None:
            continue
        found = cursor.execute("select point, withdraws from meter_events where id = ?", [event.withdraws]).fetchall()
        if not found or found[0][0] != event.point:
            raise ValueError(f"point {event.point} has no event {event.withdraws} that could be withdrawn")
        if found[0][1]:
            raise ValueError(f"event {event.withdraws} is itself a withdrawal; say again what shall hold")


def _plain(name: str, column: Sequence[object]) -> list[object]:
    """A column of the table: no event has the number 0, so 0 stands for "withdraws none"."""
    return [0 if name == "withdraws" and entry is None else entry for entry in column]


def _event(columns: Sequence[object]) -> MeterEvent:
    told = dict(zip(FIELDS, columns, strict=True))
    missing = {name: math.nan for name in ("value", "end_value", "start_value") if told[name] is None}
    return MeterEvent(**told | missing | {"withdraws": told["withdraws"] or None})  # type: ignore[arg-type]


def _latest_ms(as_of_ms: int | None) -> int:
    return int(np.iinfo(np.int64).max) if as_of_ms is None else as_of_ms
