"""Are detection limits read with their dates, refused with what was wanted, and kept in the store?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from analytics.calendar import day_number
from registry import Database, PlantFile, check, load_plant_files
from registry.detection import DetectionLimit, limits_on

POINT = 'kind = "concentration"\n'


def write(folder: Path, plant_toml: str, line: str) -> Path:
    path = folder / "x.toml"
    assert POINT in plant_toml
    path.write_text(plant_toml.replace(POINT, POINT + line + "\n", 1), encoding="utf-8")
    return path


def cod(file: PlantFile) -> tuple[DetectionLimit, ...]:
    return next(point for point in file.points if point.detection_limits).detection_limits


def test_a_number_holds_from_the_beginning(tmp_path: Path, plant_toml: str) -> None:
    path = write(tmp_path, plant_toml, "detection_limit = 4\nerror_percent = 8.5")
    assert check([path]) == []
    (file,) = load_plant_files([path])
    assert cod(file) == (DetectionLimit(value=4.0),)
    assert [p.error_percent for p in file.points if p.error_percent is not None] == [8.5]


def test_limits_change_on_their_days_and_are_kept(tmp_path: Path, plant_toml: str, database: Database) -> None:
    line = "detection_limit = [{ value = 4.0 }, { value = 0.5, since = 2017-06-01 }]"
    (file,) = load_plant_files([write(tmp_path, plant_toml, line)])
    first = day_number(dt.date(2017, 6, 1))
    assert limits_on(cod(file), np.array([0, first - 1, first, first + 900])).tolist() == [4.0, 4.0, 0.5, 0.5]
    database.save([file])
    point = next(p for p in database.snapshot().points.values() if p.detection_limits)
    assert point.detection_limits == cod(file)


def test_without_limits_nothing_is_in_force() -> None:
    assert np.isnan(limits_on((), np.arange(3))).all()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("detection_limit = 0", "a number above 0"),
        ('detection_limit = "4 mg/L"', "a number above 0"),
        ("detection_limit = []", "a number above 0"),
        ("detection_limit = [{ since = 2017-06-01 }]", "a number above 0"),
        ("detection_limit = [{ value = 1, until = 2017-06-01 }]", "a number above 0"),
        ('detection_limit = [{ value = 1, since = "June" }]', "a number above 0"),
        ("detection_limit = [{ value = 4 }, { value = 0.5 }]", "in the order of their dates"),
        (
            "detection_limit = [{ value = 4, since = 2018-01-01 }, { value = 1, since = 2017-01-01 }]",
            "in the order of their dates",
        ),
        ("error_percent = 0", "above 0"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, plant_toml: str, line: str, said: str) -> None:
    (problem,) = check([write(tmp_path, plant_toml, line)])
    assert problem.key == line.split(" ")[0]
    assert said in problem.wanted


@pytest.mark.parametrize("line", ["detection_limit = 4", "error_percent = 5"])
def test_only_a_concentration_has_them(tmp_path: Path, plant_toml: str, line: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(plant_toml.replace('kind = "register"\n', f'kind = "register"\n{line}\n', 1), encoding="utf-8")
    (problem,) = check([path])
    assert "kind is register, not concentration" in problem.wanted
