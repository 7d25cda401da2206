"""Is the lag that of the newest readings, and does waiting for a settlement cost no memory without end?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.lag import LagMeter


def test_percentiles_are_of_what_was_settled() -> None:
    lag = LagMeter(speed=2.0)
    assert lag.percentiles_s(50) == [None]
    lag.arrived(1, np.array([0, 1000, 2000]))
    lag.arrived(2, np.array([9000]))
    lag.settled(1, 4000)
    # 4, 3 and 2 s of the product's clock, which runs twice as fast as the wall's.
    assert lag.percentiles_s(0, 50, 100) == pytest.approx([1.0, 1.5, 2.0])


def test_where_nothing_is_settled_only_the_newest_are_remembered() -> None:
    """`taihu collect` settles nothing, for months."""
    lag = LagMeter(size=100)
    for batch in range(1, 1001):
        lag.arrived(batch, np.full(10, batch * 1000))
        assert lag.pending <= 110
    lag.settled(1000, 1_000_000)
    assert lag.percentiles_s(0, 100) == pytest.approx([0.0, 9.0])
    assert lag.pending == 0
