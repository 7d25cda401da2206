from __future__ import annotations

import pytest

from simulators.replay_messages import encoder
from simulators.replay_profile import Profile
from simulators.replay_rows import Row

T = 1514765700000


def profile(shape: str, topic: str, empty: str = "omit", time_unit: str = "ms") -> Profile:
    return Profile.model_validate(
        {
            "source": "replay.toml",
            "time": {"column": "t", "zone": "UTC"},
            "publish": {"topic": topic, "shape": shape, "empty": empty, "time_unit": time_unit},
            "columns": {"a": "m1/kwh", "b": "m2/电量", "c": "m1/pf"},
        }
    )


@pytest.mark.parametrize(
    ("made", "messages"),
    [
        (
            profile("values", "p/{device}/up"),
            [
                ("p/m1/up", '{"ts":1514765700000,"values":{"kwh":3.17,"pf":73.21}}'),
                ("p/m2/up", '{"ts":1514765700000,"values":{"电量":0.0}}'),
            ],
        ),
        (
            profile("values", "p/up", time_unit="iso"),  # all devices in one message
            [("p/up", '{"ts":"2018-01-01T00:15:00.000Z","values":{"kwh":3.17,"电量":0.0,"pf":73.21}}')],
        ),
        (
            profile("single", "p/{device}/{key}", time_unit="s"),
            [
                ("p/m1/kwh", '{"ts":1514765700,"value":3.17}'),
                ("p/m2/电量", '{"ts":1514765700,"value":0.0}'),
                ("p/m1/pf", '{"ts":1514765700,"value":73.21}'),
            ],
        ),
        (profile("bare", "p/{device}/{key}"), [("p/m1/kwh", "3.17"), ("p/m2/电量", "0.0"), ("p/m1/pf", "73.21")]),
    ],
)
def test_one_row_in_each_shape(made: Profile, messages: list[tuple[str, str]]) -> None:
    assert [(topic, payload.decode()) for topic, payload in encoder(made)(Row(2, T, (3.17, 0.0, 73.21)))] == messages


@pytest.mark.parametrize(
    ("shape", "empty", "payloads"),
    [
        ("values", "omit", ['{"ts":1514765700000,"values":{"kwh":3.17}}']),
        (
            "values",
            "null",
            ['{"ts":1514765700000,"values":{"kwh":3.17,"pf":null}}', '{"ts":1514765700000,"values":{"电量":null}}'],
        ),
        ("single", "omit", ['{"ts":1514765700000,"value":3.17}']),
        ("single", "null", ['{"ts":1514765700000,"value":3.17}', *['{"ts":1514765700000,"value":null}'] * 2]),
        ("bare", "omit", ["3.17"]),
        ("bare", "null", ["3.17", "null", "null"]),
    ],
)
def test_an_empty_cell_is_left_out_or_sent_as_null_never_as_zero(shape: str, empty: str, payloads: list[str]) -> None:
    topic = "p/{device}" if shape == "values" else "p/{device}/{key}"
    made = profile(shape, topic, empty)
    assert [payload.decode() for _, payload in encoder(made)(Row(2, T, (3.17, None, None)))] == payloads
