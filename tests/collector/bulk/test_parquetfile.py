"""Parquet files of any type of time are read like the CSV of the same rows, and a broken one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.columns import Quality
from collector.bulk import ImportFailed, parquetfile
from collector.bulk.source import connect
from tests.collector.bulk.works import T0_MS, import_path

IMPORTED = int(Quality.IMPORTED)
INSTANT = "make_timestamptz(2018, 9, 1, 0, n::bigint, 0.5, 'Asia/Shanghai')"


def _write(path: Path, time: str, rows: int = 5) -> Path:
    with connect() as con:
        con.execute(
            f"copy (select {time} as time, 'works/el.in' as point, 0.1 + n as value from range({rows}) t(n) "
            f"order by n) to '{path}' (format parquet)"
        )
    return path


@pytest.mark.parametrize(
    ("time", "toml"),
    [
        (INSTANT, ""),
        (f"({INSTANT} at time zone 'Asia/Shanghai')::timestamp", '[time]\nzone = "Asia/Shanghai"\n'),
        (f"({INSTANT} at time zone 'UTC')::timestamp_ns", '[time]\nzone = "UTC"\n'),
        (f"epoch_ms({INSTANT})", '[time]\nformat = "ms"\n'),
        (f"({INSTANT} at time zone 'UTC')::varchar || 'Z'", ""),
    ],
)
def test_every_type_of_time_names_the_same_instants(tmp_path: Path, time: str, toml: str) -> None:
    done = import_path(tmp_path, _write(tmp_path / "a [1] *.parquet", time), toml)
    assert done.rows == [("el.in", T0_MS + 60_000 * n + 500, 0.1 + n, IMPORTED) for n in range(5)]


def test_bad_rows_are_named_by_their_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquetfile, "CHUNK_ROWS", 2)
    path = _write(tmp_path / "a.parquet", f"case when n <> 3 then {INSTANT} end")
    done = import_path(tmp_path, path)
    assert [at - T0_MS for _, at, _, _ in done.rows] == [500, 60_500, 120_500, 240_500]
    assert done.wrong == [("4", "time", "not a time")]


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    whole = _write(tmp_path / "a.parquet", INSTANT).read_bytes()
    half = tmp_path / "half.parquet"
    half.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ImportFailed, match=r"half\.parquet: is not a whole Parquet file"):
        import_path(tmp_path, half)
