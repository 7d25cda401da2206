"""What is a quotient whose divisor may be zero or unknown?

NaN: not known. Never infinite, and never 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.columns import Float64


def floats(value: ArrayLike) -> Float64:
    """Any numbers as an array of float64; a scalar becomes an array of no dimension."""
    return np.asarray(value, np.float64)


def ratio(top: ArrayLike, bottom: ArrayLike) -> Float64:
    """``top / bottom`` where the divisor is positive, NaN elsewhere.

    Parameters
    ----------
    top, bottom : array_like of float
        Broadcast together.

    Examples
    --------
    >>> ratio([1.0, 1.0, 0.0], [4.0, 0.0, 2.0])
    array([0.25,  nan, 0.  ])
    """
    over, under = np.broadcast_arrays(floats(top), floats(bottom))
    result = np.full(over.shape, np.nan)
    np.divide(over, under, out=result, where=under > 0.0)
    return result
