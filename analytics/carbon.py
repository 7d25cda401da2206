"""How much CO2 did a plant cause, by what it burned, bought and processed?

``E = fuel + process + power and heat bought - power and heat sent out - R`` (GB/T 32150; the NDRC sector guides of
2013-2015 in the same words), R the carbon that stays in products. Factors are dated data handed in; none is here but
constants of chemistry and steam. Amounts and factors broadcast; what is not known is NaN and makes every sum that
holds it NaN.

Of the power that crosses the boundary only the grid's counts: power from the own roof is 0, used or sent out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import ArrayLike

from analytics.columns import Float64
from analytics.energy import electricity
from analytics.ratio import floats

CO2_PER_CARBON = 44.0 / 12.0
"""Molar masses of CO2 and of the carbon in it."""
CO2_PER_CAO = 44.0 / 56.0
CO2_PER_MGO = 44.0 / 40.0
"""As the cement guide writes them, in whole numbers: NDRC cement guide 2013, process emissions of clinker."""
FEED_WATER_KJ_KG = 83.74
"""Enthalpy of water at 20 degC, from which steam and hot water were heated. [kJ/kg]"""
FEED_WATER_DEG_C = 20.0
WATER_KJ_KG_K = 4.1868
KG_PER_T = 1000.0


def fuel_factor(heat_gj: ArrayLike, carbon_t_per_gj: ArrayLike, oxidised: ArrayLike = 1.0) -> Float64:
    """CO2 of one unit of a fuel: ``NCV x CC x OF x 44/12`` (GB/T 32150; NDRC guides). [tCO2 per unit]

    Parameters
    ----------
    heat_gj : array_like of float
        Lower heating value. [GJ per unit, t or 10^4 Nm3]
    carbon_t_per_gj : array_like of float
        Carbon per heat. [tC/GJ]
    oxidised : array_like of float
        Share of the carbon that burns, 0 to 1.

    Examples
    --------
    >>> round(float(fuel_factor(389.31, 0.0153, 0.99)), 4)
    21.6219
    """
    return floats(heat_gj) * floats(carbon_t_per_gj) * floats(oxidised) * CO2_PER_CARBON


def direct_t(amount: ArrayLike, factor_t: ArrayLike) -> Float64:
    """CO2 by a factor for the amount itself: ``AD x EF``. [tCO2]

    Parameters
    ----------
    amount : array_like of float
        In the unit of the factor.
    factor_t : array_like of float
        [tCO2 per unit]
    """
    return floats(amount) * floats(factor_t)


def fuels_t(
    amounts: Mapping[str, ArrayLike], factors: Mapping[str, ArrayLike], self_made: Collection[str] = ()
) -> Float64:
    """CO2 of the fuels that crossed the boundary: ``sum of FC_i x EF_i``. [tCO2]

    Parameters
    ----------
    amounts : mapping of fuel to array_like of float
        Bought, less what was sent out, in the units of their factors.
    factors : mapping of fuel to array_like of float
        [tCO2 per unit]
    self_made : collection of str
        By-product gases made and burned inside (blast-furnace, coke-oven, converter gas). They count 0: their carbon is
        in the coal and coke that made them, and the factor of the sector guides for blast-furnace gas even counts the
        CO2 that is in the gas already.

    Raises
    ------
    ValueError
        If a fuel has no factor.

    Examples
    --------
    >>> float(fuels_t({"coke": 100.0, "blast_furnace_gas": 14.0}, {"coke": 2.853}, ["blast_furnace_gas"])).__round__(1)
    285.3
    """
    without = [name for name in amounts if name not in factors and name not in self_made]
    if without:
        raise ValueError(f"no CO2 factor for {', '.join(without)}; there are {', '.join(factors) or 'none'}")
    parts = [
        np.zeros_like(floats(amount)) if name in self_made else direct_t(amount, factors[name])
        for name, amount in amounts.items()
    ]
    return np.asarray(sum(parts, np.float64(0.0)), np.float64)


def power_t(
    imported_kwh: ArrayLike, factor_kg_per_kwh: ArrayLike, generated_kwh: ArrayLike = 0.0, exported_kwh: ArrayLike = 0.0
) -> Float64:
    """CO2 of the grid's power that was used: ``AD x EF`` (GB/T 32150-2025, 7.5.6). [tCO2]

    What is sent out is taken from own generation first and earns nothing; beyond that it is grid power passed on, or
    power of a CHP whose fuel is counted, and is taken off.

    Examples
    --------
    >>> float(power_t(8_000_000.0, 0.7035)), float(power_t(8_000_000.0, 0.7035, 1_500_000.0, 300_000.0))
    (5628.0, 5628.0)
    """
    balance = electricity(imported_kwh, generated_kwh, exported_kwh)
    return np.asarray(balance.grid_kwh * floats(factor_kg_per_kwh) / KG_PER_T)


def heat_t(imported_gj: ArrayLike, factor_t_per_gj: ArrayLike, exported_gj: ArrayLike = 0.0) -> Float64:
    """CO2 of bought heat: ``AD x EF`` (GB/T 32150-2025, 7.5.7); by the supplier's factor, else 0.11 tCO2/GJ. [tCO2]"""
    return (floats(imported_gj) - floats(exported_gj)) * floats(factor_t_per_gj)


