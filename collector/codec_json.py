"""What readings does a JSON payload hold?

The shapes of the trade (metering.md section 5): one value, an object of values, a list of either, a list of
``{name, value}``, a bare number. One bad item does not lose the good ones beside it.

::

    items            the item                        its values
    "values"         {"ep": 1.5, "p": 2}             ep, p; nested ones as phase.a and total[0]
    "data"           [{"id": "ep", "v": 1.5}, ...]   with name = "id", value = "v"
    "params.{key}"   {"value": 1.5, "time": ...}     with value = "value"; the key is the channel's {key}
    "bare"           12345.6
"""

from __future__ import annotations

import math
from typing import Any

from analytics.columns import Quality
from collector.batch import Batch
from collector.channels import Channels
from collector.json_quick import ManyValues, OneValue, Quick
from collector.json_text import bare_value, decode_json, documents
from collector.paths import MISSING, Every, Found, Path, find_all, get, parse_path, scalars
from collector.route import SourceSpec, Target
from collector.times import SCALES, time_reader
from collector.values import NULL, BadItem, number, shown

_RETAINED = int(Quality.RETAINED)
_BAD = int(Quality.BAD_AT_SOURCE)


class JsonShape:
    """One source's shape, its paths and times ready to use.

    Parameters
    ----------
    source : SourceSpec

    Raises
    ------
    ValueError
        If a path, the time unit or the zone cannot be understood.
    """

    def __init__(self, source: SourceSpec) -> None:
        self.items_text = source.items
        self.bare = source.items == "bare"
        self.items: Path = () if self.bare else parse_path(source.items)
        self.name = _plain_path(source.name)
        self.value = _plain_path(source.value)
        self.time = _plain_path(source.time)
        self.read_time = time_reader(source.time_unit, source.zone)
        self.multiplier = source.multiplier
        self._quick = None if self.bare else _quick_way(self, source.time_unit)

    def read(
        self, channels: Channels, payload: bytes, received_ms: int, retain: bool, batch: Batch
    ) -> list[str] | None:
        """Append the readings of one message to `batch`.

        Returns
        -------
        problems : list of str or None
            What could not be read, each as ``kind: detail``; None where the message holds no value for any point.

        Raises
        ------
        BadItem
            If the payload as a whole cannot be read.
        """
        if self._quick is not None:
            try:
                text = payload.decode()
                root, end = decode_json(text)
            except (ValueError, RecursionError):
                root, end, text = None, 0, ""  # the long way finds out why
            if (
                end == len(text)
                and type(root) is dict
                and not channels.from_payload
                and self._quick.read(root, channels, received_ms, retain, batch)
            ):
                return []
        return _Reading(self, channels, received_ms, retain, batch).message(payload)


def _plain_path(text: str | None) -> Path | None:
    if text is None:
        return None
    path = parse_path(text)
    if not path or any(isinstance(step, Every) for step in path):
        raise ValueError(f"path {text!r} must be keys and positions; {{name}} may stand in the path to the items only")
    return path


def _quick_way(shape: JsonShape, time_unit: str) -> Quick | None:
    """The short way for a shape whose paths all have one level and whose times are numbers."""
    if shape.name is not None or time_unit not in SCALES or shape.time is None or len(shape.time) != 1:
        return None
    time_key, (times, by) = shape.time[0], SCALES[time_unit]
    if not isinstance(time_key, str):
        return None
    if shape.value is None and len(shape.items) <= 1:
        items_key = shape.items[0] if shape.items else None
        if items_key is None or isinstance(items_key, str):
            return ManyValues(items_key, time_key, times, by, shape.multiplier)
    if shape.value is not None and not shape.items and len(shape.value) == 1 and isinstance(shape.value[0], str):
        return OneValue(shape.value[0], time_key, times, by, shape.multiplier)
    return None


class _Reading:
    """The long way through one message."""

    def __init__(self, shape: JsonShape, channels: Channels, received_ms: int, retain: bool, batch: Batch) -> None:
        self._shape = shape
        self._channels = channels
        self._received_ms = received_ms
        self._flag = _RETAINED if retain else 0
        self._batch = batch
        self._problems: list[str] = []
        self._heard = False
        self._last_time: tuple[Any, int] = (MISSING, 0)

    def message(self, payload: bytes) -> list[str] | None:
        if self._shape.bare:
            self._item(Found(bare_value(payload), (), {}))
        else:
            for root in documents(payload, self._problems):
                self._document(root)
        return self._problems if self._heard or self._problems else None

    def _document(self, root: Any) -> None:
        nothing = True
        for found in find_all(root, self._shape.items):
            nothing = False
            self._item(found)
        if nothing:
            where = f"at items path {self._shape.items_text!r}" if self._shape.items else "in the list"
            self._problems.append(f"no items: nothing stands {where} of {shown(root)}")

    def _item(self, found: Found) -> None:
        """All values of one item."""
        shape, node = self._shape, found.node
        if shape.name is not None:
            self._named(found, shape.name)
        elif shape.value is None and isinstance(node, dict):
            self._values(found, list(scalars(node)))
        else:
            raw = get(node, shape.value) if shape.value is not None and isinstance(node, dict) else node
            self._values(found, [(found.keys.get("key", ""), raw)])

    def _named(self, found: Found, path: Path) -> None:
        name = get(found.node, path)
        if not isinstance(name, str | int) or isinstance(name, bool):
            self._problems.append(f"no name: nothing stands at the name path of {shown(found.node)}")
            return
        self._values(found, [(str(name).strip(), get(found.node, self._shape.value or ("value",)))])

    def _values(self, found: Found, values: list[tuple[str, Any]]) -> None:
        around = (found.node, *found.around) if isinstance(found.node, dict) else found.around
        targets = [(self._channels.lookup(key, found.keys, around), key, raw) for key, raw in values]
        listened = [(target, key, raw) for target, key, raw in targets if target is not None]
        if not listened:
            return
        self._heard = True
        try:
            time_ms = self._time_ms(around)
        except BadItem as error:
            self._problems.append(_about(listened[0][1], error))
            return
        for target, key, raw in listened:
            try:
                self._append(target, raw, time_ms, found.node)
            except BadItem as error:
                self._problems.append(_about(key, error))

    def _append(self, target: Target, raw: Any, time_ms: int, node: Any) -> None:
        flag = self._flag
        if raw is MISSING and isinstance(node, dict) and "error" in node:
            # Neuron's tags format sends an error code where it has no value.
            value, flag = math.nan, flag | NULL | _BAD
        elif raw is MISSING:
            raise BadItem(f"no value: nothing stands at the value path of {shown(node)}")
        else:
            value, more = number(raw, state=target.state)
            value, flag = value * self._shape.multiplier, flag | more
        self._batch.add(target.key, time_ms, value, flag, self._received_ms)

    def _time_ms(self, around: tuple[dict[str, Any], ...]) -> int:
        if self._shape.time is not None:
            for node in around:
                raw = get(node, self._shape.time)
                if raw is not MISSING:
                    # Items of a list mostly share the time of the message.
                    if raw is not self._last_time[0]:
                        self._last_time = (raw, self._shape.read_time(raw, self._received_ms))
                    return self._last_time[1]
        if self._flag & _RETAINED:
            raise BadItem("retained without time: a retained message may be months old, this one does not say how old")
        return self._received_ms


def _about(key: str, error: BadItem) -> str:
    kind, _, detail = str(error).partition(": ")
    return f"{kind}: {key}: {detail}" if key else str(error)
