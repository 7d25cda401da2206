"""What is understood at once is understood alike row by row, and what is odd is left to the careful way."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.bulk.careful import Careful
from collector.bulk.filemap import FileFormat
from collector.bulk.quick import Quick
from collector.bulk.rows import Understood
from collector.bulk.source import Place, connect
from collector.bulk.textfile import TextChunk
from tests.collector.bulk.works import layout_of

LONG = ["time", "point", "value", "flag"]

USUAL = ["2018-09-01T00:00:00+08:00", "2018-08-31T16:00:00Z", "2018-09-01 00:00", "2018-09-01", " 2018-09-01 00:00:01 "]
ODD = [
    "",
    "NaT",
    "infinity",
    "2018-09-01T00:00:00.123456+05:30",
    "2018-10-28 02:30",
    "20180901",
    "2018-02-30",
    "2018-09-01T24:00",
]
ODDER = ["2018-09-01T00:00:00,5", "2018-09-01T00:00:00.1234567Z", "1535731200000", "2018-09-01 00:00:00+08"]
TIMES = st.sampled_from([*USUAL, *ODD, *ODDER])
NAMES = st.sampled_from(["works/el.in", "works/hall", " works/hall", "works/el.IN", "", "x", 'a "b", c'])
VALUES = st.sampled_from(
    [
        "1",
        " 1.5",
        "-0",
        "1e3",
        ".5",
        "5.",
        "1_000",
        "1,5",
        "nan",
        "NULL",
        "inf",
        "1e999",
        "",
        "0x10",
        "1 2",
        "++1",
        "１",
    ]
)
FLAGS = st.sampled_from(["", "good", "BAD", "0", "1", "15", "16", "01", "?"])
ROWS = st.lists(st.tuples(TIMES, NAMES, VALUES, FLAGS), min_size=1, max_size=3)


def _chunk(folder: Path, rows: list[tuple[str, ...]], width: int) -> TextChunk:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return TextChunk(text.getvalue(), Place(0, 2), FileFormat(), width, folder / "chunk.csv")


def _both(
    folder: Path, toml: str, header: list[str], rows: list[tuple[str, ...]]
) -> tuple[Understood | None, Understood]:
    plan = layout_of(folder, toml, header)
    chunk = _chunk(folder, rows, len(header))
    with connect() as con:
        return Quick(plan, con).read(chunk), Careful(plan).read(chunk)


def _assert_same(quick: Understood, careful: Understood) -> None:
    assert careful.refused == []
    for name in ("target", "time_ms", "value", "flag"):
        np.testing.assert_array_equal(getattr(quick, name), getattr(careful, name), err_msg=name)
    assert (quick.rows, quick.empty, quick.skipped) == (careful.rows, careful.empty, careful.skipped)


@pytest.fixture(name="ways", scope="module")
def _ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Quick, Careful]]:
    """Both ways of one layout."""
    folder = tmp_path_factory.mktemp("ways")
    plan = layout_of(folder, '[time]\nzone = "Europe/Berlin"\n[long]\nflag = "flag"\n', LONG)
    with connect() as con:
        yield folder, Quick(plan, con), Careful(plan)


@given(ROWS)
@settings(max_examples=150)
def test_what_one_way_understands_the_other_does(
    ways: tuple[Path, Quick, Careful], rows: list[tuple[str, ...]]
) -> None:
    folder, quick, careful = ways
    chunk = _chunk(folder, rows, len(LONG))
    found = quick.read(chunk)
    if found is not None:
        _assert_same(found, careful.read(chunk))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("iso", "2018-09-01T00:00:00+08:00"),
        ("iso", "2018-09-01 00:00"),
        ("iso", "2018-09-01"),
        ("s", "1535731200"),
        ("ms", "1535731200000"),
        ("us", "1535731200000000"),
        ("ns", "1535731200000000000"),
        ("%d/%m/%Y %H:%M", "01/09/2018 00:00"),
        ("%Y%m%d%H%M%S", "20180901000000"),
    ],
)
def test_usual_files_are_understood_at_once(tmp_path: Path, form: str, text: str) -> None:
    toml = f'[time]\nzone = "Asia/Shanghai"\nformat = "{form}"\n[values]\nempty = "null"\n'
    rows = [(text, "works/el.in", value) for value in ("1.5", "-2e3", "", "NaN", "null")]
    quick, careful = _both(tmp_path, toml, LONG[:3], rows)
    assert quick is not None
    _assert_same(quick, careful)
    assert set(quick.time_ms.tolist()) == {1_535_731_200_000}


def test_where_no_point_is_known_every_row_says_so(tmp_path: Path) -> None:
    plan = dataclasses.replace(layout_of(tmp_path, "", LONG[:3]), lookup={}, targets=())
    chunk = _chunk(tmp_path, [("2018-09-01T00:00Z", "", "1")], 3)
    with connect() as con:
        assert Quick(plan, con).read(chunk) is None
    assert [row.column for row in Careful(plan).read(chunk).refused] == ["point"]


def test_a_wide_row_gives_its_values_in_the_order_of_the_map(tmp_path: Path) -> None:
    toml = '[time]\nzone = "UTC"\n[file]\nmissing = ["-"]\n[columns]\nb = "works/el.in"\na = "works/hall"\n'
    rows = [("2018-09-01", "1", "2"), ("2018-09-02", "-", "4"), ("2018-09-03", "5", "")]
    quick, careful = _both(tmp_path, toml, ["time", "a", "b"], rows)
    assert quick is not None
    _assert_same(quick, careful)
    assert quick.value.tolist() == [2.0, 1.0, 4.0, 5.0]
    assert quick.target.tolist() == [0, 1, 0, 1]
    assert careful.line is not None
    assert careful.line.tolist() == [2, 2, 3, 4]


def test_names_that_the_map_leaves_out_are_counted_alike(tmp_path: Path) -> None:
    toml = '[long]\nothers = "skip"\n[points]\nx = "works/el.in"\n'
    rows = [("2018-09-01T00:00Z", name, value) for name, value in (("x", "1"), ("y", "?"), ("x", "2"))]
    quick, careful = _both(tmp_path, toml, LONG[:3], rows)
    assert quick is not None
    _assert_same(quick, careful)
    assert quick.skipped == 1
