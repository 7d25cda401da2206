"""Does a backup hold everything, does it come back to the bit, and is half of one never taken for whole?"""

from __future__ import annotations

import json
import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from analytics.columns import Readings
from registry.editions import Import
from registry.statement import Statement
from storage import StoreFull
from taihu.asking import AskError, ask
from taihu.assembly import Product
from taihu.backup import Backup, settings_text
from taihu.backupasking import back_up
from taihu.backupfiles import BackupError, backups_in, read_manifest
from taihu.backupjob import PROOF_FILE
from taihu.cli import app
from taihu.clock import Clock
from taihu.restoring import STAGE, restore
from taihu.settings import Http, Settings, load_settings
from tests.postgresql import Cluster
from tests.registry.conftest import postgresql_server

__all__ = ["postgresql_server"]  # a fixture

PLANTS = Path(__file__).resolve().parents[2] / "examples" / "plants"
PLANT = "wx-dyeing"
NOW_MS = 1_535_731_200_000  # 2018-09-01 in Shanghai
MINUTES = 2 * 1440
POINTS = ("el.in", "el.dye", "gas.in", "water.in", "st.flow", "st.nox", "ww.flow")


class Standing(Clock):
    """A clock that stands, so that figures of two products are of one moment."""

    def __init__(self) -> None:
        super().__init__(NOW_MS)

    def now_ms(self) -> int:
        return NOW_MS


def settings_for(data: Path, **more: Any) -> Settings:
    return Settings(data=data, plants=(PLANTS / f"{PLANT}.toml",), http=Http(port=0), **more)


def _readings(product: Product) -> Readings:
    """Two days of minutes, registers growing by random steps, with a gap of 40 minutes."""
    rng = np.random.default_rng(3)
    minute = np.arange(MINUTES)
    minute = minute[(minute < 900) | (minute >= 940)]
    parts = []
    for name in POINTS:
        point = product.registry().points[f"{PLANT}/{name}"]
        level = rng.gamma(2.0, 3.0, len(minute))
        value = 100.0 + np.cumsum(level) * 1e-3 if "in" in name or "dye" in name else level
        time_ms = NOW_MS - (MINUTES - minute.astype(np.int64)) * 60_000
        key = np.full(len(minute), point.key, np.int32)
        parts.append(Readings(key, time_ms, value, np.zeros(len(minute), np.uint8), time_ms + 500))
    return Readings.concat(parts)


def _fill(settings: Settings) -> None:
    product = Product(settings, Standing(), collect=False, serve=False)
    product.settler.settle_now(product.sink(_readings(product), []), 30)
    said = [
        Statement(
            plant=PLANT, period=f"{year}-{month:02}", item="value_added", value=800.1 + month / 3, unit="10k_yuan",
            status="final", source="office",
        )
        for year in (2015, 2018) for month in range(1, 9)
    ]  # fmt: skip
    product.database.add_statements(said, Import(NOW_MS, who="厂长"))
    product.reload_registry()
    point = product.registry().points[f"{PLANT}/el.in"]
    product.decisions.declare(point, "calibration", NOW_MS - 3_600_000, who="王", why="年检")
    product.stop()


def figures_of(settings: Settings) -> dict[str, Any]:
    """What a user would see of the data folder."""
    product = Product(settings, Standing(), collect=False, serve=False)
    try:
        scope = f"plant:{PLANT}"
        points = tuple(product.registry().plant_points(PLANT))
        return {
            "now": product.figures.now(PLANT),
            "indicators": product.figures.indicators(scope),
            "targets": product.figures.targets(scope),
            "series": product.figures.series(f"{PLANT}/el.in", NOW_MS - 86_400_000, NOW_MS, "15min"),
            "events": product.decisions.entries(points, from_ms=0, to_ms=NOW_MS, limit=50),
            "counts": product.store.counts(),
            "keys": {name: point.key for name, point in product.registry().points.items()},
        }
    finally:
        product.stop()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_for(tmp_path_factory.mktemp("original") / "data")
    _fill(settings)
    return settings


@pytest.fixture(scope="module")
def shown(original: Settings) -> dict[str, Any]:
    """The figures before; asked first, since asking settles nothing."""
    return figures_of(original)


