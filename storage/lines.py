"""Which lines did the product make for other servers, and which of them are new?

A line is a series (measurement and tags), a time and fields, as texts: this room does not read them. Of each series
and time the newest fields are kept; the same fields again are no news. *Lasting* lines (months, targets) stay for ever
and can be sent again to a server that lost them; *passing* ones (a state each minute) go once everybody has them and a
week is over.

::

    kept                    number   given again        number after
    month,scope=a  May  x     1      x                    1       no news
    month,scope=a  June y     2      z                    3       sent again
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from analytics.columns import DAY_MS, Int64
from storage.arrays import arrays, insert, number, table_of, texts
from storage.database import Cursor

PASSING_MS = 7 * DAY_MS
"""How long a passing line stays that everybody has. [ms]"""


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines for other servers, equally many series, times and fields.

    Attributes
    ----------
    series : list of str
        Measurement and tags, escaped: ``limit,plant=a,series=NOx``.
    time_ms : ndarray of int64
        [ms UTC]
    fields : list of str
        ``value=1.5,known=1.0``.
    """

    series: list[str]
    time_ms: Int64
    fields: list[str]

    def __len__(self) -> int:
        return len(self.series)

    @classmethod
    def concat(cls, parts: Sequence[Self]) -> Self:
        """All lines of all parts, in order; none of no parts."""
        return cls(
            [text for part in parts for text in part.series],
            np.concatenate([np.empty(0, np.int64), *(part.time_ms for part in parts)]),
            [text for part in parts for text in part.fields],
        )


def check(lines: Lines) -> None:
    """Refuse what are no lines.

    Raises
    ------
    ValueError
        If series, times and fields are not equally many.
    """
    counts = (len(lines.series), len(lines.time_ms), len(lines.fields))
    if len(set(counts)) != 1:
        raise ValueError(f"lines need as many series as times and fields; got {counts[0]}, {counts[1]}, {counts[2]}")


def keep(cursor: Cursor, lines: Lines, lasting: bool, last: int) -> int:
    """Keep what is news; see `Store.keep_lines`.

    Parameters
    ----------
    last : int
        The highest number so far; new rows are numbered from the next one on.

    Returns
    -------
    int
        How many were kept.
    """
    # Of several lines of one series and time the last one counts.
    place = {key: row for row, key in enumerate(zip(lines.series, lines.time_ms.tolist(), strict=True))}
    rows = np.fromiter(place.values(), np.int64, len(place))
    if not len(rows):
        return 0
    columns: dict[str, NDArray[Any]] = {
        "series": texts([lines.series[row] for row in rows]),
        "time_ms": np.asarray(lines.time_ms[rows], np.int64),
        "fields": texts([lines.fields[row] for row in rows]),
    }
    news = _news(cursor, columns, lasting)
    if not len(news):
        return 0
    columns = {name: column[news] for name, column in columns.items()}
    with table_of(cursor, "g", {name: columns[name] for name in ("series", "time_ms")}):
        cursor.execute(
            """delete from lines t using g where t.series = g.series and t.time_ms = g.time_ms
            and t.time_ms between ? and ?""",
            _between(columns["time_ms"]),
        )
    columns["lasting"] = np.full(len(news), lasting)
    columns["number"] = np.arange(last + 1, last + 1 + len(news), dtype=np.int64)
    insert(cursor, "lines", columns)
    return len(news)


def kept_series(cursor: Cursor, prefix: str) -> list[tuple[str, int]]:
    """Series and time of the lasting lines whose series begins so, sorted. [ms UTC]"""
    rows = cursor.execute(
        "select series, time_ms from lines where lasting and starts_with(series, ?) order by 1, 2", [prefix]
    ).fetchall()
    return [(str(series), int(time_ms)) for series, time_ms in rows]


def after(cursor: Cursor, last: int, most: int) -> tuple[Lines, int]:
    """The `most` oldest lines with a number above `last`, and the number of the newest of them."""
    found = arrays(
        cursor,
        "select series, time_ms, fields, number from lines where number > ? order by number limit ?",
        [last, most],
    )
    lines = Lines(found["series"].tolist(), found["time_ms"], found["fields"].tolist())
    return lines, int(found["number"][-1]) if len(lines) else last


def highest(cursor: Cursor) -> int:
    """The highest number that was given to a line which is there; 0 without any."""
    return number(cursor, "select max(number) from lines") or 0


def prune(cursor: Cursor, had_by_all: int) -> None:
    """Let passing lines go that are a week older than the newest one, as far as all followers have them."""
    newest = number(cursor, "select max(time_ms) from lines where not lasting")
    if newest is not None:
        cursor.execute(
            "delete from lines where not lasting and number <= ? and time_ms < ?", [had_by_all, newest - PASSING_MS]
        )


def _news(cursor: Cursor, columns: dict[str, NDArray[Any]], lasting: bool) -> Int64:
    """Rows of `columns` whose fields (or whose lasting) differ from what is kept, in order."""
    count = len(columns["time_ms"])
    with table_of(cursor, "g", {**columns, "row": np.arange(count, dtype=np.int64)}):
        found = arrays(
            cursor,
            """select g.row from g left join
                (select series, time_ms, fields, lasting from lines where time_ms between ? and ?) t
                on t.series = g.series and t.time_ms = g.time_ms
            where t.fields is distinct from g.fields or t.lasting is distinct from ? order by g.row""",
            [*_between(columns["time_ms"]), lasting],
        )
    return np.asarray(found["row"], np.int64)


def _between(time_ms: Int64) -> list[int]:
    return [int(time_ms.min()), int(time_ms.max())]
