"""Which figures are to be written again, and when?

An item is one kind of figures of one plant or scope. What is due is done in the order of the kinds; what was done a
moment ago and changed again waits, because late readings come in crowds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

FIRST_MS = 0
"""From the beginning. [ms UTC]"""


@dataclass(frozen=True)
class Item:
    """One thing to do.

    Attributes
    ----------
    kind, whose : str
        What, and of which plant or scope.
    from_ms : int
        From when on something changed. [ms UTC]
    due_s : float
        When it may be done. [s, monotonic]
    """

    kind: str
    whose: str
    from_ms: int
    due_s: float


class Agenda:
    """What is to be done; any thread may add.

    Parameters
    ----------
    kinds : iterable of str
        In the order in which they are done.
    rest_s : float
        How long the same item rests after it was done. [s]
    clock_s : callable
        Monotonic seconds.
    """

    def __init__(self, kinds: Iterable[str], rest_s: float, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._order = {kind: place for place, kind in enumerate(kinds)}
        self._rest_s, self._clock_s = rest_s, clock_s
        self._lock = threading.Lock()
        self._items: dict[tuple[str, str], Item] = {}
        self._done_s: dict[tuple[str, str], float] = {}

    def add(self, kind: str, whose: str, from_ms: int = FIRST_MS, *, at_once: bool = False) -> None:
        """Something changed from then on. [ms UTC]"""
        key = (kind, whose)
        with self._lock:
            done_s = self._done_s.get(key)
            due_s = self._clock_s() if at_once or done_s is None else done_s + self._rest_s
            item = Item(kind, whose, from_ms, due_s)
            known = self._items.get(key)
            if known is not None:
                item = replace(item, from_ms=min(known.from_ms, from_ms), due_s=min(known.due_s, due_s))
            self._items[key] = item

    def take(self) -> Item | None:
        """The next item that is due, which is no longer on the agenda; None where there is none."""
        now_s = self._clock_s()
        with self._lock:
            due = [item for item in self._items.values() if item.due_s <= now_s]
            if not due:
                return None
            chosen = min(due, key=lambda item: (self._order[item.kind], item.due_s))
            key = (chosen.kind, chosen.whose)
            del self._items[key]
            self._done_s[key] = now_s
            return chosen

    def give_back(self, item: Item) -> None:
        """It could not be done: it is due again after its rest."""
        self.add(item.kind, item.whose, item.from_ms)

    def __len__(self) -> int:
        return len(self._items)
