"""What does the display of a meter leave of its value?"""

from __future__ import annotations

import numpy as np

from analytics.columns import Float64, Int64

WHOLE, HUNDREDTHS, SINGLE = 0, 1, 2
"""Forms of a display: steps of 1, steps of 0.01, float32."""


def displayed(value: Float64, form: Int64, *, rounds: bool = False) -> Float64:
    """As the display shows it: whole, in hundredths, or in single precision.

    Parameters
    ----------
    value : ndarray of float64, shape (n,)
    form : ndarray of int64, shape (n,)
    rounds : bool
        To the nearest step; a register shows the last step it has passed.
    """
    cut = np.round if rounds else np.floor
    single = value.astype(np.float32).astype(np.float64)
    hundredths = cut(value * 100.0) / 100.0
    return np.where(form == WHOLE, cut(value), np.where(form == HUNDREDTHS, hundredths, single))
