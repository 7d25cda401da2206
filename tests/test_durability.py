"""Does a power cut lose what was acknowledged, or duplicates change what was counted?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.columns import Ranges
from storage import Store
from tests.bench.ingest import N_POINTS, plant_toml
from tests.product import Serve
from tests.servers import Mosquitto, mosquitto_path

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed"),
    pytest.mark.timeout(180),
]

MESSAGES = 12_000
RATE = 1500


def _serve(folder: Path, broker: Mosquitto) -> Serve:
    serve = Serve(folder, f'plants = ["plant.toml"]\n[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\n')
    serve.wait("the subscription", lambda h: h["collector"]["subscribed"])
    return serve


def _all_settled(journal: dict[str, Any]) -> bool:
    return bool(journal["readings"] >= MESSAGES and journal["settled_batch"] == journal["newest_batch"])


def test_kill_9_during_ingestion_loses_nothing_and_duplicates_change_no_total(tmp_path: Path) -> None:
    (tmp_path / "plant.toml").write_text(plant_toml(), encoding="utf-8")
    with Mosquitto(tmp_path, extra="max_queued_messages 0\n") as broker:
        serve = _serve(tmp_path, broker)
        load = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load", str(broker.port), str(MESSAGES), str(RATE), str(N_POINTS)],
            stdout=subprocess.PIPE,
            text=True,
        )
        acknowledged = 0
        for share in (0.2, 0.4, 0.6):
            # Killed in the middle of the stream, three times.
            health = serve.wait("some readings", lambda h, s=share: h["journal"]["readings"] >= s * MESSAGES)
            acknowledged += health["collector"]["acknowledged"]
            serve.kill()
            serve = _serve(tmp_path, broker)
        assert load.communicate(timeout=60)[0].strip() == str(MESSAGES), "the broker did not take every message"
        serve.wait("the last reading settled", lambda h: _all_settled(h["journal"]))
        serve.stop()
    with Store.open(tmp_path / "data") as store:
        keys = np.arange(1, N_POINTS + 1, dtype=np.int32)
        whole = Ranges(keys, np.zeros(N_POINTS, np.int64), np.full(N_POINTS, 2**60))
        readings = store.readings(whole)
        intervals = store.intervals(whole)
        assert store.dead_letters(10) == []
    # Every message was one reading with its own value; redelivery may have brought some of them twice.
    assert acknowledged > 0
    assert len(np.unique(np.stack([readings.point, readings.value.astype(np.int64)]), axis=1)[0]) == MESSAGES
    for key in keys:
        mine = readings.value[readings.point == key]
        assert intervals.amount[intervals.point == key].sum() == pytest.approx(mine.max() - mine.min(), rel=1e-9)
