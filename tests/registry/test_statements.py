"""Are good rows kept, bad rows told with line, column and reason, and earlier editions kept beside revised ones?"""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from registry import ConfigError, Database, ImportReport, PlantFile, import_statements, load_plant_files
from tests.registry.conftest import PLANT

HEADER = "plant,period,item,value,unit,status,source\n"
GOOD = """p1,2018-01,value_added,1150.5,10k_yuan,final,report
p1,2018-02,value_added,980,10k_yuan,provisional,report
p1,2018,price_index,104.6,previous_year=100,final,bureau
p1,2018-01,output:dyed cloth,120.5,t,final,
p1,2015-01,energy:electricity,1200,MWh,final,bill
p1,2015-01,water,51000,m3,final,bill
p1,2015,load:COD,12.5,t,final,return
"""
NOW_MS = 1_546_300_800_000  # 2019-01-01 00:00 UTC


@pytest.fixture
def filled(database: Database, plant: PlantFile) -> Database:
    database.save([plant])
    return database


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the small plant in it, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "p1.toml").write_text(PLANT, encoding="utf-8")
    with Database(f"sqlite:///{folder}/registry.sqlite") as database:
        database.upgrade()
        database.save(load_plant_files([folder]))
    return folder / "registry.sqlite"


@pytest.fixture
def sqlite(tmp_path: Path, prepared: Path) -> Iterator[Database]:
    shutil.copy(prepared, tmp_path / "registry.sqlite")
    with Database(f"sqlite:///{tmp_path}/registry.sqlite") as database:
        yield database


def take(database: Database, path: Path, text: str, now_ms: int = NOW_MS) -> ImportReport:
    path.write_text(text, encoding="utf-8")
    return import_statements(database, path, lambda: now_ms)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, len(report.bad)


def test_good_rows_are_kept_and_the_same_file_twice_changes_nothing(filled: Database, tmp_path: Path) -> None:
    assert counts(take(filled, tmp_path / "s.csv", HEADER + GOOD)) == (7, 0, 0, 0)
    before = filled.snapshot()
    assert counts(take(filled, tmp_path / "s.csv", HEADER + GOOD, NOW_MS + 1)) == (0, 0, 7, 0)
    assert filled.snapshot() == before
    january, february = before.statements("p1", "value_added")
    assert (january.period, january.value, january.status, january.source) == ("2018-01", 1150.5, "final", "report")
    assert (february.year, february.month, february.imported_ms) == (2018, 2, NOW_MS)
    assert before.statements("p1", "price_index")[0].month is None
    assert before.statement_items("p1") == (
        "energy:electricity",
        "load:COD",
        "output:dyed cloth",
        "price_index",
        "value_added",
        "water",
    )
    assert before.statements("p1", "output:none") == ()


def test_days_of_a_period_by_hand(filled: Database, tmp_path: Path) -> None:
    take(filled, tmp_path / "s.csv", HEADER + GOOD)
    found = filled.snapshot()
    epoch = dt.date(1970, 1, 1)
    february = found.statements("p1", "value_added")[1]
    assert february.days() == ((dt.date(2018, 2, 1) - epoch).days, (dt.date(2018, 3, 1) - epoch).days)
    year = found.statements("p1", "load:COD")[0]
    assert year.days()[1] - year.days()[0] == 365


def test_a_changed_value_supersedes_and_the_earlier_edition_stays(filled: Database, tmp_path: Path) -> None:
    take(filled, tmp_path / "s.csv", HEADER + GOOD)
    revised = GOOD.replace("980,10k_yuan,provisional", "991.5,10k_yuan,final")
    assert counts(take(filled, tmp_path / "s.csv", HEADER + revised, NOW_MS + 5)) == (0, 1, 6, 0)
    (current,) = [s for s in filled.snapshot().statements("p1", "value_added") if s.period == "2018-02"]
    assert (current.value, current.status, current.imported_ms) == (991.5, "final", NOW_MS + 5)
    editions = filled.statement_editions("p1", "value_added", "2018-02")
    assert [(s.value, s.imported_ms) for s in editions] == [(980.0, NOW_MS), (991.5, NOW_MS + 5)]


