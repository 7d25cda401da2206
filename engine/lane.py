"""What is one quantity of a plant, day by day?

A lane: amounts, how much of each day is known, and the lanes it is the sum of. `engine.ledger` fills them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from analytics.columns import Float64


@dataclass(frozen=True)
class Stretch:
    """A lane summed over some days.

    Attributes
    ----------
    value : float or None
        None where nothing at all is known.
    coverage : float
        Share of the time that is known, 0 to 1.
    estimated : float
        Share of the known time whose amount was spread over a longer step, 0 to 1.
    """

    value: float | None
    coverage: float
    estimated: float


@dataclass(frozen=True, eq=False)
class Lane:
    """Amounts of one quantity, day by day.

    Attributes
    ----------
    name : str
        ``point:ID``, ``carrier:NAME`` or ``load:POLLUTANT``.
    unit : str
        Canonical unit of the amounts.
    amount : ndarray of float64, shape (n_days,)
        0 where nothing is known; `known` says so.
    known, estimated : ndarray of float64, shape (n_days,)
        Shares of the day, 0 to 1.
    parts : tuple of Lane
        The lanes it is the sum of.
    direction : str
        Of a point, ``import``, ``production`` or ``export``; "" for sums and loads.
    """

    name: str
    unit: str
    amount: Float64
    known: Float64
    estimated: Float64
    parts: tuple[Lane, ...] = ()
    direction: str = ""

    def over(self, first: int, last: int) -> Stretch:
        """The sum over days ``[first, last)``, counted from the ledger's first day."""
        days = slice(max(first, 0), max(last, 0))
        known = self.known[days]
        length = last - first
        if length <= 0 or not known.any():
            return Stretch(None, 0.0, 0.0)
        total = float(known.sum())
        return Stretch(float(self.amount[days].sum()), total / length, float(self.estimated[days].sum()) / total)

    def only(self, days: Float64) -> Lane:
        """The lane as if nothing were known outside some days; `days` is 1 where it counts and 0 elsewhere."""
        return replace(
            self,
            amount=self.amount * days,
            known=self.known * days,
            estimated=self.estimated * days,
            parts=tuple(part.only(days) for part in self.parts),
        )
