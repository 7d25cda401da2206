"""What cannot be true is set aside with the reason, live and imported alike."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.columns import Readings
from collector import Decoder, Message, Route, SourceSpec, Target, Why, check
from collector.batch import Batch

NOW_MS = 1_535_731_200_000  # 2018-08-31T16:00:00Z


def readings(*rows: tuple[int, int, float]) -> Readings:
    batch = Batch()
    for point, time_ms, value in rows:
        batch.add(point, time_ms, value, 0, NOW_MS)
    return batch.readings()


@pytest.mark.parametrize(
    ("row", "why", "text"),
    [
        ((1, NOW_MS, 5.0), None, ""),
        ((1, NOW_MS + 300_000, 5.0), None, ""),
        (
            (1, NOW_MS + 300_001, 5.0),
            Why.FUTURE,
            "time in the future: 2018-08-31T16:05:00.001Z is more than 300 s ahead",
        ),
        ((1, 2**60, 5.0), Why.FUTURE, f"time in the future: {2**60} ms"),
        ((1, 1_262_304_000_000, 5.0), None, ""),
        ((1, 1_262_303_999_999, 5.0), Why.TOO_EARLY, "time too early: 2009-12-31T23:59:59.999Z is before 2010-01-01"),
        ((1, 1_535_731_200, 5.0), Why.TOO_EARLY, "time too early: 1970-01-18T18:35:31.200Z"),
        ((1, 946_684_800_000, 5.0), Why.TOO_EARLY, "time too early: 2000-01-01"),
        ((9, NOW_MS, 5.0), Why.UNKNOWN_POINT, "unknown point: no point has the key 9"),
        ((1, NOW_MS, np.inf), Why.INFINITE, "infinite value: inf"),
        ((1, NOW_MS, -np.inf), Why.INFINITE, "infinite value: -inf"),
        ((1, NOW_MS, np.nan), None, ""),
        ((1, NOW_MS, 0.0), None, ""),
    ],
)
def test_each_question(row: tuple[int, int, float], why: Why | None, text: str) -> None:
    good, rejected = check(readings(row), NOW_MS, points=np.array([1, 2], np.int32))
    assert len(good) == (why is None)
    assert rejected.why.tolist() == ([] if why is None else [why])
    if why is not None:
        assert rejected.reason(0).startswith(text)


def test_good_rows_keep_their_order_and_rejected_rows_their_place() -> None:
    good, rejected = check(readings((1, 5, 1.0), (1, NOW_MS, 2.0), (1, NOW_MS, np.inf), (1, NOW_MS - 1, 3.0)), NOW_MS)
    assert good.value.tolist() == [2.0, 3.0]
    assert rejected.row.tolist() == [0, 2]


def test_nothing_is_copied_where_all_is_well() -> None:
    all_well = readings((1, NOW_MS, 2.0))
    assert check(all_well, NOW_MS)[0] is all_well


def test_a_refused_reading_takes_its_message_to_the_dead_letters_and_leaves_the_others() -> None:
    source = SourceSpec("p/s", "t/{device}", items="values", time="ts", channel="{device}/{key}")
    decoder = Decoder([Route(source, {"E01/a": Target(1), "E01/b": Target(2)})])

    def message(time_ms: int) -> Message:
        return Message.of("t/E01", json.dumps({"ts": time_ms, "values": {"a": 1.5, "b": 2}}).encode(), NOW_MS)

    messages = [message(NOW_MS), message(1_535_731_200), message(NOW_MS - 1)]
    good, dead = decoder.decode_checked(messages, NOW_MS)
    assert good.time_ms.tolist() == [NOW_MS, NOW_MS, NOW_MS - 1, NOW_MS - 1]
    assert [(d.topic, d.source, d.payload) for d in dead] == [("t/E01", "p/s", messages[1].payload)]
    assert dead[0].reason.count("time too early") == 2


ROWS = st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(-(2**62), 2**62), st.floats()))


@given(ROWS)
def test_the_batch_gives_back_what_it_got(rows: list[tuple[int, int, float]]) -> None:
    batch = readings(*rows)
    assert batch.point.tolist() == [r[0] for r in rows]
    assert batch.time_ms.tolist() == [r[1] for r in rows]
    np.testing.assert_array_equal(batch.value, [r[2] for r in rows])
    assert (batch.point.dtype, batch.flag.dtype) == (np.int32, np.uint8)