def test_statements_survive_a_new_load_of_the_plant(filled: Database, tmp_path: Path, plant: PlantFile) -> None:
    take(filled, tmp_path / "s.csv", HEADER + GOOD)
    assert filled.save([plant]).changes == 0
    assert len(filled.snapshot().statements("p1", "value_added")) == 2


BAD = [
    ("p1,2018-01,water,NaN,m3,final,", "value", '"NaN"', "no number; leave the row out"),
    ("p1,2018-01,water,inf,m3,final,", "value", '"inf"', "no number"),
    ("p1,2018-01,water,-Infinity,m3,final,", "value", '"-Infinity"', "no number"),
    ("p1,2018-01,water,1e999,m3,final,", "value", '"1e999"', "too large"),
    ("p1,2018-01,water,,m3,final,", "value", '""', "empty"),
    ("p1,2018-01,water,many,m3,final,", "value", '"many"', "not a number"),
    ("p1,2018-01,water,12 m3,m3,final,", "value", '"12 m3"', "the unit has a column of its own"),
    ('p1,2018-01,water,"1,5",m3,final,', "value", '"1,5"', "comma or separator; write 1234.5"),
    ('p1,2018-01,water,"1,234.5",m3,final,', "value", '"1,234.5"', "without thousands separators"),
    ("p1,2018-01,water,1 234,m3,final,", "value", '"1 234"', "without thousands separators"),
    ("p1,2018-01,water,1.234.567,m3,final,", "value", '"1.234.567"', "without thousands separators"),
    ("p1,2018-01,water,１２,m3,final,", "value", '"１２"', "full-width"),
    ("p1,2018-01,water,1_000,m3,final,", "value", '"1_000"', "not a number"),
    ("p1,2018-01,water,#DIV/0!,m3,final,", "value", '"#DIV/0!"', "an error of the spreadsheet"),
    ("p1,2018-01,water,-5,m3,final,", "value", "-5.0", "water is never negative"),
    ("p1,2018,price_index,0,previous_year=100,final,", "value", "0.0", "a price index is above 0"),
    ("p1,2018-01,water,5,l,final,", "unit", '"l"', "not a unit of water; wanted one of m3"),
    ("p1,2018-01,energy:electricity,5,m3,final,", "unit", '"m3"', "one of kWh"),
    ("p1,2018-01,value_added,5,yuan,final,", "unit", '"yuan"', "one of 10k_yuan (did you mean 10k_yuan?)"),
    ("p1,2018-01,load:COD,5,m3,final,", "unit", '"m3"', "one of kg, t"),
    ("p1,2018-01,output:cloth,5,,final,", "unit", '""', "empty"),
    ("p1,2018-01,valueadded,5,10k_yuan,final,", "item", '"valueadded"', "(did you mean value_added?)"),
    ("p1,2018-01,energy:gas,5,m3,final,", "item", '"energy:gas"', "energy:CARRIER with one of electricity"),
    ("p1,2018-01,load:CODD,5,kg,final,", "item", '"load:CODD"', "(did you mean COD?)"),
    ("p1,2018-01,material:clinke,5,t,final,", "item", '"material:clinke"', "(did you mean clinker?)"),
    ("p1,2018-01,material:clinker,5,m3,final,", "unit", '"m3"', "wanted one of t"),
    ("p1,2018-01,material:crude_steel,-5,t,final,", "value", "-5.0", "material:crude_steel is never negative"),
    ("p1,2018-01,weather:hddd,5,K.d,final,", "item", '"weather:hddd"', "(did you mean hdd?)"),
    ("p1,2018-01,weather:cdd,5,degC,final,", "unit", '"degC"', "wanted one of K.d"),
    ("p1,2018-01,weather:hdd,-5,K.d,final,", "value", "-5.0", "weather:hdd is never negative"),
    ("p1,2018-01,output:,5,t,final,", "item", '"output:"', "the name of a product"),
    ("p1,2018-13,water,5,m3,final,", "period", '"2018-13"', "YYYY-MM or YYYY"),
    ("p1,2018/01,water,5,m3,final,", "period", '"2018/01"', "YYYY-MM or YYYY"),
    ("p1,01.2018,water,5,m3,final,", "period", '"01.2018"', "YYYY-MM or YYYY"),
    ("p2,2018-01,water,5,m3,final,", "plant", '"p2"', "unknown plant; wanted one of p1"),
    ("p1,2018-01,water,5,m3,done,", "status", '"done"', "one of final, provisional, plan"),
    ("p1,2018-01,water,5,m3", "", '""', "5 cells; wanted 7"),
    ("p1,2018-01,water,5,m3,final,a,b", "", '""', "8 cells; wanted 7"),
]


