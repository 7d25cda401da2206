"""What can be read without asking twice?

Two frequent shapes, flat and with plain numbers: ``{"ts": 1530000000000, "value": 231.5}`` and
``{"ts": 1530000000000, "values": {"ep": 231.5, "p": 12.0}}``. These take a way of a few steps; what is not that plain
is left to the long way of `collector.codec_json`, and nothing has been appended then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.columns import Quality
from collector.batch import Batch
from collector.channels import Channels

_RETAINED = int(Quality.RETAINED)
_HUGE = 1e300  # plain numbers below it need no second look: not NaN, not infinite, no integer beyond a float
_LATEST_MS = 253_402_300_800_000


@dataclass(frozen=True, slots=True)
class OneValue:
    """A flat object with one value and its time as an integer."""

    value_key: str
    time_key: str
    times: int
    by: int
    multiplier: float

    def read(self, root: dict[str, Any], channels: Channels, received_ms: int, retain: bool, batch: Batch) -> bool:
        """Append the reading; False, with nothing appended, where it is not that plain."""
        raw = root.get(self.value_key)
        when = root.get(self.time_key)
        target = channels[""]
        if target is None or type(when) is not int or (type(raw) is not float and type(raw) is not int):
            return False
        time_ms = when * self.times // self.by
        if not (-_HUGE < raw < _HUGE and 0 <= time_ms < _LATEST_MS):
            return False
        batch.add(target.key, time_ms, raw * self.multiplier, _RETAINED if retain else 0, received_ms)
        return True


@dataclass(frozen=True, slots=True)
class ManyValues:
    """A flat object of values with their common time as an integer."""

    items_key: str | None
    time_key: str
    times: int
    by: int
    multiplier: float

    def read(self, root: dict[str, Any], channels: Channels, received_ms: int, retain: bool, batch: Batch) -> bool:
        """Append the readings; False, with nothing appended, where they are not all that plain."""
        values = root if self.items_key is None else root.get(self.items_key)
        when = root.get(self.time_key)
        if type(values) is not dict or type(when) is not int:
            return False
        time_ms = when * self.times // self.by
        if not 0 <= time_ms < _LATEST_MS:
            return False
        plain = []
        for key, raw in values.items():
            kind = type(raw)
            target = None if kind is dict or kind is list else channels[key]
            if target is None and kind is not dict and kind is not list:
                continue
            if target is None or (kind is not float and kind is not int) or not -_HUGE < raw < _HUGE:
                return False
            plain.append((target.key, raw * self.multiplier))
        flag = _RETAINED if retain else 0
        for point, value in plain:
            batch.add(point, time_ms, value, flag, received_ms)
        return bool(plain)


Quick = OneValue | ManyValues
