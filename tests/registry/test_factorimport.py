"""Are imported factor rows kept with their editions, bad ones named, and does an older database learn to keep them?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from openpyxl import Workbook
from sqlalchemy import text

import registry.database
from registry import ConfigError, Database, ImportReport, PlantFile, import_factors, load_factors
from registry.database import Connector

HEADER = "carrier,quantity,basis,value,unit,valid_from,valid_to,edition,source,confidence,plant\n"
# Energy notes, section 4: 0.1229 printed, 3600 / 29307.6 = 0.12284 by arithmetic.
POWER = "electricity,coal,equivalent,0.12284,kgce/kWh,,,GB/T 2589-2008,3600/29307.6,sure,\n"
THEN_MS, LATER_MS = 1_535_731_200_000, 1_535_817_600_000


@pytest.fixture
def filled(database: Database, plant: PlantFile) -> Database:
    database.save([plant])
    return database


def take(database: Database, path: Path, rows: str, now_ms: int = THEN_MS) -> ImportReport:
    path.write_text(HEADER + rows, encoding="utf-8")
    return import_factors(database, path, lambda: now_ms, "王芳", "lab report 7")


def power(database: Database, as_of_ms: int | None = None, year: int = 2018) -> float:
    book = database.snapshot().factors if as_of_ms is None else database.factors_as_of(as_of_ms)
    return book.lookup("electricity", "coal", "equivalent", year, unit="kWh", edition="GB/T 2589-2008").value


def test_an_imported_row_takes_the_place_of_the_printed_one(filled: Database, tmp_path: Path) -> None:
    assert power(filled) == 0.1229
    done = take(filled, tmp_path / "f.csv", POWER)
    assert (done.added, done.changed, done.unchanged, done.bad) == (1, 0, 0, ())
    assert power(filled) == 0.12284
    assert len(filled.snapshot().factors.rows) == len(load_factors().rows)


def test_the_book_of_then_stays_readable(filled: Database, tmp_path: Path) -> None:
    take(filled, tmp_path / "f.csv", POWER, THEN_MS)
    done = take(filled, tmp_path / "f.csv", POWER.replace("0.12284", "0.1230"), LATER_MS)
    assert (done.added, done.changed) == (0, 1)
    assert power(filled, THEN_MS - 1) == 0.1229
    assert power(filled, THEN_MS) == power(filled, LATER_MS - 1) == 0.12284
    assert power(filled, LATER_MS) == power(filled) == 0.1230
    first, second = filled.factor_history()
    assert (first.imported_ms, first.superseded_ms, second.superseded_ms) == (THEN_MS, LATER_MS, None)
    assert (second.who, second.why) == ("王芳", "lab report 7")


def test_the_same_file_twice_changes_nothing_and_no_snapshot_ages(filled: Database, tmp_path: Path) -> None:
    take(filled, tmp_path / "f.csv", POWER)
    newest = filled.last_import()
    done = take(filled, tmp_path / "f.csv", POWER, LATER_MS)
    assert (done.unchanged, filled.last_import()) == (1, newest)


def test_saving_plant_files_again_keeps_what_was_imported(filled: Database, plant: PlantFile, tmp_path: Path) -> None:
    take(filled, tmp_path / "f.csv", POWER)
    filled.save([plant])
    assert power(filled) == 0.12284


def test_a_plants_own_dated_row_counts_in_its_time_and_for_it_alone(filled: Database, tmp_path: Path) -> None:
    row = "natural_gas,coal,both,1.25,kgce/m3,2018-01-01,2019-01-01,plant,gas supplier,sure,p1\n"
    assert take(filled, tmp_path / "f.csv", row).bad == ()
    book = filled.snapshot().factors.edition("GB/T 2589-2008")
    values = [
        book.lookup("natural_gas", "coal", "equivalent", year, plant=plant, unit="m3").value
        for year, plant in ((2018, "p1"), (2017, "p1"), (2018, "p2"))
    ]
    assert values == [1.25, 1.2143, 1.2143]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("coall,coal,both,1,kgce/kg,,,any,x,sure,", "carrier", "wanted"),
        ("coal,energy,both,1,kgce/kg,,,any,x,sure,", "quantity", "coal"),
        ("coal,coal,none,1,kgce/kg,,,any,x,sure,", "basis", "equivalent"),
        ('coal,coal,both,"0,7",kgce/kg,,,any,x,sure,', "value", "decimal point"),
        ("coal,coal,both,0,kgce/kg,,,any,x,sure,", "value", "above 0"),
        ("coal,coal,both,1,kgCO2/kg,,,any,x,sure,", "unit", "kgce or tce"),
        ("coal,coal,both,1,kgce/kg,2018-13-01,,any,x,sure,", "valid_from", "YYYY-MM-DD"),
        ("coal,coal,both,1,kgce/kg,2019-01-01,2018-01-01,any,x,sure,", "valid_to", "not after"),
        ("coal,coal,both,1,kgce/kg,,,GB/T 2589,x,sure,", "edition", "GB/T 2589-2008"),
        ("coal,coal,both,1,kgce/kg,,,plant,x,sure,", "edition", "wanted"),
        ("coal,coal,both,1,kgce/kg,,,any,,sure,", "source", "empty"),
        ("coal,coal,both,1,kgce/kg,,,any,x,maybe,", "confidence", "sure"),
        ("coal,coal,both,1,kgce/kg,,,any,x,sure,p9", "plant", "unknown plant"),
        ("coal,coal,both", "", "3 cells; wanted 11"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_kept(
    filled: Database, tmp_path: Path, row: str, column: str, reason: str
) -> None:
    done = take(filled, tmp_path / "f.csv", f"{POWER}{row}\n")
    assert (done.added, len(done.bad)) == (1, 1)
    assert (done.bad[0].line, done.bad[0].column) == (3, column)
    assert reason in done.bad[0].reason


def test_two_values_of_one_factor_in_one_file_are_refused(filled: Database, tmp_path: Path) -> None:
    done = take(filled, tmp_path / "f.csv", POWER + POWER.replace("0.12284", "0.13"))
    assert (done.added, [bad.line for bad in done.bad]) == (1, [3])
    assert "line 2 gives the same factor otherwise" in done.bad[0].reason


def test_a_workbook_brings_its_dates_as_dates(filled: Database, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(HEADER.strip().split(","))
    book.active.append(
        ["diesel", "coal", "both", 1.46, "kgce/kg", dt.date(2018, 1, 1), None, "any", "lab", "sure", None]
    )
    book.save(tmp_path / "f.xlsx")
    assert import_factors(filled, tmp_path / "f.xlsx", lambda: THEN_MS).added == 1
    row = filled.factor_history()[0].row
    assert (row.value, row.valid_from, row.valid_to) == (1.46, dt.date(2018, 1, 1), None)


def test_a_missing_column_is_told_and_nothing_kept(filled: Database, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("carrier,value\ncoal,1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="column quantity is missing"):
        import_factors(filled, tmp_path / "f.csv", lambda: THEN_MS)
    assert filled.factor_history() == ()


def test_a_database_of_the_first_revision_comes_up_with_its_imports(
    database_url: str, plant: PlantFile, tmp_path: Path
) -> None:
    connector = Connector(database_url)
    config = Config()
    config.set_main_option("script_location", str(Path(registry.database.__file__).parent / "migrations"))
    with connector.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO imports (imported_ms, file, sha256, rows_good, rows_bad) VALUES (7, 'old.csv', 'x', 1, 0)"
            )
        )
    connector.close()
    with Database(database_url) as database:
        database.upgrade()
        database.save([plant])
        assert database.last_import() == 1
        assert take(database, tmp_path / "f.csv", POWER).added == 1
        assert database.last_import() == 2
