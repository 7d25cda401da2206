from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from simulators.replay_profile import Profile, ProfileError, load_profile
from simulators.replay_rows import MOST_LISTED, DataError, Row, read_rows
from tests.reference import COSSMIC, MELBOURNE, ROOT, STEEL, published_figures, reference_file

MakeProfile = Callable[..., Profile]


@pytest.fixture
def profile(tmp_path: Path) -> MakeProfile:
    """A profile of columns t, a and b with other keys of [file]."""

    def make(**file: object) -> Profile:
        return Profile.model_validate(
            {
                "source": "replay.toml",
                "file": file,
                "time": {"column": "t", "zone": "UTC"},
                "publish": {"topic": "p/{device}", "shape": "values"},
                "columns": {"a": "m/a", "b": "m/b"},
            }
        )

    return make


def write(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "data.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_rows_come_in_order_with_lines_and_empty_cells(tmp_path: Path, profile: MakeProfile) -> None:
    path = write(tmp_path, "b,t,x,a\r\n2,2018-01-01,ignored,1\r\n\r\n,2018-01-02T00:15,,0\r\n")
    with read_rows(profile(), path) as rows:
        assert list(rows) == [Row(2, 1514764800000, (1.0, 2.0)), Row(4, 1514852100000, (0.0, None))]
        assert rows.bad == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2018-01-01,1", "line 2: has 2 cells, wanted 3 as in the header"),
        ("2018-01-01,1,2,3", "line 2: has 4 cells, wanted 3 as in the header"),
        ("01.02.2018,1,2", "line 2, column t: '01.02.2018' is not a time of the format iso"),
        ("2018-01-01,x,2", "line 2, column a: 'x' is not a number with decimal mark '.'"),
        ("2018-01-01,1,1_000", "line 2, column b: '1_000' is not a number with decimal mark '.'"),
        ('2018-01-01,1,"1,5"', "line 2, column b: '1,5' is not a number with decimal mark '.'"),
        ("2018-01-01,1,nan", "line 2, column b: 'nan' is not a number with decimal mark '.'"),
        ("2018-01-01,1,1e999", "line 2, column b: '1e999' is too large for a 64-bit float"),
        ("9999-12-31T23:00-23:00,1,2", "line 2, column t: date value out of range"),
        ('2018-01-01,"1"2,2', "line 2: is not CSV: ',' expected after '\"'"),
    ],
)
def test_a_bad_row_is_listed_and_the_next_one_is_read(
    tmp_path: Path, profile: MakeProfile, line: str, told: str
) -> None:
    path = write(tmp_path, f"t,a,b\n{line}\n2018-01-03,3,4\n")
    with read_rows(profile(), path) as rows:
        assert [(row.line, row.values) for row in rows] == [(3, (3.0, 4.0))]
        assert [str(bad) for bad in rows.bad] == [told]


def test_a_byte_that_is_no_text_spoils_its_row_only(tmp_path: Path, profile: MakeProfile) -> None:
    path = write(tmp_path, b"t,a,b\n2018-01-01,\xff1,2\n2018-01-02,3,4\n")
    with read_rows(profile(), path) as rows:
        assert [row.values for row in rows] == [(3.0, 4.0)]
        assert rows.bad[0].column == "a"
        assert str(rows.bad[0]).isprintable()


def test_many_bad_rows_are_all_counted_and_some_listed(tmp_path: Path, profile: MakeProfile) -> None:
    path = write(tmp_path, "t,a,b\n" + "2018-01-01,x,1\n" * (MOST_LISTED + 5))
    with read_rows(profile(), path) as rows:
        assert list(rows) == []
        assert (rows.bad_count, len(rows.bad)) == (MOST_LISTED + 5, MOST_LISTED)


def test_decimal_comma_semicolons_a_preamble_and_words_for_nothing(tmp_path: Path, profile: MakeProfile) -> None:
    path = write(tmp_path, "Logger 7;;\nSite A;;\nt;a;b\n2018-01-01;1,5;n/a\n")
    made = profile(delimiter=";", decimal=",", skip_lines=2, missing=["n/a"])
    with read_rows(made, path) as rows:
        assert list(rows) == [Row(4, 1514764800000, (1.5, None))]


def test_chinese_encodings_and_byte_order_marks(tmp_path: Path, profile: MakeProfile) -> None:
    text = "t,a,b,备注\n2018-01-01,1,2,正常\n"
    for encoding, sent_as in [("gb18030", "gb18030"), ("utf-8-sig", "utf-8"), ("utf-8-sig", "utf-8-sig")]:
        with read_rows(profile(encoding=encoding), write(tmp_path, text.encode(sent_as))) as rows:
            assert [row.values for row in rows] == [(1.0, 2.0)]


