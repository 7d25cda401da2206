"""How are thousands of rows understood at once?

By one query over their texts. It takes only what cannot be misunderstood; where one cell is anything else, the whole
chunk is left to `collector.bulk.careful`, which says what is wrong with it. Both read alike what this one takes.
"""

from __future__ import annotations

import re
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from analytics.columns import Bool, Int64, Quality, UInt8
from collector.bulk.layout import Layout
from collector.bulk.rows import Understood
from collector.bulk.source import Chunk, quoted
from collector.bulk.zones import midnight_closes
from collector.times import SCALES

_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_ISO = rf"\d{{4}}-\d\d-\d\d([T ]{_CLOCK}(Z|[+-]\d\d(:\d\d)?)?)?"
_OFFSET = r".*(Z|:\d\d(\.\d+)?[+-]\d\d(:\d\d)?)"
_NUMBER = {".": r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", ",": r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?"}
_SAME_IN_BOTH = frozenset("YmdHMS")
"""Directives that the database's strptime reads as Python's does."""

EMPTY, NULL, VALUE, ODD = 0, 1, 2, 3
"""What a cell is: nothing, the word for "no value", a number, something else."""


class Quick:
    """Reads chunks of one layout.

    Parameters
    ----------
    layout : Layout
    con : duckdb.DuckDBPyConnection
        Gets a type of the names.
    """

    def __init__(self, layout: Layout, con: duckdb.DuckDBPyConnection) -> None:
        self._layout, self._con = layout, con
        self._skips = layout.map.long is not None and layout.map.long.others == "skip"
        # Without any name to know, every row is odd.
        self._time = None if layout.name and not layout.lookup else _time_sql(layout)
        if layout.lookup:
            names = ", ".join(quoted(name) for name in layout.lookup)
            con.execute(f"create type known_name as enum ({names})")
            self._row_of = np.fromiter(layout.lookup.values(), np.int64, len(layout.lookup))

    def read(self, chunk: Chunk) -> Understood | None:
        """What the chunk says; None where it has to be read with care."""
        if self._time is None:
            return None
        try:
            found = self._con.execute(self._query(chunk.rows)).fetchnumpy()
        except (duckdb.Error, UnicodeEncodeError):
            return None  # whatever it is, the careful way finds and names it
        if any(isinstance(column, np.ma.MaskedArray) and column.mask.any() for column in found.values()):
            return None
        plain = {name: np.ma.getdata(column) for name, column in found.items()}
        return self._understood(plain)

    def _query(self, rows: str) -> str:
        layout, time = self._layout, self._time
        assert time is not None
        columns = [f"{time[0]} as wall_ms", f"{time[1]} as zoned"]
        if layout.name:
            name = " || '/' || ".join(_cell(at) for at in layout.name)
            columns.append(f"coalesce(enum_code(try_cast({name} as known_name))::bigint, -1) as name")
        if layout.flag is not None:
            columns.append(f"{_flag_sql(_cell(layout.flag))} as flag")
        for at in dict.fromkeys(layout.values):
            columns += _value_sql(at, layout)
        return f"select {', '.join(columns)} from {rows}"

    def _understood(self, found: dict[str, NDArray[Any]]) -> Understood | None:
        layout = self._layout
        time_ms = self._utc_ms(found["wall_ms"], found["zoned"].astype(bool))
        if time_ms is None:
            return None
        rows, width = len(time_ms), len(layout.values)
        kind = np.column_stack([found[f"k{at}"] for at in layout.values]).reshape(rows * width)
        value = np.column_stack([found[f"v{at}"] for at in layout.values]).reshape(rows * width)
        kept: Bool = np.ones(rows * width, np.bool_)
        target: Int64 = np.tile(np.arange(width), rows)
        if layout.name:
            kept = found["name"] >= 0
            target = self._row_of[found["name"].clip(min=0)]
            if not (kept.all() or self._skips):
                return None
        skipped = int((~kept).sum())
        if (kind[kept] == ODD).any():
            return None
        if layout.map.values.empty == "omit":
            kept = kept & (kind != EMPTY)
        flag = found["flag"].astype(np.uint8) if "flag" in found else np.zeros(rows * width, np.uint8)
        return Understood(
            target[kept],
            np.repeat(time_ms, width)[kept],
            np.where(kind == VALUE, value, np.nan)[kept],
            _with_null(flag, kind)[kept],
            None,
            rows,
            empty=rows * width - skipped - int(kept.sum()),
            skipped=skipped,
        )

    def _utc_ms(self, wall_ms: Int64, zoned: Bool) -> Int64 | None:
        if self._layout.map.time.midnight == "closes":
            if zoned.any():
                return None  # whose midnight, the offset's: one by one
            wall_ms = midnight_closes(wall_ms)
        if zoned.all():
            return wall_ms
        if self._layout.zone is None:
            return None
        utc_ms, doubt = self._layout.zone.to_utc_ms(wall_ms)
        return None if (doubt[~zoned] != 0).any() else np.where(zoned, wall_ms, utc_ms)


def _with_null(flag: UInt8, kind: NDArray[Any]) -> UInt8:
    return np.where(kind == VALUE, flag, flag | np.uint8(Quality.NULL)).astype(np.uint8)


def _cell(at: int) -> str:
    return f"trim(coalesce(c{at}, ''))"


def _time_sql(layout: Layout) -> tuple[str, str] | None:
    """Expressions of the time as if it were UTC [ms] and of whether it is; None for formats read one by one."""
    form = layout.map.time.format
    text = " || ' ' || ".join(_cell(at) for at in layout.time)
    if form == "iso":
        instant = f"epoch_ms(try_cast({text} as timestamptz))"
        return (
            f"case when regexp_full_match({text}, {quoted(_ISO)}) then {instant} end",
            f"regexp_full_match({text}, {quoted(_OFFSET)})",
        )
    if form in SCALES:
        times, by = SCALES[form]
        number = f"try_cast({text} as bigint) * {times} // {by}"
        return rf"case when regexp_full_match({text}, '\d{{1,19}}') then {number} end", "true"
    if set(re.findall("%(.)", form)) <= _SAME_IN_BOTH:
        return f"epoch_ms(try_strptime({text}, {quoted(form)}))", "false"
    return None


def _value_sql(at: int, layout: Layout) -> list[str]:
    """What the cell is, and its number."""
    cell, mark = _cell(at), layout.map.file.decimal
    number = cell if mark == "." else f"replace({cell}, ',', '.')"
    missing = ", ".join(quoted(text) for text in ("", *layout.map.file.missing))
    return [
        f"case when {cell} in ({missing}) then {EMPTY} when regexp_full_match({cell}, {quoted(_NUMBER[mark])}) "
        f"then {VALUE} when lower({cell}) in ('nan', 'null') then {NULL} else {ODD} end as k{at}",
        f"coalesce(try_cast({number} as double), 'nan'::double) as v{at}",
    ]


def _flag_sql(cell: str) -> str:
    bad = int(Quality.BAD_AT_SOURCE)
    return (
        f"case when lower({cell}) in ('', 'good') then 0 when lower({cell}) = 'bad' then {bad} "
        rf"when regexp_full_match({cell}, '\d|1[0-5]') then {cell}::integer end"
    )
