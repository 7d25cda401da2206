"""Do several words about one step of a register agree? Every amount here is a calculation by hand."""

from __future__ import annotations

import pytest

from analytics.columns import EventKind, Events, Flag

from .test_said import NONE, QUARTERS, known, run, said, whats

EVER = float("inf")
SWAPPED = [1000.0, 1100.0, 65.0, 165.0, 265.0]


def test_the_readings_of_a_swap_count_by_the_ratio_of_their_time() -> None:
    # every unit counts twice: 2 * ((1155 - 1100) + (65 - 20)) in the quarter of the swap
    ratio = said(EventKind.RATIO, 0.0, EVER, value=2.0)
    result = run(QUARTERS, SWAPPED, ratio, said(EventKind.SWAP, 22.5, end=1155.0, start=20.0))
    assert result.intervals.amount.tolist() == pytest.approx([200.0] * 4)


EXCHANGED = said(EventKind.SWAP, 22.5, end=1155.0, start=20.0)
RATIO_TOO = said(EventKind.RATIO, 22.5, EVER, value=2.0)


@pytest.mark.parametrize("events", [(EXCHANGED, RATIO_TOO), (RATIO_TOO, EXCHANGED)])
def test_meter_and_ratio_may_be_exchanged_at_once(events: tuple[Events, Events]) -> None:
    # (1155 - 1100) * 1 + (65 - 20) * 2
    result = run(QUARTERS, SWAPPED, *events)
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 145.0, 200.0, 200.0])


@pytest.mark.parametrize("events", [(EXCHANGED, RATIO_TOO), (RATIO_TOO, EXCHANGED)])
def test_both_may_be_exchanged_as_the_new_meter_is_read(events: tuple[Events, Events]) -> None:
    # read at 22.5: (1155 - 1100) and 2 * (21 - 20); then 2 * (65 - 21)
    minutes = [0.0, 15.0, 22.5, 30.0, 45.0]
    result = run(minutes, [1000.0, 1100.0, 21.0, 65.0, 165.0], *events)
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 55.0 + 2.0 + 88.0, 200.0])


def test_a_ratio_may_change_twice_between_two_readings() -> None:
    # one unit a minute: 20 * 1, 20 * 2, 20 * 3
    ratios = [said(EventKind.RATIO, 20.0, EVER, value=2.0), said(EventKind.RATIO, 40.0, EVER, value=3.0)]
    result = run([0.0, 60.0], [100.0, 160.0], *ratios)
    assert result.intervals.amount.tolist() == pytest.approx([15.0, 5.0 + 20.0, 20.0 + 15.0, 45.0])


def test_a_ratio_may_change_and_the_meter_be_exchanged_later_in_the_same_step() -> None:
    # 1 a minute: 20 * 1 until the ratio doubles, 2 * (140 - 120) until the swap, 2 * (25 - 5) after it
    events = [said(EventKind.RATIO, 20.0, EVER, value=2.0, end=120.0), said(EventKind.SWAP, 40.0, end=140.0, start=5.0)]
    result = run([0.0, 60.0], [100.0, 25.0], *events)
    assert result.intervals.amount.sum() == pytest.approx(20.0 + 40.0 + 40.0)


def test_a_register_that_falls_where_only_a_ratio_changed_is_another_meter() -> None:
    result = run(QUARTERS, [1000.0, 1100.0, 50.0, 150.0, 250.0], said(EventKind.RATIO, 22.5, EVER, value=2.0))
    assert result.intervals.amount.sum() == pytest.approx(100.0 + 200.0 + 200.0)
    assert known(result.intervals) == 2700.0


def test_an_end_reading_below_what_was_read_before_says_nothing() -> None:
    result = run(QUARTERS, SWAPPED, said(EventKind.SWAP, 22.5, end=900.0, start=20.0))
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 45.0, 100.0, 100.0])
    assert result.intervals.measured_s.tolist() == [900.0, 450.0, 900.0, 900.0]


def test_a_start_reading_above_what_is_read_after_it_says_nothing() -> None:
    result = run(QUARTERS, SWAPPED, said(EventKind.SWAP, 22.5, end=1155.0, start=90.0))
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 55.0, 100.0, 100.0])
    assert known(result.intervals) == 3150.0


@pytest.mark.parametrize(("what", "value", "wanted"), [(EventKind.AMOUNT, 80.0, 80.0), (EventKind.MISSING, NONE, 0.0)])
def test_what_is_said_of_a_whole_step_stands_above_a_swap_in_it(what: EventKind, value: float, wanted: float) -> None:
    events = [said(what, 15.0, 30.0, value=value), said(EventKind.SWAP, 22.5, end=1155.0, start=20.0)]
    result = run(QUARTERS, SWAPPED, *events)
    assert result.intervals.amount.sum() == pytest.approx(300.0 + wanted)


def test_an_amount_of_a_longer_time_stands_above_one_within_it() -> None:
    events = [said(EventKind.AMOUNT, 0.0, 45.0, value=90.0), said(EventKind.AMOUNT, 15.0, 30.0, value=50.0)]
    result = run(QUARTERS, [1000.0, 1100.0, 1200.0, 1300.0, 1400.0], *events)
    assert result.intervals.amount.tolist() == pytest.approx([30.0, 30.0, 30.0, 100.0])


def test_a_finding_shows_what_the_display_showed() -> None:
    ratio = said(EventKind.RATIO, 0.0, EVER, value=1.6)
    result = run(QUARTERS, [1000.0, 1100.0, 3.0, 103.0, 203.0], ratio)
    assert whats(result.findings) == [Flag.RESET]
    assert (result.findings.before[0], result.findings.after[0]) == (1100.0, 3.0)
