"""How far can the truth lie from what settlement says?"""

from __future__ import annotations

import numpy as np

from analytics.columns import Float32, Float64


def rounded_up(distance: Float64) -> Float32:
    """Distances in single precision, never smaller than they are.

    Examples
    --------
    >>> bool(rounded_up(np.array([0.1])) >= 0.1), rounded_up(np.array([0.0, 0.5]))
    (True, array([0. , 0.5], dtype=float32))
    """
    single = distance.astype(np.float32)
    return np.where(single < distance, np.nextafter(single, np.float32(np.inf)), single).astype(np.float32)
