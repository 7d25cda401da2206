"""Where on the map are the cities?

Approximate centres, to a hundredth of a degree (about 1 km): enough for a dot on a map of a province, and for nothing
else. Plants carry no coordinates; a plant stands where its city does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Place:
    """A point on the map.

    Attributes
    ----------
    lat_deg, lon_deg : float
        [degrees]
    source : str
    """

    lat_deg: float
    lon_deg: float
    source: str


_SOURCE = "city table of the Apache ECharts scatter map example; approximate city centre"

CITY_PLACES: Mapping[str, Place] = MappingProxyType(
    {
        "nanjing": Place(32.04, 118.78, _SOURCE),
        "wuxi": Place(31.59, 120.29, _SOURCE),
        "changzhou": Place(31.79, 119.95, _SOURCE),
        "suzhou": Place(31.32, 120.62, _SOURCE),
        "zhenjiang": Place(32.20, 119.44, _SOURCE),
    }
)
"""By city of `registry.lists`; ``other`` is nowhere in particular."""
