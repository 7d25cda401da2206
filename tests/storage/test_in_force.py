"""What persons said counts until it is taken back, and makes dirty what it touches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import FOREVER_MS, EventKind, Events
from storage import MeterEvent, Store
from tests.storage.rows import T0_MS, assert_same, readings
from tests.storage.said import ONE, SAID_MS, about, event, withdrawal


def in_force(store: Store, as_of_ms: int | None = None) -> list[tuple[int, float]]:
    found = store.events_in_force(ONE, as_of_ms)
    return list(zip(found.what.tolist(), found.value.tolist(), strict=True))


def test_the_last_decision_about_a_finding_counts_until_it_is_taken_back(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        steps = [
            (about(500, EventKind.AMOUNT, value=3.0), [(7, 3.0)]),
            (about(500, EventKind.AMOUNT, value=4.0), [(7, 4.0)]),
            (about(900, EventKind.AMOUNT, value=8.0), [(7, 4.0), (7, 8.0)]),
            (about(500, 0, "accept"), [(7, 8.0)]),
            (withdrawal(4), [(7, 4.0), (7, 8.0)]),
            (withdrawal(2), [(7, 3.0), (7, 8.0)]),
            (event(0, 0, EventKind.RATIO, value=2.0), [(2, 2.0), (7, 3.0), (7, 8.0)]),
        ]
        for number, (said, wanted) in enumerate(steps):
            store.append_events([said], SAID_MS + number)
            assert in_force(store) == wanted
        for number, (_, wanted) in enumerate(steps):
            assert in_force(store, SAID_MS + number) == wanted
        assert_same(store.events_in_force(np.array([2], np.int32)), Events.empty())
        assert in_force(store, SAID_MS - 1) == []


def test_dirty_tells_what_events_touch(tmp_path: Path) -> None:
    def dirty(after: int) -> list[list[int]]:
        touched, _ = store.dirty(after)
        return [touched.point.tolist(), (touched.from_ms - T0_MS).tolist(), (touched.to_ms - T0_MS).tolist()]

    nothing: list[list[int]] = [[], [], []]
    with Store.open(tmp_path) as store:
        batch = store.append(readings((1, 0, 1.0), (1, 10_000, 2.0), (2, 0, 1.0)))
        for said, wanted in [
            (event(4000, 4000, EventKind.SWAP), [[1], [4000], [4001]]),
            (event(-500, 4000, EventKind.MISSING), [[1], [0], [4001]]),
            (event(500, FOREVER_MS, EventKind.RATIO), [[1], [500], [10_001]]),
            (event(-500, -400, EventKind.MISSING), nothing),
            (event(10_001, FOREVER_MS, EventKind.MISSING), nothing),
            (event(0, 9, EventKind.MISSING, 99), nothing),
            (event(0, 9, 0, note="calibration"), nothing),
            # labels 4 to 5 s were taken an hour later, those from 9 s on up to the last an hour earlier
            (event(4000, 5000, EventKind.CLOCK, value=3.6e6), [[1], [4000], [3_605_001]]),
            (event(9000, FOREVER_MS, EventKind.CLOCK, value=-3.6e6), [[1], [9000 - 3_600_000], [10_001]]),
            (withdrawal(1), [[1], [4000], [4001]]),
            (about(2000, EventKind.MISSING), [[1], [2000], [10_001]]),
            # the decision that is replaced has no effect any more
            (about(2000, 0, "accept"), [[1], [2000], [10_001]]),
            (withdrawal(12), [[1], [2000], [10_001]]),
        ]:
            store.append_events([said], SAID_MS)
            assert dirty(batch) == wanted, said
            assert store.dirty(batch)[1] == batch + 1
            batch += 1
        # readings and events of one point together, and another point beside
        store.append(readings((1, 9000, 1.0), (2, 5, 5.0)))
        store.append_events([event(3000, 3000, EventKind.SWAP), event(0, 3, EventKind.MISSING, 2)], SAID_MS)
        assert dirty(batch) == [[1, 2], [3000, 0], [9001, 6]]
        assert store.dirty(batch, 1)[1] == batch + 1
        assert store.dirty(batch, 2)[1] == batch + 2
    with Store.open(tmp_path) as store:
        assert store.dirty(batch + 1)[1] == batch + 2
        assert store.append(readings((1, 1, 1.0))) == batch + 3


def test_dirty_passes_over_nothing_that_is_written_while_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.0), (1, 9, 2.0)))
        with monkeypatch.context() as patch:
            # As of batch 1 nobody has said anything; batches 2 and 3 become durable before the journal is read.
            before = store._journal.head
            store.append_events([event(4, 4, EventKind.SWAP)], SAID_MS)
            store.append(readings((2, 0, 1.0)))
            patch.setattr(store._journal, "_head", before)
            touched, newest = store.dirty(0)
            assert (touched.point.tolist(), newest) == ([1], 1)
            assert store.dirty(1)[1] == 1
        store._journal = type(store._journal)(store._database)
        touched, newest = store.dirty(1)
        assert (touched.point.tolist(), newest) == ([1, 2], 3)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_in_force_agrees_with_going_through_all_that_was_said(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    said: list[MeterEvent] = []
    with Store.open(tmp_path) as store:
        store.append(readings((1, -(10**9), 0.0), (1, 10**9, 1.0)))
        for number in range(1, 60):
            standing = [i for i, old in enumerate(said, 1) if old.withdraws is None]
            if standing and rng.random() < 0.3:
                new = withdrawal(int(rng.choice(standing)))
            else:
                new = about(int(rng.integers(1, 5)) * 1000, int(rng.choice([0, 5, 8])), value=float(number))
            said.append(new)
            store.append_events([new], SAID_MS + number)
            taken_back = {old.withdraws for old in said}
            last = {
                old.about_from_ms: (old.about_from_ms, i)
                for i, old in enumerate(said, 1)
                if old.withdraws is None and i not in taken_back
            }
            wanted = [said[i - 1] for _, i in sorted(last.values()) if said[i - 1].what]
            assert in_force(store) == [(old.what, old.value) for old in wanted]
        for number in (7, 31):
            kept = store.events(as_of_ms=SAID_MS + number)
            assert [row.id for row in kept] == list(range(1, number + 1))
