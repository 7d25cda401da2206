"""How does one server get everything, for as long as it takes?

A thread a target, with a place of its own in the store (`sinks.place`) and a connection of its own: what one target
does or does not do is nobody else's business. Nothing but what was taken, or set aside with the server's words, moves
the place.

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

from registry import Registry
from sinks.answers import Answer, Kind
from sinks.connection import Connection, TargetSettings
from sinks.delivery import Delivery
from sinks.feed import Feed, Piece, ahead
from sinks.lineprotocol import fields, line, series
from sinks.patience import Patience
from sinks.place import Place
from sinks.schema import SINK
from sinks.state import SinkState, Standing
from storage import Follower, RejectedLine, Store, StoreError

log = logging.getLogger(__name__)

LINES_A_REQUEST = 5000

FULL_AGAIN_S = 600.0
"""So long a server that found a request too large gets smaller ones. [s]"""


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
        self._connection = connection
        self._now_ms, self._speed, self._patience = now_ms, speed, patience
        self._feed = Feed(store, registry)
        self._changed = threading.Condition()
        self._stopping = self._hurry = False
        self._thread: threading.Thread | None = None
        begin = Follower(settings.name, settings.readings, settings.intervals)
        self._place = Place(store, begin, now_ms, patience.keep_s)
        self._looked_s = self._halved_s = -float("inf")
        self._most = LINES_A_REQUEST
        self._tries = 0
        self._state: tuple[Standing, int, str] = ("ok", now_ms(), "")
        self._sent = self._unknown = 0
        self._rejected = store.rejected_counts().get(settings.name, 0)

    # -- what others ask -----------------------------------------------------------------------------------------------

    def start(self, place: Follower) -> None:
        """Send from a place on, in a thread."""
        self._place.begin(place)
        self._stopping = False
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
        if not self._place.restart(from_ms, self._feed.forget):
            return
        with self._changed:
            self._hurry = True
            self._changed.notify_all()

    def state(self) -> SinkState:
        """How the copy stands."""
        state, since_ms, error = self._state
        return SinkState(
            self.settings.name,
            self.settings.shown_url,
            state if self._thread is not None else "off",
            self._place.age_s(self._speed),
            self._place.unsent,
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
            self._place.keep(now=True)
        except StoreError as error:
            log.info("the place of %s was not kept, some lines will be sent twice: %s", self.settings.name, error)
        self._connection.close()

    def _send(self, reader: Executor) -> None:
        while not self._stopping:
            try:
                moved = self._round(reader)
                self._place.keep(now=not moved)
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
        place = self._place.look()
        looks = time.monotonic() - self._looked_s >= self._patience.intervals_s
        if looks:
            self._looked_s = time.monotonic()
        moved = False
        for piece in ahead(self._feed.round(place, intervals=looks), reader):
            moved = True
            refused = self._deliver(piece, place)
            if refused is None or not self._move(place, piece, refused):
                return True
            # And not where the target is by now: somebody may have asked for everything again since.
            place = piece.after
        self._place.note_whole()
        return moved

    def _deliver(self, piece: Piece, place: Follower) -> list[RejectedLine] | None:
        """Send a piece, for as long as it takes; what was refused of it, or None when something else came between."""
        delivery = Delivery(piece.lines, self._most_lines(), self._probe)
        while not delivery.done:
            answer = delivery.step(self._connection.post)
            if delivery.most < self._most:
                self._most, self._halved_s = delivery.most, time.monotonic()
            if answer.kind is Kind.LATER:
                self._say("waiting", answer.said)
                self._wait(self._pause_s(answer))
            elif answer.kind is Kind.STOP:
                self._say("stopped", answer.said)
                self._wait(self._patience.stopped_s)
            else:
                self._tries = 0
            if self._stopping or self._place.at is not place:
                return None
        if piece.lines:
            self._say("ok", "")
        at_ms = self._now_ms()
        return [RejectedLine(self.settings.name, at_ms, text, said, n) for text, said, n in delivery.refused]

    def _move(self, place: Follower, piece: Piece, refused: list[RejectedLine]) -> bool:
        """Go to where the piece leads, unless somebody asked for everything again meanwhile."""
        if not self._place.go(place, piece.after, refused):
            return False
        lost = sum(row.count for row in refused)
        self._sent += len(piece.lines) - lost
        self._rejected += lost
        self._unknown += piece.unknown
        if refused:
            log.warning("%s refused %d lines, the first: %s (%s)", place.name, lost, refused[0].line, refused[0].reason)
        self._place.keep(now=bool(refused))
        return True

    def _most_lines(self) -> int:
        """So many lines a request; now and then it is tried whether a server that was too small still is."""
        if time.monotonic() - self._halved_s >= FULL_AGAIN_S:
            self._most = LINES_A_REQUEST
        return self._most

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
