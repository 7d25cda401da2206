"""The overview of the made-up plants, in the bytes that the real one goes out in."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any, Protocol

from engine.figure import Indicator
from engine.fleet.overview import Ready, iso
from registry import Registry

COLUMNS = ("change", "progress", "coverage", "provisional", "status", "reason")


class Told(Protocol):
    """The part of the made-up figures that is used."""

    now_ms: int

    def indicators(self, scope: str, period: str = "ytd") -> list[Indicator]: ...


class FakeFleet:
    """Asks the made-up figures for every plant."""

    def __init__(self, registry: Registry, figures: Told) -> None:
        self._registry = registry
        self._figures = figures

    def at_hand(self, period: str = "ytd", programme_id: str | None = None) -> Ready | None:
        return None if period == "rolling12" else self.overview(period, programme_id)

    def overview(self, period: str = "ytd", programme_id: str | None = None) -> Ready:
        programmes = self._registry.programmes
        programme = programmes[programme_id or next(iter(programmes))]
        plants = [p for p in self._registry.plants.values() if programme.id in p.programmes]
        if not plants:
            raise KeyError(f"programme {programme.id!r} has no plant")
        scopes = {f"plant:{p.id}": p for p in plants}
        groups = [f"programme:{programme.id}", *dict.fromkeys(f"city:{p.city}" for p in plants)]
        told = {scope: _flat(self._figures.indicators(scope, period)) for scope in (*scopes, *groups)}
        names = list(dict.fromkeys(name for here in told.values() for name in here))
        one = next(iter(told.values()))[programme.indicators[0].id]
        body = {
            "time": iso(self._figures.now_ms),
            "time_ms": self._figures.now_ms,
            "programme": programme.id,
            "period": period,
            "base": {"from": iso(one.base.from_ms), "to": iso(one.base.to_ms)},
            "current": {"from": iso(one.current.from_ms), "to": iso(one.current.to_ms)},
            "pace": one.pace,
            "indicators": names,
            "plants": [
                {"id": p.id, "name": {"zh": p.name.zh, "en": p.name.en}, "city": p.city, "sector": p.sector}
                for p in plants
            ],
            **{key: [[_of(told[s].get(name), key) for name in names] for s in scopes] for key in COLUMNS},
            "groups": {s: {key: [_of(told[s].get(name), key) for name in names] for key in COLUMNS} for s in groups},
        }
        plain = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        return Ready(hashlib.sha256(plain).hexdigest()[:24], plain, gzip.compress(plain, mtime=0))


def _flat(indicators: list[Indicator]) -> dict[str, Indicator]:
    return {one.id: one for whole in indicators for one in (whole, *whole.parts)}


def _of(indicator: Indicator | None, key: str) -> Any:
    if indicator is None:
        return None
    return getattr(indicator.current if key in ("coverage", "provisional") else indicator, key)
