"""A server in memory that keeps fields as InfluxDB does, and targets that hurry."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence

from sinks.answers import Answer, Kind
from sinks.patience import Patience

HURRY = Patience(idle_s=0.01, intervals_s=0.02, first_s=0.005, most_s=0.02, stopped_s=0.05, keep_s=0.02)

LINE = re.compile(r"((?:\\.|[^ \\])+) (.+) (-?\d+)")

TAKEN = Answer(Kind.TAKEN)


class MemoryServer:
    """Keeps the newest value of each field at a series and time.

    Attributes
    ----------
    has : dict
        By series and time the fields, as texts.
    answers : list of Answer
        What it answers next, in order, without keeping anything; afterwards it takes everything.
    always : Answer or None
        What it answers after those, without keeping anything.
    dead : bool
        True ends the thread that calls, as a power cut would.
    """

    def __init__(self) -> None:
        self.has: dict[tuple[str, int], dict[str, str]] = {}
        self.answers: list[Answer] = []
        self.always: Answer | None = None
        self.dead = self.closed = False
        self.requests = 0
        self.lines = 0
        self.refuses: Callable[[str], bool] = lambda line: False

    def post(self, lines: Sequence[str]) -> Answer:
        if self.dead:
            raise SystemExit
        self.requests += 1
        if self.answers:
            answer = self.answers.pop(0)
            # One line alone that is refused is a bad line; these answers are about none.
            if len(lines) > 1 or answer.kind in (Kind.LATER, Kind.STOP):
                return answer
        if self.always is not None:
            return self.always
        for one in lines:
            if self.refuses(one):
                return Answer(Kind.REFUSED, f"400 cannot take {one.split()[0]}")
        for one in lines:
            match = LINE.fullmatch(one)
            assert match, one
            self.lines += 1
            series, fields, at = match.groups()
            self.has.setdefault((series, int(at)), {}).update(part.split("=", 1) for part in fields.split(","))
        return TAKEN

    def close(self) -> None:
        self.closed = True

    def known(self) -> dict[tuple[str, int], dict[str, str]]:
        """What a query with ``WHERE known > 0`` finds."""
        return {key: fields for key, fields in self.has.items() if float(fields["known"]) > 0}


def until(what: Callable[[], bool], timeout_s: float = 60.0) -> None:
    """Wait until something is so."""
    end, pause = time.monotonic() + timeout_s, threading.Event()
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        pause.wait(0.005)
