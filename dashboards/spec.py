"""What is said of a panel before it is made, and how far may it look back?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboards.influxql import InfluxQL
from dashboards.looks import PLAIN, Steps
from dashboards.sdk import model

MINUTE, QUARTER, HOUR, DAY = "1m", "15m", "1h", "1d"

JUST_NOW = "10m"
"""Range of what is written every minute: what is older is no present, whatever range the dashboard has."""
LATEST = "3d"
"""Range of what is written once a day, at its start: a day is looked back over a Taihu that stood still."""
THIS_YEAR = "367d"
"""Range in which one year begins, on 1 January the one that ended. Written so, since older versions of Grafana put
``now/y`` into the browser's zone."""
FRESHNESS = (JUST_NOW, LATEST, THIS_YEAR)
"""Ranges that say how old a value may be, not over what it is told."""


@dataclass(frozen=True)
class Spec:
    """What a panel is.

    Attributes
    ----------
    title, about : str
        About: what it shows, how it is reckoned, source and clause.
    queries : sequence of InfluxQL
    unit : str
        Grafana's id, or ``suffix: text``.
    width, height : int
        On the grid of 24 columns.
    step : str
        Smallest step of time.
    mappings : sequence
        Words for values; default: for null only.
    steps : sequence
        Thresholds.
    since : str
        The panel's own range back from now, e.g. ``1y``; "" for the dashboard's. A range that is not relative holds
        for all panels.
    decimals : int, optional
    link : tuple of str, optional
        Title and address behind each value.
    change : sequence
        Transformations, in order.
    """

    title: str
    about: str
    queries: Sequence[InfluxQL]
    unit: str
    width: int
    height: int
    step: str = MINUTE
    mappings: Sequence[model.ValueMapping] = ()
    steps: Steps = PLAIN
    since: str = ""
    decimals: int | None = None
    link: tuple[str, str] | None = None
    change: Sequence[model.DataTransformerConfig] = field(default=())
