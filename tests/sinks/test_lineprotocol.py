"""Lines as the protocol's own pages write them (InfluxDB 2, "Line protocol", special characters)."""

from __future__ import annotations

import math

import pytest

from sinks.lineprotocol import fields, line, series
from sinks.schema import HEARTBEAT, LIMIT, MEAN, MEASUREMENTS, MONTH, PLACE, READING, TARGET


def test_tags_are_sorted_and_escaped_and_what_does_not_apply_is_absent() -> None:
    written = series(LIMIT, series="NOx", plant="a b", limit="GB 1,2=3", outlet=None, medium="")
    assert written == r"limit,limit=GB\ 1\,2\=3,plant=a\ b,series=NOx"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("太湖", "太湖"),
        ("two\nlines", r"two\ lines"),
        ("back\\slash", "back\\slash"),
        ("end\\", "end"),
        ("tab\there", r"tab\ here"),
    ],
)
def test_a_tag_never_breaks_its_line(text: str, written: str) -> None:
    assert series(MONTH, scope=text) == f"month,scope={written}"


def test_every_number_is_a_float() -> None:
    told = fields(MONTH, value=3, known=1, coverage=1, estimated=0, provisional=0)
    assert told == "value=3.0,known=1.0,coverage=1.0,estimated=0.0,provisional=0.0"


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf])
def test_a_line_is_known_with_all_of_its_fields_or_not_at_all(nothing: float | None) -> None:
    """A field that is left out would keep what it had at this series and time."""
    assert fields(MEAN, known=0.5, value=nothing, allowed=50, judged=1, over=0) == "known=0.0"
    assert fields(MEAN, known=0.5, value=7, allowed=50, judged=1) == "known=0.0"
    assert fields(MEAN, known=0, value=7, allowed=50, judged=1, over=0) == "known=0.0"


def test_what_is_always_there_stands_on_lines_that_are_not_known() -> None:
    assert fields(TARGET, known=1, status=2, change=None, target=-0.18, pace=0.5) == "known=0.0,status=2.0"
    with pytest.raises(ValueError, match="a line of target carries status = None; wanted a value, always"):
        fields(TARGET, known=0)


def test_what_a_line_may_lack_is_left_out() -> None:
    told = {"readings": 7, "dead_letters": 0, "rejected_lines": 0, "collecting": 1, "settling": 1}
    assert "lag_s" not in fields(HEARTBEAT, known=1, lag_s=math.nan, **told)
    assert fields(HEARTBEAT, known=1, lag_s=math.nan, **told).startswith("known=1.0,")


def test_zero_is_a_value() -> None:
    told = fields(MONTH, value=0.0, known=1, coverage=1, estimated=0, provisional=0)
    assert told.startswith("value=0.0,known=1.0,")


def test_a_float_comes_back_to_the_bit() -> None:
    number = 0.1 + 0.2
    assert float(fields(READING, value=number, known=1, flag=0).split(",")[0].removeprefix("value=")) == number


def test_texts_are_quoted() -> None:
    counts = {"plants": 1, "status": 3, "behind": 0, "met": 0, "not_assessable": 1}
    told = fields(PLACE, known=1, name_zh='太"湖\\', name_en="a\nb", **counts)
    assert told.startswith(r'known=1.0,name_zh="太\"湖\\",name_en="a b",plants=1.0,')


def test_a_line_without_known_is_refused() -> None:
    with pytest.raises(ValueError, match="a line of month carries known = None; wanted a value, always"):
        fields(MONTH, value=1.0)


def test_names_are_those_of_the_schema() -> None:
    with pytest.raises(ValueError, match="month has no tag plant; wanted scope, series, unit"):
        series(MONTH, plant="a")
    with pytest.raises(ValueError, match="month has no field amount; wanted value, known"):
        fields(MONTH, amount=1.0, known=1)


def test_names_of_the_schema_need_no_escape() -> None:
    for measurement in MEASUREMENTS:
        for name in (measurement.name, *measurement.tags, *measurement.fields):
            assert name.isidentifier() and name.islower(), name
        assert "known" in measurement.fields
        assert not set(measurement.tags) & set(measurement.fields)
        assert "known" in measurement.always <= measurement.fields.keys() > measurement.may_lack
        assert not measurement.always & measurement.may_lack


def test_a_whole_line() -> None:
    assert line("month,scope=a", "known=0.0", 1535731200000) == "month,scope=a known=0.0 1535731200000"
