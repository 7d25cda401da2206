"""Does each fault break what it says, and nothing else?"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.columns import HOUR_MS, EventKind, Flag, Float64, Kind, Quality
from simulators.faults import (
    Cases,
    Line,
    Row,
    as_displayed,
    broken,
    cases_of,
    clocks,
    corpus,
    faultless_cases,
    faults_of,
    meter,
    place,
    telegram,
    way,
)
from simulators.faults.display import HUNDREDTHS, SINGLE, WHOLE, displayed
from simulators.faults.truth import MINUTE_MS

LINE = Line(MINUTE_MS)
N = 24


def clean(kind: Kind = Kind.REGISTER) -> Cases:
    return as_displayed(faultless_cases(LINE, kind, N))


def after(fault: place.Fault, kind: Kind = Kind.REGISTER, line: Line = LINE) -> Cases:
    return broken(faultless_cases(line, kind, N), [fault], np.random.default_rng(4))


def per_case(cases: Cases) -> Float64:
    return cases.readings.value.reshape(cases.count, -1)


def test_displays_by_hand() -> None:
    value = np.array([12.349, 12.349, 16_777_217.0])
    assert displayed(value, np.array([WHOLE, HUNDREDTHS, SINGLE])).tolist() == [12.0, 12.34, 16_777_216.0]
    assert displayed(np.array([12.6]), np.array([WHOLE]), rounds=True).tolist() == [13.0]


def test_twenty_four_cases_hold_each_form_of_meter() -> None:
    points = faultless_cases(LINE, Kind.REGISTER, N).points
    forms = set(zip(points.resolution, np.isnan(points.modulus), np.isnan(points.rating_per_h), strict=True))
    assert len(forms) == 12
    assert faultless_cases(LINE, Kind.REGISTER, N, rated=True).points.rating_per_h.min() == LINE.rating_per_h


@pytest.mark.parametrize("kind", [Kind.AMOUNT, Kind.MEAN])
def test_amounts_add_up_to_their_truth(kind: Kind) -> None:
    cases = clean(kind)
    hours = 1.0 if kind is Kind.AMOUNT else LINE.period_ms / HOUR_MS
    start = np.full(N, LINE.start_ms)
    truth = cases.truth.at(np.arange(N), start + LINE.count * LINE.period_ms)
    np.testing.assert_allclose(per_case(cases).sum(axis=1) * hours, truth, rtol=1e-9)


def test_a_register_shows_its_truth_as_far_as_its_display_reaches() -> None:
    cases = clean()
    time_ms = cases.readings.time_ms.reshape(N, -1)
    truth = cases.truth.at(np.arange(N), time_ms[:, -1]) - cases.truth.at(np.arange(N), time_ms[:, 0])
    shown = per_case(cases)[:, -1] - per_case(cases)[:, 0]
    step = np.array([1.0, 0.01, 2.0**-6])[cases.form]  # single precision: spacing between 65 536 and 131 072 is 2^-7
    assert bool((np.abs(shown - truth) <= step).all())


@pytest.mark.parametrize("n_zeros", [1, 3, 10])
def test_zeros_stand_alone(n_zeros: int) -> None:
    cases = after(telegram.zeros("zeros", n_zeros))
    differs = per_case(cases) != per_case(clean())
    assert differs.sum(axis=1).tolist() == [n_zeros] * N
    assert set(per_case(cases)[differs].tolist()) == {0.0}
    assert set(cases.wanted.what.tolist()) == {int(Flag.ZERO)}


def test_nulls_are_said_in_three_ways() -> None:
    cases = after(telegram.nulls("null", 2))
    flags = cases.readings.flag.reshape(N, -1).max(axis=1)
    assert flags.tolist() == [0, int(Quality.NULL), int(Quality.BAD_AT_SOURCE)] * (N // 3)
    assert np.isnan(per_case(cases)).sum(axis=1).tolist() == [2, 2, 0] * (N // 3)


def test_a_reset_register_counts_on_from_zero() -> None:
    cases = after(meter.exchanged("reset", meter.from_zero, meter.FALL, declared=False))
    falls = np.diff(per_case(cases), axis=1)
    assert (falls < 0.0).sum(axis=1).tolist() == [1] * N
    assert len(cases.events) == 0
    at = falls.argmin(axis=1) + 1
    first = per_case(cases)[np.arange(N), at]
    assert bool(((first >= 0.0) & (first <= LINE.rating_per_h / 60)).all())


def test_a_declared_swap_says_what_happened() -> None:
    cases = after(meter.exchanged("swap", meter.used_meter, meter.FALL, declared=True))
    events = cases.events
    assert set(events.what.tolist()) == {int(EventKind.SWAP)}
    assert len(cases.wanted) == 0
    at = np.diff(per_case(cases), axis=1).argmin(axis=1)
    before, later = per_case(cases)[np.arange(N), at], per_case(cases)[np.arange(N), at + 1]
    assert bool(((before <= events.end_value) & (later >= events.start_value)).all())
    time_ms = cases.readings.time_ms.reshape(N, -1)
    assert bool((time_ms[np.arange(N), at] < events.from_ms).all())
    assert bool((events.from_ms < time_ms[np.arange(N), at + 1]).all())
    case = np.arange(N)
    flowed = (events.end_value - before) + (later - events.start_value)
    truth = cases.truth.at(case, time_ms[case, at + 1]) - cases.truth.at(case, time_ms[case, at])
    np.testing.assert_allclose(flowed, truth, atol=2.0)


@pytest.mark.parametrize("modulus", [1e5, 2.0**16, 2.0**32 / 100.0])
def test_a_rollover_hides_one_modulus(modulus: float) -> None:
    cases = after(meter.turned("rollover", modulus, known=True))
    falls = np.minimum(np.diff(per_case(cases), axis=1), 0.0)
    assert (falls < 0.0).sum(axis=1).min() >= 1
    assert set(cases.points.modulus.tolist()) == {modulus}
    assert per_case(cases).max() <= modulus


def test_a_changed_ratio_changes_differences_only() -> None:
    cases = after(meter.other_ratio("ratio", declared=True))
    ratio, base = cases.events.value, per_case(clean())
    end = per_case(cases)[:, -1] - per_case(cases)[:, -place.MARGIN]
    np.testing.assert_allclose(end * ratio, base[:, -1] - base[:, -place.MARGIN], atol=10.0)
    assert np.isnan(cases.events.end_value).tolist() == [False, True] * (N // 2)


def test_a_frozen_clock_repeats_a_label() -> None:
    cases = after(clocks.frozen_clock("frozen"))
    time_ms = cases.readings.time_ms.reshape(N, -1)
    assert (np.diff(time_ms, axis=1) == 0).sum(axis=1).tolist() == [clocks.FROZEN_READINGS - 1] * N


@pytest.mark.parametrize("hours", [1, -1])
def test_a_declared_clock_event_gives_the_labels_back(hours: int) -> None:
    cases = after(clocks.hour_off_declared("off", hours))
    events = cases.events
    label, case = cases.readings.time_ms, cases.case
    inside = (label >= events.from_ms[case]) & (label < events.to_ms[case])
    right = label + np.where(inside, events.value[case], 0.0).astype(np.int64)
    truth = cases.truth.at(case, right)
    start = per_case(clean())[:, 0] - cases.truth.at(np.arange(N), right[cases.first[:-1]])
    np.testing.assert_allclose(cases.readings.value, start[case] + truth, atol=1.1)


def test_a_gap_of_a_rate_is_unknown_and_that_of_a_register_is_not() -> None:
    gap = way.gap("gap", HOUR_MS)
    ends = len(after(way.faultless("none"), Kind.RATE).unknown)
    assert len(after(gap, Kind.RATE).unknown) == ends + N
    assert len(after(gap).unknown) == ends
    short = way.gap("gap", MINUTE_MS)
    assert len(after(short, Kind.RATE).unknown) == ends


def test_late_readings_keep_their_own_time() -> None:
    cases = after(way.late("late", 6 * HOUR_MS))
    assert cases.readings.time_ms.tolist() == clean().readings.time_ms.tolist()
    late = (cases.readings.received_ms != clean().readings.received_ms).reshape(N, -1)
    assert late.sum(axis=1).tolist() == [360] * N
    waited_ms = (cases.readings.received_ms - cases.readings.time_ms)[late.ravel()]
    assert int(waited_ms.min()) >= 6 * HOUR_MS


def test_every_reading_twice_is_every_reading_twice() -> None:
    twice = after(way.every_twice("twice"))
    assert twice.readings.value[::2].tolist() == clean().readings.value.tolist()
    assert twice.readings.value[1::2].tolist() == clean().readings.value.tolist()


def test_a_place_keeps_away_from_the_ends_of_its_slot() -> None:
    cases = clean()
    where = place.place(cases, place.Slot(0.25, 0.5), np.random.default_rng(1), 5)
    into = where.at - cases.first[:-1]
    assert into.min() >= 750 + place.MARGIN
    assert int((into + where.length).max()) <= 1500 - place.MARGIN
    with pytest.raises(ValueError, match="has no room"):
        place.place(cases, place.Slot(0.0, 0.01), np.random.default_rng(1))


def test_the_corpus_names_every_fault_once_and_draws_the_same_each_time() -> None:
    rows = corpus()
    names = [row.name for row in rows]
    assert len(set(names)) == len(names)
    first, again = (cases_of(rows[1], Kind.REGISTER, MINUTE_MS, 5).readings.value for _ in range(2))
    assert first.tolist() == again.tolist()


@pytest.mark.parametrize("kind", [Kind.REGISTER, Kind.RATE, Kind.AMOUNT])
def test_random_combinations_hold_two_to_four_faults(kind: Kind) -> None:
    counts = {len(faults_of(Row(f"two to four at once, {i}", (kind,)), kind, MINUTE_MS)) for i in range(30)}
    assert counts == {2, 3, 4}
    names = [f.name for f in faults_of(Row("two to four at once, 1", (kind,)), kind, MINUTE_MS)]
    assert len(set(names)) == len(names)


def test_other_kinds_have_no_faults() -> None:
    with pytest.raises(ValueError, match="got STATE"):
        faultless_cases(LINE, Kind.STATE, 3)
    with pytest.raises(ValueError, match="must be at least 1"):
        faultless_cases(LINE, Kind.RATE, 0)
