"""What is different between two JSON values, and are they the same thing written in two ways?

Grafana gives back what it was given with ids, versions and defaults added and with durations written its own way. So
values are compared in a plain form (`plain`), and a short fingerprint of that form tells later whether it was touched.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_MISSING: Any = object()
_NAMES = ("uid", "id", "refId", "name")
_LONGEST = 70
_ADDRESS = re.compile(r"^https?://\S+$")
_PART = re.compile(r"(\d+)(ms|s|m|h|d|w|y)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0, "y": 31_536_000.0}


@dataclass(frozen=True)
class Change:
    """One place where two values differ.

    Attributes
    ----------
    path : str
        Where, e.g. ``panels[id=3].title``.
    old, new : str
        As JSON, shortened; ``(nothing)`` where there is none.
    """

    path: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path}: {self.old} -> {self.new}"


def changes(old: Any, new: Any) -> tuple[Change, ...]:
    """All places where `new` differs from `old`, in the order of `new`.

    Objects in a list are matched by uid, id, refId or name where each has one, else by position.

    Examples
    --------
    >>> [str(one) for one in changes({"a": 1, "l": [{"id": 3, "t": "x"}]}, {"a": 2, "l": [{"id": 3, "t": "y"}]})]
    ['a: 1 -> 2', 'l[id=3].t: "x" -> "y"']
    """
    return tuple(_walk("", old, new))


def _walk(path: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _walk(f"{path}.{key}" if path else str(key), old.get(key, _MISSING), new.get(key, _MISSING))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _walk_list(path, old, new)
    elif type(old) is bool or type(new) is bool:  # 1 == True, yet they are two values
        if old is not new:
            yield Change(path, shown(old), shown(new))
    elif old != new:
        yield Change(path, shown(old), shown(new))


def _walk_list(path: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    name = _name_of(old + new, old, new)
    if name is None:
        for i in range(max(len(old), len(new))):
            yield from _walk(f"{path}[{i}]", old[i] if i < len(old) else _MISSING, new[i] if i < len(new) else _MISSING)
        return
    before, after = ({one[name]: one for one in many} for many in (old, new))
    for key in [*after, *(key for key in before if key not in after)]:
        yield from _walk(f"{path}[{name}={key}]", before.get(key, _MISSING), after.get(key, _MISSING))
    if before.keys() == after.keys() and list(before) != list(after):
        yield Change(f"{path} (order)", shown(list(before)), shown(list(after)))


def _name_of(both: list[Any], old: list[Any], new: list[Any]) -> str | None:
    """The key by which each object of both lists has a name of its own."""
    if not both or not all(isinstance(one, Mapping) for one in both):
        return None
    for name in _NAMES:
        if all(isinstance(one.get(name), str | int) for one in both) and all(
            len({one[name] for one in many}) == len(many) for many in (old, new)
        ):
            return name
    return None


def shown(value: Any) -> str:
    """A value as it may be printed: shortened, and of an address only the host (its path or query may be a key)."""
    if value is _MISSING:
        return "(nothing)"
    if isinstance(value, str) and _ADDRESS.match(value):
        parts = urlsplit(value)
        if parts.username is not None or parts.query:
            value = f"{parts.scheme}://{parts.hostname}/..."
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def plain(value: Any, ignored: frozenset[str] = frozenset(), durations: frozenset[str] = frozenset()) -> Any:
    """A value without what says nothing: absent, null and empty are one, 300s is 5m.

    Parameters
    ----------
    ignored : frozenset of str
        Keys of the outermost object that the server owns.
    durations : frozenset of str
        Keys of the outermost object that hold durations.
    """
    if isinstance(value, Mapping):
        kept = {}
        for key, one in value.items():
            if key not in ignored:
                inner = _seconds(one) if key in durations else plain(one)
                if not _empty(inner):
                    kept[key] = inner
        return kept
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | dict | list) and not value)


def _seconds(duration: Any) -> Any:
    """Seconds of a duration as Go or Prometheus writes it; none for 0."""
    parts = _PART.findall(str(duration))
    if "".join(number + unit for number, unit in parts) != str(duration):
        return duration
    return sum(float(number) * _SECONDS[unit] for number, unit in parts) or None


def fingerprint(value: Any) -> str:
    """16 hexadecimal digits of a value; the order of keys is of no account."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
