"""Does settling a range take memory for the range, or for the history?

Two stores that differ only in how far back they reach; the same day of all points comes once more, and a process of
its own settles it. Run as ``python -m tests.bench.memory FOLDER POINTS DAYS DAY``, it prints by how many bytes its
memory grew at the highest, from just before the append.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from storage import Store
from tests.bench.history import History
from tests.bench.report import Result, at_most, note

N_POINTS = 60
N_DAYS = 15
TIMES_LONGER = 8
DAYS_BEFORE_END = (5, 7, 9)
"""Which day comes again, another one in each run."""

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RESET_PEAK = "5"  # proc(5), clear_refs since Linux 4.0: the peak becomes what is resident now


def measure(folder: Path) -> Iterator[Result]:
    if not CLEAR.exists():
        note("memory of a settlement is not measured: this system has no /proc/self/clear_refs")
        return
    grown = [_grown_bytes(folder / f"{n_days}", n_days) for n_days in (N_DAYS, TIMES_LONGER * N_DAYS)]
    yield Result(f"memory: settling a day of {N_POINTS} points, {N_DAYS} days of history", grown[0] / 1e6, "MB")
    yield Result(f"memory: the same day, {TIMES_LONGER} times the history", grown[1] / 1e6, "MB")
    yield at_most("memory: growth with the history", grown[1] / grown[0], "x", 1.2)


def _grown_bytes(folder: Path, n_days: int) -> float:
    history = History(folder, N_POINTS, n_days)
    with history.begin() as store:
        batch = history.append_days(store, history.keys, 0, n_days)
        history.write_results(store, batch)
    command = [sys.executable, "-m", "tests.bench.memory", str(folder), str(N_POINTS), str(n_days)]
    runs = [
        subprocess.run([*command, str(n_days - before)], check=True, stdout=subprocess.PIPE, text=True)
        for before in DAYS_BEFORE_END
    ]
    return median(int(run.stdout) for run in runs)


def resident_bytes(what: str) -> int:
    """`VmRSS`, resident memory now, or `VmHWM`, at its highest."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(f"{what}:"))
    return 1024 * int(line.split()[1])


def main() -> None:
    folder, n_points, n_days, day = Path(sys.argv[1]), *(int(a) for a in sys.argv[2:5])
    history = History(folder, n_points, n_days)
    with Store.open(history.store_folder) as store:
        readings = history.readings(history.keys, history.day_ms(day), history.day_ms(day + 1))
        settler = history.settler(store)
        CLEAR.write_text(RESET_PEAK)
        before = resident_bytes("VmRSS")
        batch = store.append(readings)
        settled = settler.step()
        grown = resident_bytes("VmHWM") - before
    assert settled is not None and settled.batch == batch, "the day was not settled in one round"
    print(grown)


if __name__ == "__main__":
    main()
