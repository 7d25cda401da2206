"""Is what the benchmark writes as a store's past what settlement would have written?"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analytics.calendar import day_of
from analytics.columns import DAY_MS, INTERVAL_MS, Days, Intervals, Ranges
from storage import Store
from tests.bench.history import END_MS, ZONE, History


def everything(history: History, store: Store) -> tuple[Intervals, Days]:
    """All but the last quarter, which the readings do not close, and all but the last day."""
    n = len(history.keys)
    first = int(day_of(history.start_ms, ZONE))
    begin, end = np.full(n, history.start_ms), np.full(n, END_MS - INTERVAL_MS)
    return (
        store.intervals(Ranges(history.keys, begin, end)),
        store.days(history.keys, first, first + history.n_days - 2),
    )


def test_written_results_are_the_settled_ones(tmp_path: Path) -> None:
    written, settled = History(tmp_path / "written", 3, 3), History(tmp_path / "settled", 3, 3)
    with written.begin() as store:
        count = written.write_results(store, written.append_days(store, written.keys, 0, 3))
        assert written.settler(store).step() is None
        wanted = everything(written, store)
    with settled.begin() as store:
        settled.append_days(store, settled.keys, 0, 3)
        settled.settle_all(store)
        found = everything(settled, store)
    assert count == 3 * 3 * DAY_MS // INTERVAL_MS
    assert len(found[0]) == len(wanted[0]) == count - 3
    assert len(found[1]) == len(wanted[1]) == 3 * 2
    for column in ("point", "start_ms", "amount", "measured_s", "estimated_s", "flags", "span_from_ms", "span_to_ms"):
        np.testing.assert_allclose(getattr(found[0], column), getattr(wanted[0], column), rtol=1e-9, err_msg=column)
    for column in ("point", "day", "amount", "measured_s", "estimated_s", "length_s", "flags"):
        np.testing.assert_allclose(getattr(found[1], column), getattr(wanted[1], column), rtol=1e-6, err_msg=column)
