"""Where is a target in what it follows, and how much of that stands in the store?

What was taken moves the place; it is written down once a second, and what was sent after that is simply sent again
after a crash. Somebody else may ask for everything again at any moment: the place is another then, and whatever was
under way from the old one leads nowhere any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from storage import Follower, Heads, RejectedLine, Store

WHOLE_S = 60.0
"""How often an idle target's place is written down. [s]"""


class Place:
    """The place of one target.

    Parameters
    ----------
    store : Store
    begin : Follower
        Where it is, if the store does not know it.
    now_ms : callable
        The product's clock.
    keep_s : float
        Between two times the place is written down. [s]
    clock_s : callable
        Monotonic seconds.
    """

    def __init__(
        self,
        store: Store,
        begin: Follower,
        now_ms: Callable[[], int],
        keep_s: float,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._now_ms, self._keep_s, self._clock_s = store, now_ms, keep_s, clock_s
        known = [one for one in store.followers() if one.name == begin.name]
        self._follows = bool(known)
        # Who was never followed counts from now, as `Store.follow` will let it.
        self._at = self._kept = known[0] if known else replace(begin, whole_ms=now_ms())
        self._lock = threading.Lock()
        self._refused: list[RejectedLine] = []
        self._kept_s = -float("inf")
        self._mark: tuple[int, float, Heads] | None = None
        self._whole_s = self._clock_s()

    @property
    def at(self) -> Follower:
        """The place; another object whenever it is another place."""
        return self._at

    @property
    def has_all(self) -> bool:
        """Whether the target has everything that there is now."""
        return covers(self._at, self._store.heads)

    @property
    def unsent(self) -> int:
        """Readings and lines that it has not got."""
        at, heads = self._at, self._store.heads
        return max(heads.line - at.line, 0) + (max(heads.arrival - at.arrival, 0) if at.readings else 0)

    def age_s(self, speed: float) -> float:
        """How long ago it had everything, in seconds of a clock that runs so fast; 0 while it has all. [s]

        Never less than what went by since, whoever set the clock back.
        """
        if self.has_all:
            return 0.0
        told_s = (self._now_ms() - self._at.whole_ms) / 1000 / speed
        return max(told_s, self._clock_s() - self._whole_s, 0.001)

    def begin(self, at: Follower) -> None:
        """Go on from a place that the store gave."""
        with self._lock:
            self._at = self._kept = at
            self._follows, self._mark, self._whole_s = True, None, self._clock_s()

    def look(self) -> Follower:
        """The place at the beginning of a round; `note_whole` knows by it what there was at this moment."""
        with self._lock:
            if self._mark is None:
                self._mark = (self._now_ms(), self._clock_s(), self._store.heads)
            return self._at

    def go(self, before: Follower, after: Follower, refused: Sequence[RejectedLine]) -> bool:
        """Move from one place to the next; False where somebody asked for everything again meanwhile."""
        with self._lock:
            if self._at is not before:
                return False
            self._at = after
            self._refused += refused
            return True

    def note_whole(self) -> None:
        """Remember up to which moment the target has everything."""
        with self._lock:
            if self._mark is None or not covers(self._at, self._mark[2]):
                return
            # The clock may have been set back since the last time: what it says now counts.
            now_ms, self._whole_s, _ = self._mark
            self._at, self._mark = replace(self._at, whole_ms=now_ms), None

    def keep(self, *, now: bool) -> None:
        """Write the place and what was refused on the way down, if it is time.

        Raises
        ------
        StoreError
            Nothing was written; the next call tries again.
        """
        with self._lock:
            at, since_s = self._at, self._clock_s() - self._kept_s
            # That it still has everything is worth a write only now and then.
            news = bool(self._refused) or replace(at, whole_ms=self._kept.whole_ms) != self._kept
            if since_s < (self._keep_s if news else WHOLE_S) and not (now and news):
                return
            self._store.advance(at, self._refused)
            self._refused = []
            self._kept, self._kept_s = at, self._clock_s()

    def restart(self, from_ms: int | None, forget: Callable[[], None]) -> bool:
        """Go where everything of `from_ms` or later is got again, everything at all when None; kept before it returns.

        Parameters
        ----------
        from_ms : int or None
            [ms UTC]
        forget : callable
            Lets go of what was read for the old place; called while nothing moves.

        Returns
        -------
        bool
            False where it never got anything: it will get everything as it is.
        """
        with self._lock:
            if not self._follows:
                return False
            forget()
            again = self._store.restarted(self._at, from_ms)
            self._store.advance(again)
            self._at = self._kept = again
            self._mark = None
            return True


def covers(place: Follower, heads: Heads) -> bool:
    """Whether a target at this place has everything up to there."""
    return (
        place.line >= heads.line
        and (not place.readings or place.arrival >= heads.arrival)
        and (not place.intervals or place.change >= heads.change)
        and not place.refilling
    )
