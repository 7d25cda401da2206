"""Where in a payload does something stand?

A path is written like ``params.data[0].value``: keys joined by dots, list positions in brackets, a key that holds a
dot or a bracket in quotes (``["E01.ep"]``). In the path to the items, ``{key}`` stands for every key of an object and
gives it a name. A key is also found when the sender wrote it with blanks around it, as ``"ts "`` of some gateways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

_STEP = re.compile(r"""\[(?P<index>\d+)\]|\["(?P<quoted>[^"]*)"\]|\{(?P<every>\w+)\}|(?P<key>[^.\[\]{}"]+)""")


class Missing:
    """The type of `MISSING`."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()
"""What a path finds where nothing stands; null is a finding (None)."""


@dataclass(frozen=True)
class Every:
    """A step to every key of an object; the key is known by `name` afterwards."""

    name: str


Step = str | int | Every
Path = tuple[Step, ...]


def parse_path(text: str) -> Path:
    """Read a path.

    Raises
    ------
    ValueError
        If `text` is not keys, positions and ``{names}``.

    Examples
    --------
    >>> parse_path("ENERGY.Total[0]")
    ('ENERGY', 'Total', 0)
    """
    steps: list[Step] = []
    position = 0
    while position < len(text):
        dotted = position > 0 and text[position] == "."
        found = _STEP.match(text, position + dotted)
        # A key follows a dot (but for the first one), a position in brackets may follow directly.
        if found is None or (position > 0 and not dotted and text[position] != "["):
            raise ValueError(f"path {text!r}: cannot read {text[position:]!r}; wanted keys like a.b[0].c")
        if found["index"] is not None:
            steps.append(int(found["index"]))
        elif found["every"] is not None:
            steps.append(Every(found["every"]))
        else:
            steps.append((found["quoted"] if found["quoted"] is not None else found["key"]).strip())
        position = found.end()
    return tuple(steps)


def child(node: Any, step: str | int) -> Any:
    """What stands one step below `node`, or `MISSING`."""
    if isinstance(step, int):
        return node[step] if isinstance(node, list) and step < len(node) else MISSING
    if not isinstance(node, dict):
        return MISSING
    found = node.get(step, MISSING)
    if found is MISSING:
        return next((value for key, value in node.items() if key.strip() == step), MISSING)
    return found


def get(node: Any, path: Path) -> Any:
    """What stands at the end of `path`, or `MISSING`."""
    for step in path:
        if isinstance(step, Every):
            raise ValueError(f"{{{step.name}}} may stand in the path to the items only")
        node = child(node, step)
        if node is MISSING:
            return MISSING
    return node


class Found(NamedTuple):
    """One thing at the end of a path.

    Attributes
    ----------
    node : Any
        The thing itself.
    around : tuple of dict
        The objects that were passed on the way, the innermost first.
    keys : dict
        The keys that ``{name}`` steps stood for.
    """

    node: Any
    around: tuple[dict[str, Any], ...]
    keys: dict[str, str]


def find_all(
    node: Any, path: Path, around: tuple[dict[str, Any], ...] = (), keys: dict[str, str] | None = None
) -> Iterator[Found]:
    """Everything at the end of `path`; lists on the way and at the end are gone through item by item.

    Examples
    --------
    >>> [found.node for found in find_all({"metrics": [{"fields": 1}, {"fields": 2}]}, parse_path("metrics.fields"))]
    [1, 2]
    """
    keys = {} if keys is None else keys
    if isinstance(node, list) and not (path and isinstance(path[0], int)):
        for item in node:
            yield from find_all(item, path, around, keys)
        return
    if not path:
        yield Found(node, around, keys)
        return
    step, rest = path[0], path[1:]
    if isinstance(node, dict):
        around = (node, *around)
    if isinstance(step, Every):
        for key, value in node.items() if isinstance(node, dict) else ():
            yield from find_all(value, rest, around, {**keys, step.name: key.strip()})
        return
    below = child(node, step)
    if below is not MISSING:
        yield from find_all(below, rest, around, keys)


def scalars(node: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The values of an object under their names; those deeper inside as ``outer.inner`` and ``outer[0]``."""
    for key, value in node.items():
        yield from _named(prefix + key.strip(), value)


def _named(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from scalars(value, name + ".")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _named(f"{name}[{position}]", item)
    else:
        yield name, value
