"""How long does a target wait for what?"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Pauses of a target. [s]

    Attributes
    ----------
    idle_s : float
        Between looks for something new.
    intervals_s : float
        Between looks for settled intervals.
    first_s, most_s : float
        Before the first and, doubling, before any further try.
    stopped_s : float
        Before a stopped target is tried again.
    keep_s : float
        Between two times the place is written down.
    """

    idle_s: float = 1.0
    intervals_s: float = 5.0
    first_s: float = 1.0
    most_s: float = 60.0
    stopped_s: float = 60.0
    keep_s: float = 1.0

    def pause_s(self, tries: int, asked_s: float | None) -> float:
        """The pause before another try: longer each time, and never the same for two targets. [s]

        Parameters
        ----------
        tries : int
            How often it was tried in vain, from 1.
        asked_s : float or None
            What the server asks for at least. [s]
        """
        grown_s = min(self.most_s, self.first_s * 2.0 ** min(tries - 1, 30))
        return max(asked_s or 0.0, grown_s * random.uniform(0.5, 1.0))