@pytest.fixture(scope="module")
def kept(original: Settings, shown: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup that must not be changed."""
    return back_up(original, tmp_path_factory.mktemp("backups"), None, lambda done, total: None)


@pytest.fixture
def changed(kept: Path, tmp_path: Path) -> Path:
    """A copy of it that may be damaged."""
    return Path(shutil.copytree(kept, tmp_path / kept.name))


@pytest.fixture
def running(tmp_path: Path, original: Settings) -> Iterator[Product]:
    data = tmp_path / "running"
    shutil.copytree(original.data, data)
    product = Product(settings_for(data), Standing(), collect=False)
    product.start()
    yield product
    product.stop()


def test_figures_are_the_same_to_the_bit(kept: Path, shown: dict[str, Any], tmp_path: Path) -> None:
    again = settings_for(tmp_path / "again")
    told = restore(kept, again)
    assert told == read_manifest(kept)
    assert sorted(path.name for path in again.data.iterdir()) == ["journal.duckdb", "registry.sqlite"]
    assert shown["now"]["year_kwh"].value > 0 and shown["events"]
    assert figures_of(again) == shown


@pytest.mark.server
def test_figures_are_the_same_on_postgresql_and_back(
    kept: Path, shown: dict[str, Any], tmp_path: Path, postgresql_server: Cluster
) -> None:
    url = postgresql_server.new_database()
    there = settings_for(tmp_path / "there", registry_url=url)
    restore(kept, there)
    assert [path.name for path in there.data.iterdir()] == ["journal.duckdb"]
    assert figures_of(there) == shown
    back = settings_for(tmp_path / "back")
    restore(back_up(there, tmp_path / "backups", None, lambda done, total: None), back)
    assert figures_of(back) == shown
    with pytest.raises(BackupError, match="the registry named in registry_url holds plants or imports"):
        restore(kept, settings_for(tmp_path / "third", registry_url=url))
    assert not (tmp_path / "third").exists()


def test_what_a_backup_holds(kept: Path, original: Settings, shown: dict[str, Any]) -> None:
    told = read_manifest(kept)
    assert set(told.files) == {"journal.duckdb", "registry.sqlite", "settings.json", f"plants/{PLANT}.toml"}
    assert told.journal["readings"] == len(POINTS) * (MINUTES - 40)
    assert told.journal["batches"] == shown["counts"].batches
    assert told.registry["statements"] == 16
    assert (kept / "plants" / f"{PLANT}.toml").read_bytes() == original.plants[0].read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


def test_settings_are_kept_without_what_is_secret(tmp_path: Path) -> None:
    (tmp_path / "taihu.toml").write_text(
        """
registry_url = "postgresql+psycopg://taihu:geheim@db/taihu"
plants = ["a.toml"]
[mqtt]
host = "b"
username = "u"
password = "geheim"
[influx.main]
url = "http://influxdb:8086"
token = "geheim"
[grafana]
token = "geheim"
influx_token = "geheim"
contact_url = "https://hook.example/geheim"
[webhooks.office]
url = "https://hook.example/?key=geheim"
secret = "geheim-geheim"
""",
        encoding="utf-8",
    )
    text = settings_text(load_settings(tmp_path / "taihu.toml"))
    assert "geheim" not in text
    told = json.loads(text)
    assert told["registry_url"] == "postgresql+psycopg://taihu@db/taihu"
    assert (told["mqtt"]["username"], told["influx"]["main"]["url"]) == ("u", "http://influxdb:8086")
    assert told["plants"] == [str(tmp_path / "a.toml")] and "office" in told["webhooks"]


def test_a_running_taihu_makes_it(running: Product, tmp_path: Path) -> None:
    seen: list[float] = []
    folder = back_up(running.settings, tmp_path / "backups", None, lambda done, total: seen.append(done / total))
    assert folder.parent == tmp_path / "backups" and seen[-1] == 1.0
    assert read_manifest(folder).journal["readings"] == running.store.counts().readings
    assert not (running.settings.data / PROOF_FILE).exists()


def test_only_who_may_write_the_data_folder_gets_one(running: Product, tmp_path: Path) -> None:
    wanted = {"to": str(tmp_path / "stolen"), "keep": None}
    for proof in ("", "guessed"):
        with pytest.raises(AskError, match="only who owns the data may copy it"):
            ask(running.settings, "/backup", url=running.url, body={**wanted, "proof": proof})
    (running.settings.data / PROOF_FILE).write_text("word")
    with pytest.raises(AskError, match="'relative' is not absolute"):
        ask(running.settings, "/backup", url=running.url, body={"to": "relative", "keep": None, "proof": "word"})
    assert not (tmp_path / "stolen").exists()


def test_a_running_taihu_says_why_it_could_not(running: Product, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BackupError, match=r"file/backups: Not a directory; wanted a folder that the running Taihu"):
        back_up(running.settings, tmp_path / "file" / "backups", None, lambda done, total: None)
    with pytest.raises(BackupError, match="lies in the data folder"):
        back_up(running.settings, running.settings.data / "backups", None, lambda done, total: None)


def test_a_running_taihu_is_not_restored_over(kept: Path, running: Product) -> None:
    with pytest.raises(BackupError, match=r"is not empty \(it holds journal\.duckdb.*stop the Taihu that runs on it"):
        restore(kept, running.settings)


def test_older_ones_go_when_a_newer_one_is_whole(original: Settings, kept: Path, tmp_path: Path) -> None:
    for name in ("taihu-20200101T000000Z", "taihu-20200102T000000Z", "taihu-20200103T000000Z"):
        shutil.copytree(kept, tmp_path / name)
    (tmp_path / "taihu-20200104T000000Z.part").mkdir()
    (tmp_path / "notes").mkdir()
    newest = back_up(original, tmp_path, 2, lambda done, total: None)
    assert backups_in(tmp_path) == [tmp_path / "taihu-20200103T000000Z", newest]
    assert (tmp_path / "notes").exists() and not (tmp_path / "taihu-20200104T000000Z.part").exists()


def test_a_backup_that_fails_leaves_nothing_that_looks_whole(
    original: Settings, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(kept, tmp_path / "taihu-20200101T000000Z")
    product = Product(original, Standing(), collect=False, serve=False)
    try:
        backup = Backup(product.store, product.database, original)

        def full(*_: object) -> None:
            raise StoreFull("no space left")

        monkeypatch.setattr(product.store, "copy", full)
        with pytest.raises(StoreFull):
            backup.make(tmp_path, 1)
        monkeypatch.undo()
        backup.stop()  # between two steps
        with pytest.raises(BackupError, match="was stopped before it was whole"):
            backup.make(tmp_path, 1)
    finally:
        product.stop()
    assert [path.name for path in tmp_path.iterdir()] == ["taihu-20200101T000000Z"]


def test_a_cut_off_backup_is_no_backup(changed: Path, tmp_path: Path) -> None:
    part = changed.rename(tmp_path / f"{changed.name}.part")
    with pytest.raises(BackupError, match="was never finished"):
        restore(part, settings_for(tmp_path / "data"))


@pytest.mark.parametrize("name", ["journal.duckdb", "registry.sqlite", "settings.json"])
@pytest.mark.parametrize("damage", ["flipped", "shorter", "gone"])
def test_a_damaged_backup_is_refused_by_the_name_of_its_file(
    changed: Path, tmp_path: Path, name: str, damage: str
) -> None:
    path = changed / name
    whole = path.read_bytes()
    if damage == "flipped":
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    elif damage == "shorter":
        path.write_bytes(whole[:-1])
    else:
        path.unlink()
    wanted = {"flipped": "its sha256 differs", "shorter": "wanted", "gone": "No such file"}[damage]
    with pytest.raises(BackupError, match=rf"is damaged: {name}.*{wanted}"):
        restore(changed, settings_for(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 2}', '{"format": 1}', '{"format": 1, "files": {"a": 1}}'])
def test_a_manifest_that_is_none_is_refused(changed: Path, tmp_path: Path, text: str) -> None:
    (changed / "manifest.json").write_text(text)
    with pytest.raises(BackupError, match=r"manifest\.json"):
        restore(changed, settings_for(tmp_path / "data"))


def test_the_folder_of_backups_is_not_one_of_them(kept: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=f"wanted the folder of one backup, e.g. its newest, {kept}"):
        restore(kept.parent, settings_for(tmp_path / "data"))
    with pytest.raises(BackupError, match="made by taihu backup"):
        restore(tmp_path / "nowhere", settings_for(tmp_path / "data"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_root_is_told_whose_folder_it_is(original: Settings, kept: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(original.data, tmp_path / "data"))
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder in (data, empty):
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    with pytest.raises(BackupError, match="belongs to nobody, and root asks; wanted that user: runuser -u nobody"):
        back_up(settings_for(data), tmp_path / "backups", None, lambda done, total: None)
    with pytest.raises(BackupError, match="belongs to nobody"):
        restore(kept, settings_for(empty))
    assert list(empty.iterdir()) == []


def test_what_a_cut_off_restore_left_is_cleared_away(kept: Path, shown: dict[str, Any], tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / STAGE).mkdir(parents=True)
    (data / STAGE / "journal.duckdb").write_bytes(b"half")
    (data / "lost+found").mkdir()
    restore(kept, settings_for(data))
    assert figures_of(settings_for(data))["counts"] == shown["counts"]


def test_the_commands(original: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIHU_PLANTS", json.dumps([str(path) for path in original.plants]))
    made = CliRunner().invoke(app, ["backup", str(tmp_path), "--data", str(original.data), "--keep", "1", "--json"])
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    back = CliRunner().invoke(app, ["restore", told["folder"], "--data", str(tmp_path / "data")])
    assert back.exit_code == 0 and (tmp_path / "data" / "journal.duckdb").exists()
    with pytest.raises(BackupError, match=r"holds no journal\.duckdb"):
        back_up(settings_for(tmp_path / "nothing"), tmp_path, None, lambda done, total: None)
