"""A backlog in pieces: bounded, in order, each with the place after it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from analytics.columns import DAY_MS, INTERVAL_MS, Ranges
from registry import Registry
from sinks import feed
from sinks.feed import Feed, Piece, ahead, clipped, portions
from storage import Follower, Lines, Store
from tests.storage.rows import T0_MS, intervals, random_ranges, ranges, readings

Q = INTERVAL_MS
MAIN = Follower("main", True, True)


def all_of(pieces: Iterator[Piece]) -> tuple[list[list[str]], Follower]:
    found = list(pieces)
    return [piece.lines for piece in found], found[-1].after


def test_lines_come_first_then_what_was_settled_then_readings(store: Store, works: Registry) -> None:
    (place,) = store.follow([MAIN], 0)
    store.append(readings((1, 0, 1.0), (77, 0, 1.0)))
    which = ranges((2, 0, Q))
    store.replace(which, intervals(which.point, which.from_ms))
    store.keep_lines(Lines(["now"], np.array([T0_MS]), ["known=1.0"]), lasting=False)
    pieces = list(Feed(store, works).round(place))
    assert [[line.split(",")[0].split(" ")[0] for line in piece.lines] for piece in pieces] == [
        ["now"],
        ["interval"],
        [],
        ["reading"],
    ]
    assert pieces[1].after.change == 0 and pieces[2].after.change == 1, "the place moves when the whole change is there"
    assert pieces[-1].after == replace(place, line=1, change=1, arrival=2)
    assert [piece.unknown for piece in pieces] == [0, 0, 0, 1]
    assert list(Feed(store, works).round(pieces[-1].after)) == []


def test_settled_quarters_are_looked_for_only_now_and_then(store: Store, works: Registry) -> None:
    (place,) = store.follow([MAIN], 0)
    which = ranges((2, 0, Q))
    store.replace(which, intervals(which.point, which.from_ms))
    assert list(Feed(store, works).round(place, intervals=False)) == []


def test_a_backlog_comes_in_pieces_of_bounded_size(
    store: Store, works: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PIECE_LINES", 100)
    store.append(readings(*[(1, n, float(n)) for n in range(1050)]))
    days = ranges((1, 0, 3 * DAY_MS), (2, 9 * DAY_MS, 10 * DAY_MS), (3, DAY_MS, 3 * DAY_MS))
    start = np.concatenate([np.arange(f, t, Q) for f, t in zip(days.from_ms, days.to_ms, strict=True)])
    store.replace(days, intervals(np.repeat(days.point, (days.to_ms - days.from_ms) // Q), start))
    (place,) = store.follow([MAIN], 0)
    told, rounds = [], 0
    source = Feed(store, works)
    while pieces := list(source.round(place)):
        told += [piece.lines for piece in pieces]
        place, rounds = pieces[-1].after, rounds + 1
    assert rounds < 10 and max(map(len, told)) <= 2 * 96
    lines = [line for piece in told for line in piece]
    assert sum(line.startswith("reading,") for line in lines) == 1050
    # six days of three points: nothing of the days between is told, nobody was there
    assert sum(line.startswith("interval,") for line in lines) == 6 * 96
    assert not place.refilling and place.arrival == 1050


def test_clipped_ranges_lie_in_whole_quarters() -> None:
    given = Ranges(np.array([1, 2, 3], np.int32), np.array([0, 5 * Q, 9 * Q]), np.array([4 * Q, 8 * Q, 10 * Q]))
    cut = clipped(given, Q + 1, 7 * Q)
    assert (cut.point.tolist(), cut.from_ms.tolist(), cut.to_ms.tolist()) == ([1, 2], [2 * Q, 5 * Q], [4 * Q, 7 * Q])


@pytest.mark.parametrize("seed", range(5))
def test_portions_hold_every_quarter_once_in_order_of_time(seed: int) -> None:
    given = random_ranges(np.random.default_rng(seed), 30, 400, 2000.0)
    _, first = np.unique(given.point, return_index=True)
    given = given.take(first)
    given = Ranges(given.point, given.from_ms // Q * Q, given.to_ms // Q * Q).take(
        given.from_ms // Q < given.to_ms // Q
    )
    parts = list(portions(given, 60))
    sizes = [int(np.sum((part.to_ms - part.from_ms) // Q)) for part in parts]
    assert sum(sizes) == int(np.sum((given.to_ms - given.from_ms) // Q))
    assert max(sizes) <= 60 + 96
    starts = [int(part.from_ms.min()) for part in parts]
    assert starts == sorted(starts)


def test_the_next_piece_is_read_while_one_is_on_its_way() -> None:
    read: list[int] = []

    def pieces() -> Iterator[Piece]:
        for number in range(3):
            read.append(number)
            yield Piece([str(number)], MAIN)

    with ThreadPoolExecutor(1) as reader:
        coming = ahead(pieces(), reader)
        assert next(coming).lines == ["0"]
        reader.submit(int).result()  # what was asked for before this is done
        assert read == [0, 1]
        assert [piece.lines for piece in coming] == [["1"], ["2"]]
