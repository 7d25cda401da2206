"""Does settlement do what persons say about a meter? Every amount here is a calculation by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analytics.columns import FOREVER_MS, EventKind, Events, Flag, Intervals, Kind
from analytics.settlement import Settled, settle

from .make import DAY, MINUTE_MS, T0, ZONES, flags_of, point, readings, span, whats

NONE = float("nan")
RATED = {"rating_per_h": 1200.0, "period_ms": 15 * MINUTE_MS}


def said(
    what: EventKind, at: float, to: float | None = None, *, value: float = NONE, end: float = NONE, start: float = NONE
) -> Events:
    """One event, in minutes after T0."""
    from_ms = T0 + round(at * MINUTE_MS)
    to_ms = from_ms if to is None else FOREVER_MS if to == np.inf else T0 + round(to * MINUTE_MS)

    def one(entry: Any, dtype: Any) -> Any:
        return np.array([entry], dtype)

    return Events(
        one(1, np.int32),
        one(from_ms, np.int64),
        one(to_ms, np.int64),
        one(what, np.uint8),
        one(value, float),
        one(end, float),
        one(start, float),
    )


def run(minutes: list[float], values: list[float], *events: Events, **columns: Any) -> Settled:
    every = Events.concat(events) if events else None
    return settle(point(**(RATED | columns)), ZONES, readings(minutes, values), span(-DAY, 2 * DAY), every)


def known(result: Intervals) -> float:
    return float((result.measured_s + result.estimated_s).sum())


QUARTERS = [0.0, 15.0, 30.0, 45.0, 60.0]


def test_a_swap_counts_both_meters() -> None:
    # 100 until the swap at 22.5 min (end 1155), the new one goes on from 20: (1155 - 1100) + (65 - 20) = 100
    result = run(QUARTERS, [1000.0, 1100.0, 65.0, 165.0, 265.0], said(EventKind.SWAP, 22.5, end=1155.0, start=20.0))
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 100.0, 100.0, 100.0])
    assert whats(result.findings) == []
    assert flags_of(result.intervals) == Flag.DECLARED


def test_a_swap_splits_its_interval_where_it_happened() -> None:
    # read every half hour; swapped at 20 min: 30 before it, 60 in the ten minutes after it
    result = run([0.0, 30.0], [1000.0, 65.0], said(EventKind.SWAP, 20.0, end=1030.0, start=5.0))
    assert result.intervals.amount.tolist() == pytest.approx([22.5, 67.5])


def test_a_swap_whose_end_reading_is_unknown_misses_what_came_before_it() -> None:
    result = run(QUARTERS, [1000.0, 1100.0, 65.0, 165.0, 265.0], said(EventKind.SWAP, 22.5, start=20.0))
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 45.0, 100.0, 100.0])
    assert result.intervals.measured_s.tolist() == [900.0, 450.0, 900.0, 900.0]


@pytest.mark.parametrize(("at_swap", "wanted"), [(1200.0, 100.0 + 100.0), (20.0, 100.0 + 100.0)])
def test_a_reading_at_the_very_instant_is_of_the_meter_it_fits(at_swap: float, wanted: float) -> None:
    # ended at 1200, began at 20; the reading at 30 min is the last of the old or the first of the new meter
    result = run(QUARTERS, [1000.0, 1100.0, at_swap, 120.0, 220.0], said(EventKind.SWAP, 30.0, end=1200.0, start=20.0))
    assert result.intervals.amount.sum() == pytest.approx(wanted + 200.0)
    assert known(result.intervals) == 3600.0


def test_a_swap_to_a_higher_meter_is_no_impossible_step() -> None:
    result = run(
        QUARTERS, [10.0, 110.0, 90_065.0, 90_165.0, 90_265.0], said(EventKind.SWAP, 22.5, end=165.0, start=90_020.0)
    )
    assert result.intervals.amount.sum() == pytest.approx(400.0)
    assert whats(result.findings) == []


def test_a_ratio_acts_on_differences() -> None:
    # from 30 min on one unit counts twice; the register itself goes on
    result = run(QUARTERS, [1000.0, 1100.0, 1200.0, 1250.0, 1300.0], said(EventKind.RATIO, 30.0, np.inf, value=2.0))
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 100.0, 100.0, 100.0])


def test_a_ratio_within_a_step_takes_the_register_then_or_the_straight_line() -> None:
    values = [1000.0, 1100.0, 1180.0, 1230.0, 1280.0]
    known_then = run(QUARTERS, values, said(EventKind.RATIO, 20.0, np.inf, value=2.0, end=1120.0)).intervals
    assert known_then.amount.tolist() == pytest.approx([100.0, 20.0 + 2 * 60.0, 100.0, 100.0])
    guessed = run(QUARTERS, values, said(EventKind.RATIO, 20.0, np.inf, value=2.0)).intervals
    assert guessed.amount.tolist() == pytest.approx([100.0, 80.0 / 3 + 2 * 80.0 * 2 / 3, 100.0, 100.0])


def test_a_second_ratio_replaces_the_first() -> None:
    result = run(
        QUARTERS,
        [0.0, 10.0, 15.0, 20.0, 40.0],
        said(EventKind.RATIO, 15.0, np.inf, value=2.0),
        said(EventKind.RATIO, 45.0, np.inf, value=0.5),
        rating_per_h=NONE,
    )
    assert result.intervals.amount.tolist() == pytest.approx([10.0, 10.0, 10.0, 10.0])


def test_another_unit_is_brought_to_the_point_s_own() -> None:
    # Wh in place of kWh between 15 and 45 min
    result = run(
        QUARTERS, [1000.0, 1_100_000.0, 1_200_000.0, 1300.0, 1400.0], said(EventKind.UNIT, 15.0, 45.0, value=0.001)
    )
    assert result.intervals.amount.tolist() == pytest.approx([100.0] * 4)
    assert whats(result.findings) == []


def test_a_clock_an_hour_ahead_is_set_back() -> None:
    minutes = [0.0, 15.0, 30.0, 105.0, 120.0, 135.0]  # the last three are labelled an hour late
    result = run(
        minutes, [0.0, 10.0, 30.0, 60.0, 100.0, 150.0], said(EventKind.CLOCK, 100.0, 140.0, value=-60.0 * MINUTE_MS)
    )
    assert result.intervals.amount.tolist() == pytest.approx([10.0, 20.0, 30.0, 40.0, 50.0])
    assert known(result.intervals) == 75 * 60


def test_what_is_left_out_is_bridged() -> None:
    result = run(QUARTERS, [1000.0, 1150.0, 1200.0, 1300.0, 1400.0], said(EventKind.LEAVE_OUT, 10.0, 20.0))
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 100.0, 100.0, 100.0])
    assert result.intervals.estimated_s.tolist() == [900.0, 900.0, 0.0, 0.0]


def test_what_is_believed_counts() -> None:
    spike = [1000.0, 1100.0, 5000.0, 5100.0, 5200.0]
    assert run(QUARTERS, spike).intervals.amount.sum() == pytest.approx(300.0)
    result = run(QUARTERS, spike, said(EventKind.BELIEVE, 15.0, 30.0))
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 3900.0, 100.0, 100.0])
    assert whats(result.findings) == []


def test_zeros_that_are_believed_are_a_reset() -> None:
    values = [1000.0, 1100.0, 0.0, 1300.0, 1400.0]
    assert whats(run(QUARTERS, values).findings) == [Flag.ZERO]
    result = run(QUARTERS, values, said(EventKind.BELIEVE, 15.0, 45.0))
    assert whats(result.findings) == [Flag.RESET]
    # the rise from zero counts; the fall is estimated from the steps beside it: (100 + 1300) / 30 min
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 700.0, 1300.0, 100.0])


def test_an_amount_that_a_person_knows_replaces_the_step() -> None:
    result = run(QUARTERS, [1000.0, 1100.0, 3.0, 103.0, 203.0], said(EventKind.AMOUNT, 15.0, 30.0, value=80.0))
    assert result.intervals.amount.tolist() == pytest.approx([100.0, 80.0, 100.0, 100.0])
    assert whats(result.findings) == []
    assert result.intervals.measured_s.tolist() == [900.0] * 4


def test_an_amount_is_in_the_canonical_unit() -> None:
    result = run(
        QUARTERS,
        [1000.0, 1100.0, 3.0, 103.0, 203.0],
        said(EventKind.AMOUNT, 15.0, 30.0, value=640.0),
        factor=8.0,
        rating_per_h=NONE,
    )
    assert result.intervals.amount.tolist() == pytest.approx([800.0, 640.0, 800.0, 800.0])


def test_an_amount_over_several_steps_leaves_out_what_lies_between() -> None:
    result = run(QUARTERS, [1000.0, 77.0, 3.0, 103.0, 203.0], said(EventKind.AMOUNT, 0.0, 45.0, value=90.0))
    assert result.intervals.amount.tolist() == pytest.approx([30.0, 30.0, 30.0, 100.0])


def test_what_is_said_to_be_missing_is_missing() -> None:
    result = run(QUARTERS, [1000.0, 1100.0, 1200.0, 1300.0, 1400.0], said(EventKind.MISSING, 15.0, 30.0))
    assert result.intervals.amount.sum() == pytest.approx(300.0)
    assert known(result.intervals) == 2700.0


def test_the_first_of_two_values_counts_where_a_person_says_so() -> None:
    minutes, values = [0.0, 15.0, 15.0, 30.0], [1000.0, 1050.0, 1100.0, 1200.0]
    assert run(minutes, values).intervals.amount.tolist() == pytest.approx([100.0, 100.0])
    result = run(minutes, values, said(EventKind.FIRST, 15.0, 15.0))
    assert result.intervals.amount.tolist() == pytest.approx([50.0, 150.0])
    assert whats(result.findings) == []


RATE = {"kind": Kind.RATE, "rating_per_h": 100.0, "hold_ms": 120 * MINUTE_MS}


def test_a_ratio_acts_on_rates_before_they_are_held_against_the_rating() -> None:
    # 180 * 0.5 is within 100: 90 an hour all along
    ratio = said(EventKind.RATIO, 30.0, np.inf, value=0.5)
    result = run([0.0, 15.0, 30.0, 45.0], [90.0, 90.0, 180.0, 180.0], ratio, **RATE)
    assert result.intervals.amount.tolist() == pytest.approx([22.5, 22.5, 22.5])
    assert whats(result.findings) == []


@pytest.mark.parametrize(("label_end", "wanted"), [(True, [10.0, 10.0, 20.0, 20.0]), (False, [10.0, 20.0, 20.0, 20.0])])
def test_a_ratio_acts_on_the_amounts_of_the_time_after_it(label_end: bool, wanted: list[float]) -> None:
    ratio = said(EventKind.RATIO, 30.0, np.inf, value=2.0)
    columns = {"kind": Kind.AMOUNT, "label_end": label_end, "rating_per_h": NONE}
    result = run([15.0, 30.0, 45.0, 60.0], [10.0] * 4, ratio, **columns)
    assert result.intervals.amount.tolist() == pytest.approx(wanted)


@pytest.mark.parametrize("kind", [Kind.RATE, Kind.CONCENTRATION])
def test_a_silence_of_a_rate_or_level_is_not_bridged_where_a_person_says_so(kind: Kind) -> None:
    data = [0.0, 15.0, 105.0, 120.0], [60.0] * 4
    columns = RATE | {"kind": kind}
    until_s = 120 * 60 + (kind is Kind.CONCENTRATION) * 120 * 60  # a level is held after its last sample
    assert known(run(*data, **columns).intervals) == until_s
    assert known(run(*data, said(EventKind.MISSING, 15.0, 105.0), **columns).intervals) == until_s - 90 * 60


@pytest.mark.parametrize("at", [-30.0, 90.0])
def test_what_is_said_of_a_time_without_readings_marks_nothing(at: float) -> None:
    result = run(QUARTERS, [1000.0, 1100.0, 1200.0, 1300.0, 1400.0], said(EventKind.UNIT, at, at + 5, value=2.0))
    assert result.intervals.amount.tolist() == pytest.approx([100.0] * 4)
    assert result.intervals.flags.tolist() == [0] * 4


def test_events_of_other_points_do_nothing() -> None:
    alone = run(QUARTERS, [1000.0, 1100.0, 1200.0, 1300.0, 1400.0])
    event = said(EventKind.RATIO, 0.0, np.inf, value=7.0)
    other = Events(np.array([2], np.int32), *list(event.as_dict().values())[1:])
    result = run(QUARTERS, [1000.0, 1100.0, 1200.0, 1300.0, 1400.0], other)
    assert result.intervals.amount.tolist() == alone.intervals.amount.tolist()
