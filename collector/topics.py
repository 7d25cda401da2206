"""Which sources does a topic belong to, and what do its levels say?

A source names its topics with a pattern: MQTT levels, where ``{device}`` stands for one level (or a part of one) and
gives it a name, ``+`` for one level without a name and a final ``#`` for all that follows.

::

    pattern        taihu/wx-dyeing/{device}/up
    subscription   taihu/wx-dyeing/+/up
    topic          taihu/wx-dyeing/E01/up          ->  {"device": "E01"}
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

_NAME = re.compile(r"\{([^\W\d]\w*)\}")


class TopicPattern:
    """One pattern, ready to subscribe and to match.

    Attributes
    ----------
    text : str
        The pattern as written.
    filter : str
        The MQTT subscription filter that covers it.
    names : tuple of str
        The named parts, in order.

    Raises
    ------
    ValueError
        If the pattern is empty, has ``#`` before its end, a wildcard beside other characters or a name twice.

    Examples
    --------
    >>> pattern = TopicPattern("shellies/{meter}/emeter/{phase}/total")
    >>> pattern.filter
    'shellies/+/emeter/+/total'
    >>> pattern.match("shellies/em3/emeter/0/total")
    {'meter': 'em3', 'phase': '0'}
    """

    def __init__(self, text: str) -> None:
        if not text or "\0" in text:
            raise ValueError(f"topic {text!r} must be a text of MQTT levels such as plant/{{device}}/up")
        self.text = text
        self.levels = text.split("/")
        self.names = tuple(_NAME.findall(text))
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"topic {text!r} must give each part its own name; got {', '.join(self.names)}")
        for position, level in enumerate(self.levels):
            self._check_level(level, last=position == len(self.levels) - 1)
        self.filter = "/".join(_level_filter(level) for level in self.levels)
        self._regex = re.compile(_regex(self.levels))

    def _check_level(self, level: str, *, last: bool) -> None:
        bare = _NAME.sub("", level)
        if "{" in bare or "}" in bare:
            raise ValueError(f"topic {self.text!r}: level {level!r} must hold {{name}} with letters, digits and _ only")
        if ("#" in bare or "+" in bare) and (len(level) > 1 or (level == "#" and not last)):
            raise ValueError(f"topic {self.text!r}: wildcard in level {level!r} must stand alone, and # at the end")

    def match(self, topic: str) -> dict[str, str] | None:
        """The named parts of `topic`, or None where the pattern does not cover it."""
        # MQTT 5, 4.7.2: a wildcard in the first level does not match topics of the broker itself ($SYS/...).
        if topic.startswith("$") and self.filter[0] in "+#":
            return None
        found = self._regex.fullmatch(topic)
        return None if found is None else found.groupdict()


def _level_filter(level: str) -> str:
    return "+" if _NAME.search(level) else level


def _regex(levels: list[str]) -> str:
    if levels == ["#"]:
        return ".*"
    if levels[-1] == "#":
        return "/".join(map(_level_regex, levels[:-1])) + "(?:/.*)?"
    return "/".join(map(_level_regex, levels))


def _level_regex(level: str) -> str:
    if level == "+":
        return "[^/]*"
    pieces = _NAME.split(level)  # literal, name, literal, name, ...
    return "".join(f"(?P<{p}>[^/]*)" if i % 2 else re.escape(p) for i, p in enumerate(pieces))


@dataclass
class _Node(Generic[T]):
    """One level of the tree of filters."""

    children: dict[str, _Node[T]] = field(default_factory=dict)
    here: list[tuple[TopicPattern, T]] = field(default_factory=list)


class Matcher(Generic[T]):
    """Finds the patterns of a topic among many, level by level.

    Parameters
    ----------
    patterns : list of (TopicPattern, T)
        Each with whatever belongs to it.
    """

    def __init__(self, patterns: list[tuple[TopicPattern, T]]) -> None:
        self._root: _Node[T] = _Node()
        for pattern, owner in patterns:
            node = self._root
            for level in pattern.filter.split("/"):
                node = node.children.setdefault(level, _Node())
            node.here.append((pattern, owner))

    def match(self, topic: str) -> list[tuple[T, dict[str, str]]]:
        """What belongs to the patterns that cover `topic`, each with the named parts."""
        found: list[tuple[T, dict[str, str]]] = []
        nodes = [self._root]
        for level in topic.split("/"):
            found += self._parts(nodes, "#", topic)
            nodes = [n.children[name] for n in nodes for name in {level, "+"} if name in n.children]
        found += self._parts(nodes, "#", topic)  # "a/#" covers "a" too
        for node in nodes:
            found += _matching(node, topic)
        return found

    def _parts(self, nodes: list[_Node[T]], level: str, topic: str) -> list[tuple[T, dict[str, str]]]:
        return [hit for n in nodes if level in n.children for hit in _matching(n.children[level], topic)]


def _matching(node: _Node[T], topic: str) -> list[tuple[T, dict[str, str]]]:
    hits = ((owner, pattern.match(topic)) for pattern, owner in node.here)
    return [(owner, parts) for owner, parts in hits if parts is not None]
