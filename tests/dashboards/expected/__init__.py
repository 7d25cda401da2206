"""What has each query to return? As the API says it, panel by panel, nothing taken from the lines.

A module a dashboard: a function a query, which of the product and the dashboard's variables gives the rows.
"""

from __future__ import annotations

from tests.dashboards.expected import emissions, energy, plant, programme, quality, savings
from tests.dashboards.expected.rows import Panels

PANELS: Panels = programme.PANELS | plant.PANELS | energy.PANELS | emissions.PANELS | quality.PANELS | savings.PANELS
"""What each query has to return."""
