"""How fast does a history come in, and in how much memory?

A plant of 300 points at one second, as CSV and as Parquet, into an empty journal, in a process of its own: reading,
checking, looking for what is there already, and writing durably. Settling is measured elsewhere.

``python -m tests.bench.imports FOLDER FILE`` is that process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from collector.bulk import FileMap, import_file, refused_rows
from collector.bulk.source import connect
from taihu.clock import WallClock
from taihu.importreadings import folder_to_fill, intake_of
from taihu.settings import Settings
from tests.bench.ingest import N_POINTS, plant_toml
from tests.bench.report import Result, at_least, at_most, note

N_ROWS = 3_000_000
BOUND_ROWS_S = 200_000.0
BOUND_MB = 300.0

FORMATS = {"csv": "format csv, header", "parquet": "format parquet"}


def measure(folder: Path) -> Iterator[Result]:
    (folder / "plant.toml").write_text(plant_toml(), encoding="utf-8")
    for kind, options in FORMATS.items():
        note(f"import: {N_ROWS} rows as {kind}")
        file = folder / f"history.{kind}"
        _write(file, options)
        done = _imported(folder, file)
        yield at_least(f"import: {kind}, rows a second of one core", done["rows_cpu_s"], "rows/s", BOUND_ROWS_S)
        yield Result(f"import: {kind}, rows a second by the clock", done["rows_s"], "rows/s")
        yield at_most(f"import: {kind}, memory, highest", done["memory_mb"], "MB", BOUND_MB)


def _write(file: Path, options: str) -> None:
    """Registers that count steadily, one row a second and point."""
    with connect() as con:
        con.execute(
            f"""copy (select strftime(make_timestamp((1535731200 + n // {N_POINTS}) * 1000000), '%Y-%m-%dT%H:%M:%SZ')
            as time, 'bench/p' || (n % {N_POINTS}) as point, round(1000 * (n % {N_POINTS}) + n * 0.37, 2) as value
            from range({N_ROWS}) t(n)) to '{file}' ({options})"""
        )


def _imported(folder: Path, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.imports", str(folder), str(file)]
    done: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return done


def main() -> None:
    folder, file = Path(sys.argv[1]), Path(sys.argv[2])
    settings = Settings(data=folder / f"data-{file.suffix[1:]}", plants=(folder / "plant.toml",))
    with folder_to_fill(settings, WallClock()) as product, refused_rows(None) as refused:
        cpu, wall = time.process_time(), time.perf_counter()
        done = import_file(file, FileMap(), product.registry(), intake_of(product), refused)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if done.tally.kept != N_ROWS:
        raise RuntimeError(f"{done.tally.kept} of {N_ROWS} rows are in the journal: {done}")
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows_cpu_s": N_ROWS / cpu, "rows_s": N_ROWS / wall, "memory_mb": memory_mb}))


if __name__ == "__main__":
    main()
