"""Volumes, loads and flow-weighted means of wastewater: pollutants.md 2, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics import wastewater as ww


def test_a_steady_flow_gives_back_itself_over_every_period() -> None:
    #   20 L/s in steps of 5 s: 0.1 m3 each, 120 of them in 10 minutes
    volume = ww.step_volume_m3(np.full(120, 20.0), 5.0).sum()
    assert float(volume) == pytest.approx(12.0)
    for period_s, volumes in ((600.0, 1), (3600.0, 6), (86_400.0, 144)):
        assert float(ww.mean_flow_l_s(volume * volumes, period_s)) == pytest.approx(20.0)
    with pytest.raises(ValueError, match="period_s"):
        ww.mean_flow_l_s(1.0, 0.0)


def test_the_flow_weighted_mean_is_not_the_arithmetic_one() -> None:
    levels, volumes = np.array([50.0, 100.0]), np.array([300.0, 100.0])
    load = ww.load_kg(levels, volumes)
    assert load.tolist() == pytest.approx([15.0, 10.0])
    assert float(ww.flow_weighted_mean_mg_l(load.sum(), volumes.sum())) == pytest.approx(62.5)
    assert levels.mean() == 75.0


def test_nothing_flowed_has_no_mean() -> None:
    assert math.isnan(float(ww.flow_weighted_mean_mg_l(0.0, 0.0)))
