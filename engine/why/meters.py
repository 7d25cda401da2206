"""Which meters carry the change of an indicator?

Each point's amount at both ends, in the unit of the indicator: what crosses the boundary and what leaves through the
outlets adds up to the change, but for own power; sub-meters are inside of what is above them and show where in the
plant it happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics.columns import Kind
from analytics.energy import GRID, SELF_USE
from engine.accounts import Accounts
from engine.figure import Indicator
from engine.ledger import SIGN
from engine.period import Period
from engine.why.loads import BY_FLOW
from engine.why.parts import Member
from engine.why.question import Question
from engine.why.terms import ENERGY, WATER, heat_per_unit
from registry import Indicator as Target
from registry import Point
from registry.text import Text

MOST = 12
_COUNTED = (Kind.REGISTER, Kind.AMOUNT, Kind.RATE, Kind.MEAN)
LEAST_SHARE = 0.005
"""Meters below this share of the indicator are not listed."""


@dataclass(frozen=True)
class MeterShare:
    """One point's part of a change.

    Attributes
    ----------
    point : str
        Full id.
    name : Text
    plant : str
    role : str
        ``import``, ``production``, ``export``, ``internal`` or ``outlet``.
    base, current : float
        In the unit of the indicator, `internal` completed to the whole period.
    """

    point: str
    name: Text
    plant: str
    role: str
    base: float
    current: float

    @property
    def amount(self) -> float:
        """Its contribution to the change."""
        return self.current - self.base


def meters(question: Question, target: Target, found: Indicator, members: Sequence[Member]) -> list[MeterShare]:
    """The points that carry a change, the largest first."""
    if target.kind == "load":
        shares = list(_outlets(question, members))
    else:
        by_plant = {member.plant: member for member in members if member.name in (ENERGY, WATER)}
        per = (1.0, 1.0) if target.kind == "carbon" else _stated(members)
        asked = [(a, by_plant[p.id], _points(a, by_plant[p.id])) for p, a in question.plants if p.id in by_plant]
        for period in (question.when.base, question.when.current):
            question.sums.read([point for _, _, points in asked for point in points], period)
        shares = [s for accounts, member, points in asked for s in _shares(question, accounts, member, points, per)]
    least = LEAST_SHARE * abs(found.base.value or 0.0)
    shares = [share for share in shares if abs(share.amount) > least]
    return sorted(shares, key=lambda share: -abs(share.amount))[:MOST]


def _stated(members: Sequence[Member]) -> tuple[float, float]:
    """What an amount is divided by at both ends: the stated value added of all plants."""
    plants = {member.plant: member.earned for member in members}
    return sum(one[0].known for one in plants.values()), sum(one[1].known for one in plants.values())


def _outlets(question: Question, members: Sequence[Member]) -> Iterator[MeterShare]:
    registry = question.plants[0][1].registry
    for member in members:
        point = registry.points.get(member.name.removesuffix(BY_FLOW))
        if point is None:  # the whole load of a plant, in part declared
            continue
        amounts = (member.terms[0].amount, member.terms[1].amount)
        yield MeterShare(point.full_id, point.name, point.plant, "outlet", *amounts)


def _points(accounts: Accounts, member: Member) -> list[Point]:
    """The points of a plant's carriers, sub-meters too."""
    carriers = {WATER} if member.name == WATER else accounts.energy_carriers()
    return [
        p
        for p in accounts.registry.plant_points(member.plant)
        if p.carrier in carriers and p.kind in _COUNTED and (p.direction in SIGN or p.direction == "internal")
    ]


def _shares(
    question: Question, accounts: Accounts, member: Member, points: Sequence[Point], per: tuple[float, float]
) -> Iterator[MeterShare]:
    for point in points:
        both = [_counted(question, accounts, point, member, end) for end in (0, 1)]
        if both[0] is not None and both[1] is not None:
            values = (both[0] / per[0], both[1] / per[1])
            yield MeterShare(point.full_id, point.name, member.plant, point.direction, *values)


def _counted(question: Question, accounts: Accounts, point: Point, member: Member, end: int) -> float | None:
    """A point's amount in the numerator's unit; None for a sub-meter of which too little is known to tell.

    At the boundary what is not known is not in the sum either.
    """
    period = question.when.current if end else question.when.base
    amount, known = question.sums.over(point, period) or (0.0, 0.0)
    if point.direction == "internal":
        if known < max(question.programme.min_coverage, 1e-9):
            return None
        amount /= known
    else:
        amount *= SIGN[point.direction]
    return amount if member.name == WATER or amount == 0.0 else amount * _rate(accounts, point, member, end, period)


def _rate(accounts: Accounts, point: Point, member: Member, end: int, period: Period) -> float:
    """What one unit of a point counts for: what its carrier did as a whole in the period."""
    own = point.carrier == GRID and point.direction in ("production", "export")
    name = SELF_USE if own else point.carrier
    assert point.carrier is not None
    heat = heat_per_unit(accounts, point.carrier, period, point.amount_unit)
    stream = next((s for s in member.terms[end].streams if s.name == name), None)
    return heat * stream.amount / stream.level if stream is not None and stream.level else 0.0
