"""Lines for other servers: what is news, what stays, and in which order followers get it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS
from storage import Follower, Lines, Store
from tests.storage.rows import T0_MS


def lines(*rows: tuple[str, int, str]) -> Lines:
    """Lines from (series, milliseconds after T0, fields)."""
    return Lines([row[0] for row in rows], np.array([T0_MS + row[1] for row in rows], np.int64), [r[2] for r in rows])


def told(store: Store, after: int = 0) -> list[tuple[str, str]]:
    found, _ = store.lines_after(after, 100)
    return list(zip(found.series, found.fields, strict=True))


def test_only_what_differs_from_the_newest_of_its_series_and_time_is_kept(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert store.keep_lines(lines(("a", 0, "1"), ("b", 0, "2"), ("a", 1, "3")), lasting=True) == 3
        assert store.keep_lines(lines(("a", 0, "1"), ("b", 0, "2")), lasting=True) == 0
        assert store.keep_lines(lines(("b", 0, "9"), ("c", 0, "4"), ("a", 1, "3")), lasting=True) == 2
        assert told(store) == [("a", "1"), ("a", "3"), ("b", "9"), ("c", "4")]
        assert told(store, 3) == [("b", "9"), ("c", "4")]
        assert store.lines_after(0, 3)[1] == 4
        assert store.heads.line == 5


def test_of_two_lines_of_one_series_and_time_the_last_one_counts(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert store.keep_lines(lines(("a", 0, "1"), ("a", 0, "2")), lasting=True) == 1
        assert told(store) == [("a", "2")]


def test_nothing_is_no_news(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert store.keep_lines(lines(), lasting=True) == 0
        assert store.lines_after(0, 9)[1] == 0


def test_a_producer_sees_what_it_once_said(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.keep_lines(lines(("month,scope=b", 0, "1"), ("month,scope=a", 5, "2"), ("year", 0, "3")), lasting=True)
        store.keep_lines(lines(("month,scope=c", 0, "1")), lasting=False)
        assert store.kept_series("month,") == [("month,scope=a", T0_MS + 5), ("month,scope=b", T0_MS)]


def test_numbers_go_on_after_a_restart_even_where_the_newest_lines_are_gone(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        (follower,) = store.follow([Follower("main", True, True)], 0)
        store.keep_lines(lines(("now", 0, "1"), ("now", 1, "1")), lasting=False)
        store.advance(Follower("main", True, True, line=2))
        store.keep_lines(lines(("now", 8 * DAY_MS, "1")), lasting=False)
        assert follower.line == 0
    with Store.open(tmp_path) as store:
        assert store.heads.line == 3
        store.keep_lines(lines(("now", 8 * DAY_MS, "2")), lasting=False)
        assert store.heads.line == 4


def test_passing_lines_go_a_week_after_everybody_has_them(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.follow([Follower("a", True, True), Follower("b", True, True)], 0)
        store.keep_lines(lines(("month", 0, "1")), lasting=True)
        store.keep_lines(lines(("now", 0, "1"), ("now", 1, "1"), ("now", 7 * DAY_MS + 1, "1")), lasting=False)
        store.advance(Follower("a", True, True, line=4))
        store.prune_followed()
        assert len(told(store)) == 4, "b has nothing yet"
        store.advance(Follower("b", True, True, line=4))
        store.prune_followed()
        # the line of exactly seven days ago stays
        assert [series for series, _ in told(store)] == ["month", "now", "now"]
        assert store.lines_after(0, 9)[0].time_ms.tolist() == [T0_MS, T0_MS + 1, T0_MS + 7 * DAY_MS + 1]


def test_a_write_that_is_begun_again_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(tmp_path) as store:
        once = store._database.write
        monkeypatch.setattr(store._database, "write", lambda work: (once(work), once(work))[1])
        assert store.keep_lines(lines(("a", 0, "1"), ("b", 0, "1")), lasting=True) == 2
        assert store.keep_lines(lines(("c", 0, "1")), lasting=True) == 1
        assert store.heads.line == 3 and store.lines_after(2, 9)[1] == 3


def test_uneven_columns_are_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, pytest.raises(ValueError, match="as many series as times and fields; got 1, 2"):
        store.keep_lines(Lines(["a"], np.zeros(2, np.int64), ["x"]), lasting=True)
