"""Which readings are there already, and what becomes true with a batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import Quality, Readings
from storage import Store, StoreError

T0_MS = 1_535_731_200_000


def _readings(rows: list[tuple[int, int, float]], flag: int = 0, received_ms: int = T0_MS) -> Readings:
    return Readings(
        np.array([row[0] for row in rows], np.int32),
        np.array([T0_MS + row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.float64),
        np.full(len(rows), flag, np.uint8),
        np.full(len(rows), received_ms, np.int64),
    )


def test_the_same_point_time_and_value_is_held_however_it_came(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(_readings([(1, 0, 5.0), (1, 1000, np.nan), (2, 0, 7.0), (1, 0, 6.0)]))
        asked = _readings(
            [(1, 0, 5.0), (1, 0, 6.0), (1, 0, 7.0), (1, 1000, np.nan), (1, 1000, 0.0), (2, 0, 7.0), (3, 0, 7.0)],
            int(Quality.IMPORTED),
            T0_MS + 9,
        )
        assert store.held(asked).tolist() == [True, True, False, True, False, True, False]
        assert store.held(Readings.empty()).tolist() == []


def test_a_note_becomes_true_with_its_batch_and_is_replaced_with_the_next(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(_readings([(1, 0, 5.0)]), note=("import:a", "1"))
        store.append(_readings([(1, 1, 5.0)]), note=("import:a", "2"))
        store.append(Readings.empty(), note=("import:a", "3"))
        assert store.meta_get("import:a") == "2"
    with Store.open(tmp_path) as store:
        assert (store.meta_get("import:a"), store.newest_batch) == ("2", 2)


def test_a_batch_that_is_not_written_leaves_no_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("no space left")

    with Store.open(tmp_path) as store:
        monkeypatch.setattr("storage.journal._write", full)
        with pytest.raises(StoreError):
            store.append(_readings([(1, 0, 5.0)]), note=("import:a", "1"))
        assert store.meta_get("import:a") is None
