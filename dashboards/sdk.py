"""Which parts of grafana-foundation-sdk are used?

The one door to the builder's library, which is there at development time only. It says on import that it prefers
dashboards of schema 2; those run on Grafana 13 alone, ours (schema 1) on 11 to 13, so that warning is meant for others.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "Prefer using dashboardv2", DeprecationWarning)
    from grafana_foundation_sdk.builders import alerting, bargauge, geomap, stat, statetimeline, table, timeseries
    from grafana_foundation_sdk.builders import common as parts
    from grafana_foundation_sdk.builders import dashboard as board
    from grafana_foundation_sdk.cog import encoder, plugins, variants
    from grafana_foundation_sdk.models import alerting as alerts
    from grafana_foundation_sdk.models import common, units
    from grafana_foundation_sdk.models import dashboard as model
    from grafana_foundation_sdk.models import geomap as maps

__all__ = [
    "alerting",
    "alerts",
    "bargauge",
    "board",
    "common",
    "encoder",
    "geomap",
    "maps",
    "model",
    "parts",
    "plugins",
    "stat",
    "statetimeline",
    "table",
    "timeseries",
    "units",
    "variants",
]
