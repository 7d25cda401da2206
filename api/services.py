"""What must the product offer, so that the HTTP side can show it?

Protocols only: the real ones are assembled in ``taihu/``, tests bring their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from analytics.columns import Flag, Int32, Readings
from engine.changes import Changes
from engine.events.declaration import Declaration
from engine.events.entries import Entry
from engine.events.reopening import Reopened
from engine.explain.explainer import Explanation
from engine.figure import Figure, Indicator, Period, Series
from engine.fleet.overview import Ready
from engine.kept import Kept
from engine.live import LiveHub
from engine.outlets.hours import OutletHours
from engine.plantchanges import PlantChanges
from engine.preview import Preview, Proposal
from engine.savings.savings import YearSaving
from engine.targets.indicators import Comparison
from engine.targets.line import TargetLine
from engine.trends.trends import PlantTrends
from engine.why.answer import Why
from registry import Outlet, Point, Registry
from storage import DeadLetterRow, NoticeRow, RejectedLine


class KnownLike(Kept, Protocol):
    """What is known of points, now or as of an earlier moment."""

    def latest(self, points: Int32, /) -> Readings:
        """Newest reading of each point that has one."""


class StoreLike(KnownLike, Protocol):
    """The part of `storage.Store` that is shown."""

    def dead_letters(self, limit: int, before_id: int | None = None) -> Sequence[DeadLetterRow]:
        """Messages that gave no reading, newest first."""

    def dead_letter_counts(self) -> dict[str, int]:
        """How many ever came, by reason."""

    def rejected_lines(self, limit: int, before_id: int | None = None) -> Sequence[RejectedLine]:
        """Lines that a server refused, newest first."""

    def rejected_counts(self) -> dict[str, int]:
        """How many were ever refused, by server."""


class SinkLike(Protocol):
    """How the copy to one server stands; each field is explained where it is made (`sinks.state.SinkState`)."""

    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def unsent_s(self) -> float: ...
    @property
    def unsent(self) -> int: ...
    @property
    def sent(self) -> int: ...
    @property
    def rejected(self) -> int: ...
    @property
    def unknown(self) -> int: ...
    @property
    def last_error(self) -> str: ...
    @property
    def since_ms(self) -> int: ...


class FleetLike(Protocol):
    """The part of `engine.fleet.fleet.Fleet` that is shown."""

    def overview(self, period: Period = "ytd", programme_id: str | None = None) -> Ready:
        """All plants of a programme as bytes; KeyError where there are none."""

    def at_hand(self, period: Period = "ytd", programme_id: str | None = None) -> Ready | None:
        """The same if it lies ready, at once."""


class FiguresLike(Protocol):
    """The part of `engine.figures.Figures` that is shown."""

    @property
    def fleet(self) -> FleetLike:
        """All plants of a programme at once."""

    def now(self, plant_id: str) -> dict[str, Figure]:
        """Power, and energy, water and loads of today, this month and this year.

        Keys: ``power_kw``, then ``today_``, ``month_`` and ``year_`` with ``kwh``, ``tce`` and ``water_m3``, and
        ``month_load_kg:POLLUTANT``.
        """

    def indicators(self, scope: str, period: str = "ytd") -> list[Indicator]:
        """Targets of ``plant:ID``, ``city:ID``, ``sector:CODE`` or ``programme:ID``;
        period ``ytd``, ``rolling12`` or ``full_year``."""

    def carbon(self, plant_id: str, from_ms: int | None = None, to_ms: int | None = None) -> Figure:
        """CO2 of a plant over the local days that meet ``[from_ms, to_ms)``; this year to yesterday without."""

    def targets(self, scope: str) -> list[TargetLine]:
        """Targets over all periods, with their forecast and what is still needed."""

    def savings(self, scope: str) -> list[YearSaving]:
        """What was saved in each year since the base year; empty without a programme."""

    def trends(self, plant_id: str) -> PlantTrends:
        """Which of a plant's monthly series change by more than noise."""

    def why(self, scope: str, indicator: str, period: str = "ytd", days: Comparison | None = None) -> Why:
        """The change of an indicator between its two periods, or between any two, split into causes."""

    def outlet_hours(self, outlet: Outlet, from_ms: int, to_ms: int) -> OutletHours:
        """What an outlet did in the full hours of a range. [ms UTC]"""

    def series(self, full_id: str, from_ms: int, to_ms: int, step: str) -> Series:
        """Equal steps (``15min``, ``hour``, ``day``, ``month``, ``year``) of one point over ``[from_ms, to_ms)``."""


class PastLike(Protocol):
    """What was known at a moment."""

    @property
    def store(self) -> KnownLike:
        """Readings, intervals and findings as they were known."""

    @property
    def figures(self) -> FiguresLike:
        """Figures as they were known, with that moment as their present."""


