"""How do a stack's readings become a load, and how are unlike pollutants held against one target?

Flue gas after HJ 212-2017 annex D.2 (numbers of formulas in brackets). The load uses the dry standard concentration
as measured; the conversion to reference oxygen is for the comparison with a limit only, and mixing the two is the
commonest error. Units: mg/m3, m3/h, degC, Pa, kg/h; moisture and oxygen as said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.columns import Float64
from analytics.ratio import floats, ratio

ZERO_DEG_C_K = 273.0
"""As the standard writes it, not 273.15. [K]"""
STANDARD_PA = 101_325.0
AIR_O2 = 21.0
"""Oxygen of air. [%]"""
NORMAL_MOLAR_L = 22.4
KG_PER_MG = 1e-6

WATER_KG = MappingProxyType({"COD": 1.0, "BOD5": 0.5, "TOC": 0.49, "SS": 4.0, "NH3-N": 0.8, "TP": 0.25, "oil": 0.1})
"""Pollution equivalents of water, Environmental Protection Tax Law annex 2. [kg]"""
AIR_KG = MappingProxyType(
    {"SO2": 0.95, "NOx": 0.95, "CO": 16.7, "dust": 4.0, "smoke": 2.18, "HCl": 10.75, "H2S": 0.29, "NH3": 9.09}
)
"""Pollution equivalents of air, Environmental Protection Tax Law annex 2. [kg]"""
_ONE_OF = frozenset({"COD", "BOD5", "TOC"})


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


def wet_to_dry(concentration: ArrayLike, moisture: ArrayLike) -> Float64:
    """Dry concentration from a wet one (19): ``C / (1 - Xsw)``; NaN where the moisture is not a fraction in [0, 1)."""
    wet = floats(moisture)
    return floats(concentration) / np.where((wet >= 0.0) & (wet < 1.0), 1.0 - wet, np.nan)


def ppm_to_mg_m3(ppm: ArrayLike, molar_mass: float) -> Float64:
    """Mass concentration at the standard state from a volume share (20): ``M / 22.4``. [mg/m3]

    Nitrogen oxides count as NO2 (21): take 46 for the sum of NO and NO2 in ppm.
    """
    return floats(ppm) * (molar_mass / NORMAL_MOLAR_L)


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


def hourly_load_kg_h(concentration: ArrayLike, standard_dry_flow: ArrayLike) -> Float64:
    """Load of flue gas (33): ``C Qsn 1e-6``, with the concentration *not* converted to reference oxygen. [kg/h]

    Examples
    --------
    >>> round(float(hourly_load_kg_h(28.0, 91_846.44)), 4)
    2.5717
    """
    return floats(concentration) * floats(standard_dry_flow) * KG_PER_MG


@dataclass(frozen=True, eq=False)
class Equivalents:
    """Pollution equivalents of a group of pollutants.

    Attributes
    ----------
    total : ndarray of float64
        Sum; NaN where a mass is not known.
    parts : dict of str to ndarray of float64
    left_out : tuple of str
        Pollutants that have no equivalent (TN, NMHC ...): they are not in the sum, and a figure must say so.
    """

    total: Float64
    parts: dict[str, Float64]
    left_out: tuple[str, ...]


def pollution_equivalents(mass_kg: Mapping[str, ArrayLike], medium: Literal["water", "air"]) -> Equivalents:
    """Pollution equivalents (污染当量): mass over the equivalent value of each pollutant, summed.

    Parameters
    ----------
    mass_kg : mapping of pollutant to array_like of float
    medium : {"water", "air"}

    Raises
    ------
    ValueError
        If more than one of COD, BOD5 and TOC is given: the law lets only one of them count.

    Examples
    --------
    >>> result = pollution_equivalents({"COD": 100e3, "NH3-N": 8e3, "TP": 1e3, "TN": 12e3}, "water")
    >>> float(result.total), result.left_out
    (114000.0, ('TN',))
    """
    values = WATER_KG if medium == "water" else AIR_KG
    organic = sorted(_ONE_OF & set(mass_kg)) if medium == "water" else []
    if len(organic) > 1:
        raise ValueError(f"only one of COD, BOD5 and TOC may count; got {', '.join(organic)}")
    parts = {name: floats(mass) / values[name] for name, mass in mass_kg.items() if name in values}
    total = np.asarray(sum(parts.values(), np.float64(0.0)), np.float64) if parts else np.asarray(np.nan)
    return Equivalents(total, parts, tuple(name for name in mass_kg if name not in values))


def every(changes: ArrayLike, axis: int = 0) -> Float64:
    """Change of a group under the rule "every pollutant must reach the target": that of the worst member.

    NaN where a member is not known, or there is none: then the rule cannot be judged.

    Examples
    --------
    >>> float(every([-0.15, -0.25, -0.10]))
    -0.1
    """
    table = floats(changes)
    if table.shape[axis] == 0:
        return np.full(np.delete(table.shape, axis), np.nan)
    return np.asarray(table.max(axis=axis))
