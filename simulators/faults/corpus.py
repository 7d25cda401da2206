"""Which faults is a settlement held against?

All of them: each alone, then two to four at once, on registers, rates and amounts, read every second, minute, quarter
and hour. What cannot be known from the readings stands in the row itself, derived from the fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.columns import DAY_MS, HOUR_MS, Kind
from simulators.faults import clocks, meter, telegram, way
from simulators.faults.cases import Cases, as_displayed, faultless_cases
from simulators.faults.place import WHOLE_LINE, Fault, Slot, Stage
from simulators.faults.truth import MINUTE_MS, QUARTER_MS, SECOND_MS, Line

SAMPLINGS_MS = (SECOND_MS, MINUTE_MS, QUARTER_MS, HOUR_MS)

REGISTER, FLOWS, ALL = (Kind.REGISTER,), (Kind.RATE, Kind.AMOUNT), (Kind.REGISTER, Kind.RATE, Kind.AMOUNT)

MINUTES = Line(MINUTE_MS)

SLOW_COUNT = {QUARTER_MS: 1500, HOUR_MS: 1000}
"""Readings of slow lines: two weeks and six weeks."""

DST_START_MS = 1_540_425_600_000
"""2018-10-25 00:00 UTC, three days before summer time ends in Berlin."""


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes
    ----------
    name : str
    kinds : tuple of Kind
    faults : tuple of Fault
        What happens; empty for a random combination.
    line : Line
        How the meters are read; the period is put in.
    samplings_ms : tuple of int
    rated : bool
        Whether the rating of every meter is known.
    not_knowable : str
        Why nobody can know it from the readings; such a row is shown and not judged.
    zone : str
        Also judged by local days of this zone.
    """

    name: str
    kinds: tuple[Kind, ...]
    faults: tuple[Fault, ...] = ()
    line: Line = MINUTES
    samplings_ms: tuple[int, ...] = SAMPLINGS_MS
    rated: bool = False
    not_knowable: str = ""
    zone: str = ""


