"""What environmental protection tax do the pollutants of one outlet cost in a month?

Environmental Protection Tax Law (环境保护税法, in force 2018-01-01): mass over equivalent value (annex 2), the
pollutants with most equivalents of each outlet (Art. 9), times the rate of the city, less what Art. 13 grants for
concentrations well below the limit. Known from secondary sources that agree; an outcome is an estimate, never a tax
return.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analytics.pollutants import AIR_KG, WATER_KG

AIR_TOP = 3
FIRST_CLASS_TOP = 5
OTHER_TOP = 3
"""How many pollutants of an outlet are taxed (Art. 9)."""
FIRST_CLASS = frozenset({"Hg", "Cd", "Cr", "Cr6", "As", "Pb", "Ni"})
"""First-class water pollutants (第一类水污染物) of annex 2 that the product knows."""
ONE_OF = frozenset({"COD", "BOD5", "TOC"})
"""Only one of these counts at an outlet (annex 2): the one that makes most."""
RELIEFS = ((0.50, 0.50), (0.30, 0.75))
"""How far below the limit, and what is left of the tax (Art. 13)."""

Medium = Literal["air", "water"]
Dust = Literal["smoke", "dust"]


@dataclass(frozen=True)
class TaxLine:
    """One pollutant of one outlet in one month.

    Attributes
    ----------
    pollutant : str
    mass_kg : float or None
        None where it is not known.
    equivalents : float or None
        None where the mass is not known or the pollutant has no equivalent value (TN, NMHC).
    counted : bool
        Among those with most equivalents.
    relief : float
        What is left of the tax: 1, 0.75 or 0.5.
    amount_yuan : float or None
        0 for what is not counted; None where the mass of a pollutant that has an equivalent value is not known.
    """

    pollutant: str
    mass_kg: float | None
    equivalents: float | None
    counted: bool
    relief: float
    amount_yuan: float | None


def equivalents(pollutant: str, mass_kg: float, medium: Medium, dust: Dust = "smoke") -> float | None:
    """Pollution equivalents of a mass; None for what has no equivalent value.

    Parameters
    ----------
    pollutant : str
        ``PM`` is smoke (烟尘, from burning) or general dust (一般性粉尘), as `dust` says.
    mass_kg : float
    medium : {"air", "water"}
    dust : {"smoke", "dust"}

    Examples
    --------
    >>> round(equivalents("SO2", 1000.0, "air"), 2), equivalents("TP", 1000.0, "water"), equivalents("TN", 1.0, "water")
    (1052.63, 4000.0, None)
    """
    values = AIR_KG if medium == "air" else WATER_KG
    value = values.get(dust if medium == "air" and pollutant == "PM" else pollutant)
    return None if value is None else mass_kg / value


def relief(mean: float | None, limit: float | None, exceeded: bool) -> float:
    """What Art. 13 leaves of the tax of one pollutant in one month.

    Parameters
    ----------
    mean : float or None
        Mean of the hourly means (air) or of the daily means (water) of the month; None where it is not known.
    limit : float or None
        In the same unit; None where there is none.
    exceeded : bool
        Whether any hourly (air) or daily (water) mean of the month was over it: then nothing is granted.

    Examples
    --------
    >>> relief(35.0, 50.0, False), relief(25.0, 50.0, False), relief(36.0, 50.0, False), relief(25.0, 50.0, True)
    (0.75, 0.5, 1.0, 1.0)
    """
    if mean is None or limit is None or limit <= 0.0 or exceeded:
        return 1.0
    below = 1.0 - mean / limit
    return next((left for least, left in RELIEFS if below >= least - 1e-12), 1.0)


def outlet_tax(
    masses_kg: Mapping[str, float | None],
    medium: Medium,
    rate_yuan: float,
    reliefs: Mapping[str, float] | None = None,
    dust: Dust = "smoke",
) -> list[TaxLine]:
    """The tax of one outlet, pollutant by pollutant.

    Parameters
    ----------
    masses_kg : mapping of pollutant to float or None
    medium : {"air", "water"}
    rate_yuan : float
        Of the city and the medium. [yuan per equivalent]
    reliefs : mapping of pollutant to float, optional
        `relief` of each; 1 for those that are absent.
    dust : {"smoke", "dust"}

    Returns
    -------
    list of TaxLine
        Those with most equivalents first, then what has none.

    Examples
    --------
    >>> [(x.pollutant, round(x.amount_yuan, 2)) for x in outlet_tax({"SO2": 1000.0}, "air", 6.0)]
    [('SO2', 6315.79)]
    """
    units = {name: None if mass is None else equivalents(name, mass, medium, dust) for name, mass in masses_kg.items()}
    taxed = _counted(units, medium)
    lines = []
    for name, mass in masses_kg.items():
        unit, left = units[name], (reliefs or {}).get(name, 1.0)
        unknown = mass is None and equivalents(name, 1.0, medium, dust) is not None
        amount = unit * rate_yuan * left if unit is not None and name in taxed else None if unknown else 0.0
        lines.append(TaxLine(name, mass, unit, name in taxed, left, amount))
    return sorted(lines, key=lambda line: -1.0 if line.equivalents is None else line.equivalents, reverse=True)


def _counted(units: Mapping[str, float | None], medium: Medium) -> set[str]:
    """The pollutants with most equivalents (Art. 9)."""
    known = sorted(((value, name) for name, value in units.items() if value is not None), reverse=True)
    names = [name for _, name in known]
    if medium == "air":
        return set(names[:AIR_TOP])
    organic = [name for name in names if name in ONE_OF]
    names = [name for name in names if name not in organic[1:]]
    first = [name for name in names if name in FIRST_CLASS][:FIRST_CLASS_TOP]
    return {*first, *[name for name in names if name not in FIRST_CLASS][:OTHER_TOP]}
