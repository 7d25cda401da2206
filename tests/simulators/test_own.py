"""Are a user's own readings broken as the simulated ones are?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import Kind
from simulators.own import own_rows, read_own
from simulators.replay_profile import ProfileError
from simulators.score import score_row

from ..reference import MELBOURNE, ROOT, STEEL, reference_file

PROFILE = """
[time]
column = "time"
zone = "UTC"
[publish]
topic = "x/{device}"
shape = "values"
[columns]
kwh = "m/kwh"
total = "m/total"
signed = "m/signed"
"""


def written(folder: Path, n: int) -> tuple[Path, Path]:
    """Quarters of 5, 6, 7, 5, 6, 7 ... kWh, their total, and a column that goes below zero."""
    kwh = np.tile([5, 6, 7], n)[:n]
    start = np.datetime64("2024-01-01T00:00:00")
    lines = [f"{start + np.timedelta64(15 * i, 'm')}Z,{kwh[i]},{100 + kwh[: i + 1].sum()},{-kwh[i]}" for i in range(n)]
    data, profile = folder / "data.csv", folder / "profile.toml"
    data.write_text("time,kwh,total,signed\n" + "\n".join(lines) + "\n", encoding="utf-8")
    profile.write_text(PROFILE, encoding="utf-8")
    return profile, data


def test_registers_and_amounts_become_loads(tmp_path: Path) -> None:
    own = read_own(*written(tmp_path, 1600))
    assert own.columns == ("m/kwh", "m/total")
    assert own.period_ms == 900_000
    np.testing.assert_allclose(own.shapes[0][:3], [5 / 6, 1.0, 7 / 6], rtol=1e-3)
    np.testing.assert_allclose(own.shapes[1][:3], [1.0, 7 / 6, 5 / 6], rtol=1e-3)
    assert own.left_out == ("m/signed: has readings below zero, the least -7.0",)
    assert own.most == pytest.approx(7 / 6, rel=1e-3)


def test_a_file_that_is_too_short_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"m/kwh: has 20 readings, wanted 600"):
        read_own(*written(tmp_path, 20))


def test_own_readings_hold_too(tmp_path: Path) -> None:
    own = read_own(*written(tmp_path, 1600))
    rows = {row.name: row for row in own_rows(own)}
    assert "gap of 10 d over a month's end" not in rows
    for name in ("no fault", "swap, declared", "spike up and back", "gap of 10 h"):
        row = rows[name]
        for kind in row.kinds:
            assert score_row(row, kind, own.period_ms, 6, lambda readings: readings).shortfalls == [], (name, kind)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("example", "file", "period_ms"),
    [("steel-kr", STEEL, 900_000), ("melbourne", MELBOURNE, 86_400_000)],
)
def test_the_readings_of_others_hold_too(example: str, file: str, period_ms: int) -> None:
    own = read_own(ROOT / "examples" / example / "replay.toml", reference_file(file))
    assert own.period_ms == period_ms
    rows = {row.name: row for row in own_rows(own)}
    for name in ("no fault", "swap, undeclared", "momentary zero, 3 readings", "rollover, decimal, modulus known"):
        row = rows[name]
        result = score_row(row, Kind.REGISTER, own.period_ms, 6, lambda readings: readings)
        assert result.shortfalls == [], name
