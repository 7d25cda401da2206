"""How warm is it in southern Jiangsu, and how much sun falls on a roof?

A seasonal and daily wave with weather of several days on top; it is a model of the climate, not a record of real days.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from simulators.noise import Float64, drifting, normal, uniform
from simulators.workdays import EDGES, days

LATITUDE_DEG = 31.4
"""Suzhou; its longitude of 120.6 degrees east makes local solar time nearly UTC+8."""

HEATING_BASE_C, COOLING_BASE_C = 14.0, 18.0
"""Outdoor temperatures below and above which plants feel the weather. [degC]"""

_SEED = 7  # one sky for all plants


@cache
def temperature_c() -> Float64:
    """Outdoor air temperature, shape (EDGES,). [degC]

    Long-term means of Wuxi: about 3 degC in January and 29 degC in July, 16.5 degC in the year.
    """
    at = days()
    season = 16.3 - 12.6 * np.cos(2.0 * np.pi * (at.day_of_year - 21.0) / 365.25)
    daily = 3.6 * np.cos(2.0 * np.pi * (at.hour - 15.0) / 24.0)
    fronts = 2.6 * drifting(_SEED, "fronts", EDGES, 84) + 1.0 * drifting(_SEED, "months", EDGES, 1200)
    return np.asarray(season + daily + fronts + 0.3 * normal(_SEED, "air", EDGES))


@cache
def cooling_k() -> Float64:
    """Degrees above 18 degC: what chillers and cooling towers feel, shape (EDGES,). [K]"""
    return np.maximum(temperature_c() - COOLING_BASE_C, 0.0)


@cache
def heating_k() -> Float64:
    """Degrees below 14 degC: what steam pipes, baths and halls lose, shape (EDGES,). [K]"""
    return np.maximum(HEATING_BASE_C - temperature_c(), 0.0)


def heating_degree_days() -> Float64:
    """Degree days of each day below `HEATING_BASE_C`, from daily means as weather stations give them. [K.d]"""
    return np.maximum(HEATING_BASE_C - _daily_mean_c(), 0.0)


def cooling_degree_days() -> Float64:
    """Degree days of each day above `COOLING_BASE_C`, from daily means. [K.d]"""
    return np.maximum(_daily_mean_c() - COOLING_BASE_C, 0.0)


def _daily_mean_c() -> Float64:
    return np.asarray(temperature_c()[:-1].reshape(-1, 24).mean(axis=1))


@cache
def sun_share() -> Float64:
    """Output of a flat photovoltaic roof as a share of its peak power, shape (EDGES,).

    Sine of the sun's elevation (Cooper's declination, 1969) to the power 1.2 for the longer way through the air, times
    clouds that change within hours and days, times 0.80 for temperature, inverter and dust.
    """
    at = days()
    declination = np.radians(23.45) * np.sin(2.0 * np.pi * (284.0 + at.day_of_year) / 365.0)
    hour_angle = np.radians(15.0) * (at.hour - 12.0)
    latitude = np.radians(LATITUDE_DEG)
    sine = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    overcast = 0.5 + 0.28 * drifting(_SEED, "clouds", EDGES, 40) + 0.1 * uniform(_SEED, "cloud", EDGES)
    clear = np.clip(overcast + 0.12, 0.12, 1.0)
    return np.asarray(0.80 * np.maximum(sine, 0.0) ** 1.2 * clear)