def test_a_wrong_column_says_which_the_file_has(tmp_path: Path, profile: MakeProfile) -> None:
    path = write(tmp_path, "t,a,bb\n2018-01-01,1,2\n")
    with pytest.raises(ProfileError) as caught:
        read_rows(profile(), path)
    assert str(caught.value) == (
        f'replay.toml: [columns] "b": {path} has no such column; it has t, a, bb (did you mean bb?)'
    )


def test_a_column_that_stands_twice_is_refused(tmp_path: Path, profile: MakeProfile) -> None:
    with pytest.raises(ProfileError, match=r'"a": .* has 2 columns of that name'):
        read_rows(profile(), write(tmp_path, "t,a,a,b\n"))


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "has no header line"), (b"\n", "has no header line"), (b'"t', "the header is not CSV")]
)
def test_a_file_without_header_is_refused(tmp_path: Path, profile: MakeProfile, content: bytes, told: str) -> None:
    with pytest.raises(DataError, match=told):
        read_rows(profile(), write(tmp_path, content))


def test_a_file_that_is_not_there_is_named(tmp_path: Path, profile: MakeProfile) -> None:
    with pytest.raises(DataError, match=r"absent\.csv: cannot be read: No such file"):
        read_rows(profile(), tmp_path / "absent.csv")


def test_gzip_is_known_by_its_content_and_a_broken_one_says_where_it_ends(tmp_path: Path, profile: MakeProfile) -> None:
    zipped = gzip.compress(b"t,a,b\n" + b"2018-01-01,1,2\n" * 20_000)
    with read_rows(profile(), write(tmp_path, zipped)) as rows:
        assert sum(1 for _ in rows) == 20_000
        assert rows.read_bytes() == rows.size_bytes == len(zipped)
    with (
        read_rows(profile(), write(tmp_path, zipped[: len(zipped) // 2])) as rows,
        pytest.raises(DataError, match="breaks off after line"),
    ):
        list(rows)


@pytest.mark.reference
def test_melbourne_has_the_published_days() -> None:
    path, figures = reference_file(MELBOURNE), published_figures("melbourne-etp")
    with read_rows(load_profile(ROOT / "examples/melbourne/replay.toml"), path) as rows:
        read = list(rows)
        assert rows.bad == []
    zone = ZoneInfo("Australia/Melbourne")
    days = [datetime.fromtimestamp(row.time_ms / 1000, zone) for row in read]
    assert all((day.hour, day.minute) == (0, 0) for day in days)
    calendar = {days[0].date() + timedelta(days=n) for n in range((days[-1].date() - days[0].date()).days + 1)}
    assert (len(read), len(calendar)) == (figures["rows"], figures["calendar_days"])
    assert len(calendar - {day.date() for day in days}) == figures["missing_days"] == 622
    for year, published in figures["per_year"].items():
        energy_kwh = [row.values[0] for row, day in zip(read, days, strict=True) if day.year == int(year)]
        assert (len(energy_kwh), sum(energy_kwh)) == (published["days"], published["energy_kwh_sum"])


@pytest.mark.reference
def test_steel_is_a_regular_grid_once_midnight_closes_the_day() -> None:
    path, figures = reference_file(STEEL), published_figures("steel-industry-kr")
    with read_rows(load_profile(ROOT / "examples/steel-kr/replay.toml"), path) as rows:
        read = list(rows)
        assert rows.bad == []
    assert len(read) == figures["rows"]
    assert {b.time_ms - a.time_ms for a, b in pairwise(read)} == {900_000}
    assert read[0].time_ms == datetime(2017, 12, 31, 15, 15, tzinfo=UTC).timestamp() * 1000
    assert sum(row.values[0] for row in read) == pytest.approx(figures["kwh_sum"], abs=1e-6)
    assert sum(row.values[3] for row in read) == pytest.approx(figures["co2_t_sum"], abs=1e-9)


@pytest.mark.reference
def test_cossmic_registers_have_the_published_differences() -> None:
    path, figures = reference_file(COSSMIC), published_figures("cossmic-industrial")
    profile = load_profile(ROOT / "examples/cossmic/replay.toml")
    with read_rows(profile, path) as rows:
        read = list(rows)
    assert (len(read), len(profile.columns)) == (figures["rows"], figures["registers"])
    for at, channel in enumerate(profile.columns.values()):
        difference_kwh = read[-1].values[at] - read[0].values[at]
        assert difference_kwh == pytest.approx(figures["kwh_23h"][channel.key], abs=5.1e-5)  # published to 4 digits
