"""A whole product with two InfluxDB targets: settings, threads, status, a stop and a start in between."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.columns import Ranges
from taihu.assembly import Product
from taihu.clock import Clock
from taihu.settings import Http, Settings
from tests.faulty import METER, NOW_MS, PLANT, POINTS, readings
from tests.influx import ORG, TOKEN, Influx
from tests.servers import free_port
from tests.sinks.memory import until

pytestmark = pytest.mark.server


def product(folder: Path, influx: Influx) -> Product:
    plant = folder / "works.toml"
    plant.write_text(PLANT + "".join(METER.format(**point) for point in POINTS), encoding="utf-8")
    targets = {
        "main": {"url": influx.url, "token": TOKEN, "org": ORG, "bucket": influx.bucket},
        "away": {"url": f"http://127.0.0.1:{free_port()}", "token": "sesame"},
    }
    settings = Settings(data=folder / "data", plants=(plant,), http=Http(port=0), influx=targets)
    made = Product(settings, Clock(NOW_MS), collect=False)
    made.start()
    return made


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as answer:
        text = answer.read().decode()
    return json.loads(text) if text.startswith(("[", "{")) else text


def test_a_product_copies_what_it_takes_in_and_settles(tmp_path: Path) -> None:
    with Influx(tmp_path / "influx") as influx:
        running = product(tmp_path, influx)
        try:
            key_of = {full_id: point.key for full_id, point in running.registry().points.items()}
            given = readings(key_of)
            half = np.arange(len(given)) % 2 == 0
            running.settler.settle_now(running.sink(given.take(half), ()), 60.0)
            until(lambda: running.sinks()[0].sent > 1000)
        finally:
            running.stop()
        assert [sink.state for sink in running.sinks()] == ["off", "off"]
        running = product(tmp_path, influx)
        try:
            assert running.settler.settle_now(running.sink(given.take(~half), ()), 60.0)
            until(lambda: running.sinks()[0].unsent_s == 0)
            page = running.url.rstrip("/")
            main, away = get(f"{page}/api/v1/health")["sinks"]
            assert (main["state"], main["last_error"]) == ("ok", "")
            assert (away["name"], away["state"], "Connection refused" in away["last_error"]) == (
                "away",
                "waiting",
                True,
            )
            metrics = get(f"{page}/metrics")
            assert 'taihu_sink_stopped{target="main"} 0\n' in metrics
            assert 'taihu_sink_unsent_seconds{target="away"} 0\n' not in metrics
            keys = np.array(sorted(key_of.values()), np.int32)
            whole = Ranges(keys, np.zeros(len(keys), np.int64), np.full(len(keys), 2**42))
            kept, latest = running.store.intervals(whole), running.store.counts().readings
        finally:
            running.stop()
        (amounts,) = influx.query("SELECT sum(amount), count(amount) FROM interval WHERE known > 0")[0]["values"]
        assert amounts[1:] == [pytest.approx(kept.amount.sum(), rel=1e-9), len(kept)]
        (count,) = influx.query("SELECT count(value) FROM reading")[0]["values"]
        # of the two values for one time one is left
        assert count[1] == latest - 1
