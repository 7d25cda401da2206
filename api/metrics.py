"""What can a monitoring system scrape?

``GET /metrics`` in the text format of Prometheus (exposition format 0.0.4): few numbers that one would set an alarm on.
The page and ``/api/v1/health`` say more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from api.services import Services

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], float | None]


def install(app: FastAPI, services: Services) -> None:
    """Answer ``GET /metrics``."""

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> PlainTextResponse:
        return PlainTextResponse(text(services), headers={"Content-Type": CONTENT_TYPE})


def text(services: Services) -> str:
    """All metrics; what is not known has no sample."""
    return "".join(
        line for name, kind, about, samples in _families(services) for line in _written(name, kind, about, samples)
    )


def _families(services: Services) -> Iterator[tuple[str, str, str, list[Sample]]]:
    health = services.health()
    journal, settling = health.get("journal", {}), health.get("settling", {})
    connected = health.get("collector", {}).get("connected")
    yield "taihu_readings_total", "counter", "Readings in the journal.", [({}, journal.get("readings"))]
    yield "taihu_dead_letters_total", "counter", "Messages not understood.", [({}, journal.get("dead_letters"))]
    yield "taihu_collecting", "gauge", "1 while the broker is connected.", [({}, _flag(connected))]
    yield "taihu_settling", "gauge", "1 while settling works.", [({}, _flag(not settling.get("error")))]
    lags: list[Sample] = [
        ({"quantile": q}, settling.get(key)) for q, key in (("0.5", "lag_p50_s"), ("0.99", "lag_p99_s"))
    ]
    yield "taihu_lag_seconds", "gauge", "How long after its own time a reading is settled.", lags
    unsettled = journal.get("newest_batch", 0) - journal.get("settled_batch", 0) if "settled_batch" in journal else None
    yield "taihu_unsettled_batches", "gauge", "Batches that wait to be settled.", [({}, unsettled)]
    sinks = services.sinks()
    for name, kind, about, field in (
        ("taihu_sink_unsent_seconds", "gauge", "Age of the oldest line a target has not got.", "unsent_s"),
        ("taihu_sink_unsent", "gauge", "Readings and lines a target has not got.", "unsent"),
        ("taihu_sink_sent_total", "counter", "Lines a target took since the start.", "sent"),
        ("taihu_sink_rejected_total", "counter", "Lines a target refused, ever.", "rejected"),
    ):
        yield name, kind, about, [({"target": sink.name}, getattr(sink, field)) for sink in sinks]
    states: list[Sample] = [({"target": sink.name}, _flag(sink.state == "stopped")) for sink in sinks]
    yield "taihu_sink_stopped", "gauge", "1 while a target refuses until somebody mends it.", states


def _written(name: str, kind: str, about: str, samples: list[Sample]) -> Iterator[str]:
    known = [(labels, value) for labels, value in samples if value is not None and not math.isnan(value)]
    if known:
        yield f"# HELP {name} {about}\n# TYPE {name} {kind}\n"
    for labels, value in known:
        told = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
        yield f"{name}{{{told}}} {value!r}\n" if told else f"{name} {value!r}\n"


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _flag(value: Any) -> int | None:
    return None if value is None else int(bool(value))
