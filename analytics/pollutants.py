"""How are unlike pollutants held against one target?

By pollution equivalents (污染当量), mass over the equivalent value of each pollutant (Environmental Protection Tax Law,
annex 2, in force 2018-01-01), or by the rule that every pollutant must reach the target. Kilograms of different
pollutants are never added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.columns import Float64
from analytics.ratio import floats

WATER_KG: Mapping[str, float] = MappingProxyType(
    {
        "COD": 1.0, "BOD5": 0.5, "TOC": 0.49, "SS": 4.0, "NH3-N": 0.8, "TP": 0.25, "oil": 0.1, "vegetable_oil": 0.16,
        "phenol": 0.08, "cyanide": 0.05, "sulfide": 0.125, "fluoride": 0.5, "formaldehyde": 0.125, "LAS": 0.2,
        "aniline": 0.2, "Cu": 0.1, "Zn": 0.2, "Mn": 0.2, "Hg": 0.0005, "Cd": 0.005, "Cr": 0.04, "Cr6": 0.02, "As": 0.02,
        "Pb": 0.025, "Ni": 0.025,
    }
)  # fmt: skip
"""Pollution equivalents of water, Environmental Protection Tax Law annex 2; unsure after formaldehyde. [kg]"""
AIR_KG: Mapping[str, float] = MappingProxyType(
    {
        "SO2": 0.95, "NOx": 0.95, "CO": 16.7, "dust": 4.0, "smoke": 2.18, "Cl2": 0.34, "HCl": 10.75, "fluoride": 0.87,
        "HCN": 0.005, "acid_mist": 0.6, "H2S": 0.29, "NH3": 9.09, "benzene": 0.05, "toluene": 0.18, "xylene": 0.27,
        "formaldehyde": 0.09, "Hg": 0.0001, "Pb": 0.02, "Cd": 0.03, "Ni": 0.13, "carbon_black": 0.59,
    }
)  # fmt: skip
"""Pollution equivalents of air, Environmental Protection Tax Law annex 2; those after formaldehyde are unsure. [kg]

Particulate matter counts as general dust (一般性粉尘) or as smoke (烟尘) by where it comes from: `analytics.tax`."""
ORGANIC_SUMS = ("COD", "BOD5", "TOC")
"""Three measures of the same organic matter: of one discharge only one counts (annex 2, note)."""


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
    organic = sorted(set(ORGANIC_SUMS) & set(mass_kg)) if medium == "water" else []
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
