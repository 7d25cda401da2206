"""How do the flow and the slow analysers of a wastewater outlet become volumes, loads and means?

HJ 212-2017 annex D. A slow analyser (COD, NH3-N, TP, TN: one result in one or two hours) is held for the volume until
its next result, never interpolated; settlement does the holding, here is what is made of sums. Flow in L/s, volumes in
m3, concentrations in mg/L.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from analytics.columns import Float64
from analytics.ratio import floats, ratio

M3_PER_L = 1e-3


def step_volume_m3(flow_l_s: ArrayLike, step_s: ArrayLike) -> Float64:
    """Volume of a step of at most 5 s: ``Q T 1e-3``. [m3]

    Examples
    --------
    >>> float(step_volume_m3(20.0, 5.0))
    0.1
    """
    return floats(flow_l_s) * floats(step_s) * M3_PER_L


def mean_flow_l_s(volume_m3: ArrayLike, period_s: float) -> Float64:
    """Mean flow of 10 minutes (600 s), an hour or a day: ``1e3 D / period``. [L/s]

    Raises
    ------
    ValueError
        If the period is not positive.

    Examples
    --------
    >>> float(mean_flow_l_s(12.0, 600.0)), float(mean_flow_l_s(72.0, 3600.0)), float(mean_flow_l_s(1728.0, 86_400.0))
    (20.0, 20.0, 20.0)
    """
    if period_s <= 0.0:
        raise ValueError(f"period_s ({period_s}) must be positive")
    return floats(volume_m3) / M3_PER_L / period_s


def load_kg(concentration_mg_l: ArrayLike, volume_m3: ArrayLike) -> Float64:
    """Load of a volume: ``C D 1e-3`` (mg/L times m3). [kg]

    Examples
    --------
    >>> float(load_kg(50.0, 200.0))
    10.0
    """
    return floats(concentration_mg_l) * floats(volume_m3) * M3_PER_L


def flow_weighted_mean_mg_l(load_sum_kg: ArrayLike, volume_sum_m3: ArrayLike) -> Float64:
    """Mean concentration of a period from its sums: ``1e3 G / D``; NaN where nothing flowed. [mg/L]

    The arithmetic mean of the concentrations is another number wherever the flow varies. pH has no load and no such
    mean.

    Examples
    --------
    >>> load_sum = load_kg([50.0, 100.0], [300.0, 100.0]).sum()
    >>> float(flow_weighted_mean_mg_l(load_sum, 400.0))
    62.5
    """
    return ratio(floats(load_sum_kg), floats(volume_sum_m3)) / M3_PER_L
