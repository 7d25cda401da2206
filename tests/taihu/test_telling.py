"""From a reading to InfluxDB and to a webhook, by the product as it runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import HOUR_MS
from api.figures_out import finite
from sinks.notices import SINCE_KEY
from taihu.assembly import Product
from taihu.clock import Clock
from taihu.influxsettings import Influx as Target
from taihu.settings import Http, Settings
from taihu.webhooksettings import WebhookSection
from tests.engine.make import START_MS
from tests.engine.outlets.test_limits import STACK, hourly
from tests.influx import ORG, TOKEN, Influx, influx_or_skip
from tests.sinks.webhookserver import Receiver

pytestmark = pytest.mark.server
HOURS = 30


def until(what: Callable[[], bool], timeout_s: float = 60.0) -> None:
    end = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < end
        threading.Event().wait(0.1)


def test_figures_states_and_a_notice_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    influx_or_skip()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("sinks.pace.LEAST_S", 0.5)
    monkeypatch.setattr("sinks.pace.LOOK_S", 0.1)
    plant = tmp_path / "p.toml"
    plant.write_text(STACK, encoding="utf-8")
    with Influx(tmp_path / "influx") as influx, Receiver() as receiver:
        settings = Settings(
            data=tmp_path / "data",
            plants=(plant,),
            http=Http(port=0, public_url="https://taihu.example"),
            influx={"main": Target(url=influx.url, token=TOKEN, org=ORG, bucket=influx.bucket)},
            webhooks={"office": WebhookSection(url=receiver.url, secret="open sesame", language="en")},
        )
        # An hour ended six minutes ago whose mean is over the limit, and somebody looked before.
        product = Product(settings, Clock(START_MS + HOURS * HOUR_MS + 360_000, speed=60.0), collect=False)
        product.store.meta_set(SINCE_KEY, str(START_MS))
        registry = product.registry()
        for name, value in (("q", 1e5), ("o2", 4.0), ("f", 9.0), ("cod", 50.0)):
            product.store.append(hourly(registry, name, np.full(HOURS, value)))
        product.store.append(hourly(registry, "nox", np.where(np.arange(HOURS) < HOURS - 1, 100.0, 170.0)))
        product.start()
        try:
            (told,) = receiver.wait(1, 60.0)
            until(lambda: bool(influx.query('SELECT last("over") FROM "mean" WHERE "series" = \'NOx\' AND "over" = 1')))
            until(lambda: bool(influx.query('SELECT last("settling") FROM "heartbeat"')))
            until(lambda: bool(influx.query('SELECT last("value") FROM "now" WHERE "series" = \'month_load_kg:NOx\'')))
            (last,) = influx.query('SELECT last("value") FROM "now" WHERE "series" = \'month_load_kg:NOx\'')
            figure = product.figures.now("p")["month_load_kg:NOx"]
            assert last["values"][0][1] == finite(figure.value)
            (mean,) = influx.query(
                'SELECT "value" FROM "mean" WHERE "series" = \'NOx\' AND "known" > 0 ORDER BY time DESC LIMIT 1'
            )
        finally:
            product.stop()
    assert (told["state"] in ("exceeded", "ended"), told["plant"], list(told["text"])) == (True, "p", ["en"])
    assert told["link"] == "https://taihu.example/#/plant/p/emissions"
    # 170 mg/m3 at 4 % oxygen, at 3.5 %
    assert mean["values"][0] == [START_MS + (HOURS - 1) * HOUR_MS, pytest.approx(175.0)]
    assert told["value"] == pytest.approx(175.0)
