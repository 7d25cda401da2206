"""How does one server get everything, for as long as it takes?

A thread a target, with a place of its own in the store and a connection of its own: what one target does or does not do
is nobody else's business. What was taken moves the place; it is written down once a second, and what was sent after it
is simply sent again after a crash.

::

    read a piece --> send --> taken      place moves
                       |----> later      wait, longer each time, then the same again, for ever
                       |----> stop       alarm; tried again each minute, and when somebody asks
                       '----> refused    search the bad line (sinks.delivery), keep the server's words
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

from registry import Registry
from sinks.answers import Answer, Kind
from sinks.connection import Connection, TargetSettings
from sinks.delivery import Delivery
from sinks.feed import Feed, Piece, ahead
from sinks.lineprotocol import fields, line, series
from sinks.patience import Patience
from sinks.schema import SINK
from sinks.state import SinkState, Standing
from storage import Follower, Heads, RejectedLine, Store, StoreError

log = logging.getLogger(__name__)

LINES_A_REQUEST = 5000

WHOLE_S = 60.0
"""How often an idle target's place is written down. [s]"""


class Target:
    """Sends to one server.

    Parameters
    ----------
    settings : TargetSettings
    store : Store
    registry : Registry
    connection : Connection
    now_ms : callable
        The product's clock.
    speed : float
        How many of its seconds pass in one.
    patience : Patience
    """

    def __init__(
        self,
        settings: TargetSettings,
        store: Store,
        registry: Registry,
        connection: Connection,
        now_ms: Callable[[], int],
        speed: float,
        patience: Patience,
    ) -> None:
        self.settings = settings
        self._store, self._connection = store, connection
        self._now_ms, self._speed, self._patience = now_ms, speed, patience
        self._feed = Feed(store, registry)
        self._changed = threading.Condition()
        self._stopping = self._hurry = False
        self._thread: threading.Thread | None = None
        begin = Follower(settings.name, settings.readings, settings.intervals)
        kept = [one for one in store.followers() if one.name == settings.name]
        self._follows = bool(kept)
        self._place = self._kept = kept[0] if kept else begin
        self._unkept: list[RejectedLine] = []
        self._kept_at = self._looked_at = -float("inf")
        self._mark: tuple[int, Heads] | None = None
        self._most = LINES_A_REQUEST
        self._tries = 0
        self._state: tuple[Standing, int, str] = ("ok", now_ms(), "")
        self._sent = self._unknown = 0
        self._rejected = store.rejected_counts().get(settings.name, 0)

    # -- what others ask -----------------------------------------------------------------------------------------------

    def start(self, place: Follower) -> None:
        """Send from a place on, in a thread."""
        self._place = self._kept = place
        self._follows, self._stopping = True, False
        self._thread = threading.Thread(target=self._run, name=f"sink-{self.settings.name}", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Send no more; returns at once."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def stop(self, patience_s: float = 2.0) -> None:
        """End; a request that takes longer than `patience_s` is left behind, what it carried is sent again some day."""
        self.end()
        if self._thread is not None:
            self._thread.join(patience_s)
            self._thread = None

    def reload(self, registry: Registry) -> None:
        """Use the tags of another registry."""
        self._feed.reload(registry)

    def resync(self, from_ms: int | None) -> None:
        """Send again what is of `from_ms` or later, everything when None. Kept before this returns.

        Who never got anything will get everything as it is.
        """
        with self._changed:
            if not self._follows:
                return
            self._place = self._store.restarted(self._place, from_ms)
            self._store.advance(self._place)
            self._mark = None
            self._hurry = True
            self._changed.notify_all()

    def state(self) -> SinkState:
        """How the copy stands."""
        state, since_ms, error = self._state
        place, heads = self._place, self._store.heads
        unsent = max(heads.line - place.line, 0) + (max(heads.arrival - place.arrival, 0) if place.readings else 0)
        # Never 0 with something left to send, not even by a clock that was set back.
        age_ms = 0 if _covers(place, heads) else max(self._now_ms() - place.whole_ms, 1)
        return SinkState(
            self.settings.name,
            self.settings.shown_url,
            state if self._thread is not None else "off",
            age_ms / 1000 / self._speed,
            unsent,
            self._sent,
            self._rejected,
            self._unknown,
            error,
            since_ms,
        )

    # -- the thread ----------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        with ThreadPoolExecutor(1, f"sink-{self.settings.name}-reads") as reader:
            self._send(reader)
        try:
            self._keep(now=True)
        except StoreError as error:
            log.info("the place of %s was not kept, some lines will be sent twice: %s", self.settings.name, error)
        self._connection.close()

    def _send(self, reader: Executor) -> None:
        while not self._stopping:
            try:
                moved = self._round(reader)
                self._keep(now=not moved)
            except Exception as error:
                # Nothing is lost by waiting: what was not taken is still in the journal.
                if not self._stopping:
                    expected = isinstance(error, StoreError)
                    self._say("waiting", f"{type(error).__name__}: {error}", trace=not expected)
                self._wait(self._pause_s(None))
                continue
            if not moved:
                self._wait(self._patience.idle_s)

    def _round(self, reader: Executor) -> bool:
        """Send a piece of each kind; whether there was any."""
        place = self._place
        if self._mark is None:
            self._mark = (self._now_ms(), self._store.heads)
        looks = time.monotonic() - self._looked_at >= self._patience.intervals_s
        if looks:
            self._looked_at = time.monotonic()
        moved = False
        for piece in ahead(self._feed.round(place, intervals=looks), reader):
            moved = True
            refused = self._deliver(piece, place)
            if refused is None or not self._move(place, piece, refused):
                return True
            place = self._place
        self._note_whole()
        return moved

    def _deliver(self, piece: Piece, place: Follower) -> list[RejectedLine] | None:
        """Send a piece, for as long as it takes; what was refused of it, or None when something else came between."""
        delivery = Delivery(piece.lines, self._most, self._probe)
        while not delivery.done:
            answer = delivery.step(self._connection.post)
            self._most = delivery.most
            if answer.kind is Kind.LATER:
                self._say("waiting", answer.said)
                self._wait(self._pause_s(answer))
            elif answer.kind is Kind.STOP:
                self._say("stopped", answer.said)
                self._wait(self._patience.stopped_s)
            else:
                self._tries = 0
            if self._stopping or self._place is not place:
                return None
        if piece.lines:
            self._say("ok", "")
        at_ms = self._now_ms()
        return [RejectedLine(self.settings.name, at_ms, text, said, n) for text, said, n in delivery.refused]

    def _move(self, place: Follower, piece: Piece, refused: list[RejectedLine]) -> bool:
        """Go to where the piece leads, unless somebody asked for everything again meanwhile."""
        with self._changed:
            if self._place is not place:
                return False
            self._place = piece.after
        lost = sum(row.count for row in refused)
        self._sent += len(piece.lines) - lost
        self._rejected += lost
        self._unknown += piece.unknown
        self._unkept += refused
        if refused:
            log.warning("%s refused %d lines, the first: %s (%s)", place.name, lost, refused[0].line, refused[0].reason)
        self._keep(now=bool(refused))
        return True

    def _note_whole(self) -> None:
        """Remember up to which moment the target has everything."""
        if self._mark is None or not _covers(self._place, self._mark[1]):
            return
        with self._changed:
            self._place = replace(self._place, whole_ms=max(self._place.whole_ms, self._mark[0]))
        self._mark = None

    def _keep(self, *, now: bool) -> None:
        """Write the place down, if it is time."""
        with self._changed:
            place, since_s = self._place, time.monotonic() - self._kept_at
            # That it still has everything is worth a write only now and then.
            news = bool(self._unkept) or replace(place, whole_ms=self._kept.whole_ms) != self._kept
            if since_s < (self._patience.keep_s if news else WHOLE_S) and not (now and news):
                return
            self._store.advance(place, self._unkept)
            self._unkept = []
            self._kept, self._kept_at = place, time.monotonic()

    def _probe(self) -> str:
        """A line that says nothing but what is true: that this target is being written to."""
        told = fields(
            SINK, known=1, unsent_s=self.state().unsent_s, stopped=0, rejected=self._rejected, sent=self._sent
        )
        return line(series(SINK, target=self.settings.name), told, self._now_ms())

    def _pause_s(self, answer: Answer | None) -> float:
        self._tries += 1
        return self._patience.pause_s(self._tries, None if answer is None else answer.wait_s)

    def _wait(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._hurry, seconds)
            self._hurry = False

    def _say(self, state: Standing, error: str, *, trace: bool = False) -> None:
        was, since_ms, _ = self._state
        if state != was:
            since_ms = self._now_ms()
            if state == "ok":
                log.warning("%s takes lines again", self.settings.name)
            else:
                log.warning("%s is %s: %s", self.settings.name, state, error, exc_info=trace)
        self._state = (state, since_ms, error)


def _covers(place: Follower, heads: Heads) -> bool:
    """Whether a target at this place has everything up to there."""
    return (
        place.line >= heads.line
        and (not place.readings or place.arrival >= heads.arrival)
        and (not place.intervals or place.change >= heads.change)
        and not place.refilling
    )
