"""How do a stack's readings become a dry flow, a load, and a concentration that a limit can be held against?

Flue gas after HJ 212-2017 annex D.2 (numbers of formulas in brackets; the annex refers to the 2007 editions of HJ/T 75
and 76). The load uses the dry standard concentration as measured; the conversion to reference oxygen is for the
comparison with a limit only, and mixing the two is the commonest error. Units: mg/m3, m3/h, degC, Pa, kg/h; moisture
is a fraction, oxygen a percentage.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from analytics.columns import Float64, UInt8
from analytics.ratio import floats, ratio

ZERO_DEG_C_K = 273.0
"""As the standard writes it, not 273.15. [K]"""
STANDARD_PA = 101_325.0
AIR_O2 = 21.0
"""Oxygen of air. [%]"""
DOUBTFUL_O2 = 19.0
"""Above this the conversion explodes: the source idles, starts or stops (product rule, 19 to 20). [%]"""
NORMAL_MOLAR_L = 22.4
KG_PER_MG = 1e-6
NO_AS_NO2 = 46.0 / 30.0
"""Nitrogen monoxide in mg/m3 times this counts as NO2 (22)."""


def wet_flow_m3_h(area_m2: ArrayLike, velocity_m_s: ArrayLike, velocity_factor: float = 1.0) -> Float64:
    """Flow in the working state (29, 30): ``3600 F Kv Vp``. [m3/h]

    Examples
    --------
    >>> float(wet_flow_m3_h(4.0, 10.0))
    144000.0
    """
    return 3600.0 * floats(area_m2) * velocity_factor * floats(velocity_m_s)


def standard_dry_flow_nm3_h(
    wet_flow: ArrayLike, gas_deg_c: ArrayLike, air_pa: ArrayLike, gauge_pa: ArrayLike, moisture: ArrayLike
) -> Float64:
    """Dry flow at 0 degC and 101.325 kPa (31): ``Qsh 273/(273+ts) (Ba+Ps)/101325 (1-Xsw)``.

    Parameters
    ----------
    wet_flow : array_like of float
        Flow in the working state. [m3/h]
    gas_deg_c : array_like of float
    air_pa, gauge_pa : array_like of float
        Atmospheric pressure, and static pressure of the duct against it, which may be negative. [Pa]
    moisture : array_like of float
        Water vapour as a *fraction* of the volume; NaN results where it is not in [0, 1).

    Returns
    -------
    ndarray of float64
        [Nm3/h]

    Examples
    --------
    >>> round(float(standard_dry_flow_nm3_h(144_000.0, 120.0, 101_325.0, -200.0, 0.08)), 2)
    91846.44
    """
    wet = floats(moisture)
    dry_share = np.where((wet >= 0.0) & (wet < 1.0), 1.0 - wet, np.nan)
    pressure = (floats(air_pa) + floats(gauge_pa)) / STANDARD_PA
    cooled = ratio(ZERO_DEG_C_K, ZERO_DEG_C_K + floats(gas_deg_c))
    return floats(wet_flow) * cooled * pressure * dry_share


def to_standard_state(
    concentration: ArrayLike, gas_deg_c: ArrayLike, air_pa: ArrayLike, gauge_pa: ArrayLike
) -> Float64:
    """Concentration at 0 degC and 101.325 kPa from one in the working state (18). [mg/m3]

    Examples
    --------
    >>> float(to_standard_state(50.0, 273.0, 101_325.0, 0.0))
    100.0
    """
    pressure = ratio(STANDARD_PA, floats(air_pa) + floats(gauge_pa))
    return floats(concentration) * pressure * (ZERO_DEG_C_K + floats(gas_deg_c)) / ZERO_DEG_C_K


def wet_to_dry(concentration: ArrayLike, moisture: ArrayLike) -> Float64:
    """Dry concentration from a wet one (19): ``C / (1 - Xsw)``; NaN where the moisture is not a fraction in [0, 1)."""
    wet = floats(moisture)
    return floats(concentration) / np.where((wet >= 0.0) & (wet < 1.0), 1.0 - wet, np.nan)


def ppm_to_mg_m3(ppm: ArrayLike, molar_mass: float) -> Float64:
    """Mass concentration at the standard state from a volume share (20): ``M / 22.4``. [mg/m3]

    Nitrogen oxides count as NO2 (21): take 46 for the sum of NO and NO2 in ppm.
    """
    return floats(ppm) * (molar_mass / NORMAL_MOLAR_L)


def nox_as_no2_mg_m3(no_ppm: ArrayLike, no2_ppm: ArrayLike) -> Float64:
    """Nitrogen oxides counted as NO2, from both volume shares (21): ``(NO + NO2) 46 / 22.4``. [mg/m3]"""
    return ppm_to_mg_m3(floats(no_ppm) + floats(no2_ppm), 46.0)


def at_reference_oxygen(concentration: ArrayLike, o2_pct: ArrayLike, o2_ref_pct: float) -> Float64:
    """Concentration for the comparison with a limit (28): ``C (21 - O2ref) / (21 - O2)``.

    Parameters
    ----------
    concentration : array_like of float
        Dry, standard state, as measured. [mg/m3]
    o2_pct : array_like of float
        Dry oxygen. [%]
    o2_ref_pct : float
        Reference oxygen of the source's standard. [%]

    Returns
    -------
    ndarray of float64
        [mg/m3] NaN where ``O2 >= 21``: air cannot be converted. Values near 21 explode and are not clipped.

    Raises
    ------
    ValueError
        If the reference is not below 21 %.

    Examples
    --------
    >>> at_reference_oxygen([28.0, 28.0], [8.0, 21.0], 6.0).round(4)
    array([32.3077,     nan])
    """
    if not 0.0 <= o2_ref_pct < AIR_O2:
        raise ValueError(f"o2_ref_pct ({o2_ref_pct}) must be in [0, {AIR_O2})")
    return ratio(floats(concentration) * (AIR_O2 - o2_ref_pct), AIR_O2 - floats(o2_pct))


class OxygenMark(IntEnum):
    """What a conversion to reference oxygen is worth."""

    FINE = 0
    DOUBTFUL = 1
    """Close to air: the value explodes. It is kept, not clipped; the source idles, starts or stops."""
    AIR = 2
    """``O2 >= 21``: there is nothing to convert."""
    UNKNOWN = 3
    """No oxygen was measured."""


@dataclass(frozen=True, eq=False)
class Converted:
    """Concentrations for the comparison with a limit, beside what was measured.

    Attributes
    ----------
    value : ndarray of float64
        At reference oxygen; NaN for the marks AIR and UNKNOWN. [mg/m3]
    as_measured : ndarray of float64
        [mg/m3]
    mark : ndarray of uint8
        `OxygenMark`.
    """

    value: Float64
    as_measured: Float64
    mark: UInt8


def converted(
    concentration: ArrayLike, o2_pct: ArrayLike, o2_ref_pct: float, doubtful_pct: float = DOUBTFUL_O2
) -> Converted:
    """Conversion to reference oxygen (28) with its guards; only where the source's standard names a reference.

    Parameters
    ----------
    concentration, o2_pct, o2_ref_pct
        As in `at_reference_oxygen`.
    doubtful_pct : float
        Oxygen above which the result is marked. [%]

    Examples
    --------
    >>> found = converted([10.0, 10.0, 10.0], [12.0, 20.5, 21.0], 9.0)
    >>> found.value.round(4), found.mark
    (array([ 13.3333, 240.    ,      nan]), array([0, 1, 2], dtype=uint8))
    """
    level, o2 = np.broadcast_arrays(floats(concentration), floats(o2_pct))
    mark = np.select(
        [np.isnan(o2), o2 >= AIR_O2, o2 > doubtful_pct],
        [OxygenMark.UNKNOWN, OxygenMark.AIR, OxygenMark.DOUBTFUL],
        OxygenMark.FINE,
    )
    return Converted(at_reference_oxygen(level, o2, o2_ref_pct), level, mark.astype(np.uint8))


def by_excess_air(concentration: ArrayLike, o2_pct: ArrayLike, reference_excess: float) -> Float64:
    """Concentration at a reference excess air coefficient (26, 27): ``C a / a_ref`` with ``a = 21 / (21 - O2)``.

    Examples
    --------
    >>> float(by_excess_air(20.0, 5.0, 21.0 / (21.0 - 3.5)))  # the same as a reference of 3.5 % oxygen
    21.875
    """
    return floats(concentration) * ratio(AIR_O2, AIR_O2 - floats(o2_pct)) / reference_excess


def hourly_load_kg_h(concentration: ArrayLike, standard_dry_flow: ArrayLike) -> Float64:
    """Load of flue gas (33): ``C Qsn 1e-6``, with the concentration *not* converted to reference oxygen. [kg/h]

    Examples
    --------
    >>> round(float(hourly_load_kg_h(28.0, 91_846.44)), 4)
    2.5717
    """
    return floats(concentration) * floats(standard_dry_flow) * KG_PER_MG
