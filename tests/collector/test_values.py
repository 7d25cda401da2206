from __future__ import annotations

import math

import pytest

from analytics.columns import Quality
from collector.paths import MISSING, child, get, parse_path
from collector.values import BadItem, number


@pytest.mark.parametrize(
    ("raw", "value"),
    [(0, 0.0), (-0.5, -0.5), ("231.5", 231.5), (" 7 ", 7.0), ("+.5", 0.5), ("1e3", 1000.0), ("5.", 5.0)],
)
def test_numbers(raw: object, value: float) -> None:
    assert number(raw) == (value, 0)


@pytest.mark.parametrize("raw", [None, math.nan, "NaN", "nan", "null"])
def test_no_value_is_nan_with_a_flag_and_never_zero(raw: object) -> None:
    value, flag = number(raw)
    assert math.isnan(value)
    assert flag == Quality.NULL


@pytest.mark.parametrize(
    "raw", ["231,5", "1.234,5", "1 234,5", "12kWh", "", "--", "1_0", "٣", "0x10", [1], {}, 10**400, True]
)
def test_everything_else_is_refused_with_what_came(raw: object) -> None:
    with pytest.raises(BadItem, match=r"^not a number: "):
        number(raw)


@pytest.mark.parametrize(
    ("raw", "value"), [(True, 1.0), (False, 0.0), ("ON", 1.0), ("off", 0.0), ("True", 1.0), (3, 3.0)]
)
def test_states(raw: object, value: float) -> None:
    assert number(raw, state=True) == (value, 0)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b", 1),
        ("a.list[1].c", 2),
        ('["E01.ep"]', 3),
        ("ts", 4),
        ("a.list[9]", MISSING),
        ("a.none", None),
        ("x.y", MISSING),
        ("ts.deeper", MISSING),
        ("表", 5),
    ],
)
def test_paths(path: str, found: object) -> None:
    document = {"a": {"b": 1, "list": [0, {"c": 2}], "none": None}, "E01.ep": 3, "ts ": 4, "表": 5}
    assert get(document, parse_path(path)) is found or get(document, parse_path(path)) == found


@pytest.mark.parametrize("path", [".a", "a.", "a..b", "a[x]", "a[0", "a]b", "a{k}"])
def test_a_wrong_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="cannot read"):
        parse_path(path)


def test_a_key_with_its_blank_is_found_only_where_the_plain_one_is_not() -> None:
    assert child({"ts ": 1, "ts": 2}, "ts") == 2
