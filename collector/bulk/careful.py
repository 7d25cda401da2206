"""What does each row say, and what exactly is wrong with those that say nothing?

The slow way, a row at a time, for chunks in which something is odd. Numbers are read by the same rules as those of
messages (`collector.values`); a row that cannot be used is listed, and the next one follows.
"""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np

from analytics.columns import DAY_MS, Quality
from collector.batch import Batch
from collector.bulk.layout import Layout
from collector.bulk.rows import Refused, Understood
from collector.bulk.source import Chunk
from collector.bulk.zones import Doubt, wall_ms
from collector.times import SCALES, time_reader
from collector.values import NULL, BadItem, number, shown
from registry.problems import did_you_mean

_FLAGS = {"": 0, "good": 0, "bad": int(Quality.BAD_AT_SOURCE), **{str(bits): bits for bits in range(16)}}
_COMMA_NUMBER = re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?", re.ASCII)
_UTC = "UTC"


class Careful:
    """Reads chunks of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._missing = frozenset({"", *layout.map.file.missing})
        self._skips = layout.map.long is not None and layout.map.long.others == "skip"
        self._null = layout.map.values.empty == "null"
        form = layout.map.time.format
        self._numeric = time_reader(form, _UTC) if form in SCALES else None
        self._times: dict[str, int | BadItem] = {}

    def read(self, chunk: Chunk) -> Understood:
        """What the chunk says, with the line of everything."""
        self._times.clear()
        batch, lines, refused = Batch(), [], list[Refused]()
        rows = empty = skipped = 0
        for line, cells in chunk.cells():
            rows += 1
            before = len(batch)
            try:
                target = self._begin(cells)
                if target is None:
                    skipped += 1
                    continue
                empty += self._values(line, cells, target, batch, refused)
            except _BadCell as bad:
                refused.append(Refused(str(line), bad.column, bad.came, bad.reason))
            lines += [line] * (len(batch) - before)
        found = batch.readings()
        line_of = np.array(lines, np.int64)
        target_of = found.point.astype(np.int64)
        return Understood(target_of, found.time_ms, found.value, found.flag, line_of, rows, empty, skipped, refused)

    def _begin(self, cells: list[str] | str) -> int | None:
        """Row of the target of a long row, 0 of a wide one; None where the map leaves the row out."""
        if isinstance(cells, str):
            raise _BadCell("", "", cells)
        if len(cells) != len(self._layout.header):
            came = f"{len(cells)} cells"
            raise _BadCell("", came, f"{came}, wanted {len(self._layout.header)} as in the header")
        if not self._layout.name:
            return 0
        name = "/".join(cells[at].strip() for at in self._layout.name)
        row = self._layout.lookup.get(name)
        if row is not None:
            return row
        if self._skips:
            return None
        known = f"{self._layout.map.source}, [points]" if self._layout.map.points else "the plant files"
        hint = did_you_mean(name, self._layout.lookup)
        raise _BadCell(self._columns(self._layout.name), name, f"unknown point: wanted a name of {known}{hint}")

    def _values(self, line: int, cells: list[str] | str, first: int, batch: Batch, refused: list[Refused]) -> int:
        """Add the values of a row; how many cells are empty. A value that is none is refused alone."""
        time_ms, empty = self._time_ms([cells[at].strip() for at in self._layout.time]), 0
        flag = 0 if self._layout.flag is None else self._flag(cells[self._layout.flag].strip())
        for target, at in enumerate(self._layout.values, first):
            text = cells[at].strip()
            if text in self._missing:
                empty += not self._null
                if self._null:
                    batch.add(target, time_ms, np.nan, flag | NULL, 0)
                continue
            try:
                value, null = number(self._with_point(text), state=self._layout.targets[target].state)
                batch.add(target, time_ms, value, flag | null, 0)
            except BadItem as error:
                refused.append(Refused(str(line), self._layout.header[at], text, str(error)))
        return empty

    def _with_point(self, text: str) -> str:
        if self._layout.map.file.decimal == ",":
            if _COMMA_NUMBER.fullmatch(text):
                return text.replace(",", ".")
            if "." in text:
                raise BadItem(f"not a number: {shown(text)}; wanted a number with the decimal mark ','")
        return text

    def _flag(self, text: str) -> int:
        flag = _FLAGS.get(text.lower())
        if flag is None:
            assert self._layout.flag is not None
            column = self._layout.header[self._layout.flag]
            raise _BadCell(column, text, 'wanted "good" or 0, "bad" or 1, or the quality bits 0 to 15')
        return flag

    def _time_ms(self, parts: list[str]) -> int:
        text = " ".join(parts)
        found = self._times.get(text)
        if found is None:
            try:
                found = self._parsed_ms(text)
            except BadItem as error:
                found = error
            self._times[text] = found
        if isinstance(found, BadItem):
            raise _BadCell(self._columns(self._layout.time), text, str(found))
        return found

    def _parsed_ms(self, text: str) -> int:
        if self._numeric is not None:
            return self._numeric(text, 0)
        form = self._layout.map.time.format
        try:
            moment = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            wanted = "ISO 8601, as in 2018-09-01T08:00:00+08:00" if form == "iso" else f"the format {form}"
            raise BadItem(f"not a time: {shown(text)}, wanted {wanted}") from None
        wall = wall_ms(moment.replace(tzinfo=None))
        if self._layout.map.time.midnight == "closes" and wall % DAY_MS == 0:
            wall += DAY_MS
        if moment.tzinfo is not None:
            return wall + wall_ms(moment) - wall_ms(moment.replace(tzinfo=None))
        return self._local_ms(text, wall)

    def _local_ms(self, text: str, wall: int) -> int:
        zone = self._layout.zone
        if zone is None:
            raise BadItem(
                f"time without zone: {shown(text)}; wanted an offset, as in 2018-09-01T08:00:00+08:00, or the zone of "
                "the file (--zone, or [time] zone in the map)"
            )
        utc_ms, doubt = zone.to_utc_ms(np.array([wall]))
        if doubt[0]:
            raise BadItem(zone.reason(text, Doubt(int(doubt[0]))))
        return int(utc_ms[0])

    def _columns(self, positions: tuple[int, ...]) -> str:
        return " ".join(self._layout.header[at] for at in positions)


class _BadCell(Exception):
    """A row that cannot be used, because of one cell or as a whole."""

    def __init__(self, column: str, came: str, reason: str) -> None:
        self.column, self.came, self.reason = column, came, reason
        super().__init__(reason)
