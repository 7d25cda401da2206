"""What followers find: readings by arrival, replaced intervals by change, refills, refused lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from analytics.columns import DAY_MS, INTERVAL_MS, Ranges
from storage import Follower, RejectedLine, Store, changes
from storage.database import Cursor
from tests.storage.rows import T0_MS, intervals, ranges, readings

MAIN = Follower("main", True, True)
Q = INTERVAL_MS


def settle(store: Store, *quarters: tuple[int, int], amount: float = 1.0) -> None:
    """One replacement of each (point, quarter after T0)."""
    which = ranges(*[(point, n * Q, (n + 1) * Q) for point, n in quarters])
    store.replace(which, intervals(which.point, which.from_ms, amount))


def as_rows(found: Ranges) -> list[tuple[int, int, int]]:
    """(point, first quarter, quarter after the last), quarters after T0."""
    return [
        (int(p), (int(f) - T0_MS) // Q, (int(t) - T0_MS) // Q)
        for p, f, t in zip(found.point, found.from_ms, found.to_ms, strict=True)
    ]


def test_readings_come_in_order_of_arrival_and_thinned_ones_are_passed_over(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings(*[(1, n * 1000, float(n)) for n in range(9)]))
        store.append(readings((1, 0, 9.0)))
        first, after = store.arrived(0, 4)
        assert (first.value.tolist(), after) == ([0.0, 1.0, 2.0, 3.0], 4)
        store.replace(ranges((1, 0, Q)), intervals(np.empty(0), np.empty(0)), settled_batch=2)
        # all but those at 0 and 8 s go; the first and the last of a point stay
        store.thin(ranges((1, 0, Q)), np.empty(0, np.int32), np.empty(0, np.int64))
        rest, after = store.arrived(after, 5)
        assert (rest.value.tolist(), after) == ([8.0, 9.0], 10)
        assert store.arrived(10, 5)[1] == 10


def test_nothing_is_skipped_that_arrives_while_somebody_reads(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.0)))
        assert store.arrived(0, 1000)[1] == 1
        store.append(readings((1, 1, 2.0)))
        assert store.arrived(1, 1000)[0].value.tolist() == [2.0]


def test_replacements_are_logged_only_while_somebody_follows(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        settle(store, (1, 0), (2, 0))
        assert store.heads.change == 0
        (follower,) = store.follow([MAIN], 7)
        # what lay there comes as a refill
        assert (follower.refill_from_ms, follower.refill_to_ms) == (T0_MS, T0_MS + Q)
        assert (follower.whole_ms, follower.refilling) == (7, True)
        settle(store, (1, 1), (2, 5))
        settle(store, (1, 2))
        found, change = store.changed_after(follower.change, 100)
        assert as_rows(found) == [(1, 1, 3), (2, 5, 6)]
        assert change == store.heads.change == 2
        assert store.follow([], 8) == []
        settle(store, (1, 9))
        assert store.heads.change == 2


def test_the_log_is_read_change_by_change(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.follow([MAIN], 0)
        for n in range(6):
            settle(store, (1, 2 * n), (2, 2 * n))
        found, change = store.changed_after(0, 3)
        # the third range lies in the second change, which comes whole
        assert (as_rows(found), change) == ([(1, 0, 1), (1, 2, 3), (2, 0, 1), (2, 2, 3)], 2)
        assert store.changed_after(change, 99)[1] == 6
        assert store.changed_after(6, 99)[1] == 6


def test_a_place_outlives_a_restart_and_numbers_are_not_used_twice(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.follow([MAIN], 0)
        settle(store, (1, 0))
        store.advance(replace(MAIN, arrival=3, change=1, line=2, whole_ms=9))
        store.prune_followed()
    with Store.open(tmp_path) as store:
        assert store.followers() == [replace(MAIN, arrival=3, change=1, line=2, whole_ms=9)]
        assert store.follow([MAIN], 11) == [replace(MAIN, arrival=3, change=1, line=2, whole_ms=9)]
        settle(store, (1, 1))
        assert as_rows(store.changed_after(1, 9)[0]) == [(1, 1, 2)]


def test_a_log_that_nobody_reads_stays_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST_ROWS", 20)
    with Store.open(tmp_path) as store:
        store.follow([Follower("down", True, True), Follower("up", True, True)], 0)
        for n in range(24):
            settle(store, (1, n), (2, n))
            store.advance(Follower("up", True, True, change=n))
            store.prune_followed()
        assert as_rows(store.changed_after(0, 1000)[0]) == [(1, 0, 24), (2, 0, 24)]
        assert as_rows(store.changed_after(23, 1000)[0]) == [(1, 23, 24), (2, 23, 24)]
        assert len(store.changed_after(0, 1)[0]) <= 4
        store.advance(Follower("down", True, True, change=24))
        store.advance(Follower("up", True, True, change=24))
        store.prune_followed()
        assert len(store.changed_after(0, 1000)[0]) == 0


def test_who_takes_intervals_only_later_gets_those_from_before(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.follow([Follower("main", True, False)], 0)
        settle(store, (1, 0), (1, 3))
        assert store.heads.change == 0
        (follower,) = store.follow([MAIN], 5)
        assert (follower.refill_from_ms, follower.refill_to_ms) == (T0_MS, T0_MS + 4 * Q)
        assert as_rows(store.interval_extents()) == [(1, 0, 4)]


def test_a_follower_can_get_everything_again_from_a_day_on(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.0), (1, 2 * DAY_MS, 2.0), (1, 5000, 3.0), (1, 3 * DAY_MS, 4.0)))
        settle(store, (1, 0), (1, 300))
        at = replace(MAIN, arrival=4, change=7, line=5)
        # the first reading of the second day or later is the second that arrived
        assert store.restarted(at, T0_MS + DAY_MS) == replace(
            MAIN, arrival=1, change=7, refill_from_ms=T0_MS + DAY_MS, refill_to_ms=T0_MS + 301 * Q
        )
        assert store.restarted(at, None).arrival == 0
        assert store.restarted(at, T0_MS + 30 * DAY_MS).arrival == 4
        assert not store.restarted(at, T0_MS + 30 * DAY_MS).refilling
        # what it has not got yet it gets in any case
        behind = replace(at, arrival=1, refill_from_ms=T0_MS, refill_to_ms=T0_MS + Q)
        again = store.restarted(behind, T0_MS + DAY_MS)
        assert (again.arrival, again.refill_from_ms, again.refill_to_ms) == (1, T0_MS, T0_MS + 301 * Q)


def test_readings_that_a_follower_has_not_got_are_known(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.0), (2, 1000, 2.0), (1, 2000, 3.0)))
        assert len(store.unsent_readings()) == 0, "nobody follows"
        store.follow([replace(MAIN, readings=False), Follower("b", True, False)], 0)
        store.advance(Follower("b", True, False, arrival=1))
        found = store.unsent_readings()
        assert found.point.tolist() == [1, 2]
        assert (found.from_ms - T0_MS).tolist() == [2000, 1000]
        assert (found.to_ms - T0_MS).tolist() == [2001, 1001]
        store.advance(Follower("b", True, False, arrival=3))
        assert len(store.unsent_readings()) == 0


def test_refused_lines_are_kept_with_the_servers_words(tmp_path: Path) -> None:
    refused = [RejectedLine("main", T0_MS, f"reading value={n} {n}", "field type conflict") for n in range(3)]
    with Store.open(tmp_path) as store:
        store.follow([MAIN], 0)
        store.advance(replace(MAIN, arrival=3), refused)
        store.advance(replace(MAIN, arrival=3), [replace(refused[0], target="other", count=70)])
    with Store.open(tmp_path) as store:
        assert store.rejected_counts() == {"main": 3, "other": 70}
        assert [row.id for row in store.rejected_lines()] == [4, 3, 2, 1]
        assert store.rejected_lines(1, before_id=4) == [replace(refused[2], id=3)]
        assert store.followers()[0].arrival == 3


def test_a_refused_line_whose_write_is_begun_again_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a commit that is durable although the checkpoint behind it failed."""
    with Store.open(tmp_path) as store:
        once = store._database._once
        begun: list[bool] = []

        def cut_off(work: Callable[[Cursor], object], *, commit: bool) -> object:
            done = once(work, commit=commit)
            if commit and not begun:
                begun.append(True)
                raise duckdb.FatalException("the checkpoint failed")
            return done

        monkeypatch.setattr(store._database, "_once", cut_off)
        store.advance(replace(MAIN, arrival=3), [RejectedLine("main", T0_MS, "a b=1 2", "400 no")])
        assert begun and store.followers()[0].arrival == 3
        assert store.rejected_counts() == {"main": 1}
        assert len(store.rejected_lines()) == 1
