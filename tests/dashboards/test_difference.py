from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.difference import changes, fingerprint, plain, shown

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "a", "b"]), inner, max_size=3),
    max_leaves=8,
)


def _told(old: object, new: object) -> list[str]:
    return [str(one) for one in changes(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1}, {"a": True}, ["a: 1 -> true"]),
        ({"a": None}, {}, ["a: null -> (nothing)"]),
        ({}, {"a": 0}, ["a: (nothing) -> 0"]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3, 4]}}, ["a.b[1]: 2 -> 3", "a.b[2]: (nothing) -> 4"]),
        ({"a": []}, {"a": {}}, ["a: [] -> {}"]),
        (
            {"panels": [{"id": 1, "t": "x"}, {"id": 2, "t": "y"}]},
            {"panels": [{"id": 2, "t": "z"}]},
            ['panels[id=2].t: "y" -> "z"', 'panels[id=1]: {"id": 1, "t": "x"} -> (nothing)'],
        ),
        ([{"refId": "A"}, {"refId": "B"}], [{"refId": "B"}, {"refId": "A"}], [' (order): ["A", "B"] -> ["B", "A"]']),
    ],
)
def test_what_differs_is_told_with_its_path(old: object, new: object, told: list[str]) -> None:
    assert _told(old, new) == told


@given(JSON, JSON)
def test_nothing_differs_exactly_where_both_are_the_same(old: object, new: object) -> None:
    assert changes(old, old) == ()
    if fingerprint(old) != fingerprint(new):
        assert changes(old, new)


def test_long_values_and_keys_in_addresses_are_not_shown() -> None:
    assert len(shown("x" * 500)) == 70
    assert shown("https://user:key@h.example/p") == '"https://h.example/..."'
    assert shown("https://h.example/p?access_token=key") == '"https://h.example/..."'
    assert shown("https://h.example/p#/plant") == '"https://h.example/p#/plant"'


def test_absent_null_and_empty_are_one_and_false_and_zero_are_values() -> None:
    assert plain({"a": None, "b": {}, "c": [], "d": "", "e": 0, "f": False}) == {"e": 0, "f": False}
    assert plain([{}, None, 1]) == [{}, None, 1]  # places in a list count


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("300s", 300), ("5m", 300), ("1h30m", 5400), ("1h30m0s", 5400), ("1d", 86_400), ("0s", None), ("soon", "soon")],
)
def test_durations_are_compared_as_seconds(written: str, seconds: object) -> None:
    assert plain({"for": written}, durations=frozenset({"for"})).get("for") == seconds


def test_the_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": [1, 2]}) == fingerprint({"b": [1, 2], "a": 1})
    assert fingerprint([1, 2]) != fingerprint([2, 1])
