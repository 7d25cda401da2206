"""The journal of readings and events, and the store of intervals: one DuckDB file, owned by one process.

`Store.open(folder)` is the door; the errors say what the caller can do next. Knows keys of points, and nothing of
intensities.
"""

from storage.arrivals import Arrivals
from storage.deadletters import DeadLetter, DeadLetterRow
from storage.errors import StoreError, StoreFull, StoreLocked, StoreTooNew
from storage.events import EventRow, MeterEvent
from storage.followers import Follower, Heads
from storage.lines import Lines
from storage.meta import Counts
from storage.notices import Matter, Notice, NoticeRow, Send
from storage.rejected import RejectedLine
from storage.spans import DayRanges
from storage.store import Store

__all__ = [
    "Arrivals",
    "Counts",
    "DayRanges",
    "DeadLetter",
    "DeadLetterRow",
    "EventRow",
    "Follower",
    "Heads",
    "Lines",
    "Matter",
    "MeterEvent",
    "Notice",
    "NoticeRow",
    "RejectedLine",
    "Send",
    "Store",
    "StoreError",
    "StoreFull",
    "StoreLocked",
    "StoreTooNew",
]
