"""How does a simulated plant fluctuate, and yet fluctuate the same way in every run?

Noise here is a hash of (seed, name, position): no generator holds a state, nothing depends on the order of calls or on
the version of numpy, so history and live values fit together without a seam.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
UInt64 = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_CHUNK = np.uint64((1 << 21) - 1)


def bits(seed: int, name: str, count: int) -> UInt64:
    """64 well mixed bits for each position.

    Parameters
    ----------
    seed : int
        Of the plant, not negative.
    name : str
        What fluctuates; every name is a sequence of its own.
    count : int

    Returns
    -------
    ndarray of uint64, shape (count,)
        The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    """
    start = np.uint64((seed * 0x100000001 + crc32(name.encode())) & 0xFFFFFFFFFFFFFFFF)
    z = start + np.arange(1, count + 1, dtype=np.uint64) * _GOLDEN
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return np.asarray(z ^ (z >> np.uint64(31)))


def uniform(seed: int, name: str, count: int) -> Float64:
    """Evenly distributed numbers in [0, 1), shape (count,).

    Examples
    --------
    >>> bool(np.all(uniform(1, "a", 5)[:3] == uniform(1, "a", 3)))
    True
    """
    return np.asarray((bits(seed, name, count) >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def normal(seed: int, name: str, count: int) -> Float64:
    """Bell-shaped numbers of mean 0 and deviation 1 within ±3, shape (count,): the sum of three even ones."""
    z = bits(seed, name, count)
    total = (z & _CHUNK) + ((z >> np.uint64(21)) & _CHUNK) + (z >> np.uint64(42) & _CHUNK)
    return np.asarray((total.astype(np.float64) / float(_CHUNK) - 1.5) * 2.0)


def drifting(seed: int, name: str, count: int, every: int) -> Float64:
    """Slow noise of deviation about 1: bell-shaped knots `every` positions apart, linear in between, shape (count,)."""
    knots = normal(seed, name, count // every + 2)
    position = np.arange(count) / every
    whole = position.astype(np.int64)
    share = position - whole
    # The variance of a linear mix of two knots is 2/3 on the average; hence the factor.
    return np.asarray((knots[whole] * (1.0 - share) + knots[whole + 1] * share) * np.sqrt(1.5))
