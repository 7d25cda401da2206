"""Could one message reach two sources, and could both make the same channel of it?

Topics and channel templates are compared as patterns: ``{name}`` in a topic is any one level, ``{name}`` in a template
(a topic's level, ``{key}`` or another member of the payload) any text. The answer errs on the side of yes.
"""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = re.compile(r"\{([^{}/+#]+)\}")
_ANY = None  # stands for "any text" in a tokenized pattern


def names(template: str) -> list[str]:
    """Placeholders of a topic or template, in order.

    Examples
    --------
    >>> names("taihu/{plant}/{device}/up")
    ['plant', 'device']
    """
    return _NAME.findall(template)


def topic_fault(topic: str) -> str | None:
    """What is wrong with a topic, as the words after "wanted"; None where nothing is.

    Examples
    --------
    >>> topic_fault("/neuron/{node}/{group}/upload") is None
    True
    >>> topic_fault("site/+/up")
    '{name} in place of + and #: each name matches one level, e.g. site/{device}/up'
    """
    # An empty first level is what Neuron, Alink and Acrel gateways send: "/site/up" (MQTT 5, 4.7.1.1 allows it).
    inner = topic.removeprefix("/")
    if not inner or inner.startswith("/") or inner.endswith("/") or "//" in inner:
        return "a topic without empty levels behind the first, e.g. site/{device}/up or /site/{device}/up"
    for level in inner.split("/"):
        if "+" in level or "#" in level:
            return "{name} in place of + and #: each name matches one level, e.g. site/{device}/up"
        if ("{" in level or "}" in level) and not _NAME.fullmatch(level):
            return "{name} as a whole level"
    found = names(topic)
    return None if len(set(found)) == len(found) else "each {name} once"


def topics_overlap(one: str, other: str) -> bool:
    """Whether a message can match both topics.

    Examples
    --------
    >>> topics_overlap("a/{device}/up", "a/E01/{dir}"), topics_overlap("a/{device}/up", "a/E01/down")
    (True, False)
    """
    mine, theirs = one.split("/"), other.split("/")
    # A name matches an empty level too (MQTT 5, 4.7.1.3): "{site}/up" covers "/up".
    return len(mine) == len(theirs) and all(
        a == b or _NAME.fullmatch(a) is not None or _NAME.fullmatch(b) is not None
        for a, b in zip(mine, theirs, strict=True)
    )


def template_makes(template: str, channel: str) -> bool:
    """Whether a template can make this channel.

    Examples
    --------
    >>> template_makes("{device}/{key}", "E01/ep"), template_makes("{device}/{key}", "E01")
    (True, False)
    """
    return templates_meet(template, channel)


def templates_meet(one: str, other: str) -> bool:
    """Whether two templates can make one and the same channel.

    Examples
    --------
    >>> templates_meet("{device}/{key}", "E01/{key}"), templates_meet("a/{key}", "b/{key}")
    (True, False)
    """
    return _meet(_tokens(one), _tokens(other))


def _tokens(template: str) -> tuple[str | None, ...]:
    """Single characters, and `_ANY` for each placeholder."""
    tokens: list[str | None] = []
    at = 0
    for match in _NAME.finditer(template):
        tokens += [*template[at : match.start()], _ANY]
        at = match.end()
    return (*tokens, *template[at:])


@lru_cache(maxsize=4096)
def _meet(one: tuple[str | None, ...], other: tuple[str | None, ...]) -> bool:
    """Whether two patterns share a text: dynamic programming over pairs of positions."""
    reachable = [[False] * (len(other) + 1) for _ in range(len(one) + 1)]
    reachable[0][0] = True
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if i > 0 and j > 0 and reachable[i - 1][j - 1]:
                reachable[i][j] |= one[i - 1] == other[j - 1] or one[i - 1] is _ANY or other[j - 1] is _ANY
            # a placeholder may be empty, or swallow one more piece of the other side
            if i > 0 and one[i - 1] is _ANY:
                reachable[i][j] |= reachable[i - 1][j] or (j > 0 and reachable[i][j - 1])
            if j > 0 and other[j - 1] is _ANY:
                reachable[i][j] |= reachable[i][j - 1] or (i > 0 and reachable[i - 1][j])
    return reachable[-1][-1]
