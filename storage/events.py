"""What did persons say about meters?

Append only, like readings: a decision is changed by a later one about the same finding and taken back by a withdrawal,
and all of them stay readable. What of it counts stands in `storage.in_force`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from analytics.columns import EventKind, Int32
from storage.arrays import insert, number, table_of, texts
from storage.database import Cursor


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


EVER_MS = int(np.iinfo(np.int64).max)
"""Of what was received up to here nothing is left out."""

FIELDS = [field.name for field in fields(MeterEvent)]
TEXTS = ("decision", "who", "why", "note")


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


def rows(
    cursor: Cursor, points: Int32 | None, as_of_ms: int | None, limit: int | None, after_batch: int
) -> list[EventRow]:
    """The newest `limit` events (all when None) of batches after `after_batch` that were said up to `as_of_ms`, the
    oldest of them first."""
    told = ", ".join(f"e.{name}" for name in FIELDS)
    chosen = np.unique(np.empty(0, np.int32) if points is None else points)
    with table_of(cursor, "g", {"point": chosen}):
        found = cursor.execute(
            f"""select e.id, e.batch, e.received_ms, f.effect, {told}
            from meter_events e left join event_effects f on e.id = f.id
            where (? or e.point in (select point from g)) and e.received_ms <= ? and e.batch > ?
            order by e.id desc limit ?""",
            [
                points is None,
                EVER_MS if as_of_ms is None else as_of_ms,
                after_batch,
                EVER_MS if limit is None else limit,
            ],
        ).fetchall()
    return [
        EventRow(number, batch, received_ms, _event(event), effect)
        for number, batch, received_ms, effect, *event in reversed(found)
    ]


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
