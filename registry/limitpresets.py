"""Which limits do standards set, as presets for the ``[[limits]]`` of a plant file?

They come with the product (`registry/data/limits.toml`), each with standard, class, dates, reference oxygen and how
sure it is. A preset is a start: the plant's permit decides, and every value can be overridden.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field

from registry.lists import POLLUTANTS, Confidence, Medium
from registry.quantity import Quantity, parse_period_ms
from registry.text import Frozen, Text

LIMITS_FILE = Path(__file__).parent / "data" / "limits.toml"

Grade = Literal["H", "M", "U"]


class LimitPreset(Frozen):
    """The limits of one class of one standard.

    Attributes
    ----------
    standard : str
        e.g. ``GB 13271-2014``.
    limit_class : str
        e.g. ``special/gas``.
    name : Text
    medium : str
        water or air.
    values : Mapping of str to float
        Pollutant to value, in `unit`.
    unit : str
    averaging_ms : int
        Length of the mean; `analytics.columns.LOCAL_DAY` for one local day. [ms]
    reference_o2 : float or None
        Reference oxygen; None where the standard names none. [%]
    monthly_share : float or None
        Share of a month's means that must keep the value; None: all of them.
    valid_from, valid_to : date or None
        First day, and first day no longer.
    region : str
    grade : str
        H read in the text or recomputed, M secondary source, U not at hand.
    source, note : str
    """

    standard: str
    limit_class: str
    name: Text
    medium: Medium
    values: Mapping[str, float]
    unit: str
    averaging_ms: int
    reference_o2: float | None = Field(None, ge=0, lt=21)
    monthly_share: float | None = Field(None, gt=0, le=1)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    region: str
    grade: Grade
    source: str
    note: str = ""

    @property
    def id(self) -> str:
        """``STANDARD/CLASS``, as a plant file names it."""
        return f"{self.standard}/{self.limit_class}"

    @property
    def confidence(self) -> Confidence:
        """Only what was read in the text is sure."""
        return "sure" if self.grade == "H" else "unsure"

    def value(self, pollutant: str) -> Quantity:
        """The limit of a pollutant.

        Raises
        ------
        KeyError
            If the class sets none for it.
        """
        return Quantity(value=self.values[pollutant], unit=self.unit)


@cache
def limit_presets(path: Path = LIMITS_FILE) -> Mapping[str, LimitPreset]:
    """All presets by id, in the order of the file.

    Raises
    ------
    ValueError
        If a preset names an unknown pollutant or stands twice.

    Examples
    --------
    >>> str(limit_presets()["GB 13271-2014/special/gas"].value("NOx"))
    '150 mg/m3'
    """
    with path.open("rb") as file:
        tables: list[dict[str, Any]] = tomllib.load(file)["presets"]
    found: dict[str, LimitPreset] = {}
    for table in tables:
        rest = {key: value for key, value in table.items() if key not in ("class", "averaging")}
        averaging_ms = parse_period_ms(table["averaging"])
        preset = LimitPreset.model_validate({**rest, "limit_class": table["class"], "averaging_ms": averaging_ms})
        for pollutant in preset.values:
            if pollutant not in POLLUTANTS or preset.medium not in POLLUTANTS[pollutant].media:
                raise ValueError(f"{path}: {preset.id}: {pollutant!r} is no pollutant of {preset.medium}")
        if preset.id in found:
            raise ValueError(f"{path}: {preset.id} stands twice; wanted each class of a standard once")
        found[preset.id] = preset
    return MappingProxyType(found)
