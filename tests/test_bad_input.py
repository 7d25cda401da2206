"""Is wrong input answered by what, where and wanted, by the command as a user runs it?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from storage import Store
from tests.commandline import taihu

ROOT = Path(__file__).resolve().parents[1]
PLANT = (ROOT / "examples" / "plants" / "wx-dyeing.toml").read_text(encoding="utf-8")


def _process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "taihu", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLUMNS": "400"},
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
    done = taihu("check", str(path))
    assert done.returncode == 1
    assert "plant.toml" in done.stdout
    assert wanted in done.stdout
    assert "Traceback" not in done.stderr


def test_check_accepts_the_examples() -> None:
    done = _process("check", *map(str, sorted((ROOT / "examples" / "plants").glob("*.toml"))))
    assert done.returncode == 0, done.stdout
    assert "6 file(s) in order" in done.stderr


def test_check_holds_plants_against_the_programmes_of_the_settings(tmp_path: Path) -> None:
    own = (ROOT / "registry" / "data" / "programme-sunan-2019.toml").read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(own.replace('id = "sunan-2019"', 'id = "own-2019"', 1), encoding="utf-8")
    (tmp_path / "plants").mkdir()
    plant = PLANT.replace('programmes = ["sunan-2019"]', 'programmes = ["own-2019"]')
    assert plant != PLANT, "the example no longer answers for this programme"
    (tmp_path / "plants" / "plant.toml").write_text(plant, encoding="utf-8")
    done = taihu("check", "--config", _config(tmp_path, 'plants = ["plants"]\nprogrammes = ["own.toml"]\n'))
    assert (done.returncode, "1 file(s) in order" in done.stderr) == (0, True)
    done = taihu("check", "--config", _config(tmp_path, 'plants = ["plants"]\n'))
    assert (done.returncode, "own-2019" in done.stdout) == (1, True)


def test_check_looks_at_the_broker_too(tmp_path: Path) -> None:
    done = taihu("check", "--config", _config(tmp_path, '[mqtt]\nhost = "b"\ntls_ca = "none.pem"\n'))
    assert done.returncode == 2
    assert "none.pem" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", [("serve",), ("collect",), ("demo", "--for", "1"), ("import", "statements", "s.csv")]
)
def test_a_file_where_the_data_folder_should_be_is_said(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "data").write_text("")
    done = taihu(*command, "--data", str(tmp_path / "data"))
    assert done.returncode == 2
    assert f"{tmp_path / 'data'}" in done.stderr
    assert "File exists" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _process("serve", "--config", _config(tmp_path), "--port", str(port))
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_start_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data"):
        done = _process("serve", "--config", _config(tmp_path), "--port", "0")
    assert done.returncode == 2
    assert str(tmp_path / "data") in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_settings_and_a_wrong_date_are_said(tmp_path: Path) -> None:
    done = taihu("serve", "--config", _config(tmp_path, "[mqtt]\nprot = 1\n"))
    assert (done.returncode, "mqtt.prot" in done.stderr) == (2, True)
    done = taihu("demo", "--data", str(tmp_path / "demo"), "--as-of", "2025-01-01")
    assert (done.returncode, "2025-01-01" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--broker", "mqtt://127.0.0.1:1"), "mqtt://127.0.0.1:1: not reachable: Connection refused; wanted a running"),
        (("--broker", "ftp://x"), "broker address ftp://x: wanted mqtt://host"),
        (("--broker", "mqtt://127.0.0.1:1", "--as-of", "2030-01-01"), "2030-01-01: wanted a time between 2015"),
        (("--statements", "no/such/folder/s.csv"), "no/such/folder/s.csv: cannot be written"),
        (("--plant", "nobody", "--truth", "t.csv"), "--plant nobody: wanted one of cz-steel"),
    ],
)
def test_simulate_says_what_it_cannot_do(arguments: tuple[str, ...], wanted: str) -> None:
    done = taihu("simulate", *arguments)
    assert done.returncode == 2
    assert wanted in done.stderr
    assert "Traceback" not in done.stderr


def test_a_replay_to_a_closed_port_is_said(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("utc_timestamp,DE_KN_industrial3_compressor\n2017-02-01T00:00:00Z,1.5\n", encoding="utf-8")
    profile = tmp_path / "replay.toml"
    text = (ROOT / "examples" / "cossmic" / "replay.toml").read_text(encoding="utf-8")
    head = text.partition("[columns]")[0]
    profile.write_text(f'{head}[columns]\nDE_KN_industrial3_compressor = "a/b"\n', encoding="utf-8")
    done = taihu("replay", "--profile", str(profile), str(data), "--broker", "mqtt://127.0.0.1:1")
    assert done.returncode == 2
    assert "mqtt://127.0.0.1:1: not reachable: Connection refused; wanted a running MQTT broker" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_leaves_the_folder_of_other_plants_alone(tmp_path: Path) -> None:
    from registry import Database, load_plant_files

    (tmp_path / "data").mkdir()
    with Database(f"sqlite:///{tmp_path / 'data' / 'registry.sqlite'}") as database:
        database.upgrade()
        database.save(load_plant_files([ROOT / "examples" / "steel-kr" / "plant.toml"]))
        done = taihu("demo", "--data", str(tmp_path / "data"), "--port", "0", "--for", "1")
        assert done.returncode == 2
        assert "holds the plants steel-kr; wanted an empty folder or that of a demo" in done.stderr
        assert database.plant_ids() == ("steel-kr",)


def test_a_folder_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    import duckdb

    with Store.open(tmp_path / "data"):
        pass
    with duckdb.connect(str(tmp_path / "data" / "journal.duckdb")) as journal:
        journal.execute("update schema_version set version = 99")
    done = taihu("serve", "--config", _config(tmp_path), "--port", "0")
    assert done.returncode == 2
    assert str(tmp_path / "data" / "journal.duckdb") in done.stderr
    assert "schema version 99" in done.stderr
    assert "update Taihu" in done.stderr


def test_statements_before_the_first_serve_need_settings_that_name_the_plants(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("plant,period,item,value,unit,status\nwx-dyeing,2015-01,value_added,4100.5,10k_yuan,final\n")
    done = taihu("import", "statements", str(path), "--data", str(tmp_path / "data"))
    assert done.returncode == 2
    assert f"no plant is known in {tmp_path / 'data'}: wanted --config" in done.stderr
    config = _config(tmp_path, f'plants = ["{ROOT / "examples" / "plants"}"]\n')
    report = tmp_path / "none" / "bad.csv"
    done = taihu("import", "statements", str(path), "--config", config, "--report", str(report))
    assert "1 added, 0 changed, 0 unchanged, 0 refused" in done.stdout
    assert (done.returncode, f"{report}: cannot be written" in done.stderr) == (2, True)


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
    first = taihu("import", "statements", str(path), "--config", config, "--report", str(report))
    assert first.returncode == 1
    assert all(word in first.stdout for word in ("1,5", "2015-13", "nobody"))
    assert len(report.read_text(encoding="utf-8").splitlines()) == 4
    database = Database(f"sqlite:///{tmp_path / 'data' / 'registry.sqlite'}")
    assert [s.value for s in database.snapshot().statements("wx-dyeing", "value_added")] == [4100.5]
    again = taihu("import", "statements", str(path), "--config", config)
    assert "0 added, 0 changed, 1 unchanged" in again.stdout
    assert [s.value for s in database.snapshot().statements("wx-dyeing", "value_added")] == [4100.5]
    database.close()
