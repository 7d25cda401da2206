"""What is one coefficient, and what does it give per unit of a carrier?"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from analytics.units import UNITS, convert, is_amount
from registry.lists import Confidence
from registry.text import Frozen

ANY_EDITION = "any"
"""Edition of rows that stand beside every edition, e.g. the yearly coal rate of power plants."""
PLANT_EDITION = "plant"
"""Edition of rows that a plant stated itself."""
KGCE_KJ = 29_307.6
"""Heat of 1 kgce: 7000 kcal of 4.1868 kJ (GB/T 2589-2020). [kJ]"""

FactorQuantity = Literal["coal", "co2"]
_KG = {"kgce": 1.0, "tce": 1000.0, "kgCO2": 1.0, "tCO2": 1000.0}
_NUMERATORS = {"coal": ("kgce", "tce"), "co2": ("kgCO2", "tCO2")}


class Edition(Frozen):
    """A table of coefficients and the time it is in force, ``[valid_from, valid_to)``.

    Attributes
    ----------
    name : str
        e.g. ``GB/T 2589-2008``.
    quantity : str
        coal or co2: what its rows count.
    valid_from, valid_to : date or None
        None where open.
    source : str
    """

    name: str
    quantity: FactorQuantity
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source: str = ""


class FactorRow(Frozen):
    """One coefficient.

    Attributes
    ----------
    carrier : str
    quantity : str
        ``coal`` (standard coal) or ``co2``.
    basis : str
        ``equivalent`` (当量值), ``equal`` (等价值) or ``both``.
    value : float
    unit : str
        e.g. ``kgce/kWh``, ``kgCO2/Nm3``.
    valid_from, valid_to : date or None
        Dates of this row alone, ``[from, to)``; None: as long as its edition.
    edition : str
        Name of an `Edition`, `ANY_EDITION` or `PLANT_EDITION`.
    source : str
        Clause or table.
    confidence : str
        sure or unsure.
    note : str
        What a user of the row should know ("" for nothing).
    plant : str or None
        Only for this plant; None for all.
    """

    carrier: str
    quantity: FactorQuantity
    basis: Literal["equivalent", "equal", "both"]
    value: float
    unit: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    edition: str
    source: str
    confidence: Confidence
    note: str = ""
    plant: str | None = None

    @property
    def key(self) -> str:
        """What the row is about: of two rows with the same key only the later one holds.

        Examples
        --------
        >>> row = FactorRow(carrier="diesel", quantity="coal", basis="both", value=1.4571, unit="kgce/kg",
        ...                 edition="any", source="x", confidence="sure", valid_from=dt.date(2018, 1, 1))
        >>> row.key
        '|diesel|coal|both|mass|2018-01-01||any'
        """
        dates = ("" if day is None else day.isoformat() for day in (self.valid_from, self.valid_to))
        parts = (self.plant or "", self.carrier, self.quantity, self.basis, self.dimension, *dates, self.edition)
        return "|".join(parts)

    @property
    def dimension(self) -> str:
        """Dimension of the amount below the stroke."""
        return UNITS[self.unit.split("/")[1]].dimension

    def kg_per(self, unit: str) -> float:
        """The coefficient in kgce, or kg CO2, per one `unit` of the carrier.

        Parameters
        ----------
        unit : str
            A unit of the row's dimension, e.g. the canonical unit of an amount.

        Raises
        ------
        ValueError
            If the unit is unknown or of another dimension.

        Examples
        --------
        >>> row = FactorRow(carrier="diesel", quantity="coal", basis="both", value=1.4571, unit="kgce/kg",
        ...                 edition="GB/T 2589-2020", source="Table A.1", confidence="sure")
        >>> round(row.kg_per("t"), 6)
        1457.1
        """
        mass, amount = self.unit.split("/")
        return self.value * _KG[mass] * convert(1.0, unit, amount)


def factor_unit_fault(unit: str, quantity: str) -> str | None:
    """What is wrong with the unit of a coefficient, as the words after "wanted"; None where nothing is."""
    mass, _, amount = unit.partition("/")
    if mass in _NUMERATORS[quantity] and amount in UNITS and is_amount(UNITS[amount].dimension):
        return None
    return f"{' or '.join(_NUMERATORS[quantity])} per unit of an amount, e.g. {_NUMERATORS[quantity][0]}/kWh"
