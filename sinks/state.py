"""How does the copy to each server stand?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Standing = Literal["ok", "waiting", "stopped", "off"]


@dataclass(frozen=True)
class SinkState:
    """A target and how its copy stands.

    Attributes
    ----------
    name, url : str
        Of the settings; without what may be secret in the address.
    state : str
        ``ok``: it takes lines, or there was none to send yet. ``waiting``: it does not answer, or asks to be left
        alone; tried again by itself. ``stopped``: it refuses in a way that waiting does not mend (token, rights,
        bucket); tried again from time to time. ``off``: nobody sends, since this is no running Taihu.
    unsent_s : float
        Age of the oldest line that it has not got; 0 where it has all. [s]
    unsent : int
        Readings and lines that it has not got, without intervals.
    sent : int
        Lines it took since the start.
    rejected : int
        Lines it refused, ever.
    unknown : int
        Readings left out since the start, because no plant file describes their point.
    last_error : str
        What it said last when it did not take something; "" where it takes everything.
    since_ms : int
        Since when the state is so, by the product's clock. [ms UTC]
    """

    name: str
    url: str
    state: Standing
    unsent_s: float
    unsent: int
    sent: int
    rejected: int
    unknown: int
    last_error: str
    since_ms: int
