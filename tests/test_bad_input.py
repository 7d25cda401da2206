"""Is wrong input answered by what, where and wanted, by the command as a user runs it?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from storage import Store

ROOT = Path(__file__).resolve().parents[1]
PLANT = (ROOT / "examples" / "plants" / "wx-dyeing.toml").read_text(encoding="utf-8")


def _taihu(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "taihu", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLUMNS": "400", **environment},
    )


def _config(folder: Path, text: str = "") -> str:
    path = folder / "taihu.toml"
    path.write_text(f'data = "data"\n{text}', encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (('unit = "kWh"', 'unit = "kWhh"'), "kWhh"),
        (('id = "water.in"', 'id = "el.in"'), "el.in"),
        (('channel = "W01/total"', 'channel = "E01/ep"'), "E01/ep"),
        (("parent = ", "parnet = "), "parnet"),
        (("[plant]", "[plant"), "plant.toml:3:"),
        (('city = "wuxi"', 'city = "wuxxi"'), "wuxxi"),
    ],
)
def test_check_names_file_and_key(tmp_path: Path, change: tuple[str, str], wanted: str) -> None:
    assert change[0] in PLANT, "the example no longer has what this case breaks"
    path = tmp_path / "plant.toml"
    path.write_text(PLANT.replace(*change, 1), encoding="utf-8")
    done = _taihu("check", str(path))
    assert done.returncode == 1
    assert "plant.toml" in done.stdout
    assert wanted in done.stdout
    assert "Traceback" not in done.stderr


def test_check_accepts_the_examples() -> None:
    done = _taihu("check", *map(str, sorted((ROOT / "examples" / "plants").glob("*.toml"))))
    assert done.returncode == 0, done.stdout
    assert "6 file(s) in order" in done.stderr


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _taihu("serve", "--config", _config(tmp_path), "--port", str(port))
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_start_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data"):
        done = _taihu("serve", "--config", _config(tmp_path), "--port", "0")
    assert done.returncode == 2
    assert str(tmp_path / "data") in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_settings_and_a_wrong_date_are_said(tmp_path: Path) -> None:
    done = _taihu("serve", "--config", _config(tmp_path, "[mqtt]\nprot = 1\n"))
    assert (done.returncode, "mqtt.prot" in done.stderr) == (2, True)
    done = _taihu("demo", "--data", str(tmp_path / "demo"), "--as-of", "2025-01-01")
    assert (done.returncode, "2025-01-01" in done.stderr) == (2, True)


def test_statements_keep_good_rows_list_bad_ones_and_repeat_harmlessly(tmp_path: Path) -> None:
    from registry import Database, load_plant_files

    plants = load_plant_files([ROOT / "examples" / "plants" / "wx-dyeing.toml"])
    config = _config(tmp_path)
    (tmp_path / "data").mkdir()
    database = Database(f"sqlite:///{tmp_path / 'data' / 'registry.sqlite'}")
    database.upgrade()
    database.save(plants)
    database.close()
    path = tmp_path / "s.csv"
    path.write_text(
        "plant,period,item,value,unit,status\n"
        "wx-dyeing,2015-01,value_added,4100.5,10k_yuan,final\n"
        'wx-dyeing,2015-02,value_added,"1,5",10k_yuan,final\n'
        "wx-dyeing,2015-13,value_added,4100,10k_yuan,final\n"
        "nobody,2015-01,value_added,4100,10k_yuan,final\n",
        encoding="utf-8",
    )
    report = tmp_path / "bad.csv"
    first = _taihu("import", "statements", str(path), "--config", config, "--report", str(report))
    assert first.returncode == 1
    assert all(word in first.stdout for word in ("1,5", "2015-13", "nobody"))
    assert len(report.read_text(encoding="utf-8").splitlines()) == 4
    database = Database(f"sqlite:///{tmp_path / 'data' / 'registry.sqlite'}")
    assert [s.value for s in database.snapshot().statements("wx-dyeing", "value_added")] == [4100.5]
    again = _taihu("import", "statements", str(path), "--config", config)
    assert "0 added, 0 changed, 1 unchanged" in again.stdout
    assert [s.value for s in database.snapshot().statements("wx-dyeing", "value_added")] == [4100.5]
    database.close()