class DecisionsLike(Protocol):
    """The part of `engine.events.decisions.Decisions` that is shown. All but `entries` settle the past before they
    answer.

    What cannot be done raises `engine.events.decisions.DecisionError`.
    """

    def entries(self, points: Sequence[Point], *, from_ms: int, to_ms: int, limit: int) -> Sequence[Entry]:
        """Doubts and declared events of the points in ``[from_ms, to_ms)`` with what was decided, newest first."""

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
        """Accept, correct or reject how a doubt is read."""

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
        """Enter an event that no reading tells."""

    def check(self, declaration: Declaration, who: str) -> None:
        """Whether it could be declared; nothing is entered."""

    def declare_all(self, declarations: Sequence[Declaration], who: str) -> Sequence[Entry]:
        """Enter several events, all or none."""

    def reopen(self, point: Point, from_ms: int, to_ms: int, who: str, why: str) -> Reopened:
        """Settle a closed range anew, with what came late."""

    def withdraw(self, event_id: int, who: str, why: str) -> Entry:
        """Take back what was decided or declared."""


class BackupStateLike(Protocol):
    """How far a backup is."""

    @property
    def state(self) -> str:
        """``none`` before the first, ``running``, ``done`` or ``failed``."""

    @property
    def done(self) -> float:
        """Of the journal. [bytes]"""

    @property
    def total(self) -> float:
        """Size of the journal. [bytes]"""

    @property
    def folder(self) -> str:
        """Where it is going to be, and then is."""

    @property
    def error(self) -> str:
        """Why it failed; "" otherwise."""


class BackupsLike(Protocol):
    """Backups of the running product."""

    def state(self) -> BackupStateLike:
        """How far the newest one is."""

    def begin(self, to: str, keep: int | None, proof: str) -> BackupStateLike:
        """Begin one in a folder, where so many stay; `api.errors.ApiError` where that cannot be."""


class ExplainerLike(Protocol):
    """The part of `engine.explain.explainer.Explainer` that is shown.

    What an id does not name raises `engine.explain.resolve.UnknownFigure`, what cannot be read
    `engine.explain.idperiod.MalformedId`.
    """

    def explain(self, scope: str, period: str, name: str, as_of_ms: int | None = None) -> Explanation:
        """Where a figure comes from, now or as of a moment [ms UTC]."""


class WebhookLike(Protocol):
    """A server that is told of notices, as the settings say."""

    @property
    def name(self) -> str:
        """Its name in the settings."""

    @property
    def where(self) -> str:
        """Scheme and host."""

    @property
    def plants(self) -> tuple[str, ...]:
        """Only of these; empty: of all."""

    @property
    def language(self) -> str:
        """zh, en or both."""

    @property
    def warnings(self) -> bool:
        """Also when a mean comes near its limit."""

    @property
    def early(self) -> bool:
        """Also of periods that still run."""

    @property
    def system(self) -> bool:
        """Also what is wrong with Taihu itself."""


class OfferLike(Protocol):
    """What a webhook said to a notice."""

    @property
    def taken(self) -> bool:
        """Whether it has it."""

    @property
    def words(self) -> str:
        """Why not."""


class NoticesLike(Protocol):
    """The part of `sinks.notices.Notices` that is shown."""

    @property
    def webhooks(self) -> Mapping[str, WebhookLike]:
        """By name."""

    def rows(self, limit: int = 100, before: int | None = None, plant: str | None = None) -> Sequence[NoticeRow]:
        """Notices, the newest first."""

    def errors(self) -> dict[str, str]:
        """By webhook: why it took nothing the last time."""

    def test(self, name: str, /) -> OfferLike:
        """Offer a webhook a test notice, once."""


class Services(Protocol):
    """Everything the app is made from."""

    @property
    def explainer(self) -> ExplainerLike:
        """Opens any figure."""

    @property
    def store(self) -> StoreLike:
        """Journal and intervals."""

    @property
    def figures(self) -> FiguresLike:
        """Figures and indicators."""

    @property
    def decisions(self) -> DecisionsLike:
        """Events of meters and what persons decided about them."""

    @property
    def backups(self) -> BackupsLike:
        """Backups of the data folder."""

    @property
    def notices(self) -> NoticesLike:
        """What was told, and to whom."""

    def as_of(self, time_ms: int) -> PastLike:
        """What was known at that moment, which is not later than now. [ms UTC]"""

    def changes(self, full_id: str, since_ms: int, from_ms: int, to_ms: int) -> Changes:
        """What was known of a point at a moment, what is known now, and why. [ms UTC]"""

    def preview(self, proposal: Proposal) -> Preview:
        """What other factors or statements would change; nothing is kept."""

    def keep(self, proposal: Proposal, who: str, why: str) -> Preview:
        """Keep them as the editions that hold from now on, and say what that changed."""

    def plant_changes(self, plant_id: str, since_ms: int, from_ms: int, to_ms: int) -> PlantChanges:
        """Which figures and statements of a plant are others now than they were at a moment. [ms UTC]"""

    @property
    def live(self) -> LiveHub:
        """Events for those who look."""

    def now_ms(self) -> int:
        """The product's clock. [ms UTC]"""

    def registry(self) -> Registry:
        """The current snapshot of all nouns."""

    def sinks(self) -> Sequence[SinkLike]:
        """How the copy to each server stands."""

    def resync(self, name: str, from_ms: int | None) -> SinkLike:
        """Send again to a server what is of that moment or later; KeyError for an unknown one."""

    def health(self) -> dict[str, Any]:
        """State of every part.

        The page reads ``import`` (``state`` running, done or failed; ``done`` of ``total``; ``error``), ``collector``
        (``connected``, ``error`` and its counters), ``settling``, ``journal`` and ``live``; each may be absent.
        """
