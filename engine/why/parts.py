"""What is the change of an indicator split from, and into what?"""

from __future__ import annotations

from dataclasses import dataclass

from engine.why.products import ONE_PRODUCT, ProductMix
from engine.why.terms import Earned, Term
from engine.why.weather import Weather

VOLUME, STRUCTURE, PRODUCT, EFFICIENCY, MIX, PROCESSES, WEATHER, FACTORS, DATA, UNSPLIT = KEYS = (
    "volume",
    "structure",
    "product_value",
    "efficiency",
    "carrier_mix",
    "process",
    "weather",
    "factors",
    "data",
    "unsplit",
)
"""Effects in the order in which they are shown."""


@dataclass(frozen=True)
class Member:
    """One plant's member of the numerator at both ends, with what the plant earned and made, and what the weather and
    the mix of its products made of the level."""

    plant: str
    sector: str
    name: str
    terms: tuple[Term, Term]
    earned: tuple[Earned, Earned]
    weather: Weather
    products: ProductMix = ONE_PRODUCT


@dataclass(frozen=True)
class Part:
    """What an effect is made of: ``plant:ID``, a carrier, or a key such as ``flow``. [unit of the indicator]"""

    name: str
    amount: float


@dataclass(frozen=True)
class Effect:
    """One cause of a change.

    Attributes
    ----------
    key : str
        One of `KEYS`.
    amount : float
        In the unit of the indicator.
    share : float or None
        Of the indicator in the base period; None where that is not positive.
    parts : tuple of Part
        They sum to the amount, but for rounding; empty where it is all one plant's.
    """

    key: str
    amount: float
    share: float | None
    parts: tuple[Part, ...] = ()
