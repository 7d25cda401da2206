"""`taihu import events`, as a user types it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from storage import Store
from taihu.assembly import Product
from taihu.clock import Clock
from taihu.settings import Settings
from tests.commandline import taihu
from tests.faulty import LOAD_KW, METER, NOW_MS, PLANT, POINTS, readings

HEADER = "point,kind,at,to,end_value,start_value,ratio,shift,why\n"


@pytest.fixture(name="works")
def _works(tmp_path: Path) -> Path:
    """A folder with settings, a plant, and three days of readings."""
    (tmp_path / "works.toml").write_text(PLANT + "".join(METER.format(**p) for p in POINTS), encoding="utf-8")
    (tmp_path / "taihu.toml").write_text('data = "data"\nplants = ["works.toml"]\n', encoding="utf-8")
    product = Product(_settings(tmp_path), Clock(NOW_MS), collect=False, serve=False)
    key_of = {full_id: point.key for full_id, point in product.registry().points.items()}
    product.settler.settle_now(product.sink(readings(key_of), ()), 60.0)
    product.stop()
    return tmp_path


def _settings(folder: Path) -> Settings:
    return Settings(data=folder / "data", plants=(folder / "works.toml",))


def _sheet(folder: Path, *lines: str) -> str:
    path = folder / "events.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def _hall_kwh(folder: Path) -> float:
    product = Product(_settings(folder), Clock(NOW_MS), collect=False, serve=False)
    try:
        key = product.registry().points["works/hall"].key
        return float(product.store.days(np.array([key], np.int32), 17_700, 17_800).amount.sum())
    finally:
        product.stop()


def test_a_table_is_entered_and_the_past_settled(works: Path) -> None:
    before = _hall_kwh(works)
    sheet = _sheet(
        works, "works/hall,ratio,2018-08-31 00:00,,,,2,,互感器更换", "works/in,calibration,2018-08-30 08:00,,,,,,年检"
    )
    done = taihu("import", "events", sheet, "--who", "王芳", "--config", str(works / "taihu.toml"))
    assert done.returncode == 0, done.stderr
    assert "2 event(s) entered" in done.stderr
    # From midnight to the last reading at 19:59 every unit counts twice: 1199 min of 360 kW more.
    assert _hall_kwh(works) - before == pytest.approx(1199 / 60 * LOAD_KW["hall"])
    with Store.open(works / "data") as store:
        said = [row.event for row in store.events()]
    assert [(e.who, e.why, e.decision) for e in said] == [
        ("王芳", "互感器更换", "declared"),
        ("王芳", "年检", "declared"),
    ]


def test_with_a_failing_line_nothing_is_entered(works: Path) -> None:
    sheet = _sheet(works, "works/hall,ratio,2018-08-31 00:00,,,,2,,x", "works/hall,swap,2018-08-30 09:00,,1,1,,,x")
    done = taihu("import", "events", sheet, "--who", "a", "--config", str(works / "taihu.toml"))
    assert done.returncode == 1
    assert f"{sheet}:3: end_value: " in done.stdout
    assert "nothing was entered" in done.stderr
    with Store.open(works / "data") as store:
        assert store.events() == []


def test_beside_a_running_taihu_its_page_is_named(works: Path) -> None:
    sheet = _sheet(works, "works/in,calibration,2018-08-30 08:00,,,,,,x")
    with Store.open(works / "data"):
        done = taihu("import", "events", sheet, "--who", "a", "--config", str(works / "taihu.toml"))
    assert done.returncode == 2
    assert "http://127.0.0.1:8321/api/v1/events/csv?who=NAME" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_missing_is_told(works: Path) -> None:
    config = str(works / "taihu.toml")
    done = taihu("import", "events", str(works / "none.csv"), "--who", "a", "--config", config)
    assert (done.returncode, "none.csv: cannot be read" in done.stderr) == (2, True)
    assert taihu("import", "events", _sheet(works), "--config", config).returncode == 2
