"""A place moves from where it is known to be, and its age is no less than what went by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sinks.place import Place
from storage import Follower, RejectedLine, Store
from tests.storage.rows import T0_MS, readings

MAIN = Follower("main", True, True)
HOUR_S = 3600.0


class Clocks:
    """The product's clock, which may be set, and the machine's, which only goes on."""

    def __init__(self) -> None:
        self.now_ms, self.gone_s = T0_MS, 0.0

    def go(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)
        self.gone_s += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def place(store: Store, clocks: Clocks) -> Place:
    (at,) = store.follow([MAIN], T0_MS)
    made = Place(store, MAIN, lambda: clocks.now_ms, 1.0, lambda: clocks.gone_s)
    made.begin(at)
    return made


def send_all(place: Place, store: Store) -> None:
    at = place.look()
    assert place.go(at, replace(at, arrival=store.heads.arrival), [])
    place.note_whole()


def test_the_age_is_that_of_the_last_moment_at_which_it_had_everything(
    place: Place, store: Store, clocks: Clocks
) -> None:
    assert place.age_s(1.0) == 0.0
    store.append(readings((1, 0, 1.0)))
    clocks.go(HOUR_S)
    assert (place.age_s(1.0), place.unsent) == (HOUR_S, 1)
    send_all(place, store)
    assert (place.age_s(1.0), place.unsent, place.at.whole_ms) == (0.0, 0, T0_MS + 3_600_000)


def test_who_never_got_anything_is_no_older_than_the_settings_that_name_it(store: Store, clocks: Clocks) -> None:
    store.append(readings((1, 0, 1.0)))
    place = Place(store, MAIN, lambda: clocks.now_ms, 1.0, lambda: clocks.gone_s)
    clocks.go(HOUR_S)
    assert (place.age_s(1.0), place.unsent) == (HOUR_S, 1)


def test_a_clock_that_was_set_back_hides_no_age(place: Place, store: Store, clocks: Clocks) -> None:
    clocks.now_ms += 24 * 3_600_000
    send_all(place, store)
    clocks.now_ms -= 24 * 3_600_000  # it had been wrong
    store.append(readings((1, 0, 1.0)))
    clocks.go(2 * HOUR_S)
    assert place.age_s(1.0) == 2 * HOUR_S
    send_all(place, store)
    store.append(readings((1, 1, 1.0)))
    clocks.go(3 * HOUR_S)
    assert place.age_s(1.0) == 3 * HOUR_S
    assert place.at.whole_ms == T0_MS + 2 * 3_600_000


def test_what_was_under_way_leads_nowhere_once_everything_is_asked_for_again(place: Place, store: Store) -> None:
    store.append(readings((1, 0, 1.0), (1, 1, 1.0)))
    before = place.look()
    first = replace(before, arrival=1)
    assert place.go(before, first, [])
    forgotten: list[Follower] = []
    assert place.restart(None, lambda: forgotten.append(place.at))
    assert forgotten == [first]
    assert not place.go(first, replace(first, arrival=2), [])
    assert place.at.arrival == store.followers()[0].arrival == 0


def test_it_is_written_down_now_and_then_and_at_once_with_what_was_refused(
    place: Place, store: Store, clocks: Clocks
) -> None:
    def kept() -> int:
        return store.followers()[0].arrival

    for number, (later_s, wanted) in enumerate([(0.0, 1), (0.5, 1), (0.6, 3)], 1):
        clocks.go(later_s)
        at = place.look()
        assert place.go(at, replace(at, arrival=number), [])
        place.keep(now=False)
        assert kept() == wanted
    at = place.look()
    place.go(at, replace(at, arrival=4), [RejectedLine("main", T0_MS, "a b=1 2", "400 no")])
    place.keep(now=True)
    assert kept() == 4 and store.rejected_counts() == {"main": 1}
    clocks.go(100.0)
    place.keep(now=False)
    assert store.rejected_counts() == {"main": 1}


def test_who_never_got_anything_needs_nothing_again(store: Store) -> None:
    place = Place(store, MAIN, lambda: T0_MS, 1.0)
    assert not place.restart(None, lambda: None)
    assert store.followers() == []
