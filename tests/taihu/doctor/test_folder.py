"""Is a folder that cannot be written, a disk that is nearly full and a Taihu that runs told?"""

from __future__ import annotations

from pathlib import Path

import pytest

from registry import Registry, load_plant_files
from taihu.doctor.folder import READING_BYTES, daily_bytes, folder_checks
from taihu.settings import Settings
from taihu.urlfile import write_url
from tests.servers import free_port
from tests.taihu.doctor.conftest import Canned, now_ms, one, states

GIB = 1 << 30


@pytest.fixture
def registry(plants: Path) -> Registry:
    return Registry.of_files(load_plant_files([plants]))


def test_growth_follows_from_how_often_points_are_read(registry: Registry) -> None:
    # Two points each minute, a concentration each hour, and its load each quarter.
    assert [point.every_ms for point in registry.points.values()] == [60_000, 60_000, 3_600_000, 900_000]
    assert daily_bytes(registry) == (2 * 1440 + 24 + 96) * READING_BYTES


@pytest.mark.parametrize(
    ("free", "state", "told"),
    [
        (500 * GIB, "ok", "500.0 GiB free"),
        (2 * GIB, "warn", "2.0 GiB free"),
        (GIB // 2, "bad", "0.5 GiB free"),
    ],
)
def test_space_that_is_left(tmp_path: Path, free: int, state: str, told: str) -> None:
    found = one(folder_checks(Settings(data=tmp_path), None, now_ms, lambda _: free), "space")
    assert (found.state, found.found.en) == (state, told)
    assert (found.todo is None) == (state == "ok")


def test_a_disk_that_lasts_a_month_is_bad_however_large(tmp_path: Path, registry: Registry) -> None:
    point = next(iter(registry.points.values()))
    busy = [point.model_copy(update={"every_ms": 1, "key": number, "id": f"x{number}"}) for number in range(1, 5)]
    many = Registry.build(plants=registry.plants.values(), points=busy)
    # 4 points of 1000 readings/s at 20 bytes: 6.9 GB a day.
    found = one(folder_checks(Settings(data=tmp_path), many, now_ms, lambda _: 100 * GIB), "space")
    assert found.state == "bad"
    assert found.found.en == "100.0 GiB free, about 6591.8 MiB a day: enough for 16 days"
    assert found.found.zh.endswith("约够 16 天")


def test_a_folder_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    found = folder_checks(Settings(data=tmp_path / "a" / "b"), None, now_ms, lambda _: 500 * GIB)
    assert states(found) == {"writable": "ok", "space": "ok", "running": "ok"}
    assert "will be made" in one(found, "writable").found.en
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    found = folder_checks(Settings(data=tmp_path / "data"), None, now_ms)
    assert "cannot be written (Not a directory)" in one(found, "writable").found.en
    assert states(found) == {"writable": "bad", "running": "ok"}


def test_who_uses_the_folder(tmp_path: Path, canned: Canned) -> None:
    settings = Settings(data=tmp_path)
    canned.answers["GET", "/api/v1/health"] = (200, b"{}", {})
    write_url(tmp_path, f"{canned.url}/")
    assert one(folder_checks(settings, None, now_ms), "running").found.en == f"Taihu runs at {canned.url}/"
    for left in (f"http://127.0.0.1:{free_port()}/", f"{canned.url}/other/"):
        write_url(tmp_path, left)
        found = one(folder_checks(settings, None, now_ms), "running")
        assert (found.state, found.found.en.endswith("did not end in good order")) == ("warn", True)
