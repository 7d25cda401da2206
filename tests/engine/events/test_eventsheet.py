"""A table of declared events: every line understood, or every fault with line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.events.eventsheet import COLUMNS, BadCell, read_event_sheet
from registry import Registry, load_plant_files

ROOT = Path(__file__).resolve().parents[3]
HEADER = ",".join(COLUMNS)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.of_files(load_plant_files([ROOT / "examples" / "plants" / "wx-dyeing.toml"]))


def read(registry: Registry, *lines: str, encoding: str = "utf-8"):
    return read_event_sheet("\n".join([HEADER, *lines]).encode(encoding), registry)


def places(bad: tuple[BadCell, ...]) -> list[tuple[int, str]]:
    return [(cell.line, cell.column) for cell in bad]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_line_of_each_kind_in_every_encoding(registry, encoding):
    sheet = read(
        registry,
        "wx-dyeing/el.in,swap,2018-09-01 08:00,,81234.5,12.3,,,换表",
        "wx-dyeing/el.in,ratio,2018-09-02 08:00:30,,81300,,1.5,,互感器更换",
        "wx-dyeing/el.in,clock,2018-09-03T00:00:00Z,2018-09-03T06:00:00Z,,,,-1h,夏令时",
        "wx-dyeing/el.in,unit,2018-09-04 00:00,,,,0.001,,Wh",
        "wx-dyeing/el.in,leave_out,2018-09-05 00:00,2018-09-05 01:00,,,,,检修",
        "wx-dyeing/el.in,calibration,2018-09-06 00:00,,,,,,年检",
        encoding=encoding,
    )
    assert sheet.bad == ()
    swap, ratio, clock, unit, leave_out, calibration = sheet.declarations
    assert (swap.line, swap.point.full_id, swap.kind, swap.at_ms) == (2, "wx-dyeing/el.in", "swap", 1_535_760_000_000)
    assert (swap.end_value, swap.start_value, swap.to_ms, swap.why) == (81234.5, 12.3, None, "换表")
    assert (ratio.ratio, ratio.end_value, ratio.at_ms % 60_000) == (1.5, 81300.0, 30_000)
    assert (clock.shift_ms, clock.to_ms - clock.at_ms) == (-3_600_000, 6 * 3_600_000)
    assert (unit.ratio, unit.to_ms) == (0.001, None)
    assert leave_out.to_ms - leave_out.at_ms == 3_600_000
    assert calibration.why == "年检"


def test_every_fault_of_every_line_is_told_with_its_column(registry):
    sheet = read(
        registry,
        "wx-dyeing/nothing,swap,2018-09-01 08:00,,,,,,a",
        'wx-dyeing/el.in,swop,2018-09-01 08:00,,"1,500",,,,a',
        "",
        "wx-dyeing/el.in,clock,yesterday,,,,,3,",
        "wx-dyeing/el.in,leave_out,2018-09-01 08:00,2018-09-01 07:00,,,-2,,a",
        "wx-dyeing/el.in,calibration,2018-09-01 08:00,,,,,,a,b",
    )
    assert sheet.declarations == ()
    assert places(sheet.bad) == [
        (2, "point"),
        (3, "kind"),
        (3, "end_value"),
        (5, "at"),
        (5, "why"),
        (5, "to"),
        (5, "shift"),
        (6, "ratio"),
        (6, "to"),
        (6, "ratio"),
        (7, ""),
    ]
    assert "wx-dyeing/el.in" in sheet.bad[0].reason
    assert "'swop'; wanted one of swap, reset, ratio" in sheet.bad[1].reason
    assert "decimal point" in sheet.bad[2].reason


def test_columns_may_stand_in_any_order_and_be_left_out(registry):
    sheet = read_event_sheet(b"why;at;kind;point\nyearly;2018-09-06 00:00;calibration;wx-dyeing/el.in\n", registry)
    assert sheet.bad == ()
    assert sheet.declarations[0].kind == "calibration"


@pytest.mark.parametrize(
    ("content", "line", "column", "said"),
    [
        (b"", 1, "", "empty"),
        (HEADER.encode(), 1, "", "no line below"),
        (b"point,kind,at,because\n", 1, "because", "no such column"),
        (b"point,kind,at\n", 1, "why", "no such column"),
        (b"point,point,kind,at,why\n", 1, "point", "twice"),
        (b"\xff\xff\xff", 1, "", "GB18030"),
        (HEADER.encode() + b'\n"x,y\n', 1, "", "quotes"),
    ],
)
def test_a_file_that_is_no_table_is_refused(registry, content, line, column, said):
    sheet = read_event_sheet(content, registry)
    assert sheet.declarations == ()
    assert said in sheet.bad[0].reason or any(said in bad.reason for bad in sheet.bad)
    assert (line, column) in places(sheet.bad)


@pytest.mark.parametrize("page", ["events.md", "events.zh.md"])
def test_the_table_of_the_docs_is_read(registry, page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    table = text.split("```csv\n")[1].split("```")[0]
    sheet = read_event_sheet(table.encode(), registry)
    assert sheet.bad == ()
    assert [d.kind for d in sheet.declarations] == ["swap", "clock", "calibration"]
