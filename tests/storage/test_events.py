"""What persons said is kept for ever, as they said it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.columns import EventKind
from storage import MeterEvent, Store
from tests.storage.rows import readings
from tests.storage.said import ONE, SAID_MS, event, withdrawal


def test_events_come_back_as_they_were_said(tmp_path: Path) -> None:
    swap = event(5, 5, EventKind.SWAP, end_value=9.25, start_value=0.0)
    calibration = event(7, 9, 0, 2, note="calibration")
    with Store.open(tmp_path) as store:
        assert store.append_events([swap, calibration], SAID_MS) == [1, 2]
        assert store.append_events([], SAID_MS) == []
        assert store.append_events([withdrawal(1)], SAID_MS + 5) == [3]
        store.note_effect(1, "{}")
        store.note_effect(1, '{"2018-09": [1, 2]}')
    with Store.open(tmp_path) as store:
        first, second, third = store.events()
        assert (first.id, first.batch, first.received_ms, first.effect) == (1, 1, SAID_MS, '{"2018-09": [1, 2]}')
        # NaN differs from itself, so the missing value is compared apart
        assert replace(first.event, value=0.0) == replace(swap, value=0.0) and math.isnan(first.event.value)
        assert (second.id, second.batch, second.event.note, second.effect) == (2, 1, "calibration", None)
        assert (third.batch, third.event.withdraws, second.event.withdraws) == (2, 1, None)
        assert [row.id for row in store.events(ONE)] == [1, 3]
        assert [row.id for row in store.events(as_of_ms=SAID_MS)] == [1, 2]
        assert [row.id for row in store.events(limit=2)] == [2, 3]
        assert [[row.id for row in store.events(after_batch=batch)] for batch in (0, 1, 2)] == [[1, 2, 3], [3], []]
        assert store.newest_batch == 2
        assert store.append_events([swap], SAID_MS) == [4]
        with pytest.raises(ValueError, match="no event 9"):
            store.note_effect(9, "{}")


def test_half_a_surrogate_pair_is_kept_readable(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append_events([replace(event(0, 1, 0), who="李", why="\ud800 seen")], SAID_MS)
        assert (store.events()[0].event.who, store.events()[0].event.why) == ("李", "\\ud800 seen")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (event(5, 4, EventKind.MISSING), "before it begins"),
        (event(5, 9, EventKind.CLOCK), "shifts the clock by nan"),
        (withdrawal(7), "no event 7"),
        (withdrawal(1, point=2), "point 2 has no event 1"),
        (withdrawal(2), "itself a withdrawal"),
    ],
)
def test_what_cannot_be_is_refused_whole(tmp_path: Path, wrong: MeterEvent, message: str) -> None:
    with Store.open(tmp_path) as store:
        store.append_events([event(0, 9, EventKind.MISSING)], SAID_MS)
        store.append_events([withdrawal(1)], SAID_MS)
        with pytest.raises(ValueError, match=message):
            store.append_events([event(0, 9, EventKind.MISSING), wrong], SAID_MS)
        assert [row.id for row in store.events()] == [1, 2]
        assert store.append(readings((1, 0, 1.0))) == 3