def cases_of(row: Row, kind: Kind, period_ms: int, n_cases: int) -> Cases:
    """The cases of a row for one kind of reading and one sampling.

    Parameters
    ----------
    row : Row
    kind : Kind
    period_ms : int
        Distance of readings. [ms]
    n_cases : int
        How many; the same number gives the same cases.
    """
    line = replace(row.line, period_ms=period_ms)
    if period_ms in SLOW_COUNT and line.own is None:
        count = SLOW_COUNT[period_ms]
        line = replace(line, count=count, hole_at=min(line.hole_at, count // 2))
    rng = np.random.default_rng([*row.name.encode(), int(kind), period_ms])
    cases = faultless_cases(line, kind, n_cases, rated=row.rated)
    return broken(cases, faults_of(row, kind, period_ms), rng)


def faults_of(row: Row, kind: Kind, period_ms: int) -> Sequence[Fault]:
    """The faults of a row; a random combination is another one for each kind and sampling.

    Two to four different faults that can meet in one meter, at most one of them of the meter itself.
    """
    if row.faults:
        return row.faults
    rng = np.random.default_rng([*row.name.encode(), int(kind), period_ms, 1])
    at_meter = [METER_FAULTS[int(rng.integers(len(METER_FAULTS)))]] if kind is Kind.REGISTER else []
    n = int(rng.integers(2, 5)) - len(at_meter)
    chosen = rng.choice(len(WAY_FAULTS), n, replace=False)
    return at_meter + [WAY_FAULTS[i] for i in chosen.tolist()]


def broken(cases: Cases, faults: Sequence[Fault], rng: np.random.Generator) -> Cases:
    """Cases after several faults, each in its own part of the line."""
    slots = [WHOLE_LINE] if len(faults) == 1 else _slots(len(faults), rng)
    in_order = sorted(zip(faults, slots, strict=True), key=lambda pair: pair[0].stage)
    displayed = False
    for fault, slot in in_order:
        if fault.stage > Stage.METER and not displayed:
            cases, displayed = as_displayed(cases), True
        cases = fault.apply(cases, slot, rng)
    return cases if displayed else as_displayed(cases)


def _slots(n: int, rng: np.random.Generator) -> list[Slot]:
    return [Slot(i / n, (i + 1) / n) for i in rng.permutation(n).tolist()]


METER_FAULTS = (
    meter.exchanged("reset to zero", meter.from_zero, meter.FALL, declared=False),
    meter.exchanged("swap declared", meter.used_meter, meter.FALL, declared=True),
    meter.exchanged("swap undeclared", meter.used_meter, meter.FALL, declared=False),
    meter.exchanged("swap to a meter with a high start", meter.older_meter, meter.JUMP, declared=False),
    meter.turned("rollover, decimal", 1e5, known=True),
)

WAY_FAULTS = (
    telegram.zeros("zero", 3),
    telegram.nulls("null", 3),
    telegram.spike_up("spike up"),
    telegram.spike_down("spike down"),
    clocks.frozen_clock("frozen clock"),
    way.gap("gap", HOUR_MS),
    way.late("late", 6 * HOUR_MS),
    way.other_value("duplicates with another value"),
)


def _alone(fault: Fault, kinds: tuple[Kind, ...], line: Line = MINUTES, **more: object) -> Row:
    return replace(Row(fault.name, kinds, (fault,), line), **more)  # type: ignore[arg-type]


def _meters() -> list[Row]:
    hole = Line(MINUTE_MS, hole_ms=10 * HOUR_MS)
    rows = [
        _alone(meter.exchanged("reset to zero", meter.from_zero, meter.FALL, declared=False), REGISTER),
        _alone(meter.exchanged("reset to zero, declared", meter.from_zero, meter.FALL, declared=True), REGISTER),
        _alone(meter.exchanged("swap, declared", meter.used_meter, meter.FALL, declared=True), REGISTER),
        _alone(meter.exchanged("swap, undeclared", meter.used_meter, meter.FALL, declared=False), REGISTER),
        _alone(
            meter.exchanged("swap to a high start, declared", meter.older_meter, meter.JUMP, declared=True), REGISTER
        ),
        _alone(
            meter.exchanged("swap to a high start, undeclared", meter.older_meter, meter.JUMP, declared=False), REGISTER
        ),
    ]
    for title, modulus in (("decimal", 1e5), ("16 bit", 2.0**16), ("32 bit of 0.01", 2.0**32 / 100.0)):
        rows.append(_alone(meter.turned(f"rollover, {title}, modulus known", modulus, known=True), REGISTER))
        rows.append(_alone(meter.turned(f"rollover, {title}, modulus unknown", modulus, known=False), REGISTER))
    rows.append(_alone(meter.turned("rollover in a gap, known", 1e5, known=True, in_hole=True), REGISTER, hole))
    rows.append(_alone(meter.turned("rollover in a gap, unknown", 1e5, known=False, in_hole=True), REGISTER, hole))
    return rows


def _changes() -> list[Row]:
    told = "a meter that counts half as fast may as well measure half the load: declare the change"
    return [
        _alone(meter.other_ratio("multiplier change, declared", declared=True), REGISTER),
        _alone(meter.other_ratio("multiplier change, undeclared", declared=False), REGISTER, not_knowable=told),
        _alone(telegram.other_unit("Wh for kWh, declared", declared=True), ALL),
        _alone(
            telegram.other_unit("Wh for kWh, undeclared", declared=False), ALL, Line(MINUTE_MS, idle=0.5), rated=True
        ),
        _alone(meter.begins("meter starts in the period"), ALL),
        _alone(meter.ends("meter ends in the period"), ALL),
        Row("export meter runs back", REGISTER, (way.faultless("none"),), Line(MINUTE_MS, idle=-0.5)),
    ]


def _telegrams() -> list[Row]:
    standby = Line(MINUTE_MS, idle=0.5)
    return [
        *(_alone(telegram.zeros(f"momentary zero, {n} reading{'s' * (n > 1)}", n), ALL, standby) for n in (1, 3, 10)),
        *(_alone(telegram.nulls(f"null or NaN, {n} reading{'s' * (n > 1)}", n), ALL) for n in (1, 10)),
        _alone(telegram.spike_up("spike up and back"), ALL),
        _alone(telegram.spike_down("spike down and back"), ALL),
        _alone(telegram.stuck("stuck value"), ALL, standby),
        _alone(telegram.flicker("small negative steps"), REGISTER),
        _alone(telegram.at_level("float32 at a million", 1e6), REGISTER),
        _alone(telegram.at_level("float32 at ten million", 1e7), REGISTER),
    ]


def _clocks() -> list[Row]:
    slow = (MINUTE_MS, QUARTER_MS, HOUR_MS)
    return [
        _alone(clocks.frozen_clock("frozen gateway clock"), ALL),
        _alone(clocks.hour_off_declared("clock an hour ahead, declared", 1), ALL, samplings_ms=slow),
        _alone(clocks.hour_off_declared("clock an hour behind, declared", -1), ALL, samplings_ms=slow),
        _alone(clocks.hour_off("clock an hour ahead, undeclared", 1), REGISTER, samplings_ms=slow),
        _alone(clocks.hour_off("clock an hour behind, undeclared", -1), REGISTER, samplings_ms=slow),
        _alone(clocks.ahead_of_now("local time read as UTC"), ALL),
        _alone(clocks.seconds_for_ms("seconds read as milliseconds"), ALL),
    ]


def _ways() -> list[Row]:
    ten_days, months = Line(MINUTE_MS, hole_ms=10 * DAY_MS), Line(MINUTE_MS, hole_ms=90 * DAY_MS, hole_at=1)
    fast, slow = (SECOND_MS, MINUTE_MS), (MINUTE_MS, QUARTER_MS, HOUR_MS)
    return [
        _alone(way.gap("gap of 1 min", MINUTE_MS), ALL, samplings_ms=fast),
        _alone(way.gap("gap of 1 h", HOUR_MS), ALL, samplings_ms=slow),
        _alone(way.gap("gap of 10 h", 10 * HOUR_MS), ALL, samplings_ms=slow),
        _alone(way.hole("gap of 10 d over a month's end"), ALL, ten_days),
        *(
            _alone(way.late(f"{title} late", ms), ALL)
            for title, ms in (("1 min", MINUTE_MS), ("6 h", 6 * HOUR_MS), ("40 d", 40 * DAY_MS))
        ),
        _alone(way.not_yet("6 h late, before they come", 6 * HOUR_MS), ALL),
        _alone(way.every_twice("every reading twice"), ALL),
        _alone(way.other_value("duplicates with another value"), ALL),
        _alone(way.shuffled("random order"), ALL),
        _alone(way.two_gateways("two gateways"), ALL),
        _alone(way.retained_long_ago("retained message, months old"), ALL, months),
    ]


def corpus() -> list[Row]:
    """All rows, in the order of the table."""
    none = way.faultless("no fault")
    autumn = Line(MINUTE_MS, start_ms=DST_START_MS, on_time=True)
    rows = [Row("no fault", (*ALL, Kind.MEAN), (none,))]
    rows += _meters() + _changes() + _telegrams() + _clocks() + _ways()
    rows.append(Row("end of summer time", ALL, (none,), autumn, (QUARTER_MS, HOUR_MS), zone="Europe/Berlin"))
    rows += [Row(f"two to four at once, {i}", ALL, line=Line(MINUTE_MS, idle=0.5)) for i in range(1, 9)]
    return rows
