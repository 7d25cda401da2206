"""Which point does a key of a message on this topic belong to?

One table per topic: it fills the source's channel template once per key and remembers the answer, so a message costs
one look-up per value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collector.paths import MISSING, Path, get, parse_path
from collector.route import Route, Target, fill, template_fields

_MOST_KEYS = 4096  # a sender that invents keys shall not fill the memory
_MOST_SHOWN = 3


class Channels(dict[str, Target | None]):
    """Key of a value to the point behind it, for one source and one topic; None where no point listens.

    Parameters
    ----------
    route : Route
    parts : mapping
        The named parts of the topic.
    """

    def __init__(self, route: Route, parts: Mapping[str, str]) -> None:
        super().__init__()
        self._route = route
        self._parts = parts
        self._template = route.source.channel
        unknown = [name for name in template_fields(self._template) if name != "key" and name not in parts]
        self._members: dict[str, Path] = {name: parse_path(name) for name in unknown}
        self.unheard: list[str] = []

    @property
    def from_payload(self) -> bool:
        """True where the template names members of the payload, so that the key alone does not tell the channel."""
        return bool(self._members)

    def __missing__(self, key: str) -> Target | None:
        channel = fill(self._template, lambda name: key.strip() if name == "key" else self._parts[name])
        target = self._target(channel)
        if len(self) < _MOST_KEYS:
            self[key] = target
        return target

    def lookup(self, key: str, keys: Mapping[str, str], around: tuple[dict[str, Any], ...]) -> Target | None:
        """The point of a value whose channel depends on more than its key.

        Parameters
        ----------
        key : str
        keys : mapping
            What ``{name}`` steps of the items path stood for.
        around : tuple of dict
            The objects around the value, the innermost first.
        """
        if not self._members:
            return self[key]
        return self._target(fill(self._template, self._filler(key, keys, around)))

    def _filler(self, key: str, keys: Mapping[str, str], around: tuple[dict[str, Any], ...]) -> Callable[[str], str]:
        def value_of(name: str) -> str:
            if name == "key":
                return key
            if name in keys or name in self._parts:
                return keys.get(name) or self._parts.get(name, "")
            found = (get(node, self._members[name]) for node in around)
            return next((str(value) for value in found if value is not MISSING), "")

        return value_of

    def _target(self, channel: str) -> Target | None:
        target = self._route.targets.get(channel)
        if target is None and len(self.unheard) < _MOST_SHOWN and channel not in self.unheard:
            self.unheard.append(channel)
        return target
