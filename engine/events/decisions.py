"""Who decides how a meter's doubts are read, and what does the past become then?

A decision is one more entry of the journal: the settler settles anew what it acts on, and the answer shows the months
that changed. Nothing is ever overwritten; a withdrawal brings the former state back to the bit, because settlement
depends on nothing but what is in force.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from analytics.columns import Flag
from engine.closed import REOPEN
from engine.events.declaration import Declaration
from engine.events.declaring import declaration_of, declared_event
from engine.events.doubts import doubt_of_event
from engine.events.entries import Decision, Entry, MonthChange, entry_of_declared, with_months
from engine.events.judging import Correction, DecisionError, event_of, named
from engine.events.listing import Listing
from engine.events.reopening import LOST, Reopened, reopening
from engine.events.saying import Saying
from engine.settler import Settler
from registry import Point, Registry
from storage import MeterEvent, Store

__all__ = ["Decision", "DecisionError", "Decisions", "Entry", "MonthChange", "Reopened"]


class Decisions:
    """Doubts and declared events of the meters.

    Parameters
    ----------
    store : Store
    registry : callable
        Gives the current snapshot.
    settler : Settler
    now_ms : callable
        The product's clock.
    """

    def __init__(
        self, store: Store, registry: Callable[[], Registry], settler: Settler, now_ms: Callable[[], int]
    ) -> None:
        self._store = store
        self._registry = registry
        self._listing = Listing(store)
        self._saying = Saying(store, registry, settler, now_ms)
        self._now_ms = now_ms
        # One at a time: what changed between before and after is then the work of one decision.
        self._lock = threading.Lock()

    def entries(self, points: Sequence[Point], *, from_ms: int, to_ms: int, limit: int) -> list[Entry]:
        """Doubts and declared events that begin in ``[from_ms, to_ms)``, newest first, at most `limit`."""
        return self._listing.entries(points, from_ms=from_ms, to_ms=to_ms, limit=limit)

    def decide(
        self,
        point: Point,
        what: Flag,
        from_ms: int,
        until_ms: int,
        decision: str,
        who: str,
        why: str,
        amount: float | None = None,
        end_value: float | None = None,
        start_value: float | None = None,
    ) -> Entry:
        """Accept, correct or reject how a doubt is read.

        Parameters
        ----------
        point : Point
        what : Flag
        from_ms, until_ms : int
            With `what` the name of the finding. [ms UTC]
        decision : str
            accept, correct or reject.
        who, why : str
        amount : float, optional
            What flowed between the two readings, canonical unit.
        end_value, start_value : float, optional
            Where the old meter ended and the new one began, in the reading's own unit.

        Returns
        -------
        Entry
            With the months that changed.

        Raises
        ------
        DecisionError
            If there is no such finding, or the decision cannot be.
        """
        with self._lock:
            doubt = self._listing.doubt(point, what, from_ms, until_ms)
            event = event_of(point, doubt, decision, who, why, Correction(amount, end_value, start_value))
            _, months = self._saying.say([event], [event])
            found = self._listing.finding(point, what, from_ms, until_ms) is not None
            return with_months(self._listing.said(point).entry_of(point, doubt, found=found), months[point.key])

    def declare(
        self,
        point: Point,
        kind: str,
        at_ms: int,
        *,
        to_ms: int | None = None,
        end_value: float | None = None,
        start_value: float | None = None,
        ratio: float | None = None,
        shift_ms: int | None = None,
        who: str,
        why: str,
    ) -> Entry:
        """Enter an event that no reading tells; see `engine.events.declaring`.

        Raises
        ------
        DecisionError
            If it cannot be true.
        """
        said = declaration_of(point, kind, at_ms, to_ms, end_value, start_value, ratio, shift_ms, why)
        return self.declare_all([said], who)[0]

    def check(self, declaration: Declaration, who: str) -> None:
        """Whether it could be declared; nothing is entered.

        Raises
        ------
        DecisionError
            If not; `field` names the value.
        """
        declared_event(self._store, declaration, self._now_ms(), who)

    def declare_all(self, declarations: Sequence[Declaration], who: str) -> list[Entry]:
        """Enter several events, all or none, and settle once; events of one point share the months they changed.

        Raises
        ------
        DecisionError
            If one of them cannot be true; nothing was entered.
        """
        with self._lock:
            now = self._now_ms()
            events = [declared_event(self._store, declaration, now, who) for declaration in declarations]
            ids, months = self._saying.say(events, events)
            found = []
            for declaration, number in zip(declarations, ids, strict=True):
                entry = entry_of_declared(declaration.point, self._listing.row(number), ())
                found.append(with_months(entry, months[declaration.point.key]))
            return found

    def reopen(self, point: Point, from_ms: int, to_ms: int, who: str, why: str) -> Reopened:
        """Settle a closed range from what is left of its readings, and from those that came late.

        Parameters
        ----------
        point : Point
        from_ms, to_ms : int
            [ms UTC]
        who, why : str

        Returns
        -------
        Reopened
            The entry, and what is no longer possible.

        Raises
        ------
        DecisionError
            If the range is empty or was never closed.
        """
        with self._lock:
            event = reopening(self._store, point, from_ms, to_ms, who, why)
            ids, months = self._saying.say([event], [event])
            entry = with_months(entry_of_declared(point, self._listing.row(ids[0]), ()), months[point.key])
            return Reopened(entry, LOST)

    def withdraw(self, event_id: int, who: str, why: str) -> Entry:
        """Take back what was decided or declared; the former state is there again, to the bit.

        Raises
        ------
        DecisionError
            If there is no such event, it is a withdrawal or a reopening, or it was withdrawn already.
        """
        with self._lock:
            row = self._listing.row(event_id)
            event = row.event
            if any(
                other.event.withdraws == event_id for other in self._store.events(np.array([event.point], np.int32))
            ):
                raise DecisionError(f"event {event_id} was withdrawn already", "id")
            if event.note == REOPEN:
                raise DecisionError(f"event {event_id} reopened a closed range, which cannot be undone", "id")
            point = self._registry().by_key.get(event.point)
            if point is None:
                raise DecisionError(f"event {event_id} is about a point that no plant file describes any more", "id")
            taken_back = MeterEvent(
                point=event.point,
                from_ms=event.from_ms,
                to_ms=event.to_ms,
                what=0,
                decision="withdraw",
                withdraws=event_id,
                who=named(who, "who"),
                why=named(why, "why"),
            )
            _, months = self._saying.say([taken_back], [event])
            said = self._listing.said(point)
            if not event.about_what:
                entry = said.entry_of_event(point, row)
            else:
                before = doubt_of_event(row)
                found = self._listing.finding(point, before.what, before.from_ms, before.until_ms)
                entry = said.entry_of(point, found or before, found=found is not None)
            return with_months(entry, months[point.key])
