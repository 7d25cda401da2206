"""Does a silence follow the weeks before it, also when these come later than the silence, and to the bit?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import INTERVAL_MS, Columns, Flag, Intervals, Ranges, Readings
from engine.settler import Settler
from registry import Registry
from storage import Store
from tests.engine.make import METERED, registry_of

START_MS = 1_535_904_000_000  # 2018-09-03 00:00 in Shanghai, a Monday
STEP_MS = 300_000
DAY = 288
WEEK = 7 * DAY
N = 5 * WEEK
SILENT = slice(4 * WEEK + 2 * DAY + 100, 4 * WEEK + 2 * DAY + 172)  # six hours of the fifth week's Wednesday


def _curve() -> np.ndarray:
    """A register whose power rises and falls with the hour of the day and the day of the week."""
    i = np.arange(N)
    kwh = 8.0 + 5.0 * np.sin(2 * np.pi * i / DAY) + (i // DAY % 7)
    return 50_000.0 + np.append(0.0, np.cumsum(kwh))[:N]


def _readings() -> Readings:
    keep = np.ones(N, bool)
    keep[SILENT] = False
    i = np.flatnonzero(keep)
    time_ms = START_MS + i * STEP_MS
    n = len(i)
    return Readings(np.ones(n, np.int32), time_ms, _curve()[i], np.zeros(n, np.uint8), time_ms)


def _all(store: Store) -> tuple[Columns, Columns, Columns]:
    key = np.ones(1, np.int32)
    whole = Ranges(key, np.zeros(1, np.int64), np.full(1, 2**60))
    return store.intervals(whole), store.days(key, 0, 99_999), store.findings(key, 0, 2**60)


def _silence(intervals: Columns) -> Intervals:
    assert isinstance(intervals, Intervals)
    first, last = START_MS + SILENT.start * STEP_MS, START_MS + SILENT.stop * STEP_MS
    return intervals.take((intervals.start_ms >= first) & (intervals.start_ms + INTERVAL_MS <= last))


def _streamed(folder: Path, registry: Registry, batches: list[Readings]) -> tuple[Columns, Columns, Columns]:
    with Store.open(folder) as store:
        for batch in batches:
            store.append(batch)
            Settler(store, registry, lambda: 0).step()
        return _all(store)


def test_a_silence_takes_the_shape_of_the_weeks_before(tmp_path: Path) -> None:
    intervals = _streamed(tmp_path / "data", registry_of(tmp_path, METERED), [_readings()])[0]
    silence = _silence(intervals)
    assert (silence.flags & Flag.PROFILE).all()
    # All weeks are alike, so the silence is what truly flowed, but for the first quarter, which is shared in time.
    true = np.interp(silence.start_ms + np.array([[0], [INTERVAL_MS]]), START_MS + STEP_MS * np.arange(N), _curve())
    np.testing.assert_allclose(silence.amount, true[1] - true[0], rtol=2e-4)


@pytest.mark.parametrize("order", ["weeks last", "silence first", "shuffled", "one by one after it"])
def test_it_is_the_same_to_the_bit_whenever_the_weeks_came(tmp_path: Path, order: str) -> None:
    registry, every = registry_of(tmp_path, METERED), _readings()
    wanted = _streamed(tmp_path / "once", registry, [every])
    i = (every.time_ms - START_MS) // STEP_MS
    fifth, third = i >= 4 * WEEK, (i >= 2 * WEEK) & (i < 3 * WEEK)
    if order == "weeks last":
        chosen = [~third, third]
    elif order == "silence first":
        chosen = [fifth, ~fifth & ~third, third]
    elif order == "shuffled":
        part = np.random.default_rng(4).integers(0, 5, len(i))
        chosen = [part == k for k in range(5)]
    else:
        end = i < SILENT.stop
        chosen = [end, *(i == k for k in range(SILENT.stop, SILENT.stop + 5)), i >= SILENT.stop + 5]
    found = _streamed(tmp_path / "streamed", registry, [every.take(np.flatnonzero(rows)) for rows in chosen])
    for one, other in zip(found, wanted, strict=True):
        for name, column in one.as_dict().items():
            np.testing.assert_array_equal(column, other.as_dict()[name], err_msg=name)


def test_readings_found_later_in_the_middle_make_two_silences(tmp_path: Path) -> None:
    registry, every = registry_of(tmp_path, METERED), _readings()
    middle = START_MS + (SILENT.start + 36) * STEP_MS + 60_000
    key, at = np.ones(1, np.int32), np.array([middle])
    value = np.interp(at, START_MS + STEP_MS * np.arange(N), _curve())
    late = Readings(key, at, value, np.zeros(1, np.uint8), at)
    both = Readings.concat([every, late])
    wanted = _streamed(tmp_path / "once", registry, [both.take(np.argsort(both.time_ms, kind="stable"))])
    found = _streamed(tmp_path / "streamed", registry, [every, late])
    findings = wanted[2]
    assert int((findings.as_dict()["what"] == Flag.GAP).sum()) == 2
    for one, other in zip(found, wanted, strict=True):
        for name, column in one.as_dict().items():
            np.testing.assert_array_equal(column, other.as_dict()[name], err_msg=name)
    total = _curve()[-1] - _curve()[0]
    assert found[0].as_dict()["amount"].sum() == pytest.approx(total, rel=1e-12)
