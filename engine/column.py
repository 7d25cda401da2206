"""What is one quantity of a plant, month by month?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.columns import Float64


@dataclass(frozen=True, eq=False)
class Column:
    """One quantity, month by month; arrays of shape (n_months,).

    Attributes
    ----------
    amount : ndarray of float64
        0 where nothing is known.
    known : ndarray of float64
        Share of the month that is known, 0 to 1.
    estimated, provisional : ndarray of float64
        As in `engine.figure.Figure`.
    """

    amount: Float64
    known: Float64
    estimated: Float64
    provisional: Float64

    @property
    def value(self) -> Float64:
        """The amounts, NaN where nothing is known."""
        return np.where(self.known > 0.0, self.amount, np.nan)


def total(parts: Sequence[Column]) -> Column:
    """The sum of columns, by the rules of `engine.sums.add_figures`: unknown where one part is."""
    known = np.min([part.known for part in parts], axis=0)
    values = np.array([part.amount for part in parts])
    size = np.abs(values)
    whole = size.sum(axis=0)
    estimated, provisional = (
        share((size * [getattr(part, name) for part in parts]).sum(axis=0), whole)
        for name in ("estimated", "provisional")
    )
    return Column(np.where(known > 0.0, values.sum(axis=0), 0.0), known, estimated, provisional)


def share(part: Float64, whole: Float64) -> Float64:
    """``part / whole``, and 0 of nothing."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0.0)