def steam_heat_gj(mass_t: ArrayLike, enthalpy_kj_kg: ArrayLike) -> Float64:
    """Heat of steam above feed water of 20 degC: ``Ma x (En - 83.74) / 1000`` (NDRC guides). [GJ]

    Examples
    --------
    >>> round(float(steam_heat_gj(1000.0, 2778.0)), 2)
    2694.26
    """
    return floats(mass_t) * (floats(enthalpy_kj_kg) - FEED_WATER_KJ_KG) / KG_PER_T


def hot_water_heat_gj(mass_t: ArrayLike, water_deg_c: ArrayLike) -> Float64:
    """Heat of hot water above 20 degC: ``Ma x (T - 20) x 4.1868 / 1000`` (NDRC guides). [GJ]

    Examples
    --------
    >>> round(float(hot_water_heat_gj(1000.0, 80.0)), 3)
    251.208
    """
    return floats(mass_t) * (floats(water_deg_c) - FEED_WATER_DEG_C) * WATER_KJ_KG_K / KG_PER_T


def carbonate_t(
    mass_t: ArrayLike, factor_t_per_t: ArrayLike, purity: ArrayLike = 1.0, conversion: ArrayLike = 1.0
) -> Float64:
    """CO2 that a carbonate gives off: ``M x purity x EF x conversion`` (GB/T 32151.34-2024, table C.2). [tCO2]

    Examples
    --------
    >>> float(carbonate_t(1000.0, 0.440, purity=0.9))
    396.0
    """
    return floats(mass_t) * floats(purity) * floats(factor_t_per_t) * floats(conversion)


def clinker_factor(
    cao: ArrayLike, mgo: ArrayLike, cao_elsewhere: ArrayLike = 0.0, mgo_elsewhere: ArrayLike = 0.0
) -> Float64:
    """Process CO2 of a tonne of clinker: ``CaO x 44/56 + MgO x 44/40`` (NDRC cement guide). [tCO2/t]

    Parameters
    ----------
    cao, mgo : array_like of float
        Mass shares in the clinker, 0 to 1.
    cao_elsewhere, mgo_elsewhere : array_like of float
        Shares that came with slag, ash and the like and were no carbonate. NaN results where they exceed the whole.

    Examples
    --------
    >>> round(float(clinker_factor(0.65, 0.018)), 4)
    0.5305
    """
    lime, magnesia = floats(cao) - floats(cao_elsewhere), floats(mgo) - floats(mgo_elsewhere)
    possible = (lime >= 0.0) & (magnesia >= 0.0)
    return np.where(possible, lime * CO2_PER_CAO + magnesia * CO2_PER_MGO, np.nan)


def process_t(
    amounts_t: Mapping[str, ArrayLike], factors: Mapping[str, ArrayLike], kept: Collection[str] = ()
) -> Float64:
    """CO2 of the materials that a works processes, less the carbon that leaves in its products. [tCO2]

    The steel set: limestone and dolomite as flux, electrodes, bought pig iron and sponge iron; `kept`: crude steel
    (NDRC steel guide 2013; GB/T 32151.5-2015).

    Parameters
    ----------
    amounts_t : mapping of material to array_like of float
        [t]
    factors : mapping of material to array_like of float
        [tCO2/t]
    kept : collection of str
        Materials whose carbon stays in the product; they are taken off.

    Raises
    ------
    ValueError
        If a material has no factor.

    Examples
    --------
    >>> amounts, factors = {"electrodes": 10.0, "steel": 1000.0}, {"electrodes": 3.663, "steel": 0.0154}
    >>> round(float(process_t(amounts, factors, kept=["steel"])), 2)
    21.23
    """
    signed = {name: -floats(amount) if name in kept else floats(amount) for name, amount in amounts_t.items()}
    return fuels_t(signed, factors)


def carbon_balance_t(
    raw: Mapping[str, tuple[ArrayLike, ArrayLike]],
    products: Mapping[str, tuple[ArrayLike, ArrayLike]],
    waste: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
) -> Float64:
    """Process CO2 of a chemical works: the carbon that went in and did not come out (NDRC chemicals guide). [tCO2]

    ``[sum(raw x C) - sum(product x C) - sum(waste x C)] x 44/12``

    Parameters
    ----------
    raw, products, waste : mapping of substance to (mass, carbon share)
        [t, 0 to 1]

    Examples
    --------
    >>> round(float(carbon_balance_t({"gas": (100.0, 0.75)}, {"methanol": (180.0, 0.375)})), 2)
    27.5
    """

    def carbon_t(substances: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> Float64:
        masses = (floats(mass) * floats(share) for mass, share in substances.values())
        return np.asarray(sum(masses, np.float64(0.0)), np.float64)

    lost_t = carbon_t(raw) - carbon_t(products) - carbon_t(waste or {})
    return lost_t * CO2_PER_CARBON


def total_t(fuels: ArrayLike, process: ArrayLike, power: ArrayLike, heat: ArrayLike, kept: ArrayLike = 0.0) -> Float64:
    """All of a plant: ``E = fuel + process + power + heat - R``. [tCO2]"""
    return floats(fuels) + floats(process) + floats(power) + floats(heat) - floats(kept)
