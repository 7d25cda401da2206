"""Does noise depend on nothing but its name, seed and position?"""

from __future__ import annotations

from zlib import crc32

import numpy as np

from simulators.noise import bits, drifting, normal, uniform


def test_the_hash_is_splitmix64() -> None:
    # The first output of the published algorithm for the state 1234567.
    assert _splitmix(1234567) == 6457827717110365317
    assert bits(0, "a", 1)[0] == _splitmix(crc32(b"a"))
    assert bits(3, "a", 1)[0] == _splitmix(3 * 0x100000001 + crc32(b"a"))


def _splitmix(state: int) -> int:
    """The reference algorithm on Python's integers."""
    mask = (1 << 64) - 1
    z = (state + 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


def test_means_and_deviations() -> None:
    n = 200_000
    assert abs(uniform(3, "x", n).mean() - 0.5) < 0.003
    assert abs(normal(3, "x", n).mean()) < 0.01
    assert abs(normal(3, "x", n).std() - 1.0) < 0.01
    assert abs(drifting(3, "x", n, 24).std() - 1.0) < 0.05


def test_seeds_and_names_are_independent() -> None:
    n = 50_000
    for other in (normal(2, "x", n), normal(1, "y", n)):
        assert abs(np.corrcoef(normal(1, "x", n), other)[0, 1]) < 0.02
