"""How does a file of readings get into the journal?

Chunk by chunk: understood at once where that is possible and with care where it is not, checked, and kept together
with the place at which the next chunk begins. A file is known by its content and by what its map makes of it, so a
second run goes on after the last chunk of the first, and a file that was read to its end without a refused row changes
nothing.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from analytics.columns import Readings
from collector.bulk.careful import Careful
from collector.bulk.filemap import FileMap
from collector.bulk.intake import Intake, Tally
from collector.bulk.layout import Layout, layout
from collector.bulk.parquetfile import is_parquet, open_parquet
from collector.bulk.quick import Quick
from collector.bulk.refused import RefusedRows
from collector.bulk.rows import Refused, Understood
from collector.bulk.source import Chunk, ImportFailed, Place, Source, connect
from collector.bulk.target import Targets
from collector.bulk.textfile import open_text
from collector.check import Rejected, Why, utc_text
from registry import Registry

KEY = "import_readings:"
"""Where the journal remembers how far a file was read."""

Progress = Callable[[float, float], None]


@dataclass
class FileDone:
    """What an import of a file did.

    Attributes
    ----------
    file : str
    tally : Tally
        Of all runs together.
    began : Place or None
        Where this run went on; None at the beginning.
    finished_ms : int or None
        When an earlier run read the whole file, where this one had nothing to do. [ms UTC]
    """

    file: str
    tally: Tally = field(default_factory=Tally)
    began: Place | None = None
    finished_ms: int | None = None

    def __str__(self) -> str:
        if self.finished_ms is not None:
            return f"{self.file}: nothing changed, it was imported on {utc_text(self.finished_ms)} ({self.tally})"
        went_on = "" if self.began is None else f" (went on at line {self.began.line}, where an earlier run ended)"
        return f"{self.file}: {self.tally.rows} rows, {self.tally}{went_on}"


def import_file(
    path: Path,
    told: FileMap,
    registry: Registry,
    intake: Intake,
    refused: RefusedRows,
    *,
    again: bool = False,
    progress: Progress | None = None,
) -> FileDone:
    """Read a file into the journal.

    Parameters
    ----------
    path : Path
        CSV, gzipped CSV or Parquet.
    told : FileMap
        How it is read.
    registry : Registry
    intake : Intake
    refused : RefusedRows
        Gets the rows that are not kept.
    again : bool
        Read it from its beginning, whatever an earlier run did; what is there is not kept twice.
    progress : callable, optional
        Told how much was read, and of how much.

    Raises
    ------
    ImportFailed
        If the file cannot be read, breaks off, or none of its first rows can be used.
    registry.ConfigError
        If the map does not fit the file or the registry.
    storage.StoreError
        If the journal cannot be written; the rows before are kept.
    """
    content = _sha256(path)
    with _opened(path, told) as (source, con):
        plan = layout(told, source.header, path, registry)
        key = f"{KEY}{content}:{plan.fingerprint}"
        done, begin = _earlier(path, intake.journal.meta_get(key), again)
        if done.finished_ms is not None:
            return done
        reader = _Reader(plan, Quick(plan, con), intake, str(path))
        chunks = source.chunks(begin)
        first = list(islice(chunks, 2))
        for chunk in chain(first, chunks):
            good, wrong = reader.read(chunk, done.tally)
            if chunk is first[0] and len(first) > 1 and len(good) == 0 and len(wrong) >= done.tally.rows > 0:
                raise _hopeless(path, wrong[0], done.tally.rows)
            refused.add(str(path), wrong)
            intake.keep(good, done.tally, lambda: (key, _note(path, chunk.end, done.tally)))  # noqa: B023 (called at once)
            if progress is not None:
                progress(*source.done())
        place = Place(0, 1) if begin is None else begin
        intake.journal.meta_set(key, _note(path, place, done.tally, intake.now_ms()))
        return done


class _Reader:
    """Chunk to checked readings."""

    def __init__(self, plan: Layout, quick: Quick, intake: Intake, file: str) -> None:
        self._plan, self._quick, self._intake, self._file = plan, quick, intake, file
        self._careful = Careful(plan)
        self._targets = Targets.of(plan.targets)

    def read(self, chunk: Chunk, tally: Tally) -> tuple[Readings, list[Refused]]:
        """What of the chunk can be kept, and what cannot."""
        found = self._quick.read(chunk)
        good, rejected = (Readings.empty(), None) if found is None else self._checked(found)
        if found is None or (rejected is not None and len(rejected)):
            found = self._careful.read(chunk)
            good, rejected = self._checked(found)
        assert rejected is not None
        wrong = [*found.refused, *self._reasons(found, rejected)]
        wrong.sort(key=lambda row: int(row.place))
        tally.rows += found.rows
        tally.empty += found.empty
        tally.skipped += found.skipped
        tally.refused += len(wrong)
        return good, wrong

    def _checked(self, found: Understood) -> tuple[Readings, Rejected]:
        return self._intake.check(found.readings(self._targets, self._intake.now_ms()))

    def _reasons(self, found: Understood, rejected: Rejected) -> Iterator[Refused]:
        plan = self._plan
        for index, row in enumerate(rejected.row.tolist()):
            assert found.line is not None
            at_value = plan.values[0] if plan.name else plan.values[int(found.target[row])]
            infinite = Why(int(rejected.why[index])) is Why.INFINITE
            column = plan.header[at_value] if infinite else " ".join(plan.header[at] for at in plan.time)
            came = str(found.value[row]) if infinite else utc_text(int(found.time_ms[row]))
            yield Refused(str(int(found.line[row])), column, came, rejected.reason(index))


@contextmanager
def _opened(path: Path, told: FileMap) -> Iterator[tuple[Source, Any]]:
    with tempfile.TemporaryDirectory(prefix="taihu-import-") as scratch, connect() as con:
        folder = Path(scratch)
        if is_parquet(path):
            with open_parquet(path, con, folder) as parquet:
                yield parquet, con
        else:
            with open_text(path, told.file, folder) as text:
                yield text, con


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ImportFailed(f"{path}: cannot be read ({error.strerror}); wanted a CSV or Parquet file") from error


def _note(path: Path, end: Place, tally: Tally, finished_ms: int | None = None) -> str:
    said = {"file": path.name, "end": end.as_dict(), "tally": tally.as_dict(), "finished_ms": finished_ms}
    return json.dumps(said, ensure_ascii=False)


def _earlier(path: Path, note: str | None, again: bool) -> tuple[FileDone, Place | None]:
    """What earlier runs did, and where this one begins."""
    if note is None or again:
        return FileDone(str(path)), None
    said = json.loads(note)
    tally = Tally(**said["tally"])
    if said["finished_ms"] is None:
        place = Place(**said["end"])
        return FileDone(str(path), tally, place), place
    if tally.refused:
        # Points may be known now that were not then: the rows are looked at again, and those that are there counted.
        return FileDone(str(path)), None
    return FileDone(str(path), tally, finished_ms=said["finished_ms"]), None


def _hopeless(path: Path, first: Refused, rows: int) -> ImportFailed:
    """The error that ends at once what would only fill a list; a file of one chunk is listed row by row."""
    column = f"{first.column} = {first.came}: " if first.column else ""
    return ImportFailed(
        f"{path}: none of the first {rows} rows can be used; line {first.place}: {column}{first.reason}"
    )


def keys_of(registry: Registry) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Keys of all points of a registry."""
    return np.array(sorted(registry.by_key), np.int32)
