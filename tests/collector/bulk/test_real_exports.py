"""Exports that other people published come in whole: every value as the file of their replay says it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from collector.bulk import FileMap, Intake, RefusedRows, import_file, keys_of
from registry import Registry, load_plant_files
from simulators.replay_profile import load_profile
from simulators.replay_rows import read_rows
from storage import Store
from tests.collector.bulk.works import NOW_MS, readings_of
from tests.reference import MELBOURNE, ROOT, STEEL, reference_file

pytestmark = pytest.mark.reference


@pytest.mark.parametrize(("example", "data"), [("steel-kr", STEEL), ("melbourne", MELBOURNE)])
def test_an_import_gives_what_a_replay_gives(tmp_path: Path, example: str, data: str) -> None:
    path, folder = reference_file(data), ROOT / "examples" / example
    profile = load_profile(folder / "replay.toml")
    nouns = Registry.of_files(load_plant_files([folder / "plant.toml"], ["sunan-2019"]))
    listening = {point.channel: point for point in nouns.points.values() if point.channel is not None}
    columns = {
        column: listening[f"{channel.device}/{channel.key}"].full_id
        for column, channel in profile.columns.items()
        if f"{channel.device}/{channel.key}" in listening
    }
    assert columns
    told = FileMap.model_validate(
        {"file": profile.file.model_dump(), "time": profile.time.model_dump(), "columns": columns}
    )
    refused = RefusedRows()
    with Store.open(tmp_path) as store:
        done = import_file(path, told, nouns, Intake(store, keys_of(nouns), lambda: NOW_MS), refused)
        found = readings_of(store)
    names = [nouns.by_key[key].full_id for key in found.point.tolist()]
    ours = dict(zip(zip(names, found.time_ms.tolist(), strict=True), found.value.tolist(), strict=True))
    assert (len(ours), refused.count) == (len(found), 0)
    with read_rows(profile, path) as rows:
        theirs = {
            (columns[column], row.time_ms): value
            for row in rows
            for column, value in zip(profile.columns, row.values, strict=True)
            if column in columns and value is not None and not math.isnan(value)
        }
    assert ours == theirs
    assert done.tally.kept == len(theirs) > 1000