@pytest.mark.parametrize(("row", "column", "came", "reason"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_row_is_told_and_the_good_ones_are_kept(
    sqlite: Database, tmp_path: Path, row: str, column: str, came: str, reason: str
) -> None:
    report = take(sqlite, tmp_path / "s.csv", f"{HEADER}{GOOD}{row}\np1,2018-03,water,1,m3,plan,\n")
    assert counts(report) == (8, 0, 0, 1)
    (bad,) = report.bad
    assert (bad.line, bad.column, bad.came) == (9, column, came)
    assert reason in bad.reason


def test_the_report_as_text_and_as_file(sqlite: Database, tmp_path: Path) -> None:
    report = take(sqlite, tmp_path / "s.csv", HEADER + 'p1,2018-01,water,"1,5",m3,final,\n')
    assert str(report).splitlines()[0] == "s.csv: 0 added, 0 changed, 0 unchanged, 1 refused"
    assert str(report).splitlines()[1].startswith('s.csv:2: refused: value = "1,5": a comma or separator')
    report.write_csv(tmp_path / "bad.csv")
    with (tmp_path / "bad.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["line"], row["column"], row["came"], row["kept"]) == ("2", "value", '"1,5"', "no")


def test_odd_values_are_kept_and_remarked(sqlite: Database, tmp_path: Path) -> None:
    rows = """p1,2018-01,value_added,-35,10k_yuan,final,
p1,2017,price_index,1.046,previous_year=100,final,
p1,2019-01,value_added,900,10k_yuan,final,
p1,2018-12,value_added,900,10k_yuan,final,
p1,2019-02,value_added,900,10k_yuan,plan,
"""
    report = take(sqlite, tmp_path / "s.csv", HEADER + rows)
    assert counts(report) == (5, 0, 0, 0)
    assert [(remark.line, remark.column) for remark in report.remarks] == [(2, "value"), (3, "value"), (4, "status")]


def test_a_row_that_stands_twice(sqlite: Database, tmp_path: Path) -> None:
    rows = "p1,2018-01,water,5,m3,final,\np1,2018-01,water,5,m3,final,\np1,2018-01,water,6,m3,final,\n"
    report = take(sqlite, tmp_path / "s.csv", HEADER + rows)
    assert counts(report) == (1, 0, 1, 1)
    assert (report.bad[0].line, "line 2 states the same" in report.bad[0].reason) == (4, True)


def test_semicolon_byte_order_mark_other_order_and_quoted_lines(sqlite: Database, tmp_path: Path) -> None:
    text = "\ufeffStatus;Unit;Value;Item;Period;Plant;remark;source\r\n"
    text += 'final;m3;12.5;water;2018-01;p1;x;"two\r\nlines"\r\n\r\nfinal;m3;"1,5";water;2018-02;p1;;\r\n'
    report = take(sqlite, tmp_path / "s.csv", text)
    assert counts(report) == (1, 0, 0, 1)
    assert (report.bad[0].line, report.bad[0].column) == (5, "value")
    assert sqlite.snapshot().statements("p1", "water")[0].value == 12.5


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("s.csv", b"", "an empty file"),
        ("s.csv", HEADER.replace("value", "vlaue").encode(), "column value is missing"),
        ("s.csv", HEADER.replace("source", "plant").encode(), "column plant = twice"),
        ("s.csv", (HEADER + "p1,2018-01,output:染色布,1,t,final,\n").encode("gbk"), "s.csv:2: not UTF-8"),
        ("s.csv", (HEADER + 'p1,"2018').encode(), "s.csv:2: "),
        ("s.xlsx", b"PK not a workbook", "no whole Excel workbook"),
        ("s.xls", b"", "wanted .csv or .xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_keeps_nothing(
    sqlite: Database, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    before = sqlite.snapshot()
    with pytest.raises(ConfigError) as raised:
        import_statements(sqlite, tmp_path / name, lambda: NOW_MS)
    assert words in str(raised.value)
    assert sqlite.snapshot() == before


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("content", [b"", b"<worksheet", b"\xff\xfe"])
def test_a_workbook_that_is_damaged_inside_is_told(sqlite: Database, tmp_path: Path, part: str, content: bytes) -> None:
    whole = tmp_path / "whole.xlsx"
    Workbook().save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "s.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    with pytest.raises(ConfigError, match=r"s\.xlsx: (no whole Excel workbook|an empty file).*: wanted "):
        import_statements(sqlite, tmp_path / "s.xlsx", lambda: NOW_MS)


def test_what_was_stated_at_a_moment(filled: Database, tmp_path: Path) -> None:
    take(filled, tmp_path / "s.csv", HEADER + GOOD, NOW_MS)
    revised = "p1,2018-02,value_added,1020,10k_yuan,final,report\np1,2018-03,value_added,900,10k_yuan,plan,report\n"
    take(filled, tmp_path / "s.csv", HEADER + revised, NOW_MS + 1000)
    take(filled, tmp_path / "s.csv", HEADER + revised.replace("1020", "1021"), NOW_MS + 5000)

    def value_added(as_of_ms: int) -> list[tuple[str, float, str]]:
        registry = filled.snapshot().with_statements(filled.statements_as_of(as_of_ms))
        return [(s.period, s.value, s.status) for s in registry.statements("p1", "value_added")]

    january = ("2018-01", 1150.5, "final")
    first = [january, ("2018-02", 980.0, "provisional")]
    second = [january, ("2018-02", 1020.0, "final"), ("2018-03", 900.0, "plan")]
    assert value_added(NOW_MS - 1) == []
    assert value_added(NOW_MS) == value_added(NOW_MS + 999) == first
    assert value_added(NOW_MS + 1000) == value_added(NOW_MS + 4999) == second
    now = filled.snapshot()
    assert value_added(NOW_MS + 5000)[1] == ("2018-02", 1021.0, "final")
    assert now.with_statements(filled.statements_as_of(NOW_MS + 5000)) == now
    assert now.with_statements([]).statement_items("p1") == ()


def test_an_absent_file_is_told(sqlite: Database, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        import_statements(sqlite, tmp_path / "none.csv", lambda: NOW_MS)


def test_a_workbook(sqlite: Database, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (
        ["plant", "period", "item", "value", "unit", "status", "source"],
        ["p1", "2018-01", "value_added", 1150.5, "10k_yuan", "final", "年报"],
        ["p1", dt.date(2018, 2, 1), "value_added", 980, "10k_yuan", "final", None],
        ["p1", 2017, "load:COD", 12.5, "t", "final", None],
        [None, None, None, None, None, None, None],
        ["p1", "2018-03", "value_added", "1,5", "10k_yuan", "final", None],
        ["p1", dt.date(2018, 4, 2), "value_added", 1, "10k_yuan", "final", None],
        ["p1", "2018-05", "value_added", True, "10k_yuan", "final", None],
        ["p1", "2018-06", "value_added", None, "10k_yuan", "final", None],
        ["p1", "2018-07", "value_added", dt.date(2018, 1, 5), "10k_yuan", "final", None],
    ):
        sheet.append(row)
    path = tmp_path / "s.xlsx"
    book.save(path)
    report = import_statements(sqlite, path, lambda: NOW_MS)
    assert counts(report) == (3, 0, 0, 5)
    assert [(bad.line, bad.column) for bad in report.bad] == [
        (6, "value"),
        (7, "period"),
        (8, "value"),
        (9, "value"),
        (10, "value"),
    ]
    found = sqlite.snapshot()
    assert [(s.period, s.value, s.source) for s in found.statements("p1", "value_added")] == [
        ("2018-01", 1150.5, "年报"),
        ("2018-02", 980.0, ""),
    ]
    assert found.statements("p1", "load:COD")[0].period == "2017"
    assert counts(import_statements(sqlite, path, lambda: NOW_MS)) == (0, 0, 3, 5)
