"""How does the history of an InfluxDB get into the journal?

Window by window of time, all series of the map in each. A window is as long as about 100 000 values need; the server is
never asked for more than it was allowed to answer, and where a series is denser than expected the window ends where the
answer did::

    series a   | . . . . . . . . . |limit
    series b   | .       .       . :      .  |
    window     [-------------------)         ]  what lies behind the first limit is asked for again

With each window the journal keeps how far it reaches, in the same transaction: a second run goes on there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.columns import DAY_MS, HOUR_MS
from collector.bulk.influxclient import Answer, InfluxQueries, TooLong
from collector.bulk.influxmap import Series
from collector.bulk.influxvalues import Values, together
from collector.bulk.intake import Intake, Tally
from collector.bulk.refused import RefusedRows
from collector.bulk.rows import Refused, Understood
from collector.bulk.source import ImportFailed
from collector.bulk.target import Targets
from collector.check import utc_text

KEY = "import_influx:"
"""Where the journal remembers how far a database was read."""

WINDOW_ROWS = 100_000
"""About so many values a window."""

MOST_ROWS = 400_000
"""So many values all series of one request may answer with; a series at least 1000."""

GROUP = 50
"""Statements a request."""

_FIRST_MS = HOUR_MS
_LONGEST_MS = 400 * DAY_MS
_FASTER = 8.0


@dataclass
class InfluxDone:
    """What an import did.

    Attributes
    ----------
    tally : Tally
        Of all runs together.
    from_ms, to_ms : int
        What this run read, ``[from, to)``. [ms UTC]
    windows : int
    silent : list of str
        Series of the map in which there is no value at all.
    """

    tally: Tally
    from_ms: int
    to_ms: int
    windows: int = 0
    silent: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if self.from_ms >= self.to_ms:
            return f"nothing new: an earlier run read up to {utc_text(self.from_ms)} ({self.tally})"
        span = f"{utc_text(self.from_ms)} to {utc_text(self.to_ms)}"
        return f"{span}: {self.tally.rows} values, {self.tally}"


class InfluxImport:
    """One database into one journal.

    Parameters
    ----------
    queries : InfluxQueries
    series : sequence of Series
    intake : Intake
    refused : RefusedRows
        Gets the values that are not kept.
    """

    def __init__(self, queries: InfluxQueries, series: Sequence[Series], intake: Intake, refused: RefusedRows) -> None:
        self._queries, self._series = queries, tuple(series)
        self._intake, self._refused = intake, refused
        self._targets = Targets.of(tuple(one.target for one in series))
        self._limit = max(1000, MOST_ROWS // len(self._series))

    def run(
        self,
        from_ms: int | None,
        to_ms: int,
        *,
        again: bool = False,
        progress: Callable[[float, float], None] | None = None,
    ) -> InfluxDone:
        """Read ``[from_ms, to_ms)``; without `from_ms` from the first value on.

        Parameters
        ----------
        from_ms, to_ms : int
            [ms UTC]
        again : bool
            From the beginning, whatever an earlier run read.
        progress : callable, optional
            Told how much of the time is read, of how much. [ms]

        Raises
        ------
        ImportFailed
            If the server refuses or is silent for too long, or a table of the map matches several series.
        storage.StoreError
            If the journal cannot be written; the windows before are kept.
        """
        key = self._key(from_ms)
        note = None if again else self._intake.journal.meta_get(key)
        first_ms, silent = self._first("" if from_ms is None else f"time >= {from_ms}ms AND time < {to_ms}ms")
        tally, begin_ms = Tally(), first_ms if from_ms is None else from_ms
        if note is not None:
            said = json.loads(note)
            tally, begin_ms = Tally(**said["tally"]), int(said["reached_ms"])
        begin_ms = min(begin_ms, to_ms) if note is None else begin_ms
        done = InfluxDone(tally, begin_ms, max(begin_ms, to_ms), silent=silent)
        at_ms, width_ms = begin_ms, _FIRST_MS
        while at_ms < to_ms:
            try:
                found, end_ms = self._window(at_ms, min(at_ms + width_ms, to_ms))
            except TooLong as error:
                if width_ms <= 1:
                    raise ImportFailed(f"{self._queries.server.url}: {error}, even for one millisecond") from error
                width_ms //= 2
                continue
            self._keep(found, tally, lambda: (key, _note(end_ms, tally)))  # noqa: B023 (called at once)
            whole = end_ms == min(at_ms + width_ms, to_ms)
            width_ms = _next_width(width_ms, found.rows) if whole else end_ms - at_ms
            at_ms, done.windows = end_ms, done.windows + 1
            if progress is not None:
                progress(at_ms - begin_ms, to_ms - begin_ms)
        return done

    def _key(self, from_ms: int | None) -> str:
        server = self._queries.server
        said: list[object] = [server.url, server.database, server.policy, from_ms]
        said += [[str(one), one.merge, one.target.__dict__] for one in self._series]
        return KEY + hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def _first(self, condition: str) -> tuple[int, list[str]]:
        """Time of the first value of all, and the series that have none. [ms UTC]"""
        first: list[int] = []
        silent = []
        for begin in range(0, len(self._series), GROUP):
            group = self._series[begin : begin + GROUP]
            for one, answer in zip(group, self._ask_first(group, condition), strict=True):
                self._must_be_one(one, answer or [])
                times = [int(series["values"][0][0]) for series in answer or []]
                first += times
                if not times:
                    silent.append(str(one))
        if not first:
            raise ImportFailed(
                f"{self._queries.server.url}, database {self._queries.server.database!r}: no series of the map has a "
                f"value{' in this time' if condition else ''}; --list shows what is there"
            )
        return min(first), silent

    def _ask_first(self, group: Sequence[Series], condition: str) -> list[Answer | None]:
        try:
            return self._queries.ask([one.select("first", condition) for one in group])
        except TooLong as error:
            raise ImportFailed(f"{self._queries.server.url}: {error}; name the beginning with --from") from error

    def _must_be_one(self, one: Series, answer: Answer) -> None:
        if len(answer) > 1 and not one.merge:
            tags = "; ".join(",".join(f"{k}={v}" for k, v in s.get("tags", {}).items()) for s in answer[:3])
            raise ImportFailed(
                f"{one}: {len(answer)} series have these tags ({tags}{' ...' if len(answer) > 3 else ''}); wanted a "
                "where that names one of them, or merge = true where they followed each other in time"
            )

    def _window(self, from_ms: int, to_ms: int) -> tuple[Understood, int]:
        """What the series say in ``[from_ms, to_ms)``, or in as much of it as could be had; where that ends."""
        batches: list[Values] = []
        for begin in range(0, len(self._series), GROUP):
            rows = range(begin, min(begin + GROUP, len(self._series)))
            batches += self._ask(rows, from_ms, to_ms)
        end_ms = min([to_ms, *(one.cut_ms for one in batches if one.cut_ms is not None)])
        return together([one.before(end_ms) for one in batches], self._series), end_ms

    def _ask(self, rows: range, from_ms: int, to_ms: int) -> list[Values]:
        """The values of some series; where the answer was cut before one of them began, each half by itself."""
        when = f"time >= {from_ms}ms AND time < {to_ms}ms"
        answers = self._queries.ask([self._series[row].select("", when, f"LIMIT {self._limit}") for row in rows])
        found = []
        for row, answer in zip(rows, answers, strict=True):
            if answer is None:
                if len(rows) == 1:
                    raise ImportFailed(f"{self._queries.server.url}: no answer about {self._series[row]}")
                middle = rows.start + len(rows) // 2
                return self._ask(range(rows.start, middle), from_ms, to_ms) + self._ask(
                    range(middle, rows.stop), from_ms, to_ms
                )
            self._must_be_one(self._series[row], answer)
            found += [self._values(row, series, from_ms) for series in answer]
        return found

    def _values(self, row: int, series: dict[str, object], from_ms: int) -> Values:
        values = series["values"]
        assert isinstance(values, list)
        time_ms = np.array([one[0] for one in values], np.int64)
        cut = len(values) >= self._limit or bool(series.get("partial"))
        if cut and int(time_ms[-1]) <= from_ms:
            raise ImportFailed(f"{self._series[row]}: more than {len(values)} values at {utc_text(from_ms)}")
        return Values(row, time_ms, [one[1] for one in values], int(time_ms[-1]) if cut else None)

    def _keep(self, found: Understood, tally: Tally, note: Callable[[], tuple[str, str]]) -> None:
        good, rejected = self._intake.check(found.readings(self._targets, self._intake.now_ms()))
        wrong = list(found.refused)
        for index, row in enumerate(rejected.row.tolist()):
            series = self._series[int(found.target[row])]
            place = utc_text(int(found.time_ms[row]))
            wrong.append(Refused(place, series.field, str(found.value[row]), f"{series}: {rejected.reason(index)}"))
        tally.rows += found.rows
        tally.refused += len(wrong)
        self._refused.add(self._queries.server.database, wrong)
        self._intake.keep(good, tally, note)


def _next_width(width_ms: int, rows: int) -> int:
    """The length of window that the density of the last one calls for. [ms]"""
    factor = _FASTER if rows == 0 else min(max(WINDOW_ROWS / rows, 1.0 / _FASTER), _FASTER)
    return int(min(max(width_ms * factor, 1.0), _LONGEST_MS))


def _note(reached_ms: int, tally: Tally) -> str:
    return json.dumps({"reached_ms": reached_ms, "tally": tally.as_dict()})
