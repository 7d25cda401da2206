"""Lines as the protocol's own pages write them (InfluxDB 2, "Line protocol", special characters)."""

from __future__ import annotations

import math

import pytest

from sinks.lineprotocol import fields, line, series
from sinks.schema import LIMIT, MEASUREMENTS, MONTH, PLACE, READING


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


def test_every_number_is_a_float_and_what_is_missing_is_left_out() -> None:
    told = fields(MONTH, value=3, known=1, coverage=math.nan, estimated=None, provisional=math.inf)
    assert told == "value=3.0,known=1.0"


def test_zero_is_a_value() -> None:
    assert fields(MONTH, value=0.0, known=1) == "value=0.0,known=1.0"


def test_a_float_comes_back_to_the_bit() -> None:
    number = 0.1 + 0.2
    assert float(fields(READING, value=number, known=1).split(",")[0].removeprefix("value=")) == number


def test_texts_are_quoted() -> None:
    told = fields(PLACE, known=1, name_zh='太"湖\\', name_en="a\nb")
    assert told == r'known=1.0,name_zh="太\"湖\\",name_en="a b"'


def test_a_line_without_known_is_refused() -> None:
    with pytest.raises(ValueError, match="month carries known = None; wanted a number, always"):
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


def test_a_whole_line() -> None:
    assert line("month,scope=a", "known=0.0", 1535731200000) == "month,scope=a known=0.0 1535731200000"
