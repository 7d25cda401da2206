"""What does a pollution equivalent cost in a city on a day?

Rates of the environmental protection tax come with the product (`registry/data/tax.toml`), dated, with their source and
how sure they are.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path

from registry.limitpresets import Grade
from registry.lists import City, Confidence, Medium
from registry.text import Frozen

TAX_FILE = Path(__file__).parent / "data" / "tax.toml"


class TaxRate(Frozen):
    """Rates of some cities.

    Attributes
    ----------
    cities : tuple of str
    air, water : float
        [yuan per equivalent]
    valid_from, valid_to : date or None
        First day, and first day no longer.
    grade : str
        As in `registry.limitpresets.LimitPreset`.
    source : str
    """

    cities: tuple[City, ...]
    air: float
    water: float
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    grade: Grade
    source: str

    @property
    def confidence(self) -> Confidence:
        """Only what was read in the text is sure."""
        return "sure" if self.grade == "H" else "unsure"

    def of(self, medium: Medium) -> float:
        """The rate of a medium. [yuan per equivalent]"""
        return self.air if medium == "air" else self.water


@cache
def tax_rates(path: Path = TAX_FILE) -> tuple[TaxRate, ...]:
    """All rates, in the order of the file."""
    with path.open("rb") as file:
        return tuple(TaxRate.model_validate(table) for table in tomllib.load(file)["rates"])


def tax_rate(city: str, day: dt.date) -> TaxRate | None:
    """The rates of a city on a day; None before the law, or where no rate is known.

    Examples
    --------
    >>> tax_rate("wuxi", dt.date(2018, 8, 1)).of("water"), tax_rate("wuxi", dt.date(2017, 12, 31))
    (7.0, None)
    """
    for rate in tax_rates():
        begun = rate.valid_from is None or rate.valid_from <= day
        if city in rate.cities and begun and (rate.valid_to is None or day < rate.valid_to):
            return rate
    return None
