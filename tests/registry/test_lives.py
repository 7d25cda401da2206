"""Dates of plants and points: read, kept, and refused where an end comes before its beginning."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from registry import Database, check, load_plant_files

LIFE = "opened = 2017-03-01\nclosed = 2019-07-01\nprogrammes"
SINCE = 'since = 2017-06-01\nuntil = 2018-11-01\nevery = "1min"'


def _file(folder: Path, text: str) -> Path:
    path = folder / "x.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_dates_are_read_and_kept(tmp_path: Path, plant_toml: str, database: Database) -> None:
    text = plant_toml.replace("programmes", LIFE, 1).replace('every = "1min"', SINCE, 1)
    (file,) = load_plant_files([_file(tmp_path, text)])
    assert (file.plant.opened, file.plant.closed) == (dt.date(2017, 3, 1), dt.date(2019, 7, 1))
    with_dates = file.points[0]
    assert (with_dates.since, with_dates.until) == (dt.date(2017, 6, 1), dt.date(2018, 11, 1))
    assert (file.points[1].since, file.points[1].until) == (None, None)
    database.save([file])
    kept = database.snapshot()
    assert kept.plants["p1"] == file.plant
    assert (kept.points["p1/el.in"].since, kept.points["p1/el.in"].until) == (with_dates.since, with_dates.until)


def test_an_end_before_its_beginning_is_told(tmp_path: Path, plant_toml: str) -> None:
    text = plant_toml.replace("programmes", "opened = 2019-07-01\nclosed = 2019-07-01\nprogrammes", 1)
    text = text.replace('every = "1min"', 'since = 2018-11-01\nuntil = 2017-06-01\nevery = "1min"', 1)
    told = [str(problem) for problem in check([_file(tmp_path, text)])]
    assert len(told) == 2
    assert "closed" in told[0] and "a day after opened (2019-07-01)" in told[0]
    assert "until" in told[1] and "2017-06-01" in told[1] and "a day after since (2018-11-01)" in told[1]
