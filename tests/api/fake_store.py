"""A store without a file: latest readings, intervals, findings and dead letters by plain formulas of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analytics.columns import (
    DAY_MS,
    DERIVED,
    HOUR_MS,
    INTERVAL_MS,
    Days,
    Findings,
    Flag,
    Intervals,
    Kind,
    Ranges,
    Readings,
)
from analytics.units import UNITS
from registry import Registry
from storage import DeadLetter, DeadLetterRow, RejectedLine
from tests.api.fake_plants import NOW_MS, mean_rate, reading


class FakeStore:
    """Latest readings, findings and dead letters; counts what it is asked."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.now_ms = NOW_MS
        self.letters = _letters()

    def latest(self, points: Any, /) -> Readings:
        rows = [self._registry.by_key[int(k)] for k in points if self._registry.by_key[int(k)].kind not in DERIVED]
        every = np.array([p.every_ms if p.every_ms > 0 else DAY_MS for p in rows], np.int64)
        time_ms = self.now_ms // every * every
        return Readings(
            np.array([p.key for p in rows], np.int32),
            time_ms,
            np.array([reading(p, int(t)) for p, t in zip(rows, time_ms, strict=True)]),
            np.zeros(len(rows), np.uint8),
            time_ms + 800,
        )

    def intervals(self, ranges: Ranges, /) -> Intervals:
        rows = zip(ranges.point.tolist(), ranges.from_ms.tolist(), ranges.to_ms.tolist(), strict=True)
        return Intervals.concat([self._quarters(*row) for row in sorted(rows)])

    def _quarters(self, key: int, first: int, last: int) -> Intervals:
        start = np.arange(-(-first // INTERVAL_MS) * INTERVAL_MS, last, INTERVAL_MS, dtype=np.int64)
        start = start[(start // INTERVAL_MS) % 10 != 9]  # every tenth quarter is not known
        spread = (start // INTERVAL_MS) % 10 == 8
        n = len(start)
        amount = np.linspace(100.0, 200.0, n) if n else np.empty(0)
        point = self._registry.by_key.get(key)
        if point is not None and point.kind is Kind.CONCENTRATION:
            # Most of the time near the usual level; now and then a quarter above it, so that limits are exceeded.
            wave = 1.0 + 0.1 * np.sin(start / HOUR_MS) + 0.9 * ((start // HOUR_MS) % 331 == 7)
            amount = mean_rate(point) * UNITS[point.unit].factor * wave * np.where(spread, 600, 900) / 3600.0
        return Intervals(
            np.full(n, key, np.int32),
            start,
            amount,
            np.where(spread, 0, 900).astype(np.float32),
            np.where(spread, 600, 0).astype(np.float32),
            np.full(n, np.nan),
            np.where(spread, int(Flag.GAP), 0).astype(np.uint16),
            start,
            start + INTERVAL_MS,
            np.where(spread, 2.0, 0.1).astype(np.float32),
            np.where(spread, 3.0, 0.1).astype(np.float32),
        )

    def findings(self, points: Any, from_ms: int, to_ms: int, /, limit: int = 1000) -> Findings:
        registers = [int(k) for k in points if self._registry.by_key[int(k)].kind is Kind.REGISTER][:1]
        ages_h, what = (5.2, 800.0), (Flag.GAP, Flag.ROLLOVER)
        rows = [(k, NOW_MS - int(h * HOUR_MS), w) for k in registers for h, w in zip(ages_h, what, strict=True)]
        rows = [row for row in rows if from_ms <= row[1] < to_ms][:limit]
        n = len(rows)
        time_ms = np.array([r[1] for r in rows], np.int64)
        return Findings(
            np.array([r[0] for r in rows], np.int32),
            time_ms,
            time_ms + 90 * 60_000,
            np.array([int(r[2]) for r in rows], np.uint16),
            np.linspace(999_998.75, 4711.0, n) if n else np.empty(0),
            np.linspace(0.42, 4712.5, n) if n else np.empty(0),
            np.array([13_600.0, np.nan][:n]),
        )

    @property
    def settled_batch(self) -> int:
        return 1

    def meta_get(self, key: str, /) -> str | None:
        return None

    def days(self, points: Any, first_day: int, last_day: int, /) -> Days:
        day = np.arange(first_day, last_day + 1, dtype=np.int32)
        rates = {int(k): mean_rate(self._registry.by_key[int(k)]) for k in points}
        key = np.repeat(np.array(sorted(rates), np.int32), len(day))
        whole, none = np.full(len(key), 86_400, np.float32), np.zeros(len(key), np.float32)
        amount = np.array([24.0 * rates[int(k)] for k in key])
        peak, flags = np.full(len(key), np.nan), np.zeros(len(key), np.uint16)
        return Days(key, np.tile(day, len(rates)), amount, whole, none, whole, peak, flags)

    def dead_letters(self, limit: int, before_id: int | None = None) -> Sequence[DeadLetterRow]:
        return [row for row in self.letters if before_id is None or row.id < before_id][:limit]

    def rejected_lines(self, limit: int, before_id: int | None = None) -> Sequence[RejectedLine]:
        words = "422 partial write: field type conflict"
        rows = [
            RejectedLine("main", NOW_MS - n * 60_000, f"reading,plant=a value={n}.5 1", words, 1, 9 - n) for n in (0, 1)
        ]
        return [row for row in rows if before_id is None or row.id < before_id][:limit]

    def rejected_counts(self) -> dict[str, int]:
        return {"main": 9}

    def dead_letter_counts(self) -> dict[str, int]:
        return {"json: the payload ends inside a value": 2, "not UTF-8": 1}


def _letters() -> list[DeadLetterRow]:
    texts = [
        (b'{"ts": 1535731200000, "values": {"ep": 12.', "json: the payload ends inside a value"),
        (b"\xff\xfe\x00\x01binary", "not UTF-8"),
        ('{"名称": "'.encode() + "湖".encode() * 3000, "json: the payload ends inside a value"),
    ]
    letters = [
        DeadLetter(NOW_MS - i * 700_000, "wx-dyeing/gateway", "taihu/wx-dyeing/E01/up", payload, reason)
        for i, (payload, reason) in enumerate(texts)
    ]
    return [DeadLetterRow(len(letters) - i, len(x.payload), x) for i, x in enumerate(letters)]
