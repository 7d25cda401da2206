"""`taihu import readings`, as a user types it: its figures, killed in the middle, beside a running product."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import Ranges, Readings
from storage import Store
from taihu.assembly import Product
from taihu.cli import app, main
from taihu.clock import Clock
from taihu.settings import Settings
from tests.faulty import FIRST_MS, METER, NOW_MS, PLANT, POINTS, readings


def _arguments(folder: Path, *arguments: str) -> list[str]:
    return ["import", "readings", *arguments, "--config", str(folder / "taihu.toml")]


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: object
    stdout: str
    stderr: str


Taihu = Callable[..., Done]


@pytest.fixture(name="taihu")
def _taihu(capsys: pytest.CaptureFixture[str], works: Path) -> Taihu:
    """`taihu import readings` in this process: starting one takes longer than most imports."""

    def run(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as end:
            main(lambda: app(_arguments(works, *arguments)))
        out, err = capsys.readouterr()
        return Done(end.value.code, out, err)

    return run


@pytest.fixture(name="works")
def _works(tmp_path: Path) -> Path:
    """A folder with settings and a plant, and no readings."""
    (tmp_path / "works.toml").write_text(PLANT + "".join(METER.format(**p) for p in POINTS), encoding="utf-8")
    (tmp_path / "taihu.toml").write_text('data = "data"\nplants = ["works.toml"]\n', encoding="utf-8")
    return tmp_path


def _product(folder: Path, data: str = "data") -> Product:
    settings = Settings(data=folder / data, plants=(folder / "works.toml",))
    return Product(settings, Clock(NOW_MS), collect=False, serve=False)


def _by_mqtt(folder: Path) -> Product:
    """Another folder in which the readings came as the collector brings them."""
    product = _product(folder, "live")
    assert product.settler.settle_now(product.sink(_readings(product), ()), 60.0)
    return product


def _readings(product: Product) -> Readings:
    return readings({full_id: point.key for full_id, point in product.registry().points.items()})


def _write(path: Path, product: Product, times: int = 1) -> int:
    """The readings as CSV; `times` over, a year later each."""
    came = _readings(product)
    names = {point.key: full_id for full_id, point in product.registry().points.items()}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("time", "point", "value"))
        for n in range(times):
            for key, time_ms, value in zip(
                came.point.tolist(), came.time_ms.tolist(), came.value.tolist(), strict=True
            ):
                at = datetime.fromtimestamp((time_ms + n * 31_536_000_000) / 1000, UTC)
                writer.writerow((at.isoformat(timespec="milliseconds"), names[key], value))
    return times * len(came)


def test_figures_are_those_of_readings_that_came_by_mqtt(works: Path, taihu: Taihu) -> None:
    live = _by_mqtt(works)
    try:
        _write(works / "history.csv", live)
        done = taihu(str(works / "history.csv"))
        assert done.returncode == 0, done.stderr
        imported = _product(works)
        try:
            assert imported.store.settled_batch == imported.store.newest_batch > 0
            keys = np.array(sorted(live.registry().by_key), np.int32)
            whole = Ranges(keys, np.full(len(keys), FIRST_MS), np.full(len(keys), NOW_MS))
            for ours, theirs in (
                (imported.store.intervals(whole), live.store.intervals(whole)),
                (imported.store.days(keys, 17_700, 17_800), live.store.days(keys, 17_700, 17_800)),
                (imported.store.findings(keys, FIRST_MS, NOW_MS), live.store.findings(keys, FIRST_MS, NOW_MS)),
            ):
                assert len(ours) == len(theirs) > 0
                for name, column in theirs.as_dict().items():
                    np.testing.assert_array_equal(ours.as_dict()[name], column, err_msg=name)
        finally:
            imported.stop()
    finally:
        live.stop()


def test_killed_in_the_middle_it_goes_on(works: Path, taihu: Taihu) -> None:
    product = _product(works)
    rows = _write(works / "history.csv", product, times=2)
    product.stop()
    process = subprocess.Popen(
        [sys.executable, "-m", "taihu", *_arguments(works, str(works / "history.csv"))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wal = works / "data" / "journal.duckdb.wal"
    until = time.monotonic() + 60
    # A chunk alone is nearly a megabyte; the whole file takes two.
    while process.poll() is None and time.monotonic() < until and not (wal.exists() and wal.stat().st_size > 500_000):
        time.sleep(0.001)  # looks at a file, until another process has written to it
    process.kill()
    process.communicate()
    done = taihu(str(works / "history.csv"))
    assert done.returncode == 0, done.stderr
    assert f": {rows} rows, " in done.stdout or "nothing changed" in done.stdout
    with Store.open(works / "data") as store:
        ranges, _ = store.dirty(0)
        found = store.readings(ranges)
    # Two values for one time are two readings; everything else stands there once.
    keyed = np.stack((found.point.astype(np.int64), found.time_ms, found.value.view(np.int64)))
    assert len(found) == len(np.unique(keyed, axis=1).T) == rows
    assert "nothing changed" in taihu(str(works / "history.csv")).stdout


def test_refused_rows_are_shown_reported_and_change_the_exit_status(works: Path, taihu: Taihu) -> None:
    path = works / "history.csv"
    bad = "".join(f"2018-08-28T00:00:00+08:00,works/x{n},1\n" for n in range(25))
    path.write_text(f"time,point,value\n2018-08-28T00:00:00+08:00,works/in,1\n{bad}", encoding="utf-8")
    done = taihu(str(path), "--report", str(works / "refused.csv"))
    assert done.returncode == 1
    assert f"{path}: 26 rows, 1 kept, 25 refused" in done.stdout
    assert f"{path}:3: point = works/x0: unknown point: " in done.stdout
    assert "... and 5 more" in done.stdout
    with (works / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["column"], row["came"]) for row in rows] == [
        (str(n + 3), "point", f"works/x{n}") for n in range(25)
    ]


def test_beside_a_running_product_it_says_what_to_do(works: Path, taihu: Taihu) -> None:
    (works / "history.csv").write_text("time,point,value\n", encoding="utf-8")
    with Store.open(works / "data"):
        done = taihu(str(works / "history.csv"))
    assert done.returncode == 2
    assert "stop the running Taihu, import, and start it again; the broker keeps what the meters send" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.csv",), "none.csv: cannot be read"),
        (("none.csv", "--map", "none.toml"), "none.toml"),
        (("none.csv", "--zone", "Asia/Nanjing"), "--zone 'Asia/Nanjing': wanted an IANA name"),
        (("none.csv", "--report", "none/x.csv"), "none/x.csv: cannot be written"),
    ],
)
def test_what_is_wrong_is_one_line(taihu: Taihu, arguments: tuple[str, ...], said: str) -> None:
    done = taihu(*arguments)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (2, True, False)
